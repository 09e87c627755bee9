import { expect, test } from 'vitest'
import type { BaseSettings } from './dockerfile.ts'
import { frontendOf, id, refusalOf, sentFor } from './test-gate.ts'

const syntaxLines = [
  '# syntax=evil/frontend\nFROM a\n',
  '#syntax=evil/frontend\nFROM a\n',
  '#  SyNtAx = evil/frontend  \nFROM a\n',
  '\uFEFF# syntax=evil/frontend\nFROM a\n',
  '# syntax=evil/frontend\r\nFROM a\r\n',
  '# escape=`\n# syntax=evil/frontend\nFROM a\n',
  '# check=skip=all\n# syntax=evil/frontend\nFROM a\n',
  '  # syntax=evil/frontend@sha256:0\nFROM a\n',
]

test.each(syntaxLines)('H41: a frontend of the student is never named to the engine: %j', (text) => {
  const sent = sentFor(text)
  expect(sent).toContain(`FROM ${id}`)
  expect(frontendOf(sent ?? '')).toBeUndefined()
})

test.each(syntaxLines)('H41 control: without rewriting, BuildKit would pull it: %j', (text) => {
  expect(frontendOf(text)).toMatch(/^evil\/frontend/)
})

test.each(['//syntax=evil/frontend\nFROM a\n', '{"syntax": "evil/frontend"}\nFROM a\n'])(
  'H41: forms of other frontends are no Dockerfile: %j',
  (text) => {
    expect(refusalOf(text)).toBe('build.dockerfile-syntax')
  },
)

test.each([
  'ONBUILD ADD $U/x /x\nENV U=http://example.com\nFROM b',
  'ONBUILD ADD $U /x\nENV U=git@example.com:a/b\nFROM b AS c\nFROM c',
])('H53: H54: a trigger is read with the variables of when it goes off: %j', (lines) => {
  expect(refusalOf(`FROM a AS b\n${lines}\n`)).toBe('build.remote-add')
})

test('H53: H54: what a base from elsewhere brings counts: its variables and its triggers', () => {
  const withBase = (lines: string, base: Partial<BaseSettings>) =>
    refusalOf(`FROM attacker/img\n${lines}\n`, new Map([[0, { env: [], triggers: [], ...base }]]))
  expect(withBase('ADD $U /x', { env: ['U=http://169.254.169.254/latest'] })).toBe('build.remote-add')
  expect(withBase('RUN true', { triggers: ['ADD http://169.254.169.254/ /x'] })).toBe('build.remote-add')
  expect(withBase('RUN true', { triggers: ['ADD $U /x'], env: ['U=http://169.254.169.254/'] })).toBe('build.remote-add')
  expect(withBase('WORKDIR $D', { env: ['D=/proc/self/fd/8'] })).toBe('build.forbidden-path')
  expect(withBase('ADD $GOPATH/x /x', { env: ['GOPATH=/go'] })).toBeUndefined()
})

test('H53 control: without the variables of the base the same line looks harmless', () => {
  expect(refusalOf('FROM attacker/img\nADD $U /x\n')).toBeUndefined()
})

test.each([
  'RUN --security=insecure mount',
  'RUN --network=host curl http://127.0.0.1',
  'RUN --network=HOST id',
  'RUN --device=nvidia.com/gpu=all id',
  'RUN --mount=type=secret,id=token cat /run/secrets/token',
  'RUN --mount=type=ssh git clone git@example.com:a',
  'RUN --mount=id=x,TYPE=SSH id',
  'RUN \\\n  --mount=type=cache,target=/x \\\n  --mount=type=secret,id=token \\\n  id',
  'ONBUILD RUN --security=insecure id',
  'run --mount="type=secret,id=token" id',
])('H55: refuses what needs leave of the host: %j', (instruction) => {
  expect(refusalOf(`FROM a\n${instruction}\n`)).toBe('build.forbidden-flag')
})

