// Test support: `cgrade publish` as a process of its own, with the environment of a `workflow_run` job.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { CheckRecord, Grade, GradesFile } from '../model/grade.ts'
import { score } from '../stages/score.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import {
  type GitHubApiServer,
  type GitHubState,
  startGitHubApi,
  type TestAnswer,
  type TestPullRequest,
} from './test-github-api.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))
export const course = await loadCourse('cncamp-module3')

export const graded = 'a'.repeat(40)
export const later = 'b'.repeat(40)

/** A pull request of alice's fork that adds her homework; what a test is about goes on top. */
export function pullOfAlice(on: Partial<TestPullRequest> = {}): TestPullRequest {
  return {
    number: 7,
    state: 'open',
    updated_at: '2026-11-25T09:00:00Z',
    head: { sha: graded, ref: 'homework', repo: 'alice/homework' },
    base: { ref: 'main', repo: 'course/homework' },
    files: [
      { filename: 'submissions/alice/httpserver/Dockerfile', status: 'added' },
      { filename: 'submissions/alice/httpserver/main.go', status: 'added' },
    ],
    ...on,
  }
}

/** The event of the run that graded alice's commit. */
export function eventOf(on: Record<string, unknown> = {}): Record<string, unknown> {
  const repository = { full_name: 'course/homework', default_branch: 'main' }
  return {
    action: 'completed',
    repository,
    workflow: { name: 'grade' },
    workflow_run: {
      id: 4711,
      run_attempt: 1,
      name: 'grade',
      event: 'pull_request',
      status: 'completed',
      conclusion: 'success',
      path: '.github/workflows/grade.yml',
      head_sha: graded,
      head_branch: 'homework',
      head_repository: { full_name: 'alice/homework' },
      repository,
      pull_requests: [],
      html_url: 'https://github.com/course/homework/actions/runs/4711',
      ...on,
    },
  }
}

/** A grade in which everything was passed; `on` changes checks by id. */
export function gradeOf(
  id: string,
  on: Record<string, Partial<CheckRecord>> = {},
): Extract<Grade, { status: 'graded' }> {
  const exercises = course.assignment.exercises.map((exercise) => ({
    id: exercise.id,
    title: exercise.title,
    found: {},
    phases: [],
    checks: exercise.checks.map((rule): CheckRecord => {
      const points = on[rule.id]?.outcome === undefined ? { points: rule.points } : { points: 0 }
      const passed = { outcome: 'passed', maxPoints: rule.points, visibility: 'public', durationMs: 5 } as const
      return { id: rule.id, title: `title of ${rule.id}`, ...passed, ...points, message: 'It works.', ...on[rule.id] }
    }),
  }))
  return {
    status: 'graded',
    submission: { id, source: `/inbox/${id}`, digest: 'd'.repeat(64) },
    exercises,
    flags: [],
    startedAt: '2026-11-25T09:00:00.000Z',
    durationMs: 1000,
    ...score(course.assignment, exercises),
  }
}

export function fileOf(...grades: Grade[]): GradesFile {
  return {
    schema: 'cgrade/grades/v1',
    run: {
      id: 'run-1',
      assignment: course.assignment.id,
      startedAt: '2026-11-25T09:00:00.000Z',
      finishedAt: '2026-11-25T09:00:02.000Z',
      graderVersion: '0.1.0',
      specsDigest: course.specsDigest,
      seed: '4f1d',
      engine: { name: 'docker', version: '20.10.24', cgroup: 2 },
      baseImages: [],
    },
    grades,
  }
}

export interface PublishRun {
  exitCode: number | undefined
  stdout: string
  stderr: string
}

/** A folder of its own for one run: what is in `place` is whatever the test has put there. */
export class PublishBench implements AsyncDisposable {
  readonly folder: string
  constructor(folder: string) {
    this.folder = folder
  }

  /** Where the artifact is expected. */
  get place(): string {
    return join(this.folder, 'in', 'grades.json')
  }

  /** Puts the artifact there: a document, or a text as it is. */
  async put(artifact: unknown): Promise<void> {
    await writeFile(this.place, typeof artifact === 'string' ? artifact : JSON.stringify(artifact))
  }

  async run(api: Pick<GitHubApiServer, 'url' | 'state'>, event: unknown, ...options: string[]): Promise<PublishRun> {
    const eventPath = join(this.folder, 'event.json')
    await writeFile(eventPath, typeof event === 'string' ? event : JSON.stringify(event))
    // `--set=NAME=value` is ours: a variable as a course may have it wrong.
    const changes = options.filter((option) => option.startsWith('--set='))
    const words = options.filter((option) => !changes.includes(option))
    const changed = changes.map((change): [string, string] => {
      const [, name = '', value = ''] = /^--set=(\w+)=(.*)$/s.exec(change) ?? []
      return [name, value]
    })
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [cli, 'publish', '--grades', this.place, ...words],
      {
        reject: false,
        extendEnv: false,
        cwd: this.folder,
        timeout: 60_000,
        env: {
          PATH: process.env.PATH ?? '',
          CI: 'true',
          GITHUB_EVENT_PATH: eventPath,
          GITHUB_REPOSITORY: api.state.repository,
          GITHUB_API_URL: api.url,
          GITHUB_TOKEN: api.state.token,
          ...Object.fromEntries(changed),
        },
      },
    )
    return { exitCode, stdout, stderr }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

export async function openBench(artifact?: unknown): Promise<PublishBench> {
  const bench = new PublishBench(await mkdtemp(join(tmpdir(), 'cgrade-publish-')))
  await mkdir(join(bench.folder, 'in'))
  if (artifact !== undefined) await bench.put(artifact)
  return bench
}

/** A course in which alice passed everything, and the bench for publishing that. */
export async function openAlice(on: Partial<GitHubState> = {}) {
  const api = await startGitHubApi({ pulls: [pullOfAlice()], ...on })
  const bench = await openBench(fileOf(gradeOf('alice')))
  return {
    api,
    bench,
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]()
      await api[Symbol.asyncDispose]()
    },
  }
}

/** For `before`: the answer once to the first request that fits, then the server works. */
export function failOnce(
  method: string,
  path: RegExp,
  answer: TestAnswer | 'drop',
): NonNullable<GitHubState['before']> {
  let isDone = false
  return (request) => {
    if (isDone || request.method !== method || !path.test(request.path)) return undefined
    isDone = true
    return answer
  }
}
