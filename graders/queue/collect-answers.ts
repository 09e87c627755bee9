import type { RunRecord } from '../model/grade.ts'
import type { Progress } from '../model/progress.ts'
import type { Queue } from './connect-queue.ts'
import { type RunNotice, type Told, toldKey } from './messages.ts'
import type { OpenAnswers } from './open-answers.ts'
import { readTold } from './read-told.ts'

type BaseImage = RunRecord['baseImages'][number]

/** What the record of a run says of the machines that graded it. */
export interface Heard {
  /** Of the first grade that came. */
  engine: RunRecord['engine'] | undefined
  /** By all that is known of each. */
  baseImages: Map<string, BaseImage>
}

/** Hands on what the workers tell of a run: progress to who shows it, grades to who waits for them. */
export function collectAnswers(order: {
  connection: Queue
  run: RunNotice
  answers: OpenAnswers
  heard: Heard
  progress: Progress
  signal: AbortSignal
}): { caughtUp: Promise<void> } {
  const { connection, run, answers, heard, progress, signal } = order
  const { promise, resolve } = Promise.withResolvers<void>()
  const otherEngines = new Set<string>()

  const note = (told: Extract<Told, { kind: 'graded' }>) => {
    heard.engine ??= told.engine
    const [one, other] = [heard.engine, told.engine].map((engine) => JSON.stringify(engine))
    if (one !== other && !otherEngines.has(told.worker)) {
      otherEngines.add(told.worker)
      const { name, version, cgroup } = told.engine
      progress.message(
        `\`${told.worker}\` has another engine than the first worker: ${name} ${version}, cgroup v${cgroup}. What can be judged may differ.`,
      )
    }
    const used = new Set(told.grade.baseImages?.map(({ name }) => name))
    for (const image of told.baseImages) {
      if (used.has(image.name) || (image.standInFor !== undefined && used.has(image.standInFor)))
        heard.baseImages.set(JSON.stringify(image), image)
    }
  }
  const handOn = (told: Told) => {
    if (told.kind === 'message') return progress.message(`${told.worker}: ${told.text}`)
    const id = answers.idOf(told.job)
    if (told.kind === 'graded') {
      if (answers.take(told)) note(told)
      else
        progress.message(`${told.grade.submission.id}: \`${told.worker}\` sent a second grade; the first one counts.`)
    } else if (id !== undefined && told.kind === 'stage') {
      progress.stage(id, told.stage, told.detail?.slice(0, 300), told.worker)
    } else if (id !== undefined && told.kind === 'check') progress.check(id, told.check)
  }
  const collect = async () => {
    for await (const next of readTold(connection.waiting, run.id, signal)) {
      if (next === undefined) resolve()
      else {
        if (next.told === 'unreadable') progress.message('What a worker has sent cannot be read, and was left out.')
        else handOn(next.told)
        connection.redis.xdel(toldKey(run.id), next.entry).catch(() => {})
      }
    }
  }
  collect()
    .catch((thrown: Error) => {
      if (!signal.aborted) progress.message(`The queue cannot be read: ${thrown.message}`)
    })
    .finally(resolve)
  return { caughtUp: promise }
}
