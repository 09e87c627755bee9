import { readFile } from 'node:fs/promises'

/** Of this package, from its source or compiled. */
export async function graderVersion(): Promise<string> {
  for (const place of ['../package.json', '../../package.json']) {
    const text = await readFile(new URL(place, import.meta.url), 'utf8').catch(() => undefined)
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version
  }
  return 'unknown'
}
