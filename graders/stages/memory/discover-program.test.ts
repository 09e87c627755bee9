import { expect, test } from 'vitest'
import { build, type Files, server, withIntake } from '../intake/test-submission.ts'
import { discoverProgram, type ProgramClues } from './discover-program.ts'

const block = 'void *p = malloc(100 * 1024 * 1025); memset(p, 1, 100 * 1024 * 1025);'
const cgo = `package main\n\n// #include <stdlib.h>\n// #include <string.h>\n// void take() { ${block} }\nimport "C"\nimport "time"\n\nfunc main() {\n\tfor {\n\t\tC.take()\n\t\ttime.Sleep(time.Minute)\n\t}\n}\n`
const pureGo =
  'package main\n\nvar kept [][]byte\n\nfunc main() {\n\tfor {\n\t\tb := make([]byte, 100<<20)\n\t\tfor i := range b {\n\t\t\tb[i] = 1\n\t\t}\n\t\tkept = append(kept, b)\n\t}\n}\n'
const c = `#include <stdlib.h>\n#include <string.h>\nint main(void) {\n  for (;;) { ${block} }\n}\n`
const idle = 'package main\n\nimport "time"\n\nfunc main() { time.Sleep(time.Hour) }\n'

async function discover(files: Files): Promise<ProgramClues> {
  return withIntake(files, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    return discoverProgram(intake.submission)
  })
}

/** What is tried, best first: a Dockerfile with its context, or lines of ours. */
async function buildsOf(files: Files): Promise<{ source?: string; builds: string[] }> {
  const { source, builds } = await discover(files)
  const shown = builds.map(({ candidate, own }) => {
    const lines = own?.text.split('\n').filter((line) => /^(?:FROM|RUN)/.test(line)) ?? [candidate.dockerfile]
    return [...lines, `in ${candidate.context}`].join('; ')
  })
  return { ...(source === undefined ? {} : { source }), builds: shown }
}

test('a Go program without a Dockerfile is built with cgo by a Dockerfile of ours, for the Go of its module', async () => {
  const files = { 'malloc/malloc.go': cgo, 'malloc/go.mod': 'module m\n\ngo 1.19\n', 'web/main.go': server }
  expect(await buildsOf(files)).toEqual({
    source: 'malloc/malloc.go',
    builds: ['FROM golang:1.19; RUN go build -o /usr/local/bin/malloc .; in malloc'],
  })
  const [ours] = (await discover(files)).builds
  expect(ours?.own?.text).toMatch(/^ENV CGO_ENABLED=1$/m)
  expect(ours?.own?.reproduce).toBe('cd malloc && go build -o malloc && ./malloc')
})

test('without a module file Go is told so', async () => {
  const { builds } = await discover({ 'malloc.go': cgo })
  expect(builds[0]?.own?.text).toContain('ENV CGO_ENABLED=1 GO111MODULE=off\n')
  expect(builds[0]?.own?.text).toMatch(/^FROM golang$/m)
})

test('a module above its folder is the context', async () => {
  const files = { 'go.mod': 'module m\n\ngo 1.22.3\n', 'cmd/malloc/main.go': pureGo, 'cmd/server/main.go': server }
  expect(await buildsOf(files)).toEqual({
    source: 'cmd/malloc/main.go',
    builds: ['FROM golang:1.22; RUN go build -o /usr/local/bin/malloc ./cmd/malloc; in .'],
  })
})

test('of two programs in one folder only the files of the one are built', async () => {
  const files = { 'main.go': server, 'malloc.go': cgo, 'go.mod': 'module m\n\ngo 1.17\n' }
  expect((await buildsOf(files)).builds).toEqual([
    'FROM golang:1.17; RUN go build -o /usr/local/bin/malloc ./malloc.go; in .',
  ])
})

test('a C file of a cgo program comes with it, and the header too', async () => {
  const goSide = cgo.replace(/\/\/ void.*\n/, '// #include "take.h"\n')
  const files = {
    'a/main.go': server,
    'a/hog.go': goSide,
    'a/take.c': `void take() { ${block} }`,
    'a/take.h': 'void take();',
  }
  const [ours] = (await discover(files)).builds
  expect(ours?.own?.text).toContain('COPY ["take.c","./take.c"]\nCOPY ["take.h","./take.h"]\n')
})

