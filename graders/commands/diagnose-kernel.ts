import type { KernelFacts } from '../sandbox/doctor/examine-kernel.ts'
import type { SecurityFinding } from './diagnose-security.ts'

/** Settings of the kernel that are worth knowing; none of them decides about a level. */
export function diagnoseKernel(kernel: KernelFacts): SecurityFinding[] {
  const warn = (
    id: string,
    title: string,
    words: Pick<SecurityFinding, 'seen' | 'means' | 'fix'>,
  ): SecurityFinding[] => [{ id: `security.${id}`, state: 'warning', title, ...words }]
  return [
    ...(kernel.corePattern?.startsWith('|')
      ? warn('core-pattern', 'Crashes', {
          seen: `core_pattern starts \`${kernel.corePattern.slice(1, 60)}\``,
          means:
            'Each crash of a student program starts that program as root outside of the container, whatever its limits.',
          fix: '`sysctl -w kernel.core_pattern=core`.',
        })
      : []),
    ...(kernel.unprivilegedBpfDisabled === 0
      ? warn('bpf', 'BPF', {
          seen: 'any user may load BPF programs',
          means: 'Default seccomp keeps containers from it; one layer more is better.',
          fix: '`sysctl -w kernel.unprivileged_bpf_disabled=1`.',
        })
      : []),
    ...(kernel.debugfs
      ? warn('debugfs', 'debugfs', {
          seen: 'mounted',
          means: 'It shows and changes much of the kernel; containers are kept from it by a masked `/sys` alone.',
          fix: '`umount /sys/kernel/debug`, where nothing needs it.',
        })
      : []),
    ...((kernel.swapBytes ?? 0) > 0
      ? warn('swap', 'Swap', {
          seen: `${Math.ceil((kernel.swapBytes ?? 0) / 1024 ** 2)} MiB`,
          means: 'Containers may not use it; builds of others and this machine get slow when memory is short.',
          fix: '`swapoff -a` on a machine that only grades.',
        })
      : []),
  ]
}
