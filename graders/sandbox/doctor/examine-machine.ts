import { knownAccelerator } from '../machine/accelerator.ts'
import { machineMissing, machineReady } from '../machine/script-machine.ts'

export interface MachineFacts {
  /** Why the virtual machine for scripts cannot be had here. */
  missing: string | undefined
  /** All its parts are in the cache. */
  ready: boolean
  /** Undefined: not tried yet since this machine was started. */
  accelerator: 'kvm' | 'tcg' | undefined
}

export async function examineMachine(): Promise<MachineFacts> {
  const [missing, ready, accelerator] = await Promise.all([machineMissing(1), machineReady(1), knownAccelerator()])
  return { missing, ready, accelerator }
}
