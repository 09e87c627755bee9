import { readFile, stat } from 'node:fs/promises'

/** Settings of this machine's kernel that widen what a container reaches; undefined where they cannot be read. */
export interface KernelFacts {
  /** Begins with `|` where a crash starts a program of this machine. */
  corePattern: string | undefined
  /** 0: any user may load BPF programs. */
  unprivilegedBpfDisabled: number | undefined
  debugfs: boolean
  swapBytes: number | undefined
  /** Where cgroup v2 is mounted: whether a namespace's own limits are out of its reach. */
  nsdelegate: boolean | undefined
}

export async function examineKernel(proc = '/proc'): Promise<KernelFacts> {
  const read = (path: string) => readFile(`${proc}/${path}`, 'utf8').catch(() => undefined)
  const [corePattern, bpf, mounts = '', memory = ''] = await Promise.all([
    read('sys/kernel/core_pattern'),
    read('sys/kernel/unprivileged_bpf_disabled'),
    read('mounts'),
    read('meminfo'),
  ])
  const lines = mounts.split('\n').map((line) => line.split(' '))
  const unified = lines.find(([, , type]) => type === 'cgroup2')
  const [, swapKib] = /^SwapTotal:\s+(\d+) kB/m.exec(memory) ?? []
  return {
    corePattern: corePattern?.trim(),
    unprivilegedBpfDisabled: bpf === undefined ? undefined : Number(bpf),
    debugfs: lines.some(([, , type]) => type === 'debugfs'),
    swapBytes: swapKib === undefined ? undefined : Number(swapKib) * 1024,
    nsdelegate: unified === undefined ? undefined : (unified[3] ?? '').split(',').includes('nsdelegate'),
  }
}

/** Whether what fills this folder leaves the rest of the machine its room. Undefined where it cannot be looked at. */
export async function isDiskOfItsOwn(folder: string): Promise<boolean | undefined> {
  try {
    const [inside, root] = await Promise.all([stat(folder), stat('/')])
    return inside.dev !== root.dev
  } catch {
    return undefined
  }
}
