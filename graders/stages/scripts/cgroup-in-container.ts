import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { pack } from 'tar-stream'
import { GraderError } from '../../model/grader-error.ts'
import type { CgroupTrial, ScriptEnd } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import type { Observer } from '../../sandbox/observer/observer.ts'
import { openScriptBox, type ScriptBox } from '../../sandbox/script-box/script-box.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { setScene, workFolder } from './cgroup-scene.ts'
import { growFile, programNames, sceneFiles, sceneFolder } from './fast-malloc.ts'
import type { FoundScript } from './find-script.ts'
import { GroupWatch } from './group-watch.ts'
import { type ExtraFile, packSnapshot } from './pack-snapshot.ts'

export interface ContainerTrialOrder {
  submission: Submission
  script: FoundScript
  observer: Observer
  askedBytes: number
  timeoutMs: number
  /** Our program runs before the script does; else the script starts it. */
  resident: boolean
}

const boxLimits = { memoryBytes: 256 * 1024 ** 2, pids: 64, outputBytes: 64 * 1024 }
/** For the kernel to kill, once the program takes no more memory. */
const killMs = 10_000

/** Runs the script once in a container whose cgroups are delegated to it, and follows what it makes of them. */
export async function tryInContainer(bench: ExerciseBench, order: ContainerTrialOrder): Promise<CgroupTrial> {
  const { observer, script, askedBytes } = order
  // Over everything that the script's groups and its own processes take together.
  const caps = { memoryBytes: 2 * askedBytes + boxLimits.memoryBytes, pids: 2 * boxLimits.pids }
  await using subtree = await observer.openSubtree('script', caps)
  await using box = await openScriptBox({
    engine: bench.engine,
    bases: bench.bases,
    labels: bench.labels,
    subtree,
    limits: boxLimits,
    signal: bench.signal,
  })
  const scene = setScene(order.submission, script, askedBytes)
  await box.put(packFiles(sceneFiles(askedBytes)), '/')
  await box.put(packSnapshot(order.submission, scene.files), workFolder)
  if (order.resident) await startResident(box, observer)
  const watch = new GroupWatch({
    observer,
    subtree,
    askedBytes,
    names: programNames(script.text),
    // A script that has used up its processes leaves none for this, and the counters are read in any case.
    pin: (path) => box.start(['sh', '-c', pinScript, 'sh', posix.join(groupRoot(observer), path)]).catch(() => {}),
    grow: () => box.put(packFiles([{ path: growFile.slice(1), content: '', executable: false }]), '/'),
  })
  const run = await box.run(['bash', scene.scriptName], {
    folder: posix.join(workFolder, scene.folder),
    timeoutMs: order.timeoutMs,
    until: () => watch.isSettled(),
  })
  if (run.how === 'exited') await lookAfterwards(watch)
  const notes = watch.crowded ? ['It made more groups than could be followed, and was stopped.'] : []
  return {
    script: script.path,
    cgroupVersion: observer.cgroupVersion,
    ranIn: 'container',
    groups: watch.groups,
    killed: watch.killed,
    end: endOf(run),
    notes,
  }
}

const pinScript = 'echo $$ >"$1/cgroup.procs" && exec sleep 1000'

function groupRoot({ cgroupVersion }: Observer): string {
  return cgroupVersion === 1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup'
}

async function lookAfterwards(watch: GroupWatch): Promise<void> {
  let [since, peakBytes] = [performance.now(), 0]
  for (;;) {
    const waits = await watch.look(true)
    if (watch.killed) return
    // On a busy machine it takes its memory slowly; what still grows is waited for.
    if (watch.peakBytes > peakBytes) [since, peakBytes] = [performance.now(), watch.peakBytes]
    if (performance.now() - since > (waits ? killMs : startedLateMs)) {
      if (waits && watch.fallsShort) throw notGrown()
      return
    }
    await sleep(50)
  }
}

/** The program is ours: that it did not come up to the limit says nothing of the script. */
function notGrown(): GraderError {
  return new GraderError(
    'engine.timeout',
    'The program that the script has limited did not come up to its limit in time.',
  )
}

/** What a script started in its last line may not have come to its name yet. */
const startedLateMs = 500

function endOf({ how, exitCode, output }: ScriptEnd): ScriptEnd {
  return { how, ...(exitCode === undefined ? {} : { exitCode }), output }
}

/** Returns when it is there: the first line of a script may look for it. */
async function startResident(box: ScriptBox, observer: Observer): Promise<void> {
  const group = await observer.memoryGroupOf(box.pid)
  await box.start(['./malloc'], { folder: sceneFolder, env: { CGRADE_RESIDENT: '1' } })
  for (const until = performance.now() + startMs; group !== undefined && performance.now() < until; await sleep(20)) {
    const processes = await observer.processesIn(group)
    if (processes.some(({ name, residentBytes }) => name === 'malloc' && residentBytes > startedBytes)) return
  }
  throw new GraderError('engine.failed', 'The program that the script is to limit did not start in its sandbox.')
}

const startMs = 20_000
/** It has taken its first memory, and so bears its name. */
const startedBytes = 16 * 1024 ** 2

function packFiles(files: ExtraFile[]): Readable {
  const tar = pack()
  for (const { path, content, executable } of files) {
    tar.entry({ name: path, mode: executable ? 0o755 : 0o644, uid: 0, gid: 0 }, content)
  }
  tar.finalize()
  return Readable.from(tar)
}
