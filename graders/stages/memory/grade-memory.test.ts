import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { assignmentSchema } from '../../model/assignment.ts'
import type { MemoryRun, Observation } from '../../model/observations.ts'
import { createAdmission } from '../../sandbox/admission.ts'
import { type BaseImages, createBaseImages } from '../../sandbox/bases/base-images.ts'
import {
  connectEngine,
  type Engine,
  ownerLabel,
  ownerOfThisProcess,
  roleLabel,
  runLabel,
} from '../../sandbox/engine.ts'
import type { ObserverChoice } from '../../sandbox/observer/observer.ts'
import { openObserver } from '../../sandbox/observer/open-observer.ts'
import { reapRun } from '../../sandbox/reaper.ts'
import type { Work } from '../../spec-kit/protocol.ts'
import { createSharedBuilds } from '../build/shared-builds.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type Files, withIntake } from '../intake/test-submission.ts'
import { gradeMemory } from './grade-memory.ts'

/** From the files of a submission to the facts that its specs are given: real builds, real runs. */

const limitBytes = 104_960_000
const runId = `test-grade-memory-${randomBytes(4).toString('hex')}`
const signal = new AbortController().signal

let engine: Engine
let bases: BaseImages
let labels: Record<string, string>
let choice: ObserverChoice

beforeAll(async () => {
  engine = await connectEngine()
  labels = { [runLabel]: runId, [ownerLabel]: await ownerOfThisProcess() }
  bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
  choice = await openObserver({ engine, bases, labels, signal })
})
afterAll(async () => {
  await choice.observer?.[Symbol.asyncDispose]()
  await bases.dispose()
  await reapRun(engine, runId)
})
afterEach(async () => {
  const filters = { label: [`${runLabel}=${runId}`, `${roleLabel}=submission`] }
  expect(await engine.docker.listContainers({ all: true, filters })).toEqual([])
  expect(await engine.docker.listImages({ filters: JSON.stringify(filters) } as object)).toEqual([])
})

interface Told {
  work: Work
  notes: string
  found: { source?: string | undefined; dockerfile?: string | undefined }
  phases: Record<string, string>
}

async function grade(files: Files, change: { observer?: ObserverChoice; required?: boolean } = {}): Promise<Told> {
  const checks = [{ id: 'memory.builds', points: 1 }]
  const memory = { limitBytes, timeoutMs: 20_000 }
  const phaseChecks = { build: 'memory.builds' }
  const exercise = { id: 'memory', title: 't', kind: 'memory', required: false, memory, phaseChecks, checks, ...change }
  const { observer: _, ...declared } = exercise as typeof exercise & { observer?: unknown }
  const assignment = assignmentSchema.parse({ id: 'a', title: 't', exercises: [declared] })
  const works: Work[] = []
  const admission = createAdmission({ builds: 1, boots: 1 }, signal)
  const builds = createSharedBuilds(engine, admission)
  const bench: ExerciseBench = {
    ...{ engine, bases, labels, signal, course: { assignment }, seed: 's', workFolder: '/nowhere', kernel: 'host' },
    specs: {
      run: async ({ work }) => {
        works.push(work)
        return []
      },
      [Symbol.asyncDispose]: async () => {},
    },
    admission,
    builds,
    progress: { began: async () => {}, stage() {}, check() {}, graded() {}, message() {} },
    observer: async () => change.observer ?? choice,
  }
  return withIntake(files, async (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    const [parsed] = assignment.exercises
    if (parsed === undefined) throw new Error('no exercise')
    const { exercises } = await gradeMemory(bench, intake.submission, parsed).finally(() => builds.dispose())
    const [record] = exercises
    const [work] = works
    if (record === undefined || work === undefined) throw new Error('nothing was judged')
    const phases = Object.fromEntries(record.phases.map(({ name, outcome }) => [name, outcome]))
    return { work, notes: (record.found.notes ?? []).join('\n'), found: record.found, phases }
  })
}

function seen(observation: Observation<MemoryRun> | undefined): MemoryRun {
  if (observation?.state !== 'seen') throw new Error(JSON.stringify(observation))
  return observation.facts
}

const module17 = 'module example.com/m\n\ngo 1.17\n'
/** As the course does it: a block of 100 MB from C, written, and a minute of sleep. */
const course = `package main

// #include <stdlib.h>
// #include <string.h>
// static char *take(size_t n) { char *p = malloc(n); memset(p, 1, n); return p; }
import "C"

import (
	"fmt"
	"time"
)

func main() {
	kept := []*C.char{}
	for mb := 100; ; mb += 100 {
		fmt.Printf("Allocating %dMb\\n", mb)
		kept = append(kept, C.take(100*1024*1025))
		time.Sleep(time.Minute)
	}
}
`

