import { posix } from 'node:path'
import { GraderError } from '../../model/grader-error.ts'
import type { CgroupTrial, ScriptGroup } from '../../model/observations.ts'
import { leastLimitBytes } from '../../model/script-groups.ts'
import type { Submission } from '../../model/submission.ts'
import { type MachineEnd, runInMachine } from '../../sandbox/machine/script-machine.ts'
import { parseGroups } from '../../sandbox/observer/readings.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { readSnapshotText } from '../intake/snapshot-text.ts'
import { setScene } from './cgroup-scene.ts'
import { programNames, sceneFiles } from './fast-malloc.ts'
import type { FoundScript } from './find-script.ts'
import {
  lookedMark,
  type MachineScene,
  observeMachineScene,
  prepareMachineScene,
  scriptPidFile,
  watcherFile,
  writeWatcher,
} from './machine-scene.ts'

export interface MachineTrialOrder {
  submission: Submission
  script: FoundScript
  cgroup: 1 | 2
  askedBytes: number
  timeoutMs: number
  resident: boolean
}

/** Runs the script once as root of a virtual machine with that version of cgroup. */
export async function tryInMachine(bench: ExerciseBench, order: MachineTrialOrder): Promise<CgroupTrial> {
  const { script, cgroup, askedBytes } = order
  const machine: MachineScene = {
    cgroup,
    askedBytes: { least: leastLimitBytes(askedBytes), most: askedBytes },
    names: programNames(script.text),
  }
  const scene = setScene(order.submission, script, askedBytes)
  const ours = [...sceneFiles(askedBytes), { path: watcherFile, content: writeWatcher(machine), executable: true }]
  const end = await runInMachine({
    cgroup,
    files: [
      ...ours.map(({ path, content, executable }) => ({ path: posix.join('/', path), text: content, executable })),
      ...readFiles(order.submission, new Set(scene.files.map(({ path }) => path))),
      ...scene.files.map(({ path, content, executable }) => ({ path, text: content, executable })),
    ],
    prepare: prepareMachineScene(order.resident),
    command: ['sh', '-c', `echo $$ >${scriptPidFile}; cd "$1" && exec bash "$2"`, 'sh', scene.folder, scene.scriptName],
    observe: observeMachineScene(machine),
    timeoutMs: order.timeoutMs,
    signal: bench.signal,
  })
  const seen = readObserved(end.observed, cgroup)
  return {
    script: script.path,
    cgroupVersion: cgroup,
    ranIn: 'machine',
    groups: seen.groups,
    killed: !seen.alive && seen.groups.some(({ held, oomKills }) => held && oomKills > 0),
    end: endOf(end, seen.settled),
    notes: [],
  }
}

const mostFileBytes = 256 * 1024
const mostBytes = 8 * 1024 ** 2

/** All that a script may read beside itself, as text; programs of the student are not needed. */
function readFiles(submission: Submission, taken: Set<string>) {
  let bytes = 0
  return submission.entries.flatMap((entry) => {
    if (entry.kind !== 'file' || taken.has(entry.path) || entry.bytes > mostFileBytes) return []
    bytes += entry.bytes
    if (bytes > mostBytes) return []
    const { path, executable } = entry
    return [{ path, text: readSnapshotText(submission, path, mostFileBytes), executable }]
  })
}

function readObserved(observed: string, cgroup: 1 | 2) {
  const lines = observed.split('\n')
  if (!lines.includes(lookedMark)) {
    throw new GraderError('engine.failed', 'The virtual machine was lost before it told what the script did.')
  }
  const held = new Set(lines.flatMap((line) => (line.startsWith('held ') ? [line.slice('held '.length)] : [])))
  const first = lines.findIndex((line) => line.startsWith('group '))
  const shown = first === -1 ? [] : parseGroups(lines.slice(first), cgroup)
  const groups = shown
    .filter(({ path }) => path !== 'user.slice' && !path.startsWith('user.slice/'))
    .map(({ path, reading }): ScriptGroup => {
      const { limitBytes, swappiness, swapLimitBytes, oomKills, peakBytes, chargedBytes } = reading
      return {
        path,
        ...(limitBytes === undefined ? {} : { limitBytes }),
        ...(swappiness === undefined ? {} : { swappiness }),
        ...(swapLimitBytes === undefined ? {} : { swapLimitBytes }),
        held: held.has(path),
        oomKills,
        peakBytes: peakBytes ?? chargedBytes,
      }
    })
  return { groups, alive: lines.includes('alive'), settled: lines.includes('settled') }
}

/** A script that was ended because all was seen looks as if it had been killed. */
function endOf({ how, exitCode, output }: MachineEnd, settled: boolean): CgroupTrial['end'] {
  if (settled && exitCode === 137) return { how: 'stopped', output }
  return { how, ...(exitCode === undefined ? {} : { exitCode }), output }
}
