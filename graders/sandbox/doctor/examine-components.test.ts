import { describe, expect, test } from 'vitest'
import { componentsOf, type EngineTold, kernelOf } from './examine-components.ts'

const docker = { name: 'docker', version: '29.8.0' }

function versions(engine: Parameters<typeof componentsOf>[0], told: EngineTold) {
  return Object.fromEntries(componentsOf(engine, told, '').map(({ name, version }) => [name, version] as const))
}

describe('what an engine tells of its parts', () => {
  test('by Docker', () => {
    const told: EngineTold = {
      KernelVersion: '6.6.31-linuxkit',
      DefaultRuntime: 'runc',
      Components: [
        { Name: 'Engine', Version: '29.8.0' },
        { Name: 'containerd', Version: 'v2.3.7', Details: { GitCommit: 'ea7fd3b5fd1f1a0b4c56f58a2db7e3f6a3f0d5b1' } },
        { Name: 'runc', Version: '1.4.3', Details: { GitCommit: 'v1.4.3-0-g20bd01b7' } },
      ],
    }
    expect(versions(docker, told)).toEqual({
      engine: '29.8.0',
      'engine (BuildKit)': '29.8.0',
      containerd: 'v2.3.7',
      runc: '1.4.3',
      kernel: '6.6.31-linuxkit',
    })
  })

  test("by Debian's Docker, which has the version of its package as the commit", () => {
    const told: EngineTold = {
      KernelVersion: '6.1.0-18-amd64',
      Components: [
        { Name: 'containerd', Version: '1.6.20~ds1', Details: { GitCommit: '1.6.20~ds1-1+deb12u3' } },
        { Name: 'runc', Version: '1.1.5+ds1', Details: { GitCommit: '1.1.5+ds1-1+deb12u1' } },
      ],
    }
    expect(versions({ ...docker, version: '20.10.24+dfsg1' }, told)).toMatchObject({
      engine: '20.10.24+dfsg1',
      containerd: '1.6.20~ds1-1+deb12u3',
      runc: '1.1.5+ds1-1+deb12u1',
      kernel: '6.1.0-18-amd64',
    })
  })

  test('by podman, which is no Docker and starts crun', () => {
    const told: EngineTold = {
      KernelVersion: '6.8.0-31-generic',
      DefaultRuntime: 'crun',
      Components: [
        { Name: 'Podman Engine', Version: '5.4.2' },
        { Name: 'OCI Runtime (crun)', Version: 'crun version 1.21\ncommit: 10269840' },
      ],
    }
    const podman = { name: 'podman', version: '5.4.2' }
    expect(versions(podman, told)).toEqual({ crun: '1.21', kernel: '6.8.0-31-generic' })
  })

  test.each<[string, EngineTold]>([
    ['that is another one', { DefaultRuntime: 'runsc', Components: [{ Name: 'runc', Version: '1.4.3' }] }],
    ['that is not told', { DefaultRuntime: 'runc', Components: [] }],
    ['of an engine that tells nothing', {}],
  ])('of a runtime %s: no version, which is never taken for a safe one', (_title, told) => {
    expect(versions(docker, told)).toMatchObject({ runc: undefined, kernel: told.KernelVersion })
  })

  test('of a kernel: the version that the release of a distribution does not tell', () => {
    const text = '#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)'
    expect(kernelOf('6.1.0-18-amd64', text)).toMatch(/^6\.1\.76-1/)
    expect(kernelOf('6.18.44-fc-v669', '#1 SMP PREEMPT_DYNAMIC @0')).toBe('6.18.44-fc-v669')
    expect(kernelOf('5.15.0-91-generic', '#101-Ubuntu SMP Ubuntu 5.15.0-91.101-generic 5.15.131')).toBe(
      '5.15.131-ubuntu',
    )
    expect(kernelOf(undefined, text)).toBeUndefined()
  })
})