test("the course's own program needs no minute: its first block is past the limit", async () => {
  const { work, found, notes, phases } = await grade({ 'malloc/main.go': course, 'malloc/go.mod': module17 })
  expect(work.build).toMatchObject({ ok: true, dockerfile: 'malloc/main.go' })
  const [limited, unlimited] = [seen(work.observations.limited), seen(work.observations.unlimited)]
  expect(limited).toMatchObject({ ended: 'killed', exitCode: 137, oomKills: 1, output: 'Allocating 100Mb' })
  expect(unlimited).toMatchObject({ ended: 'reached', isCap: true, oomKills: 0 })
  expect(unlimited.chargedBytes).toBeGreaterThan(limitBytes)
  expect(found).toMatchObject({ source: 'malloc/main.go', context: 'malloc' })
  expect(found.dockerfile).toBeUndefined()
  expect(notes).toMatch(/No Dockerfile builds it: it was built in the image `golang:1.17` by `go build -o malloc`/)
  expect(phases).toMatchObject({ build: 'passed', boot: 'passed' })
})

test('a Dockerfile that does not build it is no harm where the command of the handout does', async () => {
  const dockerfile =
    'FROM golang:1.17\nWORKDIR /s\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /malloc .\nCMD ["/malloc"]\n'
  const files = { 'malloc/main.go': course, 'malloc/go.mod': module17, 'malloc/Dockerfile': dockerfile }
  const { work, notes } = await grade(files)
  expect(work.build).toMatchObject({ ok: true, dockerfile: 'malloc/main.go' })
  expect(seen(work.observations.limited).ended).toBe('killed')
  expect(notes).toMatch(/`malloc\/Dockerfile` does not build: /)
})

test('an image that cannot start its program is no harm either, where the program can be built without it', async () => {
  const dockerfile = 'FROM busybox\nCOPY malloc /malloc\nCMD ["/malloc"]\n'
  const { work, notes } = await grade({
    'malloc/main.go': course,
    'malloc/go.mod': module17,
    'malloc/Dockerfile': dockerfile,
  })
  expect(work.build).toMatchObject({ ok: true, dockerfile: 'malloc/main.go' })
  expect(seen(work.observations.limited).ended).toBe('killed')
  expect(notes).toMatch(/The image of `malloc\/Dockerfile` cannot be started/)
})

test('source that does not compile is told at its line, with the command that shows it', async () => {
  const broken = course.replace('\tkept := []*C.char{}\n', '\tkept := []*C.char{\n')
  const { work, phases } = await grade({ 'malloc/main.go': broken, 'malloc/go.mod': module17 })
  expect(work.build).toMatchObject({
    ok: false,
    fault: {
      reason: 'build.compile-error',
      location: { file: 'malloc/main.go' },
      reproduce: 'cd malloc && go build -o malloc && ./malloc',
    },
  })
  expect(phases.build).toBe('failed')
})

test('a program that cannot be started is the fault of its image, in both runs', async () => {
  const files = { 'malloc/Dockerfile': 'FROM busybox\nCMD ["/malloc"]\n', 'malloc/hog.py': 'x' }
  const { work, phases } = await grade(files)
  expect(work.build).toMatchObject({ ok: true })
  for (const observation of [work.observations.limited, work.observations.unlimited]) {
    expect(observation).toMatchObject({ state: 'failed', fault: { reason: 'boot.cannot-start' } })
  }
  expect(phases).toMatchObject({ build: 'passed', boot: 'failed' })
})

test('with nothing handed in nothing is judged', async () => {
  const { work, phases } = await grade({ 'README.md': 'hello' })
  expect(work.build).toBeUndefined()
  expect(work.notBuilt).toBe('no program that takes memory was handed in')
  expect(phases.build).toBeUndefined()
})

test('where nobody can look, it is built and its runs are not judged', async () => {
  const files = { 'malloc/Dockerfile': 'FROM busybox\nCMD ["tail", "/dev/zero"]\n' }
  const { work, phases } = await grade(files, { observer: { observer: undefined, why: 'there is no root' } })
  expect(work.build).toMatchObject({ ok: true, dockerfile: 'malloc/Dockerfile' })
  expect(work.observations.limited).toEqual({ state: 'unavailable', why: 'there is no root' })
  expect(phases).toMatchObject({ build: 'passed', boot: 'skipped' })
})

test('what this machine cannot build leaves an optional exercise out, and ends the grading of a required one', async () => {
  const files = { 'malloc/Dockerfile': 'FROM golang:1.99\nCOPY . .\nRUN go build -o /malloc .\n', 'malloc/x.txt': 'x' }
  const { work } = await grade(files)
  expect(work.build).toBeUndefined()
  expect(work.notBuilt).toMatch(/golang:1\.99/)
  await expect(grade(files, { required: true })).rejects.toMatchObject({ code: 'base-image.unavailable' })
})
