import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Component } from './match-holes.ts'

const largestBytes = 8 * 1024 ** 2
const unpack = promisify(gunzip)

/**
 * What Debian says that a package of this machine closes: its changelog names the holes. Undefined where there is none (not
 * Debian, or documentation left out), and where it is of another version than the one that runs.
 */
export async function readChangelog(
  packageName: string,
  running: string,
  folder = '/usr/share/doc',
): Promise<Component['changelog']> {
  for (const name of ['changelog.Debian.gz', 'changelog.gz']) {
    const text = await readBounded(`${folder}/${packageName}/${name}`)
    const [, version] = /^\S+ \(([^)\s]{1,100})\) /.exec(text ?? '') ?? []
    if (text === undefined || version === undefined || !isOf(version, running)) continue
    const closes = [...new Set(text.match(/\bCVE-\d{4}-\d{4,7}\b|\bGHSA(?:-[a-z\d]{4}){3}\b/g) ?? [])]
    return { distribution: 'Debian', version, closes }
  }
  return undefined
}

/** `1:2.39.5-0+deb12u3` is the package of what calls itself 2.39.5; `1.1.5+ds1-1` is not the package of 1.1.12. */
function isOf(packaged: string, running: string): boolean {
  const version = packaged.replace(/^\d+:/, '')
  return version.startsWith(running) && !/^[\d.]/.test(version.slice(running.length))
}

async function readBounded(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > largestBytes) return undefined
    const bytes = await unpack(await file.readFile(), { maxOutputLength: largestBytes })
    return bytes.toString('utf8')
  } catch {
    return undefined
  }
}
