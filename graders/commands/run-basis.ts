import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunRecord } from '../model/grade.ts'
import type { Kernel } from '../model/progress.ts'
import type { RunBasis } from '../model/run-request.ts'
import type { Course } from '../stages/specs/load-assignment.ts'

const own = fileURLToPath(new URL('../', import.meta.url))
/** Packages decide, too; an installation from npm has no lock file. */
const pinned = ['package-lock.json', 'package.json']
/** Layers that no grade can come from: what grades imports none of them (.dependency-cruiser.cjs). */
const beside = new Set(['cli', 'commands', 'github', 'hostile', 'init', 'queue', 'reporters', 'store'])

/** What the grades of a run depend on beside the submissions and their base images. */
export async function basisOf(course: Course, engine: RunRecord['engine'], kernel: Kernel): Promise<RunBasis> {
  const rights = process.getuid?.() === 0 ? 'root' : 'without root'
  return {
    judgingDigest: course.judgingDigest,
    graderDigest: await digestGrader(),
    machine: `${engine.name} ${engine.version}, cgroup v${engine.cgroup}, ${rights}, kernel ${kernel}`,
  }
}

let ownDigest: Promise<string> | undefined

/** sha256 over the code that grades, as it is on disk, and its packages. */
export function digestGrader(): Promise<string> {
  ownDigest ??= digestFiles()
  return ownDigest
}

async function digestFiles(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of await listOwn(own, true)) hash.update(`${relative(own, path)}\0`).update(await readFile(path))
  // Seen from here, and from the same file below `dist/`.
  for (const name of pinned.flatMap((file) => [`../../${file}`, `../../../${file}`])) {
    const text = await readFile(new URL(name, import.meta.url)).catch(() => undefined)
    if (text !== undefined)
      return hash
        .update(`\0${basename(name)}\0`)
        .update(text)
        .digest('hex')
  }
  return hash.digest('hex')
}

async function listOwn(folder: string, isTop: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry
    if (isTop && beside.has(name.replace(/\.[jt]s$/, ''))) continue
    if (entry.isDirectory()) found.push(...(await listOwn(join(folder, name), false)))
    else if (/\.[jt]s$/.test(name) && !/\.d\.ts$|\.test\.[jt]s$|^test-/.test(name)) found.push(join(folder, name))
  }
  return found
}