test('C is compiled with the sources that belong to it', async () => {
  expect(await buildsOf({ 'oom/hog.c': c, 'oom/block.c': 'int block;', 'web/main.go': server })).toEqual({
    source: 'oom/hog.c',
    builds: [
      'FROM gcc; RUN gcc -O0 -std=gnu17 -fpermissive -o /usr/local/bin/malloc ./hog.c ./block.c -lm -lpthread; in oom',
    ],
  })
  const two = { 'oom/hog.c': c, 'oom/other.c': 'int main() { return 0; }', 'oom/block.c': 'int block;' }
  expect((await buildsOf(two)).builds[0]).toContain(' ./hog.c -lm')
})

test('its own Dockerfile comes first, and the command of the handout after it', async () => {
  const files = { 'malloc/Dockerfile': build, 'malloc/main.go': cgo, 'web/Dockerfile': build, 'web/main.go': server }
  expect((await buildsOf(files)).builds).toEqual([
    'malloc/Dockerfile; in malloc',
    'FROM golang; RUN go build -o /usr/local/bin/malloc .; in malloc',
  ])
})

test('a Dockerfile elsewhere that names its file or folder is its own', async () => {
  const copies = 'FROM gcc\nCOPY 3.1/hog.c .\nRUN gcc -o /hog hog.c\nCMD ["/hog"]\n'
  const files = { 'build/Dockerfile': copies, '3.1/hog.c': c, Dockerfile: build, 'main.go': server }
  expect((await buildsOf(files)).builds[0]).toBe('build/Dockerfile; in .')
})

test('a Dockerfile with a telling name is enough, whatever the language', async () => {
  const files = {
    'malloc/Dockerfile': 'FROM python\nCOPY hog.py .\nCMD ["python3","hog.py"]\n',
    'malloc/hog.py': 'x = 1',
  }
  expect(await buildsOf(files)).toEqual({ builds: ['malloc/Dockerfile; in malloc'] })
})

test('`cgrade.yml` wins over what would be found', async () => {
  const programs = { 'malloc/main.go': cgo, 'second/hog.c': c, 'second/Dockerfile.x': 'FROM gcc\n' }
  const named = { 'cgrade.yml': 'memory: {source: second/hog.c}\n', ...programs }
  expect((await buildsOf(named)).source).toBe('second/hog.c')
  const byFile = { 'cgrade.yml': 'memory: {dockerfile: second/Dockerfile.x, context: .}\n', ...programs }
  expect((await buildsOf(byFile)).builds).toEqual(['second/Dockerfile.x; in .'])
  const neither = { 'cgrade.yml': 'memory: {source: hog.py}\n', 'hog.py': 'x = []' }
  expect((await discover(neither)).missing).toContain('`hog.py`, which is not a program in Go or C')
})

test.each<[string, Files]>([
  [
    'an HTTP server that makes slices',
    { 'malloc/main.go': server.replace('func main() {', 'func main() { b := make([]byte, 1<<20); _ = b;') },
  ],
  ['a small program in C', { 'list/main.c': 'int main() { struct node *n = malloc(sizeof *n); return 0; }' }],
  [
    'a Go program that copies files',
    { 'copy/main.go': 'package main\n\nfunc main() { b := make([]byte, 4096); _ = b }' },
  ],
  ['a Go program that makes a large table', { 'table/main.go': pureGo.replaceAll('kept', 'rows') }],
  ['nothing', { 'README.md': 'malloc' }],
])('%s is not taken for it', async (_, files) => {
  expect(await discover(files)).toMatchObject({ builds: [], missing: 'no program that takes memory was handed in' })
})

test('a program that takes nothing and is called malloc was meant for it', async () => {
  expect((await buildsOf({ 'malloc/main.go': idle, 'web/main.go': server })).source).toBe('malloc/main.go')
})

test('the report says why it was taken, and which others were there', async () => {
  const { notes } = await discover({ 'malloc/malloc.go': cgo, 'try/hog.c': c })
  expect(notes.join('\n')).toMatch(/`malloc\/malloc.go` was taken .* it calls `malloc`, writes to them with `memset`/)
  expect(notes.join('\n')).toMatch(/fit less well: `try\/hog.c`/)
})
