import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import type { ScriptBox } from '../../sandbox/script-box/script-box.ts'

/** What the engine has no answer to is not there, in whatever words; without an engine there is no answer at all. */
export async function readIfThere(box: ScriptBox, path: string): Promise<Readable | undefined> {
  try {
    return await box.read(path)
  } catch (thrown) {
    if ((thrown as { statusCode?: number }).statusCode === undefined) throw thrown
    return undefined
  }
}

/** The beginning of a file of the box; whatever the script made of it is text at most. */
export async function readNote(box: ScriptBox, path: string): Promise<string> {
  const source = await readIfThere(box, path)
  if (source === undefined) return ''
  try {
    const archive = extract()
    source.on('error', (error) => archive.destroy(error))
    source.pipe(archive)
    for await (const entry of archive) {
      if (entry.header.type !== 'file' || (entry.header.size ?? 0) > 64 * 1024) return ''
      return await text(entry)
    }
    return ''
  } catch {
    return ''
  } finally {
    source.destroy()
  }
}

export function tellPassedOver(noted: string): string[] {
  const lines = [...new Set(noted.split('\n').filter((line) => line !== ''))]
  if (lines.length === 0) return []
  const shown = lines.slice(0, 3).map((line) => `\`${line.slice(0, 80)}\``)
  return [
    `Some commands need more rights than a sandbox has, and were replaced: ${shown.join(', ')}${lines.length > 3 ? ', ...' : ''}.`,
  ]
}