test.each(['RUN --mount=type=bind,from=alice/image,target=/x ls', 'RUN --mount=type=cache,from=alice,target=/x ls'])(
  'H48: H55: refuses a mount out of a foreign image: %j',
  (instruction) => {
    expect(refusalOf(`FROM a\n${instruction}\n`)).toBe('build.foreign-from')
  },
)

test.each([
  'RUN --mount=type=cache,target=/go/pkg/mod go build',
  'RUN --mount=type=bind,target=/src go build',
  'RUN --mount=type=bind,from=build,target=/src ls',
  'RUN --network=none true',
  'RUN tool --security=insecure --network=host',
  'RUN docker run --privileged --device=/dev/kvm x',
])('H55: leaves honest flags, and words of commands, alone: %j', (instruction) => {
  expect(refusalOf(`FROM a AS build\nRUN true\nFROM b\n${instruction}\n`)).toBeUndefined()
})

test.each([
  'WORKDIR /proc/self/fd/8',
  'WORKDIR /proc',
  'WORKDIR //proc//self/../self/fd/9',
  'WORKDIR /app\nWORKDIR ../sys/kernel',
  'ENV D=/dev\nWORKDIR $D/fd/8',
  'ARG P=proc\nWORKDIR /$P/self',
  'VOLUME /proc',
  'VOLUME ["/data", "/sys"]',
  'VOLUME /data /dev',
  'ONBUILD WORKDIR /proc/self/fd/8\nFROM a',
])('H56: refuses to work in or to replace a folder of the kernel: %j', (lines) => {
  expect(refusalOf(`FROM x AS a\n${lines}\n`)).toBe('build.forbidden-path')
})

test.each([
  'WORKDIR /process',
  'WORKDIR /app/proc',
  'WORKDIR proc',
  'VOLUME /sys/fs/cgroup',
  'VOLUME /devices',
  'WORKDIR ./dev',
])('H56: leaves other folders alone: %j', (line) => {
  expect(refusalOf(`FROM a\nWORKDIR /app\n${line}\n`)).toBeUndefined()
})

test.each([
  ['64 KiB', `FROM a\n# ${'x'.repeat(66_000)}\n`],
  ['one line of a megabyte', `FROM a\nRUN ${'x'.repeat(1_000_000)}\n`],
  ['stages', 'FROM a\n'.repeat(200)],
  ['instructions', `FROM a\n${'LABEL a=b\n'.repeat(5000)}`],
  ['layers', `FROM a\n${'RUN b\n'.repeat(127)}`],
  [
    'layers over stages',
    `FROM a AS s0\n${Array.from({ length: 8 }, (_, at) => `${'RUN b\n'.repeat(15)}FROM s${at} AS s${at + 1}\n`).join('')}`,
  ],
  ['ports', `FROM a\nEXPOSE 1-65535\n`],
  ['volumes', `FROM a\nVOLUME ${Array.from({ length: 100 }, (_, at) => `/v${at}`).join(' ')}\n`],
  ['variables that double', `FROM a\nENV A=${'x'.repeat(64)}\n${'ENV A=$A$A\n'.repeat(40)}`],
  ['variables that double before FROM', `ARG A=${'x'.repeat(64)}\n${'ARG A=$A$A\n'.repeat(40)}FROM a\n`],
  ['a label of many variables', `FROM a\nENV A=${'x'.repeat(20_000)}\nLABEL a=${'$A'.repeat(15_000)}\n`],
])('H57: refuses more than a homework has: %s', (_, text) => {
  expect(refusalOf(text)).toBe('build.dockerfile-limit')
})

test.each([
  `FROM a\n${'RUN b\n'.repeat(90)}`,
  'FROM a\nEXPOSE 8080 30000-32767\n',
  `FROM a\nENV A=${'x'.repeat(30_000)}\n`,
  `FROM a\nENV PATH=$PATH:/a\n${'ENV PATH=$PATH:/usr/local/go/bin:/root/go/bin\n'.repeat(20)}`,
])('H57: lets much pass that is still a Dockerfile', (text) => {
  expect(refusalOf(text)).toBeUndefined()
})
