import { expect, test } from 'vitest'
import { assignmentSchema } from '../../model/assignment.ts'
import { noDockerfile } from '../build/no-dockerfile.ts'
import { discoverServer } from '../discover/discover.ts'
import { build, buildOf, type Files, hog, server, withIntake } from '../intake/test-submission.ts'

const checks = (id: string) => [{ id: `${id}.builds`, points: 1 }]
const assignment = assignmentSchema.parse({
  id: 'a',
  title: 't',
  exercises: [
    { id: 'httpserver', title: 't', checks: checks('httpserver') },
    {
      id: 'memory',
      title: 't',
      kind: 'memory',
      required: false,
      memory: { limitBytes: 104_960_000 },
      checks: checks('memory'),
    },
  ],
})

/** Dockerfiles that are tried for the server, and those that are the memory program's. */
async function sort(files: Files): Promise<{ server: string[]; memory: string[] }> {
  return withIntake(files, async (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    const { candidates, leftOut } = await discoverServer(intake.submission, assignment)
    return { server: [...new Set(candidates.map(({ dockerfile }) => dockerfile))], memory: leftOut }
  })
}

const binary = 'FROM scratch\nCOPY hs /hs\nENTRYPOINT ["/hs"]\n'
const gcc = 'FROM gcc\nCOPY . /src\nRUN gcc -o /hog /src/*.c\nCMD ["/hog"]\n'
const hogInC = '#include <stdlib.h>\nint main(void) { for (;;) memset(malloc(104960000), 1, 104960000); }'

test.each<[string, Files, string[]]>([
  [
    'lies with it',
    { 'malloc/Dockerfile': build, 'malloc/main.go': hog, Dockerfile: build, 'main.go': server },
    ['malloc/Dockerfile'],
  ],
  [
    'lies with it in C',
    { 'a/Dockerfile': gcc, 'a/hog.c': hogInC, 'b/Dockerfile': build, 'b/main.go': server },
    ['a/Dockerfile'],
  ],
  [
    'names its file',
    { 'Dockerfile.x': buildOf('malloc.go'), 'malloc.go': hog, Dockerfile: buildOf('main.go'), 'main.go': server },
    ['Dockerfile.x'],
  ],
  [
    'names its folder',
    { 'deploy/b/Dockerfile': buildOf('malloc'), 'malloc/main.go': hog, Dockerfile: build, 'main.go': server },
    ['deploy/b/Dockerfile'],
  ],
  [
    'is called so',
    { 'Dockerfile.malloc': build, 'malloc.go': hog, Dockerfile: build, 'main.go': server },
    ['Dockerfile.malloc'],
  ],
  [
    'lies in a folder that is called so',
    { 'malloc/Dockerfile': 'FROM python\nCOPY x.py /\n', 'malloc/x.py': 'x', Dockerfile: build, 'main.go': server },
    ['malloc/Dockerfile'],
  ],
])("a Dockerfile that %s is the memory program's, and no server", async (_, files, memory) => {
  const sorted = await sort(files)
  expect(sorted.memory).toEqual(memory)
  expect(sorted.server.length).toBeGreaterThan(0)
  expect(sorted.server).not.toContain(memory[0])
})

test.each<[string, Files]>([
  ['for the server beside the program', { Dockerfile: buildOf('main.go'), 'main.go': server, 'malloc.go': hog }],
  ['that copies both', { Dockerfile: build, 'main.go': server, 'malloc/main.go': hog }],
  ['for a server that was handed in as a binary', { Dockerfile: binary, hs: 'x', 'malloc/malloc.go': hog }],
  [
    'for a binary, and all copied',
    { Dockerfile: binary.replace('COPY hs /hs', 'COPY . /'), hs: 'x', 'malloc/malloc.go': hog },
  ],
  [
    'for a server in another language',
    {
      Dockerfile: 'FROM rust\nCOPY . .\nRUN cargo build\nCMD ["x"]\n',
      'src/main.rs': 'fn main() {}',
      'malloc/malloc.go': hog,
    },
  ],
  ['of a course whose name speaks of memory', { 'cgroup-memory/Dockerfile': build, 'cgroup-memory/main.go': server }],
  ['that tunes malloc', { Dockerfile: `${build}ENV MALLOC_ARENA_MAX=2\n`, 'main.go': server, 'malloc/main.go': hog }],
])("a Dockerfile %s is the server's", async (_, files) => {
  const { server: tried, memory } = await sort(files)
  expect(memory).toEqual([])
  expect(tried).toHaveLength(1)
})

const cacheHog = '#include <stdio.h>\nint main(void) { for (;;) fputs("x", fopen("/tmp/x", "a")); }'
const unknownServer = 'package main\nimport "github.com/beego/beego/v2/server/web"\nfunc main() { web.Run() }'

test('a program that takes nothing and is called malloc is no server either, unless it may be one that nobody knows', async () => {
  expect(await sort({ Dockerfile: gcc, 'malloc.c': cacheHog })).toEqual({ server: [], memory: ['Dockerfile'] })
  for (const folder of ['memory-homework', 'memory']) {
    const files = { [`${folder}/main.go`]: unknownServer, [`${folder}/Dockerfile`]: build }
    expect(await sort(files)).toEqual({ server: [`${folder}/Dockerfile`], memory: [] })
  }
})

test('with only the memory program there is no Dockerfile for the server, and the student reads which one was seen', async () => {
  const files = { 'malloc/Dockerfile': build, 'malloc/malloc.go': hog }
  expect(await sort(files)).toEqual({ server: [], memory: ['malloc/Dockerfile'] })
  await withIntake(files, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    const { reason, message } = noDockerfile(intake.submission, ['malloc/Dockerfile'])
    expect(reason).toBe('build.no-dockerfile')
    expect(message).toContain('`malloc/Dockerfile` builds the program of the memory exercise')
  })
})

test("`cgrade.yml` has the last word on the server's Dockerfile", async () => {
  const files = {
    'cgrade.yml': 'httpserver: {dockerfile: malloc/Dockerfile}\n',
    'malloc/Dockerfile': build,
    'malloc/main.go': hog,
  }
  expect(await sort(files)).toEqual({ server: ['malloc/Dockerfile'], memory: [] })
})

test('the Dockerfile that `cgrade.yml` names for the memory exercise is no candidate for the server', async () => {
  const programs = {
    'a/Dockerfile': build,
    'a/main.go': 'package main\nfunc main() {}',
    'b/Dockerfile': build,
    'b/main.go': server,
  }
  const files = { 'cgrade.yml': 'memory: {dockerfile: a/Dockerfile}\n', ...programs }
  expect(await sort(files)).toEqual({ server: ['b/Dockerfile'], memory: ['a/Dockerfile'] })
  const bySource = { 'cgrade.yml': 'memory: {source: a/main.go}\n', ...programs }
  expect(await sort(bySource)).toEqual({ server: ['b/Dockerfile'], memory: ['a/Dockerfile'] })
})
