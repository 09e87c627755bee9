import { describe, expect, test } from 'vitest'
import type { DoctorFacts } from '../sandbox/doctor/doctor.ts'
import type { EngineFacts } from '../sandbox/doctor/examine-engine.ts'
import type { HostFacts } from '../sandbox/doctor/examine-host.ts'
import { canGradeHttpserver, diagnose } from './diagnose.ts'

const gib = 1024 ** 3

const goodHost: HostFacts = {
  platform: 'linux',
  architecture: 'x64',
  kernel: '6.1.0',
  nodeVersion: '24.21.0',
  rights: 'root',
  tools: { ip: '/sbin/ip', nsenter: '/usr/bin/nsenter', iptables: '/sbin/iptables', mmdebstrap: '/usr/bin/mmdebstrap' },
  temporary: { folder: '/tmp', freeBytes: 50 * gib },
}

const seenTrial = {
  tried: true,
  image: 'busybox:1',
  processSeen: true,
  addressReached: true,
  namespaceEntered: true,
  limitMissing: undefined,
} as const

const goodEngine: EngineFacts = {
  name: 'docker',
  version: '28.2.2',
  apiVersion: '1.50',
  endpoint: 'unix:///var/run/docker.sock',
  from: 'default socket',
  os: 'linux',
  architecture: 'x86_64',
  storageDriver: 'overlay2',
  cgroupVersion: 2,
  cgroupDriver: 'cgroupfs',
  rootless: false,
  local: true,
  root: { folder: '/var/lib/docker', freeBytes: 50 * gib },
  limits: { memory: true, swap: true, cpu: true, pids: true },
  limitsBuildProcesses: true,
  firewall: { available: true, seen: 'each submission network gets a rule' },
  trial: seenTrial,
  observer: {
    kind: 'host',
    because: 'cgrade runs as root on the machine of the engine',
    cannotDelegate: undefined,
  },
  registry: { reachable: true, seen: 'Docker Hub answers' },
  baseImages: [{ name: 'busybox:1', bytes: 2_000_000 }],
  localImages: 1,
  leftOver: { inUse: 0, abandoned: 0 },
}

function examine(engine: Partial<EngineFacts>, host: Partial<HostFacts> = {}) {
  const facts: DoctorFacts = {
    host: { ...goodHost, ...host },
    engine: { reachable: true, ...goodEngine, ...engine },
  }
  const findings = diagnose(facts)
  const states = Object.fromEntries(
    findings.filter(({ state }) => state !== 'ok').map(({ id, state }) => [id, state] as const),
  )
  return { states, canGrade: canGradeHttpserver(findings), findings }
}

const byContainer = { kind: 'probe-container', because: 'this machine gives no root' } as const
const unseen = { tried: true, image: 'busybox:1', processSeen: false, addressReached: false, namespaceEntered: false }

describe('what the facts mean', () => {
  test('a good machine has nothing to put right', () => {
    expect(examine({})).toMatchObject({ states: {}, canGrade: true })
  })

  test.each<[string, Partial<EngineFacts>, Partial<HostFacts>, Record<string, string>]>([
    ['an old Node', {}, { nodeVersion: '20.20.2' }, { node: 'missing' }],
    ['Windows containers', { os: 'windows' }, {}, { engine: 'missing' }],
    ['no memory limit', { limits: { ...goodEngine.limits, memory: false } }, {}, { limits: 'missing' }],
    ['no swap limit', { limits: { ...goodEngine.limits, swap: false } }, {}, { limits: 'warning' }],
    [
      'limits that are promised but not in force',
      { trial: { ...unseen, tried: true, limitMissing: 'The limit on memory did not take effect.' } },
      {},
      { limits: 'missing', reach: 'warning' },
    ],
    [
      'containers out of reach, as with Docker Desktop',
      {
        local: false,
        trial: { ...unseen, tried: true, namespaceEntered: true, limitMissing: undefined },
        observer: { ...byContainer, cannotDelegate: undefined },
      },
      {},
      { reach: 'warning' },
    ],
    [
      'a remote engine without an image to try',
      {
        local: false,
        endpoint: 'tcp://engine.example:2375',
        trial: { tried: false, why: 'no base image is prepared yet' },
      },
      {},
      { reach: 'warning' },
    ],
    ['no firewall', { firewall: { available: false, seen: 'no rights' } }, { rights: 'none' }, { firewall: 'warning' }],
    ['a systemd driver', { cgroupDriver: 'systemd', limitsBuildProcesses: false }, {}, { 'build-limits': 'warning' }],
    [
      'no registry, no image and no way to make one',
      { registry: { reachable: false, seen: 'no such host' }, baseImages: [], localImages: 0 },
      { tools: { ...goodHost.tools, mmdebstrap: undefined } },
      { 'base-images': 'missing', tools: 'warning' },
    ],
    [
      'no registry, but an image that was pulled before',
      { registry: { reachable: false, seen: 'no such host' }, baseImages: [], localImages: 3 },
      { rights: 'none' },
      { 'base-images': 'warning' },
    ],
    [
      'nobody who could look',
      {
        trial: { tried: false, why: 'no base image is prepared yet' },
        observer: { kind: undefined, why: 'this machine gives no root' },
      },
      { rights: 'none' },
      { observer: 'warning' },
    ],
    [
      'no network namespace that can be entered',
      { trial: { ...seenTrial, namespaceEntered: false } },
      {},
      { observer: 'warning' },
    ],
    [
      'no cgroups to be made',
      { observer: { ...byContainer, cannotDelegate: 'this engine leaves cgroups to systemd' } },
      { rights: 'none' },
      { observer: 'warning' },
    ],
    [
      'an almost full disk',
      { root: { folder: '/var/lib/docker', freeBytes: 5 * gib } },
      {},
      { 'engine-disk': 'warning' },
    ],
    ['a full disk', { root: { folder: '/var/lib/docker', freeBytes: gib } }, {}, { 'engine-disk': 'missing' }],
    ['what a killed run left', { leftOver: { inUse: 0, abandoned: 2 } }, {}, { 'left-over': 'warning' }],
    ['another run that goes on', { leftOver: { inUse: 2, abandoned: 0 } }, {}, {}],
  ])('%s', (_title, engine, host, states) => {
    const seen = examine(engine, host)
    expect(seen.states).toEqual(states)
    expect(seen.canGrade).toBe(!Object.values(states).includes('missing'))
  })

  test('whatever is not in order says what it means and how to fix it', () => {
    const worst = examine(
      {
        os: 'windows',
        limits: { memory: false, swap: false, cpu: false, pids: false },
        local: false,
        observer: { kind: undefined, why: 'this machine gives no root' },
        limitsBuildProcesses: false,
      },
      {
        rights: 'none',
        nodeVersion: '18.0.0',
        tools: { ip: undefined, nsenter: undefined, iptables: undefined, mmdebstrap: undefined },
      },
    )
    for (const finding of worst.findings.filter(({ state }) => state !== 'ok')) {
      expect(finding.means, finding.id).toBeTruthy()
      expect(finding.fix, finding.id).toBeTruthy()
    }
  })
})
