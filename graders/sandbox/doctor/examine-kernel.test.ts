import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { examineKernel, isDiskOfItsOwn } from './examine-kernel.ts'

let proc: string
beforeAll(async () => {
  proc = await mkdtemp(join(tmpdir(), 'cgrade-proc-'))
  await mkdir(join(proc, 'sys/kernel'), { recursive: true })
  await writeFile(join(proc, 'sys/kernel/core_pattern'), '|/usr/share/apport/apport %p\n')
  await writeFile(join(proc, 'sys/kernel/unprivileged_bpf_disabled'), '0\n')
  await writeFile(join(proc, 'meminfo'), 'MemTotal: 1 kB\nSwapTotal:       2048 kB\n')
  await writeFile(
    join(proc, 'mounts'),
    'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nsdelegate 0 0\ndebugfs /sys/kernel/debug debugfs rw 0 0\n',
  )
})
afterAll(() => rm(proc, { recursive: true, force: true }))

describe('settings of a kernel', () => {
  test('are read as they are', async () => {
    expect(await examineKernel(proc)).toEqual({
      corePattern: '|/usr/share/apport/apport %p',
      unprivilegedBpfDisabled: 0,
      debugfs: true,
      swapBytes: 2_097_152,
      nsdelegate: true,
    })
  })

  test('that cannot be read are not known', async () => {
    expect(await examineKernel('/nonexistent')).toEqual({
      corePattern: undefined,
      unprivilegedBpfDisabled: undefined,
      debugfs: false,
      swapBytes: undefined,
      nsdelegate: undefined,
    })
  })

  test('tell a file system of its own from a folder', async () => {
    expect(await isDiskOfItsOwn('/proc')).toBe(true)
    expect(await isDiskOfItsOwn('/')).toBe(false)
    expect(await isDiskOfItsOwn('/nonexistent')).toBeUndefined()
  })
})
