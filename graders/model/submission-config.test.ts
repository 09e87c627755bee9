import { expect, test } from 'vitest'
import { parseSubmissionConfig } from './submission-config.ts'

function faultOf(text: string) {
  const parsed = parseSubmissionConfig(text, 'cgrade.yml')
  if (parsed.ok) throw new Error(`expected a fault, got ${JSON.stringify(parsed.config)}`)
  return parsed.fault
}

function configOf(text: string) {
  const parsed = parseSubmissionConfig(text, 'cgrade.yml')
  if (!parsed.ok) throw new Error(parsed.fault.message)
  return parsed.config
}

test('reads every key', () => {
  const text = `
httpserver:
  dockerfile: build/Dockerfile
  context: .
  port: 8080
  paths: [/, /headers]
  command: ["./server", "-port", "8080"]
network: {script: nsenter.sh}
memory: {dockerfile: m/Dockerfile, context: m, source: m/main.go, script: cgroup.sh}
chroot: {script: chroot.sh, rootfs: rootfs.sh}
registry: {image: student/httpserver:v1}
`
  expect(configOf(text)).toEqual({
    httpserver: {
      dockerfile: 'build/Dockerfile',
      context: '.',
      port: 8080,
      paths: ['/', '/headers'],
      command: ['./server', '-port', '8080'],
    },
    network: { script: 'nsenter.sh' },
    memory: { dockerfile: 'm/Dockerfile', context: 'm', source: 'm/main.go', script: 'cgroup.sh' },
    chroot: { script: 'chroot.sh', rootfs: 'rootfs.sh' },
    registry: { image: 'student/httpserver:v1' },
  })
})

test.each(['', '# nothing yet\n', 'httpserver:\n', '{}', '---\n'])('accepts a file that says nothing: %j', (text) => {
  expect(configOf(text)).toEqual({})
})

test('names the nearest key, the line and the known keys', () => {
  expect(faultOf('httpserver:\n  prot: 8080\n')).toMatchObject({
    reason: 'intake.bad-config',
    message:
      '`cgrade.yml` line 2: unknown key `prot` under `httpserver`; did you mean `port`? Known keys: dockerfile, context, port, paths, command.',
    location: { file: 'cgrade.yml', line: 2 },
  })
})

test.each([
  ['port: 8080', '`port` belongs under `httpserver`'],
  ['prot: 8080', 'did you mean `port`, which belongs under `httpserver`?'],
  ['htpserver: {}', 'did you mean `httpserver`?'],
  ['script: x.sh', '`script` belongs under `network` or `memory` or `chroot`'],
  ['colour: red', 'Known sections: httpserver, network, memory, chroot, registry.'],
  ['chroot: {port: 80}', 'unknown key `port` under `chroot`; it belongs under `httpserver`.'],
  [
    'httpserver: 8080',
    '`httpserver` must be keys below it (dockerfile, context, port, paths, command), but it is `8080`.',
  ],
  ['httpserver: {port: "80a"}', '`httpserver.port` must be a whole number from 1 to 65535, but it is `"80a"`.'],
  ['httpserver: {port: 70000}', '`httpserver.port` must be a whole number from 1 to 65535, but it is `70000`.'],
  ['httpserver: {port: 80.5}', 'must be a whole number from 1 to 65535, but it is `80.5`.'],
  ['httpserver:\n  paths: [/, healthz]', 'line 2: `httpserver.paths.1` must be a path of a URL that begins with `/`'],
  ['httpserver: {command: ./server}', '`httpserver.command` must be a list of words'],
  ['registry:\n  image: 7', 'line 2: `registry.image` must be the name of an image'],
  ['httpserver: {port: }', '`httpserver.port` must be a whole number from 1 to 65535, but it is empty.'],
  ['[httpserver]', 'expected sections (httpserver, network, memory, chroot, registry)'],
  ['httpserver', 'expected sections'],
  ['a: 1\n---\nb: 2', 'not valid YAML'],
  ['httpserver:\n\tport: 80', 'line 2: this is not valid YAML'],
  ['httpserver: {port: 1}\nhttpserver: {port: 2}', 'line 2: this is not valid YAML'],
  ['a: &a {}\nb: *a', 'aliases'],
  ['__proto__: {port: 1}', 'unknown key `__proto__`'],
  ['httpserver: {__proto__: {port: 1}}', 'unknown key `__proto__` under `httpserver`'],
  ['httpserver: {constructor: 1}', 'unknown key `constructor` under `httpserver`'],
])('says what is wrong with %j', (text, sentence) => {
  expect(faultOf(text).message).toContain(sentence)
})

test('tells several problems in the order of the lines, and counts the rest', () => {
  const { message, location } = faultOf('httpserver:\n  a1: 1\n  b2: 1\n  c3: 1\n  d4: 1\n  port: x\n')
  expect(message).toMatch(/line 2: unknown key `a1`.*line 3: unknown key `b2`.*line 4: unknown key `c3`.*And 2 more\.$/)
  expect(location?.line).toBe(2)
})

test.each([
  '['.repeat(30_000),
  '{a: '.repeat(15_000),
  '- '.repeat(30_000),
  '"'.repeat(60_000),
  `a: ${'x'.repeat(65_000)}`,
])('answers on hostile YAML with a bounded fault (%#)', (text) => {
  const { reason, message } = faultOf(text)
  expect(reason).toBe('intake.bad-config')
  expect(message.length).toBeLessThan(1000)
})
