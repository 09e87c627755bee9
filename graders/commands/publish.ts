import { readFile } from 'node:fs/promises'
import { connectApi, type GitHubApi } from '../github/api-client.ts'
import { readCheckTitles } from '../github/check-titles.ts'
import { findPullRequest } from '../github/find-pull-request.ts'
import { type JudgedChanges, judgeChanges } from '../github/judge-changes.ts'
import { composePublication, type Publication } from '../github/publication.ts'
import { readArtifact } from '../github/read-artifact.ts'
import { readChangedPaths } from '../github/read-changes.ts'
import { type GradedRun, readEvent } from '../github/read-event.ts'
import { UsageError } from '../model/grader-error.ts'
import { forJson, forTerminal, terminal } from '../reporters/escape.ts'
import { archiveStem } from '../stages/intake/archive-names.ts'
import { score } from '../stages/score.ts'
import { type Course, loadCourse } from '../stages/specs/load-assignment.ts'
import type { PublishOptions } from './declare-publish.ts'
import { exitCodeOf } from './exit-code.ts'
import { exitCodes, type Io } from './io.ts'
import { explainRefusal, readGitHubSettings } from './publish-settings.ts'
import { tellPublication, writePublication } from './write-publication.ts'

/** GitHub lets a job of ours wait for its rate limits so long. */
const deadlineMs = 180_000

/** GitHub says so of runs that wait for an approval, or had nothing to do. */
const withoutGrading = ['action_required', 'skipped']

/** The privileged half of grading on GitHub: believes the event and the API, and nothing of the artifact. */
export async function publish(options: PublishOptions, io: Io): Promise<number> {
  const settings = readGitHubSettings(process.env)
  // The assignment is code of the course's, which has no business with it.
  delete process.env.GITHUB_TOKEN
  const text = await readFile(settings.eventPath, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The event in GITHUB_EVENT_PATH cannot be read (${error.code}).`)
  })
  const run = readEvent(text, { repository: settings.repository, flow: options.flow })
  if (withoutGrading.includes(run.conclusion)) {
    io.err(terminal`Nothing was graded (${forTerminal(run.conclusion)}), so nothing is published.\n`)
    return exitCodes.ok
  }
  const course = await loadCourse(options.assignment)
  await using api = connectApi({ ...settings, signal: io.signal, deadlineMs })
  try {
    const target = await lookAtPullRequest(api, run, options)
    const publication = await compose(options, course, run, target.changes)
    const written = options.dryRun ? undefined : await writePublication(api, run, target, publication)
    tellPublication({ run, target, publication, written }, options, io)
    if (options.json) io.out(forJson(documentOf(run, target, publication, written)))
    return exitCodes.ok
  } catch (error) {
    throw explainRefusal(error)
  }
}

export interface Target {
  changes: JudgedChanges
  /** The pull request whose newest commit was graded. */
  pullRequest?: number
  /** A sentence for the log about why there is none. */
  withoutComment?: string
}

async function lookAtPullRequest(api: GitHubApi, run: GradedRun, options: PublishOptions): Promise<Target> {
  const layout = {
    flow: options.flow,
    submissions: options.submissions,
    repositoryName: run.repository.split('/')[1] ?? '',
    archiveStem,
  }
  if (run.event === 'push') {
    return { changes: judgeChanges([], true, layout), withoutComment: 'a push has no pull request' }
  }
  const nobodyKnows = (why: string): Target => ({
    changes: {
      ...judgeChanges([], true, layout),
      untrusted: `${why}, so nobody can tell what it changed.`,
      isStale: true,
    },
    withoutComment: why,
  })
  const search = await findPullRequest(api, run)
  if (search.found === 'none') return nobodyKnows('No open pull request has this commit')
  const changed =
    search.found === 'moved' ? { read: 'moved' as const } : await readChangedPaths(api, run, search.pullRequest)
  if (changed.read === 'moved')
    return nobodyKnows('The pull request was pushed to since, and this commit is not its newest')
  return {
    changes: judgeChanges(changed.paths, changed.read === 'whole', layout),
    pullRequest: search.pullRequest.number,
  }
}

async function compose(
  options: PublishOptions,
  course: Course,
  run: GradedRun,
  changes: JudgedChanges,
): Promise<Publication> {
  const titles = readCheckTitles(await Promise.all(course.specFiles.map((file) => readFile(file, 'utf8'))))
  return composePublication(await readArtifact(options.grades), {
    flow: options.flow,
    run,
    changes,
    rubric: { assignment: course.assignment, titles, score },
    specsDigest: course.specsDigest,
    requirePass: options.requirePass,
    isPassed: (file) => exitCodeOf(file, { requirePass: true }) === exitCodes.ok,
  })
}

function documentOf(run: GradedRun, target: Target, publication: Publication, written: unknown): object {
  const { check, comment, untrusted, remarks } = publication
  return {
    commit: run.headSha,
    pullRequest: target.pullRequest ?? null,
    untrusted: untrusted ?? null,
    remarks,
    check,
    comment: target.pullRequest === undefined ? null : comment,
    written: written ?? null,
  }
}
