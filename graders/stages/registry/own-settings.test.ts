import { expect, test } from 'vitest'
import { parseDockerfile } from '../dockerfile/dockerfile.ts'
import { readOwnSettings } from './own-settings.ts'

const base = { entrypoint: [], command: ['sh'], env: ['PATH=/go/bin:/bin', 'GOPATH=/go'], ports: [] }

function own(text: string, built: Partial<typeof base> = {}) {
  const parsed = parseDockerfile(text)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  return readOwnSettings(parsed.dockerfile, { ...base, ...built } as never)
}

test('what comes from the base is not the Dockerfile’s own', () => {
  expect(own('FROM golang\nENTRYPOINT ["/a"]\n', { entrypoint: ['/a'] as never, command: [] })).toEqual({
    ...{ entrypoint: ['/a'], command: [] },
    ...{ env: [], pathFolders: [], ports: [] },
  })
  expect(own('FROM golang\nCMD /a\n', { command: ['/bin/sh', '-c', '/a'] })).toEqual({
    command: ['/bin/sh', '-c', '/a'],
    ...{ env: [], pathFolders: [], ports: [] },
  })
})

test('a Dockerfile that says nothing of its start is held to the start that it inherits', () => {
  expect(own('FROM golang\n')).toMatchObject({ entrypoint: [], command: ['sh'] })
})

test('variables of stages that are left behind do not count, those of a stage that is built upon do', () => {
  const text = 'FROM golang AS a\nENV X=1\nFROM golang AS b\nENV Y=2\nFROM b\nENV Z=3\nCMD ["/a"]\n'
  expect(own(text, { env: ['X=1', 'Y=2', 'Z=3'] }).env).toEqual([
    { name: 'Y', value: '2', fixed: true },
    { name: 'Z', value: '3', fixed: true },
  ])
})

test.each([
  ['ENV MODE=release', 'MODE=release', true],
  ['ENV MODE release', 'MODE=release', true],
  ['ENV VERSION=v1', 'VERSION=v1', false],
  ['ENV APP_VERSION v1', 'APP_VERSION=v1', false],
  ['ARG MODE=a\nENV MODE=$MODE', 'MODE=a', false],
  ['ARG M=a\nENV N=\x24{M:-x}\nENV MODE="$N"', 'MODE=a', false],
  ['ENV MODE=$GOPATH/src', 'MODE=/go/src', false],
  ['ENV A=1 \\\n    MODE=b', 'MODE=b', true],
  ['ENV A=1\nENV MODE=x$A', 'MODE=x1', true],
])('%j: the value is the same everywhere or not', (line, built, fixed) => {
  const { env } = own(`FROM golang\n${line}\nCMD ["/a"]\n`, { env: [...base.env, 'A=1', 'N=a', built] })
  expect(env.find(({ name }) => built.startsWith(`${name}=`))).toMatchObject({ fixed })
})

test('of PATH just the folders that it adds count', () => {
  const text = 'FROM golang\nENV PATH="/app/bin:\x24{PATH}:/opt"\nCMD ["/a"]\n'
  expect(own(text, { env: ['PATH=/app/bin:/go/bin:/bin:/opt'] })).toMatchObject({
    env: [],
    pathFolders: ['/app/bin', '/opt'],
  })
})

test('ports count where the Dockerfile names them, unless by a build argument', () => {
  const ports = ['80/tcp', '8080/tcp', '53/udp'] as never
  expect(own('FROM golang\nEXPOSE 8080 53/udp\nCMD ["/a"]\n', { ports }).ports).toEqual(['8080/tcp'])
  expect(own('FROM golang\nARG PORT=80\nEXPOSE $PORT\nCMD ["/a"]\n', { ports }).ports).toEqual([])
  expect(own('FROM golang\nENV PORT=80\nEXPOSE $PORT\nCMD ["/a"]\n', { ports }).ports).toEqual(['80/tcp'])
})
