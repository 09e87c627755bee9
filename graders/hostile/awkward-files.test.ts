import { describe, expect, test } from 'vitest'
import { flagsOf } from '../stages/build/flags.ts'
import { imageNamed, nameLayer } from '../stages/chroot/hand-out-image.ts'
import { namedLibraries } from '../stages/chroot/named-libraries.ts'
import { discoverServer } from '../stages/discover/discover.ts'
import { parseDockerfile } from '../stages/dockerfile/dockerfile.ts'
import { readAskedProcess } from '../stages/evidence/asked-process.ts'
import { findTranscript } from '../stages/evidence/find-transcript.ts'
import { assignment, withIntake } from '../stages/intake/test-submission.ts'
import { discoverProgram } from '../stages/memory/discover-program.ts'
import { spellingOf, withoutComments } from '../stages/scripts/cgroup-place.ts'
import { programNames, startsItsOwn } from '../stages/scripts/fast-malloc.ts'
import { findScript } from '../stages/scripts/find-script.ts'
import { readCommands } from '../stages/scripts/read-commands.ts'
import { takeBlock } from '../stages/scripts/split-blocks.ts'

/** One process grades everybody: while a pattern searches the files of one submission, all the others wait. */

/** As much of a source, and of a script, as is read. */
const size = 255 * 1024
const scriptSize = 63 * 1024
const repeat = (text: string) => text.repeat(Math.ceil(size / text.length)).slice(0, size)
const awkward: Record<string, string> = {
  'empty lines': repeat('\n'),
  'empty lines with tabs': repeat('\n\t'),
  'blanks in one line': `${repeat(' ')}x`,
  'one word': repeat('a'),
  'one word of a server': repeat('Serve'),
  'one word of an address': repeat('addr'),
  'opened brackets': repeat('f('),
  'opened pictures': repeat('!['),
  'names of tools': repeat('docker '),
  'names of tools in one script': repeat('nsenter --target tar ldd cp '),
  'process ids': repeat('pid'),
  'remarks in remarks': repeat('\t#'),
  slashes: repeat('/'),
  ampersands: repeat('&'),
  dots: repeat('.'),
  colons: repeat('a:'),
  'words of C': repeat('static '),
  'words of Go': repeat('func main '),
  'half a variable': repeat('A=& '),
  'half an import': repeat('import "a.b" '),
  compilers: repeat('gcc go build '),
  loops: repeat('\nfor do '),
}
/** Each by itself takes milliseconds. */
const patienceMs = 40_000

describe('H26: files that are awkward for patterns', () => {
  test.each(Object.entries(awkward))('H26: %s hold up nobody', async (_name, text) => {
    const began = performance.now()
    const script = text.slice(0, scriptSize)
    const files = {
      'httpserver/main.go': `package main\n${text}`,
      'httpserver/app.py': text,
      'malloc/malloc.go': `package main\nimport "C"\n${text}`,
      'malloc/malloc.c': text,
      Dockerfile: `FROM scratch\nRUN x ${script.slice(0, scriptSize / 2).replaceAll('\n', '\\\n')}\n`,
      Makefile: text,
      'README.md': text,
      'session.txt': text,
      ...Object.fromEntries(
        ['cgroup', 'chroot', 'rootfs', 'nsenter'].map((name) => [`${name}.sh`, `#!/bin/sh\n${script}`]),
      ),
    }
    await withIntake(files, async (intake) => {
      if (!intake.ok) throw new Error(intake.fault.message)
      const { submission } = intake
      await discoverServer(submission, assignment)
      await discoverProgram(submission)
      findTranscript(submission, undefined)
      for (const purpose of ['cgroup', 'nsenter', 'chroot', 'rootfs'] as const) findScript(submission, purpose)
    })
    readScript(script)
    const parsed = parseDockerfile(files.Dockerfile, 'Dockerfile')
    if (parsed.ok) flagsOf(parsed.dockerfile, [])
    expect(performance.now() - began).toBeLessThan(patienceMs)
  })
})

function readScript(text: string): void {
  for (const read of [spellingOf, withoutComments, startsItsOwn, programNames, readCommands, readAskedProcess])
    read(text)
  for (const read of [imageNamed, namedLibraries]) read(text)
  nameLayer(text, 'seed')
  for (const kind of ['jail', 'image'] as const) takeBlock(text, kind)
}

test('H26 control: a pattern that reads blanks across lines takes a thousand times as long for the same file', () => {
  const text = '\n'.repeat(40_000)
  const measure = (pattern: RegExp) => {
    const began = performance.now()
    pattern.test(text)
    return performance.now() - began
  }
  const withinLines = measure(/^[^\S\n]*func\s+main\b/m)
  expect(measure(/^\s*func\s+main\b/m)).toBeGreaterThan(20 * withinLines)
})
