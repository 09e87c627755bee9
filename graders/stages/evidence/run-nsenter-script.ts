import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { NetworkEvidence, Observation } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import { type MachineOrder, runInMachine, whyNoMachine } from '../../sandbox/machine/script-machine.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import type { FoundScript } from '../scripts/find-script.ts'
import { readAskedProcess } from './asked-process.ts'
import { drawScene, writeScene } from './namespace-scene.ts'

const timeoutMs = 120_000
/** What a script may call besides itself; not programs. */
const mostFileBytes = 64 * 1024
const mostBytes = 1024 ** 2

const needsMachine =
  'the script needs rights that a container must not have; grade with `--kernel v1` (or `v2`), which runs it in a virtual machine that is thrown away'

/**
 * Runs the handed-in nsenter script as root in a machine that is thrown away, against a process in namespaces of its own,
 * whose address nobody can know who has not entered its network namespace.
 */
export async function runNsenterScript(
  bench: Pick<ExerciseBench, 'kernel' | 'seed' | 'signal' | 'progress'>,
  submission: Submission,
  script: FoundScript,
): Promise<Observation<NetworkEvidence>> {
  if (bench.kernel === 'host') return { state: 'unavailable', why: needsMachine }
  const cgroup = bench.kernel === 'v1' ? 1 : 2
  const { signal } = bench
  const missing = await whyNoMachine({ say: (message) => bench.progress.message(message), signal })
  if (missing !== undefined) return { state: 'unavailable', why: missing }
  const asked = readAskedProcess(script.text)
  const scene = drawScene(asked, `${bench.seed}/${submission.id}/nsenter`)
  const folder = posix.dirname(script.path)
  const name = posix.basename(script.path)
  const { how, exitCode, output } = await runInMachine({
    cgroup,
    files: [
      ...(await readSmallFiles(submission, script.path)),
      { path: script.path, text: script.text, executable: true },
    ],
    prepare: writeScene(scene),
    command: ['sh', '-c', 'cd "$1" && exec bash "$2" "$3"', 'sh', folder, name, String(scene.pid)],
    // For a script that asks for the process, and for one that opens a shell in the namespace.
    stdin: `${scene.pid}\nip addr\n`,
    observe: '',
    timeoutMs,
    signal,
  })
  const told = asked.pid === undefined ? 'its first argument' : `the number ${asked.pid}, which is written in it`
  return {
    state: 'seen',
    facts: {
      kind: 'script',
      file: script.path,
      address: scene.address,
      printed: shows(output, scene.address),
      end: { how, ...(exitCode === undefined ? {} : { exitCode }), output },
      notes: [...script.notes, `It ran in a virtual machine; the process to enter was ${told}.`],
    },
  }
}

/** The address itself, not the beginning of a longer one. */
export function shows(output: string, address: string): boolean {
  return new RegExp(`(?<![\\d.])${address.replaceAll('.', '\\.')}(?!\\d|\\.\\d)`).test(output)
}

async function readSmallFiles(submission: Submission, scriptPath: string): Promise<MachineOrder['files']> {
  let bytes = 0
  const files: MachineOrder['files'] = []
  for (const entry of submission.entries) {
    if (entry.kind !== 'file' || entry.path === scriptPath) continue
    if (entry.bytes > mostFileBytes || bytes + entry.bytes > mostBytes) continue
    bytes += entry.bytes
    const content = await readFile(join(submission.root, entry.path))
    files.push({ path: entry.path, text: content, executable: entry.executable })
  }
  return files
}
