import { nearest } from '../../model/nearest.ts'
import type { SubmissionConfig } from '../../model/submission.ts'
import type { ConfigProblem } from '../../model/submission-config.ts'
import type { YamlSource } from '../../model/submission-config-yaml.ts'
import { quotePath } from './intake-faults.ts'
import { type EntryIndex, findEntry, resolvePath } from './links.ts'

type Wanted = 'file' | 'folder' | 'file or folder'

const pathKeys: { section: keyof SubmissionConfig; key: string; wanted: Wanted }[] = [
  { section: 'httpserver', key: 'dockerfile', wanted: 'file' },
  { section: 'httpserver', key: 'context', wanted: 'folder' },
  { section: 'network', key: 'script', wanted: 'file' },
  { section: 'memory', key: 'dockerfile', wanted: 'file' },
  { section: 'memory', key: 'context', wanted: 'folder' },
  { section: 'memory', key: 'source', wanted: 'file or folder' },
  { section: 'chroot', key: 'script', wanted: 'file' },
  { section: 'chroot', key: 'rootfs', wanted: 'file or folder' },
  { section: 'memory', key: 'script', wanted: 'file' },
]

/** Checks the paths of a configuration and puts the paths of real entries in their place. */
export function settlePaths(config: SubmissionConfig, source: YamlSource, index: EntryIndex) {
  const problems: ConfigProblem[] = []
  const settled = structuredClone(config) as Record<string, Record<string, unknown> | undefined>
  for (const { section, key, wanted } of pathKeys) {
    const keys = settled[section]
    const written = keys?.[key]
    if (keys === undefined || typeof written !== 'string') continue
    const found = settlePath(written, wanted, index)
    if ('path' in found) keys[key] = found.path === '' ? '.' : found.path
    else {
      const line = source.lineOf([section, key])
      const sentence = `\`${source.file}\` line ${line}: \`${section}.${key}\` is ${quotePath(written)}, ${found.problem}`
      problems.push({ line, sentence })
    }
  }
  return { config: settled as SubmissionConfig, problems }
}

function settlePath(written: string, wanted: Wanted, index: EntryIndex): { path: string } | { problem: string } {
  if (written.startsWith('/') || written.startsWith('~')) {
    return { problem: 'but a path must be relative to the folder that is handed in.' }
  }
  if (!resolvePath(index, written).inside) return { problem: 'which leads out of the folder that is handed in.' }
  const entry = findEntry(index, written)
  if (entry === undefined) return { problem: `which does not exist${suggest(written, wanted, index)}` }
  const kind = entry.kind === 'directory' ? 'folder' : 'file'
  if (!wanted.includes(kind)) return { problem: `which is a ${kind}, but a ${wanted} is expected.` }
  return { path: entry.path }
}

function suggest(written: string, wanted: Wanted, index: EntryIndex): string {
  const fitting = [...index.values()]
    .filter(({ kind }) => wanted.includes(kind === 'directory' ? 'folder' : 'file'))
    .map(({ path }) => path)
  const asWritten = written.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '')
  const meant = nearest(asWritten, fitting) ?? nearestByName(asWritten, fitting)
  return meant === undefined ? '.' : `; did you mean ${quotePath(meant)}?`
}

/** The right name in another folder. */
function nearestByName(written: string, paths: string[]): string | undefined {
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  const byName = new Map(paths.toReversed().map((path) => [nameOf(path), path]))
  const name = nearest(nameOf(written), byName.keys())
  return name === undefined ? undefined : byName.get(name)
}
