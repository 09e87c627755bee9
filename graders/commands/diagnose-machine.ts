import type { MachineFacts } from '../sandbox/doctor/examine-machine.ts'
import type { Finding } from './finding.ts'

/** The virtual machine that `--kernel v1` and `--kernel v2` run handed-in scripts in. */
export function machineFinding({ missing, ready, accelerator }: MachineFacts): Finding {
  const finding: Finding = { id: 'machine', state: 'ok', title: 'Machine for scripts', seen: '' }
  if (missing !== undefined) {
    return {
      ...finding,
      state: 'warning',
      seen: missing,
      means: '`--kernel v1` and `--kernel v2` judge no scripts here: their checks leave the maximum.',
      fix: 'On Debian and Ubuntu: `apt-get install qemu-system-x86 mmdebstrap uidmap`, then `cgrade images --machine`.',
    }
  }
  if (!ready) {
    return {
      ...finding,
      seen: 'can be made when `--kernel` asks for it, in about a minute; `cgrade images --machine` makes it now',
    }
  }
  const speed = { kvm: 'with KVM', tcg: 'emulated, without KVM' }
  return { ...finding, seen: accelerator === undefined ? 'ready' : `ready, ${speed[accelerator]}` }
}
