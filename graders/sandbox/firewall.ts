import { GraderError } from '../model/grader-error.ts'
import type { Engine } from './engine.ts'
import { addRule, findRule, type OwnedRule, ownedRule, removeRule } from './owned-rules.ts'

/** Whether programs on a submission's network can open connections to this machine, which stands at its gateway. */
export type Gateway = { closed: true } | { closed: false; why: string }

/** The bridge of a build's network, and the address of its gateway; other addresses of this machine stay closed. */
export interface Place {
  bridge: string
  address: string
}

const remedy = 'Another program rewrites the rules of this machine meanwhile; see `iptables -S INPUT`.'

/**
 * An internal network has no way out, and still a neighbour: this machine, with all that listens on it. One rule per network
 * drops what its containers send here of their own accord; their answers to us pass. Throws `limit.not-in-force` where the
 * kernel took the rule and does not have it.
 */
export async function closeGateway(engine: Engine, bridge: string, labels: Record<string, string>): Promise<Gateway> {
  if (!engine.local) return { closed: false, why: 'the engine runs on another machine, or without root' }
  const rule = closing(bridge, labels)
  const why = await addRule('iptables', rule)
  if (why !== undefined) return { closed: false, why }
  // Submission networks have no IPv6; without it in the kernel there is nothing to close.
  await addRule('ip6tables', rule)
  const missing = await findRule('iptables', rule)
  if (missing === undefined) return { closed: true }
  await forgetGateway(engine, bridge, labels)
  throw new GraderError('limit.not-in-force', `The firewall rule of a network did not take effect: ${missing}`, {
    remedy,
  })
}

/** Takes the rule of a network away, after the network. */
export async function forgetGateway(engine: Engine, bridge: string, labels: Record<string, string>): Promise<void> {
  if (!engine.local) return
  await removeRule('iptables', closing(bridge, labels))
  await removeRule('ip6tables', closing(bridge, labels))
}

/** Lets what runs on the network of one build connect to ports 80 and 443 of this machine: to its forwarder. */
export async function openBuildPorts(engine: Engine, place: Place, labels: Record<string, string>): Promise<void> {
  if (!engine.local) return
  const why = await addRule('iptables', opening(place, labels))
  if (why === undefined) return
  throw new GraderError('limit.not-in-force', `The firewall would not let builds reach their module proxies: ${why}`, {
    remedy,
  })
}

/** Gone already is fine. */
export async function closeBuildPorts(engine: Engine, place: Place, labels: Record<string, string>): Promise<void> {
  if (engine.local) await removeRule('iptables', opening(place, labels))
}

function closing(bridge: string, labels: Record<string, string>): OwnedRule {
  const unasked = ['-m', 'conntrack', '!', '--ctstate', 'ESTABLISHED,RELATED']
  return ownedRule(labels, ['-i', bridge, ...unasked], 'DROP')
}

function opening({ bridge, address }: Place, labels: Record<string, string>): OwnedRule {
  const ports = ['-p', 'tcp', '-m', 'multiport', '--dports', '80,443']
  return ownedRule(labels, ['-d', `${address}/32`, '-i', bridge, ...ports], 'ACCEPT')
}
