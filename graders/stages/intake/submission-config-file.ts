import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault } from '../../model/feedback.ts'
import type { SnapshotEntry, SubmissionConfig } from '../../model/submission.ts'
import { badConfig, parseSubmissionConfig } from '../../model/submission-config.ts'
import { settlePaths } from './config-paths.ts'
import { indexEntries } from './links.ts'

const maxConfigBytes = 64 * 1024

/** Reads `cgrade.yml` of a snapshot; without one, the empty configuration. */
export async function readConfig(root: string, entries: SnapshotEntry[]): Promise<SubmissionConfig | Fault> {
  const written = entries.filter(({ path }) => path === 'cgrade.yml' || path === 'cgrade.yaml')
  const [entry, other] = written
  if (entry === undefined) return {}
  const file = entry.path
  const refuse = (sentence: string) => badConfig([{ line: 1, sentence }], file)
  if (other !== undefined) return refuse(`There are both \`${other.path}\` and \`${file}\`, and only one can count.`)
  if (entry.kind !== 'file') return refuse(`\`${file}\` is a ${entry.kind}, but it must be a file.`)
  if (entry.bytes > maxConfigBytes) {
    return refuse(`\`${file}\` has ${entry.bytes} bytes, more than the ${maxConfigBytes} that it may have.`)
  }
  const bytes = await readFile(join(root, file))
  if (!isUtf8(bytes)) return refuse(`\`${file}\` is not UTF-8 text.`)
  const parsed = parseSubmissionConfig(bytes.toString(), file)
  if (!parsed.ok) return parsed.fault
  const { config, problems } = settlePaths(parsed.config, parsed.source, indexEntries(entries))
  return problems.length > 0 ? badConfig(problems, file) : config
}
