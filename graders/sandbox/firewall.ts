import { setTimeout as sleep } from 'node:timers/promises'
import { GraderError } from '../model/grader-error.ts'
import { type Engine, ownerLabel, runLabel } from './engine.ts'
import { type HostCommand, runOnHost } from './host.ts'

/** Whether programs on a submission's network can open connections to this machine, which stands at its gateway. */
export type Gateway = { closed: true } | { closed: false; why: string }

type Tool = 'iptables' | 'ip6tables'

interface Rule {
  /** The bridge of one network. */
  bridge: string
  run: string
  owner: string
}

/** Whose a rule is, in its comment: a grader that was killed cannot take it away. */
const mark = 'cgrade'
const attempts = 3

/**
 * An internal network has no way out, and still a neighbour: this machine, with all that listens on it. One rule per network
 * drops what its containers send here of their own accord; their answers to us pass. Throws `limit.not-in-force` where the
 * kernel took the rule and does not have it.
 */
export async function closeGateway(engine: Engine, bridge: string, labels: Record<string, string>): Promise<Gateway> {
  if (!engine.local) return { closed: false, why: 'the engine runs on another machine, or without root' }
  const rule = ruleOf(bridge, labels)
  const added = await apply('iptables', ['-I', 'INPUT', '1', ...matchOf(rule)])
  if (added !== undefined) return { closed: false, why: added }
  // Submission networks have no IPv6; without it in the kernel there is nothing to close.
  await apply('ip6tables', ['-I', 'INPUT', '1', ...matchOf(rule)])
  const missing = await apply('iptables', ['-C', 'INPUT', ...matchOf(rule)])
  if (missing === undefined) return { closed: true }
  await removeRule(rule)
  throw new GraderError('limit.not-in-force', `The firewall rule of a network did not take effect: ${missing}`, {
    remedy: 'Another program rewrites the rules of this machine meanwhile; see `iptables -S INPUT`.',
  })
}

/** Takes the rule of a network away, after the network. */
export async function forgetGateway(engine: Engine, bridge: string, labels: Record<string, string>): Promise<void> {
  if (engine.local) await removeRule(ruleOf(bridge, labels))
}

/** Removes the rules of runs of ours that `isOurs` says are over, by the labels that their networks had. */
export async function reapRules(
  engine: Engine,
  isOurs: (labels: Record<string, string>) => Promise<boolean>,
): Promise<void> {
  if (!engine.local) return
  for (const tool of ['iptables', 'ip6tables'] as const) {
    const listed = await runOnHost(tool, ['-w', '5', '-S', 'INPUT'], { asRoot: true })
    for (const rule of listed.ran ? readRules(listed.stdout) : []) {
      if (await isOurs({ [runLabel]: rule.run, [ownerLabel]: rule.owner })) await remove(tool, rule)
    }
  }
}

/** Our rules in the words of `iptables -S INPUT`. */
export function readRules(listing: string): Rule[] {
  const ours = new RegExp(`^-A INPUT -i (cg[0-9a-f]+) .*--comment "${mark} (\\S+) (\\S+)" -j DROP$`)
  return listing.split('\n').flatMap((line) => {
    const [, bridge, run, owner] = ours.exec(line) ?? []
    return bridge === undefined || run === undefined || owner === undefined ? [] : [{ bridge, run, owner }]
  })
}

/** Undefined: such rules can be set here; else why not. Changes nothing. */
export async function whyNoFirewall(engine: Engine): Promise<string | undefined> {
  if (!engine.local) return 'the engine runs on another machine, or without root'
  return whyFailed(await runOnHost('iptables', ['-w', '5', '-S', 'INPUT'], { asRoot: true }))
}

function ruleOf(bridge: string, labels: Record<string, string>): Rule {
  return { bridge, run: labels[runLabel] ?? '-', owner: labels[ownerLabel] ?? '-' }
}

function matchOf({ bridge, run, owner }: Rule): string[] {
  const answers = ['-m', 'conntrack', '!', '--ctstate', 'ESTABLISHED,RELATED']
  return ['-i', bridge, ...answers, '-m', 'comment', '--comment', `${mark} ${run} ${owner}`, '-j', 'DROP']
}

async function removeRule(rule: Rule): Promise<void> {
  await remove('iptables', rule)
  await remove('ip6tables', rule)
}

async function remove(tool: Tool, rule: Rule): Promise<void> {
  // Gone already is fine.
  await runOnHost(tool, ['-w', '5', '-D', 'INPUT', ...matchOf(rule)], { asRoot: true })
}

/** Undefined: done. Programs that change rules at the same moment make each other fail. */
async function apply(tool: Tool, args: string[]): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const why = whyFailed(await runOnHost(tool, ['-w', '5', ...args], { asRoot: true }))
    if (why === undefined || attempt === attempts || !/temporarily|busy|lock/i.test(why)) return why
    await sleep(100 * attempt)
  }
}

function whyFailed(ended: HostCommand): string | undefined {
  if (!ended.ran) return ended.why
  if (ended.exitCode === 0) return undefined
  return `\`iptables\` says: ${ended.stderr.trim().split('\n')[0]?.slice(0, 200) ?? ''}`
}
