import { describe, expect, test } from 'vitest'
import { confinementOf, type SecurityFacts } from '../sandbox/doctor/examine-security.ts'
import type { Component } from '../sandbox/doctor/match-holes.ts'
import { diagnoseSecurity, lackingFor, levelReached } from './diagnose-security.ts'

const current: Component[] = [
  { name: 'engine', version: '29.8.0', changelog: undefined },
  { name: 'containerd', version: '2.3.7', changelog: undefined },
  { name: 'runc', version: '1.4.3', changelog: undefined },
  { name: 'kernel', version: '6.18.44', changelog: undefined },
]

const quietKernel = {
  corePattern: 'core',
  unprivilegedBpfDisabled: 2,
  debugfs: false,
  swapBytes: 0,
  nsdelegate: true,
}

const strictMachine: SecurityFacts = {
  components: current,
  confinement: { userNamespaces: 'remapped', seccomp: 'default', module: 'apparmor' },
  local: true,
  limits: { memory: true, cpu: true, pids: true },
  limitsBuildProcesses: true,
  firewall: { available: true, seen: 'a rule for each run' },
  disk: { folder: '/var/lib/docker', itsOwn: true },
  kernel: quietKernel,
  cgroupVersion: 2,
}

/** As a Debian 12 with its own docker.io told it on 2026-11-25. */
const debian12: SecurityFacts = {
  ...strictMachine,
  components: [
    { name: 'engine', version: '20.10.24+dfsg1', changelog: packaged('20.10.24+dfsg1-1+deb12u1', 'CVE-2024-41110') },
    {
      name: 'containerd',
      version: '1.6.20~ds1-1+deb12u3',
      changelog: packaged('1.6.20~ds1-1+deb12u3', 'CVE-2024-25621', 'CVE-2024-40635'),
    },
    { name: 'runc', version: '1.1.5+ds1-1+deb12u1', changelog: packaged('1.1.5+ds1-1+deb12u1', 'CVE-2024-21626') },
    { name: 'kernel', version: '6.18.44-fc-v669', changelog: undefined },
  ],
  confinement: confinementOf(['name=seccomp,profile=default']),
  firewall: { available: false, seen: 'no rights' },
  disk: { folder: '/var/lib/docker', itsOwn: false },
  cgroupVersion: 1,
}

function packaged(version: string, ...closes: string[]): Component['changelog'] {
  return { distribution: 'Debian', version, closes }
}

function lacking(facts: Partial<SecurityFacts>) {
  const findings = diagnoseSecurity({ ...strictMachine, ...facts })
  return {
    level: levelReached(findings),
    basic: lackingFor('basic', findings).map(({ id }) => id),
    strict: lackingFor('strict', findings).map(({ id }) => id),
  }
}

function withRuntime(version: string | undefined, changelog?: Component['changelog']): Partial<SecurityFacts> {
  const others = current.filter(({ name }) => name !== 'runc')
  return { components: [...others, { name: 'runc', version, changelog }] }
}

