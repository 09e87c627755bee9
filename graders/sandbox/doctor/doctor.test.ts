import { describe, expect, test, vi } from 'vitest'
import { connectEngine } from '../engine.ts'
import { collectFacts } from './doctor.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('the facts about this machine', () => {
  test('come from the engine itself and leave nothing in it', async () => {
    const { host, engine } = await collectFacts()
    if (!engine.reachable) throw new Error(engine.problem)
    const { docker } = await connectEngine()
    const version = await docker.version()
    expect(engine).toMatchObject({ version: version.Version, os: 'linux' })
    expect([1, 2]).toContain(engine.cgroupVersion)
    expect(host.temporary?.freeBytes).toBeGreaterThan(0)
    // A container was booted where a base image is there, and what it shows must fit the machine.
    if (engine.trial.tried) expect(engine.trial).toMatchObject({ processSeen: engine.local, limitMissing: undefined })
    else expect(engine.trial.why).toMatch(/no (prepared )?base image/)
    // Root of the engine's machine needs no container to look.
    if (host.rights !== 'none' && engine.local) expect(engine.observer).toMatchObject({ kind: 'host' })
    const filters = { label: ['dev.cgrade.role=doctor'] }
    expect(await docker.listContainers({ all: true, filters })).toEqual([])
    expect(await docker.listNetworks({ filters })).toEqual([])
  })

  test('are told without an engine, too', async () => {
    const before = process.env.DOCKER_HOST
    process.env.DOCKER_HOST = 'unix:///nonexistent/docker.sock'
    try {
      const { engine } = await collectFacts()
      expect(engine).toMatchObject({ reachable: false, named: 'unix:///nonexistent/docker.sock' })
    } finally {
      if (before === undefined) delete process.env.DOCKER_HOST
      else process.env.DOCKER_HOST = before
    }
  })
})
