import { expect, test } from 'vitest'
import { build, discover, discoverFirst, hog, server } from '../intake/test-submission.ts'

test.each([
  'dockerfile',
  'DockerFile',
  'httpserver.Dockerfile',
  'Dockerfile.httpserver',
  'Dockerfile-http',
  'Dockerfile2',
  'Containerfile',
  'Dockerfile.txt',
])('%s is a Dockerfile', async (name) => {
  expect(await discoverFirst({ [name]: build, 'main.go': server })).toEqual([name, '.'])
})

test.each([
  'Dockerfile.dockerignore',
  'dockerfile.md',
  'dockerfile.go',
  'vendor/x/Dockerfile',
  'node_modules/x/Dockerfile',
  'mydockerfiles/main.go',
])('%s is none', async (name) => {
  expect((await discover({ [name]: build, 'main.go': server })).candidates).toEqual([])
})

test('a copy or template is taken only when there is nothing else', async () => {
  const files = { 'Dockerfile.bak': build, 'main.go': server }
  expect(await discoverFirst(files)).toEqual(['Dockerfile.bak', '.'])
  expect((await discover({ ...files, Dockerfile: build })).candidates.map(({ dockerfile }) => dockerfile)).toEqual([
    'Dockerfile',
  ])
})

test('a Dockerfile that is a link is the file that it leads to', async () => {
  const files = { 'docker/prod': build, Dockerfile: { to: 'docker/prod' }, 'main.go': server }
  expect(await discoverFirst(files)).toEqual(['docker/prod', '.'])
})

test.each<[string, Record<string, string>, [string, string]]>([
  [
    'names',
    {
      'module2/httpserver/Dockerfile': build,
      'module2/httpserver/main.go': server,
      'module3/malloc/Dockerfile': build,
      'module3/malloc/main.go': hog,
    },
    ['module2/httpserver/Dockerfile', 'module2/httpserver'],
  ],
  [
    'the number of the exercise',
    { '3.1/Dockerfile': build, '3.1/main.go': hog, '3.2/Dockerfile': build, '3.2/main.go': server },
    ['3.2/Dockerfile', '3.2'],
  ],
  [
    'the module',
    { 'module3/Dockerfile': build, 'module3/main.go': server, 'module8/Dockerfile': build, 'module8/main.go': server },
    ['module3/Dockerfile', 'module3'],
  ],
  [
    'the module in Chinese',
    { '第八周/Dockerfile': build, '第八周/main.go': server, '第三周/Dockerfile': build, '第三周/main.go': server },
    ['第三周/Dockerfile', '第三周'],
  ],
  [
    'numbered folders',
    {
      '10-observability/Dockerfile': build,
      '10-observability/main.go': server,
      '03-docker/Dockerfile': build,
      '03-docker/main.go': server,
    },
    ['03-docker/Dockerfile', '03-docker'],
  ],
  [
    'content against other tools',
    {
      'a/Dockerfile': 'FROM nginx\nCOPY nginx.conf /etc/nginx/',
      'a/nginx.conf': '',
      'b/Dockerfile': build,
      'b/main.go': server,
    },
    ['b/Dockerfile', 'b'],
  ],
  [
    'what the source is',
    { 'a/Dockerfile': build, 'a/main.go': hog, 'b/Dockerfile': build, 'b/main.go': server },
    ['b/Dockerfile', 'b'],
  ],
  [
    'a broken copy beside the good one',
    { Dockerfile: 'FRMO golang\nCOPY . .', 'good.Dockerfile': build, 'main.go': server },
    ['good.Dockerfile', '.'],
  ],
  [
    'what the source beside them is',
    { 'a/Dockerfile': build, 'a/main.go': 'package main', 'b/Dockerfile': build, 'b/main.go': server },
    ['b/Dockerfile', 'b'],
  ],
  [
    'a module that comes later',
    { 'module8/Dockerfile': build, 'module8/main.go': server, 'x/Dockerfile': build, 'x/main.go': server },
    ['x/Dockerfile', 'x'],
  ],
  [
    'the name of a server',
    { 'app/Dockerfile': build, 'app/main.go': server, 'http-server/Dockerfile': build, 'http-server/main.go': server },
    ['http-server/Dockerfile', 'http-server'],
  ],
  [
    'whether they can be parsed, whatever their names',
    {
      '3.2-httpserver/Dockerfile': 'COPY . .',
      '3.2-httpserver/main.go': server,
      'z/Dockerfile': build,
      'z/main.go': server,
    },
    ['z/Dockerfile', 'z'],
  ],
  [
    'a copy made by a file manager',
    { 'Dockerfile - 副本': build, 'dockerfile.v2': build, 'main.go': server },
    ['dockerfile.v2', '.'],
  ],
  [
    'what is there to copy',
    { 'Dockerfile.local': 'FROM alpine\nCOPY httpserver /\nCMD ["/httpserver"]', Dockerfile: build, 'main.go': server },
    ['Dockerfile', '.'],
  ],
  [
    'a development container',
    { '.devcontainer/Dockerfile': build, 'src/Dockerfile': build, 'src/main.go': server },
    ['src/Dockerfile', 'src'],
  ],
])('ranks several Dockerfiles by %s', async (_, files, [dockerfile, context]) => {
  const { candidates, notes } = await discover(files)
  expect(candidates[0]).toMatchObject({ dockerfile, context })
  expect(candidates.length).toBeGreaterThan(1)
  expect(candidates[0]?.because[0]).toContain(`\`${dockerfile}\`: `)
  expect(notes.join()).toContain(`2 Dockerfiles were handed in; \`${dockerfile}\` fits best`)
})

test('another Dockerfile that fits is tried before a second folder for the first', async () => {
  const exposed = `${build}EXPOSE 80\n`
  const { candidates } = await discover({
    'docker/Dockerfile': exposed,
    'src/main.go': server,
    'x/Dockerfile': build,
    'x/main.go': server,
  })
  const tried = candidates.map(({ dockerfile, context }) => `${dockerfile} in ${context}`)
  expect(tried).toEqual(['docker/Dockerfile in .', 'x/Dockerfile in x', 'docker/Dockerfile in src'])
})

test('at most six candidates', async () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}/Dockerfile`, build]))
  expect((await discover({ ...files, 'main.go': server })).candidates).toHaveLength(6)
})

test('asks the routes of the program that is built first, and at most sixteen', async () => {
  const many = Array.from({ length: 30 }, (_, i) => `http.HandleFunc("/other${i}", h)`).join('\n')
  const files = { 'a/other.go': many, 'httpserver/Dockerfile': build, 'httpserver/main.go': server }
  const { routes } = await discover(files)
  expect(routes).toHaveLength(16)
  expect(routes.slice(0, 3)).toEqual(['/', '/healthz', '/header'])
})
