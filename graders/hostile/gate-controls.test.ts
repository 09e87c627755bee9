import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { assignmentSchema } from '../model/assignment.ts'
import { parseSubmissionConfig } from '../model/submission-config.ts'
import { buildOptionsOf } from '../sandbox/build-options.ts'
import { packContext } from '../stages/build/build-context.ts'
import { flagsOf } from '../stages/build/flags.ts'
import { parseDockerfile } from '../stages/dockerfile/dockerfile.ts'
import { sentFor } from '../stages/dockerfile/test-gate.ts'
import { takeIn } from '../stages/intake/intake.ts'
import { assignment, withIntake } from '../stages/intake/test-submission.ts'

/** What the gate before a build and the options of a build keep out, with that one thing taken away. */

const steering = new URL('../../submissions/hostile/H42-steers-other-builders/submission/', import.meta.url)

test('H42 control: a builder that reads compose files gets the rights that they ask for', async () => {
  const compose = await readFile(new URL('compose.yml', steering), 'utf8')
  const asked = parse(compose).services.hs
  expect(asked).toMatchObject({ build: { context: '/' }, privileged: true, pid: 'host' })
  expect(asked.volumes).toContain('/:/host')

  const dockerfile = await readFile(new URL('Dockerfile', steering), 'utf8')
  const ignore = await readFile(new URL('.dockerignore', steering), 'utf8')
  await withIntake({ Dockerfile: dockerfile, 'compose.yml': compose, '.dockerignore': ignore, hs: 'x' }, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    const { paths } = packContext(intake.submission, '.', { path: 'Dockerfile', text: dockerfile })
    expect([...paths].sort()).toEqual(['.dockerignore', 'Dockerfile', 'hs'])
  })
})

test('H51 control: spread over our options, a configuration has the network of the host', () => {
  const text = 'httpserver:\n  networkmode: host\n  memory: 0\n  cachefrom: ["alice"]\n'
  const { build: limits } = assignmentSchema.shape.limits.parse(undefined)
  const options = buildOptionsOf({ dockerfile: 'Dockerfile', buildArgs: {}, limits, labels: {} }, undefined)
  expect({ ...options, ...parse(text).httpserver }).toMatchObject({ networkmode: 'host', memory: 0 })

  expect(options).not.toHaveProperty('networkmode')
  expect(parseSubmissionConfig(text, 'cgrade.yml')).toMatchObject({ ok: false })
})

describe('without one rule of the gate', () => {
  afterEach(() => {
    vi.doUnmock('../stages/dockerfile/gate-limits.ts')
    vi.resetModules()
  })

  async function sentWithout(rule: 'findForbiddenFlag' | 'findForbiddenPath', text: string) {
    vi.resetModules()
    vi.doMock('../stages/dockerfile/gate-limits.ts', async (original) => ({
      ...(await original<object>()),
      [rule]: () => undefined,
    }))
    const { sentFor: sentUnguarded } = await import('../stages/dockerfile/test-gate.ts')
    return sentUnguarded(text)
  }

  test.each([
    'RUN --security=insecure mount',
    'RUN --network=host curl http://127.0.0.1',
    'RUN --mount=type=secret,id=token cat /run/secrets/token',
  ])('H55 control: the engine is asked for it: %j', async (line) => {
    expect(await sentWithout('findForbiddenFlag', `FROM a\n${line}\n`)).toContain(line)
    expect(sentFor(`FROM a\n${line}\n`)).toBeUndefined()
  })

  test.each(['WORKDIR /proc/self/fd/8', 'VOLUME /proc'])('H56 control: the engine is told to: %j', async (line) => {
    expect(await sentWithout('findForbiddenPath', `FROM a\n${line}\n`)).toContain(line)
    expect(sentFor(`FROM a\n${line}\n`)).toBeUndefined()
  })
})

test('H58 control: with the cap raised, all the files go to the engine', async () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, 'x'.repeat(1024)]))
  await withIntake({ Dockerfile: 'FROM scratch\n', ...many }, async (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    const { source, root } = intake.submission
    const { tar, paths } = packContext(intake.submission, '.', { path: 'Dockerfile', text: 'FROM scratch\n' })
    expect(paths.size).toBe(501)
    expect((await buffer(tar)).length).toBeGreaterThan(500 * 1024)
    const few = { ...assignment.limits.intake, entries: 100 }
    const taken = await takeIn({ id: 'alice', path: source }, few, `${root}-few`)
    expect(taken).toMatchObject({ ok: false, fault: { reason: 'intake.too-many-files' } })
  })
})

test('H59 control: a reader who looks for the words of a base takes a foreign one for it', () => {
  const trusted = ['golang', 'alpine']
  const judgeNaively = (name: string) => trusted.some((one) => name.includes(one))
  for (const name of ['attacker/golang:1.24', 'registry.invalid/library/golang:1.24', 'golang-fast:1.24']) {
    expect(judgeNaively(name)).toBe(true)
    const parsed = parseDockerfile(`FROM ${name}\n`)
    expect(parsed.ok && flagsOf(parsed.dockerfile, trusted)).toMatchObject([{ code: 'unusual-base' }])
  }
})
