import { expect, test } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import { buildOptionsOf } from './build-options.ts'
import { createOptions, hostConfigOf } from './profile.ts'

/** What submissions may do, word for word: whoever widens it must change it here, too, and say why. */

const limits = assignmentSchema.shape.limits.parse(undefined)

test('H51: a build is told these options and no others: no cache from elsewhere, no secrets, no rights, no outputs', () => {
  const labels = { 'dev.cgrade.run': 'r' }
  const settings = { dockerfile: 'app/Dockerfile', buildArgs: { TARGETARCH: 'amd64' }, limits: limits.build, labels }
  const options = {
    dockerfile: 'app/Dockerfile',
    buildargs: { TARGETARCH: 'amd64' },
    labels,
    nocache: true,
    rm: true,
    forcerm: true,
    pull: undefined,
    memory: 2 * 1024 ** 3,
    memswap: 2 * 1024 ** 3,
    cpuperiod: 100_000,
    cpuquota: 200_000,
    cgroupparent: '/cgrade/1-1',
    version: '1',
  }
  expect(buildOptionsOf(settings, '/cgrade/1-1')).toStrictEqual(options)
  const alone = { ...settings, limits: { ...limits.build, network: 'none' as const } }
  const { cgroupparent, ...others } = options
  expect(buildOptionsOf(alone, undefined)).toStrictEqual({ ...others, networkmode: 'none' })
})

test("H51: a submission's container has these settings and no others", () => {
  const settings = {
    CapDrop: ['ALL'],
    CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID', 'KILL', 'NET_BIND_SERVICE'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: false,
    PidsLimit: 256,
    Memory: 512 * 1024 ** 2,
    MemorySwap: 512 * 1024 ** 2,
    NanoCpus: 1e9,
    OomScoreAdj: 1000,
    IpcMode: 'private',
    Dns: ['192.0.2.1'],
    DnsSearch: ['.'],
    DnsOptions: ['timeout:1', 'attempts:1'],
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '8388608', 'max-file': '1' } },
    Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
  }
  expect(hostConfigOf(limits.boot)).toStrictEqual(settings)
  expect(hostConfigOf({ ...limits.boot, strict: true })).toStrictEqual({
    ...settings,
    CapAdd: [],
    ReadonlyRootfs: true,
    Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=64m' },
  })
  expect(createOptions).toStrictEqual({
    Tty: false,
    OpenStdin: false,
    Healthcheck: { Test: ['NONE'] },
    StopSignal: 'SIGKILL',
  })
})
