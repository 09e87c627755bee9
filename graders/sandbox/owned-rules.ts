import { setTimeout as sleep } from 'node:timers/promises'
import { type Engine, ownerLabel, runLabel } from './engine.ts'
import { type HostCommand, runOnHost } from './host.ts'

/** Rules of this machine's firewall that say in a comment whose they are: a grader that was killed cannot take them away. */
export interface OwnedRule {
  /** Of the chain INPUT, in the words of `iptables -A INPUT ...`. */
  words: string[]
  run: string
  owner: string
}

export type Tool = 'iptables' | 'ip6tables'

const mark = 'cgrade'
const attempts = 3

/** A rule with the labels of a run in its comment. */
export function ownedRule(labels: Record<string, string>, match: string[], target: 'ACCEPT' | 'DROP'): OwnedRule {
  const [run, owner] = [labels[runLabel] ?? '-', labels[ownerLabel] ?? '-']
  return { words: [...match, '-m', 'comment', '--comment', `${mark} ${run} ${owner}`, '-j', target], run, owner }
}

/** Puts it before all others; undefined: done, else why not. */
export function addRule(tool: Tool, { words }: OwnedRule): Promise<string | undefined> {
  return apply(tool, ['-I', 'INPUT', '1', ...words])
}

/** Undefined: the kernel has it; else what it says. */
export function findRule(tool: Tool, { words }: OwnedRule): Promise<string | undefined> {
  return apply(tool, ['-C', 'INPUT', ...words])
}

/** Gone already is fine. */
export async function removeRule(tool: Tool, { words }: OwnedRule): Promise<void> {
  await apply(tool, ['-D', 'INPUT', ...words])
}

/** Removes the rules of runs that `isOurs` says are over, by the labels that they were made with. */
export async function reapRules(
  engine: Engine,
  isOurs: (labels: Record<string, string>) => Promise<boolean>,
): Promise<void> {
  if (!engine.local) return
  for (const tool of ['iptables', 'ip6tables'] as const) {
    const listed = await runOnHost(tool, ['-w', '5', '-S', 'INPUT'], { asRoot: true })
    for (const rule of listed.ran ? readRules(listed.stdout) : []) {
      if (await isOurs({ [runLabel]: rule.run, [ownerLabel]: rule.owner })) await removeRule(tool, rule)
    }
  }
}

/** Ours in the words of `iptables -S INPUT`: about a bridge of ours, and with our comment. */
export function readRules(listing: string): OwnedRule[] {
  const ours = new RegExp(`^-A INPUT ((?:.* )?-i cg[0-9a-f]+ .*--comment "${mark} (\\S+) (\\S+)" -j (?:ACCEPT|DROP))$`)
  return listing.split('\n').flatMap((line) => {
    const [, rule, run, owner] = ours.exec(line) ?? []
    if (rule === undefined || run === undefined || owner === undefined) return []
    const words = [...rule.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word)
    return [{ words, run, owner }]
  })
}

/** Undefined: such rules can be set here; else why not. Changes nothing. */
export async function whyNoFirewall(engine: Engine): Promise<string | undefined> {
  if (!engine.local) return 'the engine runs on another machine, or without root'
  return whyFailed(await runOnHost('iptables', ['-w', '5', '-S', 'INPUT'], { asRoot: true }))
}

/** Programs that change rules at the same moment make each other fail. */
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
