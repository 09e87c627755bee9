import { randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectEngine, type Engine, runLabel } from '../engine.ts'
import { parseImageReference } from './image-reference.ts'
import { lockPreparations } from './preparation-lock.ts'
import { isStandInGap } from './stand-in-gap.ts'
import { recipeFor } from './stand-in-recipes.ts'
import { findStandIn, makeStandIn } from './stand-ins.ts'

let engine: Engine
const never = new AbortController().signal
const run = `test-${randomBytes(6).toString('hex')}`

beforeAll(async () => {
  engine = await connectEngine()
})

/** The stand-in itself, whether or not a registry has the real image. */
async function standIn(name: string): Promise<string> {
  const reference = parseImageReference(name)
  const recipe = reference === undefined ? undefined : recipeFor(reference)
  if (recipe === undefined) throw new Error(`no recipe for ${name}`)
  await using _lock = await lockPreparations(never, () => {})
  const preparation = { signal: never, say: () => {}, runLabels: { [runLabel]: run } }
  return ((await findStandIn(engine, recipe)) ?? (await makeStandIn(engine, recipe, preparation))).id
}

async function runIn(image: string, command: string[]): Promise<{ exitCode: number; output: string }> {
  const container = await engine.docker.createContainer({
    Image: image,
    Cmd: command,
    Labels: { [runLabel]: run },
    HostConfig: { NetworkMode: 'none' },
  })
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true })
    const text = new PassThrough().setEncoding('utf8')
    let output = ''
    text.on('data', (piece: string) => {
      output += piece
    })
    engine.docker.modem.demuxStream(stream, text, text)
    await container.start()
    const { StatusCode } = await container.wait()
    return { exitCode: StatusCode, output }
  } finally {
    await container.remove({ force: true })
  }
}

function shell(image: string, script: string) {
  return runIn(image, ['/bin/sh', '-c', script])
}

describe('the stand-in for alpine', () => {
  test('adds packages whose content it has', async () => {
    const script =
      'apk update && apk --no-cache add -U tzdata ca-certificates bash --repository http://x/y && ls /usr/share/zoneinfo/Asia/Shanghai && bash -c "echo bash runs"'
    const { exitCode, output } = await shell(await standIn('alpine'), script)
    expect(output).toContain('bash runs')
    expect(exitCode).toBe(0)
  })

  test('names a package that it has not, as a gap of ours', async () => {
    const { exitCode, output } = await shell(await standIn('alpine'), 'apk add --no-cache git=2.40 nmap')
    expect(exitCode).toBe(99)
    expect(isStandInGap(output)).toContain('no package git')
  })

  test.each([
    ['adduser -D -u 1234 app && id app', 'uid=1234(app) gid=1234(app)'],
    ['addgroup -S web && adduser -S -DH -G web svc && id svc', 'uid=100(svc) gid=101(web)'],
    [
      'addgroup -g 5000 web && adduser -D -h /srv -s /sbin/nologin app -G web && grep app /etc/passwd',
      ':5000:app:/srv:',
    ],
    ['adduser -D app && addgroup web && addgroup app web && id app', '1001(web)'],
  ])('adds users as busybox does: %s', async (script, expected) => {
    const { exitCode, output } = await shell(await standIn('alpine'), script)
    expect(output).toContain(expected)
    expect(exitCode).toBe(0)
  })

  test('has no C library of GNU, so that what does not run on Alpine does not run here', async () => {
    const { output } = await shell(await standIn('alpine'), 'ls /lib /lib64 2>&1; ls /etc/apk/repositories')
    expect(output).toContain('ld-musl')
    expect(output).not.toContain('ld-linux')
    expect(output).toContain('/etc/apk/repositories')
  })
})

describe('the stand-in for golang on alpine', () => {
  test('compiles without cgo until a compiler is added, then with musl', async () => {
    const program = 'package main\n// int f(){return 42;}\nimport "C"\nfunc main(){println("c says", C.f())}\n'
    const script = `go env CGO_ENABLED && apk add --no-cache build-base && printf '%s' '${program}' > m.go && go build -o m m.go && ./m && grep -ac ld-musl m`
    const { exitCode, output } = await shell(await standIn('golang:1.24-alpine'), script)
    expect(output).toMatch(/^0\n/)
    expect(output).toContain('c says 42')
    expect(exitCode).toBe(0)
  })
})

describe('the stand-in for distroless', () => {
  test('has certificates and users, and no shell', async () => {
    const image = await standIn('gcr.io/distroless/static:nonroot')
    await expect(runIn(image, ['/bin/sh'])).rejects.toThrow(/no such file|not found/)
    const { Config } = await engine.docker.getImage(image).inspect()
    expect(Config.User).toBe('65532')
    const debug = await standIn('gcr.io/distroless/base:debug')
    const script = 'ls /etc/ssl/certs/ca-certificates.crt /lib64/ && grep nonroot /etc/passwd'
    const { output } = await runIn(debug, ['/busybox/sh', '-c', script])
    expect(output).toContain('/etc/ssl/certs/ca-certificates.crt')
    expect(output).toMatch(/ld-linux/)
    expect(output).toContain('nonroot:x:65532:')
  })
})

test('the stand-in for centos says that yum is our gap', async () => {
  const { output } = await shell(await standIn('centos:7'), 'yum install -y golang')
  expect(isStandInGap(output)).toContain('yum')
})
