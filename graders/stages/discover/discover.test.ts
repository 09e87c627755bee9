import { expect, test } from 'vitest'
import { build, buildOf, discover, discoverFirst, server } from '../intake/test-submission.ts'

test('a single Dockerfile at the root is built there, and the reason is told', async () => {
  const clues = await discover({ Dockerfile: buildOf('main.go'), 'main.go': server })
  expect(clues).toEqual({
    candidates: [
      {
        dockerfile: 'Dockerfile',
        context: '.',
        because: [
          '`Dockerfile`: the only Dockerfile handed in.',
          'Build context `.`, the folder of the Dockerfile: what it copies is there (`main.go`).',
        ],
      },
    ],
    sourcePorts: [8080],
    routes: ['/', '/healthz', '/header'],
    leftOut: [],
    notes: [],
  })
})

test('without a Dockerfile there is no candidate', async () => {
  expect((await discover({ 'main.go': server })).candidates).toEqual([])
})

test('everything may lie in one folder of an unpacked archive', async () => {
  expect(await discoverFirst({ 'hw3-master/Dockerfile': build, 'hw3-master/main.go': server })).toEqual([
    'hw3-master/Dockerfile',
    'hw3-master',
  ])
})

test('cgrade.yml decides alone', async () => {
  const clues = await discover({
    'cgrade.yml': 'httpserver:\n  dockerfile: odd/name\n  context: m8\n  port: 9\n  paths: [/x]\n  command: [/app, -v]',
    'odd/name': build,
    Dockerfile: build,
    'm8/main.go': server,
    'main.go': server,
  })
  expect(clues).toMatchObject({ port: 9, command: ['/app', '-v'], routes: ['/x'], notes: [] })
  expect(clues.candidates).toEqual([
    {
      dockerfile: 'odd/name',
      context: 'm8',
      because: ['`odd/name`: named in `cgrade.yml`.', 'Build context `m8`: named in `cgrade.yml`.'],
    },
  ])
})

test('cgrade.yml may name the Dockerfile and leave the context to be found', async () => {
  const files = {
    'cgrade.yml': 'httpserver: {dockerfile: b/Dockerfile}',
    'b/Dockerfile': buildOf('main.go'),
    'main.go': server,
  }
  expect(await discoverFirst(files)).toEqual(['b/Dockerfile', '.'])
})

test('cgrade.yml may name the context and leave the Dockerfile to be found', async () => {
  const files = { 'cgrade.yml': 'httpserver: {context: .}', 'b/Dockerfile': build, 'b/main.go': server }
  expect(await discoverFirst(files)).toEqual(['b/Dockerfile', '.'])
})

test('reads no routes from tests and libraries', async () => {
  const route = (path: string) => `http.HandleFunc("${path}", h)`
  const files = {
    'main.go': route('/a'),
    'main_test.go': route('/t'),
    'vendor/x/x.go': route('/v'),
    'test/x.go': route('/tt'),
  }
  expect((await discover(files)).routes).toEqual(['/', '/healthz', '/a'])
})

test('hostile Dockerfiles and documents end in an answer', async () => {
  const clues = await discover({
    Dockerfile: `FROM a\n${'COPY * . \n'.repeat(5000)}`,
    'b/Dockerfile': `FROM a\nCOPY ${'*a'.repeat(500)} ${'[a-z]*/'.repeat(200)} .`,
    'c/Dockerfile': '\0\0\0',
    'd/Dockerfile': `FROM ${'$'.repeat(60_000)}`,
    'README.md': `docker build ${'-x '.repeat(600)}\n`.repeat(60),
    [`${'a'.repeat(200)}/${'a'.repeat(200)}`]: 'x',
  })
  expect(clues.candidates.length).toBeGreaterThan(0)
})