describe('the security level of a machine', () => {
  test('is strict where nothing is missing', () => {
    expect(lacking({})).toEqual({ level: 'strict', basic: [], strict: [] })
  })

  test.each<[string, Partial<SecurityFacts>, string]>([
    ['no remapped users', { confinement: { ...strictMachine.confinement, userNamespaces: 'none' } }, 'user-namespaces'],
    ['no security module', { confinement: { ...strictMachine.confinement, module: undefined } }, 'module'],
    ['no firewall', { firewall: { available: false, seen: 'no rights' } }, 'firewall'],
    ['a shared disk', { disk: { folder: '/var/lib/docker', itsOwn: false } }, 'disk'],
    ['a disk elsewhere', { disk: undefined, local: false }, 'disk'],
    ['builds without a limit on processes', { limitsBuildProcesses: false }, 'builds'],
    ['a runtime that Debian may have mended', withRuntime('1.1.5+ds1-1+deb12u1'), 'cve-2025-31133'],
  ])('is basic with %s', (_title, facts, id) => {
    const seen = lacking(facts)
    expect(seen).toMatchObject({ level: 'basic', basic: [] })
    expect(seen.strict).toContain(`security.${id}`)
  })

  test.each<[string, Partial<SecurityFacts>, string]>([
    ['no seccomp', { confinement: { ...strictMachine.confinement, seccomp: 'none' } }, 'seccomp'],
    ['no limit on memory', { limits: { memory: false, cpu: true, pids: true } }, 'limits'],
    ['H56: a runtime with a known way out', withRuntime('1.1.11'), 'cve-2024-21626'],
    ['H56: a runtime whose version nobody tells', withRuntime(undefined), 'cve-2024-21626'],
    [
      'a kernel with a known way out',
      { components: [{ name: 'kernel', version: '5.15.20', changelog: undefined }] },
      'cve-2022-0847',
    ],
  ])('is none with %s', (_title, facts, id) => {
    const seen = lacking(facts)
    expect(seen.level).toBeUndefined()
    expect(seen.basic).toContain(`security.${id}`)
    // What basic lacks, strict lacks.
    expect(seen.strict).toEqual(expect.arrayContaining(seen.basic))
  })

  test('is none on Debian 12 with its own engine, for one hole of runc alone', () => {
    const findings = diagnoseSecurity(debian12)
    expect(lackingFor('basic', findings).map(({ id }) => id)).toEqual(['security.cve-2025-31133'])
    expect(findings.find(({ id }) => id === 'security.cve-2025-31133')?.seen).toMatch(
      /1\.1\.5\+ds1-1\+deb12u1, whose changelog/,
    )
    expect(findings.some(({ id }) => id === 'security.cve-2024-21626')).toBe(false)
  })

  test('H71: does not hang on settings of the kernel, but they are told', () => {
    const kernel = {
      corePattern: '|/usr/lib/crash %p',
      unprivilegedBpfDisabled: 0,
      debugfs: true,
      swapBytes: 1,
      nsdelegate: false,
    }
    const findings = diagnoseSecurity({ ...strictMachine, kernel })
    const told = findings.filter(({ state }) => state === 'warning').map(({ id }) => id)
    expect(told).toEqual(['cgroup', 'core-pattern', 'bpf', 'debugfs', 'swap'].map((name) => `security.${name}`))
    expect(levelReached(findings)).toBe('strict')
  })

  test('comes with what it means and how to fix it, for everything that is not in order', () => {
    const worst: SecurityFacts = {
      ...debian12,
      limits: { memory: false, cpu: false, pids: false },
      limitsBuildProcesses: false,
      confinement: { userNamespaces: 'none', seccomp: 'custom', module: undefined },
      disk: undefined,
    }
    for (const finding of diagnoseSecurity(worst).filter(({ state }) => state !== 'ok')) {
      expect(finding.means, finding.id).toBeTruthy()
      expect(finding.fix, finding.id).toBeTruthy()
    }
  })
})

describe('what an engine says of its confinement', () => {
  test.each<[string[], Partial<SecurityFacts['confinement']>]>([
    [
      ['name=seccomp,profile=builtin', 'name=cgroupns'],
      { seccomp: 'default', userNamespaces: 'none', module: undefined },
    ],
    [['name=seccomp,profile=default', 'name=rootless'], { seccomp: 'default', userNamespaces: 'rootless' }],
    [
      ['name=apparmor', 'name=seccomp,profile=/etc/docker/own.json', 'name=userns'],
      { seccomp: 'custom', module: 'apparmor', userNamespaces: 'remapped' },
    ],
    [['name=seccomp,profile=unconfined', 'name=selinux'], { seccomp: 'none', module: 'selinux' }],
    [[], { seccomp: 'none', userNamespaces: 'none', module: undefined }],
  ])('%j', (options, expected) => {
    expect(confinementOf(options)).toMatchObject(expected)
  })
})
