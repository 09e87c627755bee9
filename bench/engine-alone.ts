import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { pack } from 'tar-stream'
import type { Race } from './contestants.ts'
import type { Submission } from './go-submissions.ts'
import type { Scope } from './scope.ts'

const patienceMs = 20_000

/** Builds each submission, starts it once, waits for one answer, and removes it: the same builds, nothing else. */
export async function gradeByEngineAlone({ scope, submissions, jobs, warm }: Race): Promise<void> {
  const limit = pLimit(jobs)
  await Promise.all(
    submissions.map((one) =>
      limit(async () => {
        scope.signal.throwIfAborted()
        const imageId = await build(scope, one, warm)
        await runOnce(scope, one, imageId)
        await scope.docker.getImage(imageId).remove({ force: true })
      }),
    ),
  )
}

async function build(scope: Scope, { folder, files }: Submission, warm: Race['warm']): Promise<string> {
  const context = pack()
  for (const name of files) {
    const bytes = await readFile(join(folder, name))
    const isExecutable = !name.includes('.')
    const content = name === 'Dockerfile' ? onWarm(String(bytes), warm) : bytes
    context.entry({ name, mode: isExecutable ? 0o755 : 0o644 }, content)
  }
  context.finalize()
  const settings = { nocache: true, rm: true, forcerm: true, version: '1' as const }
  const stream = await scope.docker.buildImage(Readable.from(context), settings)
  let imageId: string | undefined
  let words = ''
  for await (const chunk of stream) words += chunk
  for (const line of words.split('\n').filter((one) => one !== '')) {
    const event = JSON.parse(line) as { error?: string; aux?: { ID?: string } }
    if (event.error !== undefined) throw new Error(`A build by the engine alone failed: ${event.error}`)
    imageId = event.aux?.ID ?? imageId
  }
  if (imageId === undefined) throw new Error('A build by the engine alone ended without an image.')
  return imageId
}

/** The base of that kind of build, put in by id. */
function onWarm(dockerfile: string, warm: Race['warm']): string {
  if (warm === undefined) return dockerfile
  const id = warm.ids.get(dockerfile.includes('CGO_ENABLED=0') ? 'cgo0' : 'cgo1') ?? warm.base.id
  return dockerfile.replace(warm.base.name, id)
}

async function runOnce({ docker }: Scope, { port, healthText }: Submission, imageId: string): Promise<void> {
  const container = await docker.createContainer({ Image: imageId })
  try {
    await container.start()
    const { NetworkSettings } = await container.inspect()
    const url = `http://${NetworkSettings.Networks.bridge?.IPAddress}:${port}/healthz`
    await expectAnswer(url, healthText)
  } finally {
    await container.remove({ force: true, v: true })
  }
}

async function expectAnswer(url: string, expected: string): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const text = await fetch(url, { headers: { connection: 'close' } }).then(
      (answer) => answer.text(),
      () => undefined,
    )
    if (text?.trim() === expected) return
    if (performance.now() > deadline) throw new Error(`${url} answered \`${text}\`, expected \`${expected}\`.`)
    await sleep(10)
  }
}
