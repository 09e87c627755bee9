import { expect, test } from 'vitest'
import { parseDockerfile } from './dockerfile.ts'
import { foreignImages, gateDockerfile } from './gate-dockerfile.ts'

function parsed(text: string) {
  const result = parseDockerfile(text)
  if (!result.ok) throw new Error(`refused: ${result.fault.message}`)
  return result.dockerfile
}

test.each([
  'ADD http://example.com/x /x',
  'ADD HTTPS://example.com/x /x',
  'ADD a https://example.com/x /x/',
  'ADD git@github.com:a/b.git /x',
  'ADD ftp://example.com/x /x',
  'add --chown=1 ["https://example.com/x", "/x"]',
  'ENV U=http://example.com\nADD $U/x /x',
  `ARG U=ttp://example.com\nADD h\${U} /x`,
  `ARG U=xhttp://example.com\nADD \${U#x} /x`,
  'ADD \\\n  # comment\n  http://example.com/x \\\n  /x',
  'RUN x \\\\\nADD http://example.com/x /x',
  'ONBUILD ADD http://example.com/x /x',
])('H53: refuses ADD from the network: %j', (instruction) => {
  const fault = gateDockerfile(parsed(`FROM alpine\n${instruction}\n`))
  expect(fault?.reason).toBe('build.remote-add')
  expect(fault?.location?.line).toBeGreaterThan(1)
})

test.each(['ADD a.tar.gz /x', 'COPY http:/x /x', 'RUN wget http://example.com/x', 'ADD $GOPATH/x /x', 'COPY a@b:c /x'])(
  'lets %j pass',
  (instruction) => {
    expect(gateDockerfile(parsed(`FROM alpine\n${instruction}\n`))).toBeUndefined()
  },
)

test.each([
  'golang:1.24',
  'docker.m.daocloud.io/library/busybox',
  'gcr.io/distroless/static',
  'nginx@sha256:'.concat('a'.repeat(64)),
])('allows and lists the official image %s after --from', (name) => {
  const dockerfile = parsed(`FROM alpine\nCOPY --from=${name} /a /a\nCOPY --from=${name} /b /b\n`)
  expect(gateDockerfile(dockerfile)).toBeUndefined()
  expect(foreignImages(dockerfile)).toEqual([{ name, line: 2 }])
})

test('takes names and numbers of stages for stages', () => {
  const dockerfile = parsed(
    'FROM a AS Build\nFROM b\nCOPY --from=build /a /a\nCOPY --from=0 /a /a\nCOPY --from=BUILD /a /a\n',
  )
  expect(gateDockerfile(dockerfile)).toBeUndefined()
  expect(foreignImages(dockerfile)).toEqual([])
})

test.each([
  ['somebody/httpserver:1', 'is neither an earlier stage'],
  ['registry.example.com/team/golang', 'is neither an earlier stage'],
  ['biuld', 'did you mean `--from=build`'],
  ['7', 'neither an earlier stage'],
  ['final', 'begins in line 5, too late'],
])('H48: refuses --from=%s', (from, words) => {
  const dockerfile = parsed(
    `FROM golang AS build\nFROM alpine\nRUN true\nCOPY --from=${from} /a /a\nFROM alpine AS final\n`,
  )
  const fault = gateDockerfile(dockerfile, { path: 'docker/Dockerfile' })
  expect(fault).toMatchObject({ reason: 'build.foreign-from', location: { file: 'docker/Dockerfile', line: 4 } })
  expect(`${fault?.message} ${fault?.hint}`).toContain(words)
})

test('allows what the assignment trusts', () => {
  const dockerfile = parsed('FROM a\nCOPY --from=course/tools:1 /a /a\n')
  expect(gateDockerfile(dockerfile, { trustedBases: ['course/tools'] })).toBeUndefined()
})

test('H57: bounds stages and instructions', () => {
  expect(gateDockerfile(parsed('FROM a\n'.repeat(20)))).toBeUndefined()
  expect(gateDockerfile(parsed('FROM a\n'.repeat(21)))?.message).toContain('21 stages')
  expect(gateDockerfile(parsed(`FROM a\n${'RUN b\n'.repeat(300)}`))?.message).toContain('301 instructions')
})
