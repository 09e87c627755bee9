import { readFile, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gradeCourse, gradeStudent, publishCourse } from '../init/caller-workflows.ts'
import type { Store } from './test-actions.ts'
import { addThisRepository, type Changes, git, makeRepositories, type PullRequest } from './test-repositories.ts'
import { type RunEnd, runWorkflow } from './test-runner.ts'

/** Test support: a course on GitHub, with the workflows that `cgrade init` writes and this cgrade behind them. */

export const root = fileURLToPath(new URL('../../', import.meta.url))
const cgrade = 'cgrade/cgrade'
export const course = 'course/homework'

export interface Course extends AsyncDisposable {
  store: Store
  commit: string
  /** A pull request with these changes, from a branch of the course's own repository unless a fork is named. */
  offer(changes: Changes, from?: { fork: string }): Promise<PullRequest>
  grade(pull: PullRequest, file?: string): Promise<RunEnd>
  /** What `workflow_run` starts when that run has ended. */
  publish(run: RunEnd, pull: PullRequest, api: { url: string; token: string }): Promise<RunEnd>
  /** A push to the default branch of a student's own repository, and what it starts. */
  push(repository: string): Promise<RunEnd>
}

export interface CourseOptions {
  /** Stands in for `./grade`: a script. */
  grader?: string
  /** Put into the caller's `with`, a line each. */
  settings?: string[]
  assignment?: string
  root?: boolean
  files?: Changes
}

export async function makeCourse(options: CourseOptions = {}): Promise<Course> {
  const repositories = await makeRepositories()
  const commit = await (options.grader === undefined
    ? addThisRepository(repositories, cgrade)
    : addStub(repositories, options.grader))
  const prepare = options.grader === undefined ? { [cgrade]: lendModules } : {}
  const store: Store = { repositories, artifacts: new Map(), prepare }
  const settings = { pin: { repository: cgrade, commit }, assignment: 'cncamp-module3', root: true, ...options }
  const callers = [gradeCourse(settings), publishCourse(settings)]
  const more = (options.settings ?? []).map((line) => `      ${line}\n`).join('')
  const files = Object.fromEntries(callers.map(({ path, text }) => [path, path.includes('grade') ? text + more : text]))
  const student = { '.github/workflows/grade.yml': gradeStudent(settings).text + more }
  await repositories.add(course, { ...files, 'submissions/README.md': 'One folder each.\n', ...options.files })
  return courseOn(store, commit, student)
}

/** A course whose repositories are there already; `student` is what a push adds to a repository of a student. */
export function courseOn(store: Store, commit: string, student: Changes = {}): Course {
  const { repositories } = store
  let branches = 0
  return {
    ...{ store, commit },
    async offer(changes, from) {
      const repository = from?.fork ?? course
      if (from !== undefined) await repositories.fork(course, from.fork)
      branches += 1
      const branch = `homework-${branches}`
      await repositories.commit(repository, branch, changes)
      return await repositories.openPull(course, { repository, branch })
    },
    grade: (pull, file = 'grade.yml') =>
      runWorkflow({
        ...{ repository: course, file, store },
        event: {
          name: 'pull_request',
          payload: pullPayload(pull),
          ...{ sha: pull.mergeSha, ref: `refs/pull/${pull.number}/merge`, headRef: pull.head.branch, baseRef: 'main' },
          fromFork: pull.head.repository !== course,
        },
      }),
    async publish(run, pull, { url, token }) {
      const sha = await git(repositories.pathOf(course), ['rev-parse', 'main'])
      const payload = runPayload(run, pull)
      const event = { name: 'workflow_run' as const, payload, sha, ref: 'refs/heads/main' }
      return await runWorkflow({
        ...{ repository: course, file: 'publish.yml', store, event },
        ...{ apiUrl: url, token: () => token },
      })
    },
    async push(repository) {
      const sha = await repositories.commit(repository, 'main', student)
      const payload = { ref: 'refs/heads/main', after: sha, repository: repositoryPayload(repository) }
      const event = { name: 'push' as const, payload, sha, ref: 'refs/heads/main' }
      return await runWorkflow({ repository, file: 'grade.yml', store, event })
    },
    [Symbol.asyncDispose]: () => repositories[Symbol.asyncDispose](),
  }
}

/** The action and the workflows of this working tree, with a script in place of the grader. */
async function addStub(repositories: Store['repositories'], grader: string): Promise<string> {
  const names = ['action.yml', '.github/workflows/grade.yml', '.github/workflows/publish.yml']
  const texts = await Promise.all(names.map((name) => readFile(join(root, name), 'utf8')))
  const files = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']))
  return await repositories.add(cgrade, { ...files, grade: grader })
}

/** The modules that are installed here; a lock file that is older than they are asks for no installation. */
async function lendModules(folder: string): Promise<void> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await utimes(join(folder, 'package-lock.json'), 0, 0)
}

function repositoryPayload(name: string) {
  return { full_name: name, name: name.split('/')[1], owner: { login: name.split('/')[0] }, default_branch: 'main' }
}

function pullPayload(pull: PullRequest): Record<string, unknown> {
  const { number, head, base } = pull
  const from = { ...repositoryPayload(head.repository), fork: head.repository !== base.repository }
  const headPart = { ref: head.branch, sha: head.sha, label: `x:${head.branch}`, repo: from }
  const basePart = { ref: 'main', sha: base.sha, repo: repositoryPayload(base.repository) }
  const title = '"; echo "::error::title" #'
  const about = { number, state: 'open', title, body: '$(touch /tmp/x)', head: headPart, base: basePart }
  return { action: 'opened', number, pull_request: about, repository: repositoryPayload(base.repository) }
}

function runPayload(run: RunEnd, { number, head, base }: PullRequest): Record<string, unknown> {
  const isFork = head.repository !== base.repository
  const about = {
    ...{ id: Number(run.id), name: run.name, run_attempt: 1, event: 'pull_request', conclusion: run.conclusion },
    ...{ path: '.github/workflows/grade.yml', head_sha: head.sha, head_branch: head.branch },
    ...{ head_repository: repositoryPayload(head.repository), repository: repositoryPayload(base.repository) },
    pull_requests: isFork ? [] : [{ number }],
    html_url: `https://github.com/${base.repository}/actions/runs/${run.id}`,
  }
  return { action: 'completed', workflow_run: about, repository: repositoryPayload(base.repository) }
}
