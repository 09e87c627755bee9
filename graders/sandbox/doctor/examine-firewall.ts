import type { Engine } from '../engine.ts'
import { whyNoFirewall } from '../owned-rules.ts'

/** Whether containers of submissions can be kept from services of this machine, which listen at their gateway, too. */
export interface FirewallFacts {
  available: boolean
  /** What will be done, or why it cannot be. */
  seen: string
}

export async function examineFirewall(engine: Engine): Promise<FirewallFacts> {
  const why = await whyNoFirewall(engine)
  return why === undefined
    ? { available: true, seen: 'each submission network gets a rule, read back from the kernel' }
    : { available: false, seen: `no rule for submission networks: ${why}` }
}
