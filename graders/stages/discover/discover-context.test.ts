import { expect, test } from 'vitest'
import { build, buildOf, discover, discoverFirst, server } from '../intake/test-submission.ts'

test.each<[string, Record<string, string>, [string, string]]>([
  [
    'the root, when its sources are there',
    { 'build/Dockerfile': buildOf('main.go', 'go.mod'), 'main.go': server, 'go.mod': '' },
    ['build/Dockerfile', '.'],
  ],
  [
    'a sibling, when its sources are there',
    { 'docker/Dockerfile': buildOf('main.go'), 'src/main.go': server },
    ['docker/Dockerfile', 'src'],
  ],
  [
    'the root, when the path of a source begins there',
    { 'app/Dockerfile': buildOf('app/main.go'), 'app/main.go': server },
    ['app/Dockerfile', '.'],
  ],
  [
    'the folder that has what a glob names',
    { 'build/Dockerfile': buildOf('*.go', 'go.*'), 'main.go': server, 'go.mod': '' },
    ['build/Dockerfile', '.'],
  ],
  [
    'the nearest folder with a program for `COPY . .`',
    { 'deploy/Dockerfile': build, 'main.go': server, 'go.mod': '' },
    ['deploy/Dockerfile', '.'],
  ],
  [
    'its own folder first for `COPY . .`',
    { 'a/Dockerfile': build, 'a/main.go': server, 'main.go': server },
    ['a/Dockerfile', 'a'],
  ],
  [
    'the folder that `go build` names',
    { 'a/Dockerfile': build.replace('-o /app .', '-o /app ./cmd/web'), 'a/x.go': '', 'cmd/web/main.go': server },
    ['a/Dockerfile', '.'],
  ],
  [
    'what the README says',
    {
      'm3/Dockerfile': build,
      'm3/main.go': server,
      'main.go': server,
      'README.md': '```\n$ docker build -t x -f m3/Dockerfile .\n```',
    },
    ['m3/Dockerfile', '.'],
  ],
  [
    'what a README below says',
    {
      'm3/Dockerfile': build,
      'm3/main.go': server,
      'main.go': server,
      'm3/README.md': '`docker build -t me/x:v1 -f Dockerfile ..`',
    },
    ['m3/Dockerfile', '.'],
  ],
  [
    'what a Makefile does',
    {
      'm3/Dockerfile': build,
      'm3/main.go': server,
      'm2/main.go': server,
      'deploy/Makefile':
        'image:\n\tcd ../m2 && docker build --network host -t $(IMAGE) -f ../m3/Dockerfile . && docker push x',
    },
    ['m3/Dockerfile', 'm2'],
  ],
  [
    'what a script does',
    {
      'm3/Dockerfile': build,
      'm3/main.go': server,
      'build.sh': 'docker build \\\n  --tag=x --file m3/Dockerfile \\\n  "$PWD"',
    },
    ['m3/Dockerfile', '.'],
  ],
  [
    'the folder with the most, when none has all',
    { 'b/Dockerfile': buildOf('main.go', 'httpserver'), 'main.go': server },
    ['b/Dockerfile', '.'],
  ],
])('builds in %s', async (_, files, wanted) => {
  expect(await discoverFirst(files)).toEqual(wanted)
})

test('says what is missing when no folder has it', async () => {
  const { candidates } = await discover({
    Dockerfile: 'FROM alpine\nCOPY httpserver /\nCMD /httpserver',
    'main.go': server,
  })
  expect(candidates[0]?.because.join()).toContain('no folder holds all that it copies; `httpserver` is not there')
})

test('a source from above the context is missing everywhere', async () => {
  const { candidates } = await discover({ 'a/Dockerfile': buildOf('../main.go'), 'main.go': server })
  expect(candidates[0]?.because.join()).toContain('`../main.go` is not there')
})

test('a second folder is tried where nothing says which one it was', async () => {
  const { candidates } = await discover({ 'docker/Dockerfile': build, 'src/main.go': server })
  expect(candidates.map(({ context }) => context)).toEqual(['.', 'src'])
})

test('a program beside its Dockerfile needs no second try', async () => {
  const { candidates } = await discover({ Dockerfile: build, 'main.go': server, 'pkg/x/x.go': 'package x' })
  expect(candidates).toHaveLength(1)
})
