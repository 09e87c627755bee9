import * as z from 'zod'
import type { MarkdownText } from '../model/encoded.ts'
import { ApiRefusal } from './api-answer.ts'
import type { GitHubApi } from './api-client.ts'
import { lookAgain } from './look-again.ts'
import type { GradedRun } from './read-event.ts'

export const checkName = 'cgrade'
/** A job of a student's own workflow may be called `cgrade`, too, and is a check run of the same app: ours have this. */
const externalPrefix = 'cgrade-publish/'
/** GitHub takes no more in one request. */
const pageSize = 50

export interface CheckAnnotation {
  path: string
  start_line: number
  end_line: number
  annotation_level: 'notice' | 'warning' | 'failure'
  title: string
  message: string
}

export interface CheckOutput {
  title: string
  summary: MarkdownText
  text: MarkdownText
  annotations: CheckAnnotation[]
}

export interface CheckToWrite {
  conclusion: 'success' | 'neutral' | 'failure'
  output: CheckOutput
}

const checkRunSchema = z.object({
  id: z.int().positive(),
  name: z.string(),
  external_id: z.string().nullish(),
  app: z.object({ slug: z.string().nullish() }).nullish(),
})
const listSchema = z.object({ check_runs: z.array(checkRunSchema) })
const writtenSchema = z.object({ id: z.int().positive() })
const annotationsSchema = z.array(
  z.object({
    path: z.string(),
    start_line: z.int(),
    annotation_level: z.string().nullish(),
    title: z.string().nullish(),
  }),
)

/** One check run for the commit, whatever became of an earlier attempt. Its id. */
export async function writeCheck(api: GitHubApi, run: GradedRun, check: CheckToWrite): Promise<number> {
  return lookAgain(
    () => writeOnce(api, run, check),
    () => false,
  )
}

async function writeOnce(api: GitHubApi, run: GradedRun, { conclusion, output }: CheckToWrite): Promise<number> {
  const { annotations, ...texts } = output
  const body = (page: CheckAnnotation[]) => ({
    name: checkName,
    external_id: `${externalPrefix}${run.id}/${run.attempt}`,
    details_url: run.url,
    status: 'completed',
    conclusion,
    output: { ...texts, annotations: page },
  })
  const present = await findOwn(api, run)
  let written = present === undefined ? undefined : await countWritten(api, run, present, annotations)
  let id = present
  do {
    const from = written ?? 0
    const page = annotations.slice(from, from + pageSize)
    id = await writePage(api, run, written === undefined ? undefined : id, body(page))
    written = from + page.length
  } while (written < annotations.length)
  return id
}

/** A check run that is gone by now is made anew. */
async function writePage(api: GitHubApi, run: GradedRun, id: number | undefined, body: object): Promise<number> {
  const path = `/repos/${run.repository}/check-runs`
  const create = async () => (await api.write('POST', path, { ...body, head_sha: run.headSha }, writtenSchema)).id
  if (id === undefined) return create()
  try {
    return (await api.write('PATCH', `${path}/${id}`, body, writtenSchema)).id
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return create()
    throw error
  }
}

/** The newest check run of ours for this commit. */
async function findOwn(api: GitHubApi, run: GradedRun): Promise<number | undefined> {
  const query = `check_name=${checkName}&filter=all&per_page=100`
  const { check_runs: found } = await api.get(
    `/repos/${run.repository}/commits/${run.headSha}/check-runs?${query}`,
    listSchema,
  )
  const ours = found.filter((one) => one.name === checkName && one.external_id?.startsWith(externalPrefix) === true)
  return ours.map(({ id }) => id).sort((a, b) => b - a)[0]
}

/**
 * How many of the annotations a check run has already; undefined when it has others, which GitHub offers no way to take back:
 * then a new check run takes its place.
 */
async function countWritten(
  api: GitHubApi,
  run: GradedRun,
  id: number,
  wanted: CheckAnnotation[],
): Promise<number | undefined> {
  const path = `/repos/${run.repository}/check-runs/${id}/annotations`
  const present = await api.list(path, annotationsSchema).catch((error: unknown) => {
    if (error instanceof ApiRefusal && error.status === 404) return undefined
    throw error
  })
  if (present === undefined || present.length > wanted.length) return undefined
  const nameOf = (one: { path: string; start_line: number; title?: string | null | undefined }) =>
    JSON.stringify([one.path, one.start_line, one.title ?? ''])
  const isSame = present.every((one, index) => nameOf(one) === nameOf(wanted[index] ?? one))
  return isSame ? present.length : undefined
}
