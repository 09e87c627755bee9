import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PushedTrial } from '../../model/observations.ts'
import type { ServerFacts } from '../../model/verdict.ts'
import { curlHeaders, get, type HttpTarget } from '../../probes/http.ts'
import type { ImageQuestion } from '../../probes/registry.ts'
import { fetchImage } from '../../probes/registry-pull.ts'
import { roleLabel } from '../../sandbox/engine.ts'
import { removeImage } from '../../sandbox/images.ts'
import { loadImage } from '../../sandbox/load-image.ts'
import { judgeEcho } from '../../spec-kit/judge-echo.ts'
import { drawFrom } from '../../spec-kit/random.ts'
import type { Boots } from '../boot/boots.ts'
import type { ExerciseBench } from '../exercise-bench.ts'

const times = 2
const headerCount = 3

/** Starts the pushed image beside the server that was built, and asks both the same. */
export async function tryPushed(
  bench: Pick<ExerciseBench, 'engine' | 'labels' | 'course' | 'seed' | 'signal' | 'workFolder'>,
  question: ImageQuestion,
  digest: string,
  server: ServerFacts,
  boots: Boots,
): Promise<PushedTrial> {
  const { build, boot } = bench.course.assignment.limits
  const folder = await mkdtemp(join(bench.workFolder, 'pushed-'))
  let imageId: string | undefined
  try {
    const asked = { ...question, timeoutMs: build.timeoutMs }
    const { config, layers } = await fetchImage(asked, digest, folder, build.imageBytes)
    // Two students may name the same image: each has it under an id of its own, and removes just that.
    const labels = { ...bench.labels, [roleLabel]: 'submission', 'dev.cgrade.pushed': randomUUID() }
    imageId = await loadImage(bench.engine, {
      config,
      layers,
      labels,
      limitBytes: build.diskBytes,
      signal: bench.signal,
    })
    const pushed = boots.ofImage(imageId)
    try {
      const start = await pushed.start()
      if (!start.ok) return { serves: false, fault: start.fault }
      const sent = drawFrom(`${bench.seed}/${digest}`).headers(headerCount)
      const ask = (target: HttpTarget) => askAll({ ...target, timeoutMs: boot.requestTimeoutMs }, start.routes, sent)
      const [echo, ownEcho] = [judgeEcho(await ask(start), sent), judgeEcho(await ask(server), sent)]
      pushed.throwIfBroken()
      return { serves: true, echo: echo.credit, ownEcho: ownEcho.credit, evidence: echo.evidence ?? [] }
    } finally {
      await pushed.dispose()
    }
  } finally {
    if (imageId !== undefined) await removeImage(bench.engine, imageId)
    await rm(folder, { recursive: true, force: true })
  }
}

async function askAll(target: HttpTarget & { timeoutMs: number }, routes: string[], sent: [string, string][]) {
  const answers: Awaited<ReturnType<typeof get>>[] = []
  for (const path of routes) {
    for (let time = 0; time < times; time += 1) {
      answers.push(await get(target, { path, headers: [...curlHeaders, ...sent] }))
    }
  }
  return answers
}
