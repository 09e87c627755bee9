import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type Docker from 'dockerode'
import { execa } from 'execa'
import { type GradesFile, gradesFileSchema } from './model/grade.ts'
import { ownerIsGone, ownerLabel } from './sandbox/engine.ts'
import { listImages } from './sandbox/images.ts'

/** Test support: runs of the real command line over submissions made by a test. */

const root = fileURLToPath(new URL('../', import.meta.url))
/** A small static server of ours that does all that is asked; needs no base image and no build. */
export const quickServer = join(
  root,
  'submissions/corpus/cncamp-module3/right-committed-binary/submission/bin/amd64/hs',
)

export interface Inbox extends AsyncDisposable {
  folder: string
  reports: string
  /** Adds a submission of these files; `server: true` adds the quick server as `hs`. */
  add(id: string, files: Record<string, string>, options?: { server?: boolean }): Promise<void>
  grades(): Promise<GradesFile>
}

export const quickDockerfile = 'FROM scratch\nCOPY hs /hs\nENTRYPOINT ["/hs"]\n'

export async function makeInbox(): Promise<Inbox> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-test-'))
  const reports = join(folder, 'run')
  await mkdir(join(folder, 'inbox'))
  return {
    folder: join(folder, 'inbox'),
    reports,
    async add(id, files, options = {}) {
      const submission = join(folder, 'inbox', id)
      await mkdir(submission, { recursive: true })
      for (const [name, text] of Object.entries(files)) await writeFile(join(submission, name), text)
      if (options.server) await cp(quickServer, join(submission, 'hs'))
    },
    grades: async () => gradesFileSchema.parse(JSON.parse(await readFile(join(reports, 'grades.json'), 'utf8'))),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Pids of graders that this file's tests have started: others kill theirs beside it, and look at what stays. */
const started = new Set<number>()

/** From now on, what this grader leaves behind counts. */
export function noteGrader(pid: number | undefined): void {
  if (pid !== undefined) started.add(pid)
}

/** Starts `cgrade` with these words; never rejects. */
export function startCgrade(words: string[], env: Record<string, string> = {}) {
  const child = execa(process.execPath, [join(root, 'graders/cli.ts'), ...words], {
    cwd: root,
    env,
    reject: false,
    stdin: 'ignore',
  })
  noteGrader(child.pid)
  return child
}

/** Names of everything in the engine that a grader of this test has left, now that it has ended. */
export async function leftovers(docker: Docker): Promise<string[]> {
  const filters = { label: [ownerLabel] }
  const containers = await docker.listContainers({ all: true, filters })
  const networks = await docker.listNetworks({ filters: { label: [ownerLabel] } })
  const images = await listImages(docker, { all: true, label: [ownerLabel] })
  const found = [
    ...containers.map((one) => ({ name: `container ${one.Names.join()} of ${one.Image}`, labels: one.Labels })),
    ...networks.map((one) => ({ name: `network ${one.Name}`, labels: one.Labels })),
    ...images.map((one) => ({ name: `image ${one.Id} ${one.RepoTags?.join() ?? ''}`, labels: one.Labels })),
  ]
  const names: string[] = []
  for (const { name, labels } of found) {
    const owner = labels?.[ownerLabel]
    if (owner === undefined) names.push(name)
    else if (started.has(Number(owner.split('/')[2])) && (await ownerIsGone(owner))) names.push(name)
  }
  return names
}

/** Cgroups of graders of this test that have ended. */
export async function abandonedGroups(): Promise<string[]> {
  const root = '/sys/fs/cgroup'
  const found: string[] = []
  for (const controller of ['', ...(await readdir(root).catch(() => []))]) {
    for (const group of await readdir(join(root, controller, 'cgrade')).catch(() => [])) {
      const pid = /^(\d+)-/.exec(group)?.[1]
      if (!started.has(Number(pid))) continue
      const runs = pid !== undefined && (await readFile(`/proc/${pid}/comm`).catch(() => undefined))
      if (pid !== undefined && !runs) found.push(join(root, controller, 'cgrade', group))
    }
  }
  return found
}
