import { GraderError } from '../model/grader-error.ts'
import { type Engine, ownerLabel, runLabel } from './engine.ts'
import { type HostCommand, runOnHost } from './host.ts'

interface Exception {
  bridge: string
  /** The gateway of that bridge; other addresses of this machine stay closed. */
  address: string
  run: string
  owner: string
}

/** A bridge and its gateway. */
export type Place = Pick<Exception, 'bridge' | 'address'>

/** Whose a rule is, in its comment, as in `firewall.ts`, whose rule about the same bridge it goes before. */
const mark = 'cgrade-modules'

/** Lets what runs on the network of one build connect to ports 80 and 443 of this machine: to its forwarder. */
export async function openBuildPorts(engine: Engine, place: Place, labels: Record<string, string>): Promise<void> {
  if (!engine.local) return
  const ended = await run(['-I', 'INPUT', '1', ...matchOf(exceptionOf(place, labels))])
  if (ended.ran && ended.exitCode === 0) return
  const why = ended.ran ? ended.stderr.trim().slice(0, 200) : ended.why
  throw new GraderError('limit.not-in-force', `The firewall would not let builds reach their module proxies: ${why}`, {
    remedy: 'Another program rewrites the rules of this machine meanwhile; see `iptables -S INPUT`.',
  })
}

/** Gone already is fine. */
export async function closeBuildPorts(engine: Engine, place: Place, labels: Record<string, string>): Promise<void> {
  if (engine.local) await run(['-D', 'INPUT', ...matchOf(exceptionOf(place, labels))])
}

/** Removes the exceptions of runs that `isOurs` says are over. */
export async function reapBuildPorts(
  engine: Engine,
  isOurs: (labels: Record<string, string>) => Promise<boolean>,
): Promise<void> {
  if (!engine.local) return
  const listed = await run(['-S', 'INPUT'])
  for (const one of listed.ran ? readExceptions(listed.stdout) : []) {
    const labels = { [runLabel]: one.run, [ownerLabel]: one.owner }
    if (await isOurs(labels)) await closeBuildPorts(engine, one, labels)
  }
}

/** Ours in the words of `iptables -S INPUT`. */
export function readExceptions(listing: string): Exception[] {
  const ours = new RegExp(`^-A INPUT -d ([\\d.]+)/32 -i (cg[0-9a-f]+) .*--comment "${mark} (\\S+) (\\S+)" -j ACCEPT$`)
  return listing.split('\n').flatMap((line) => {
    const [, address, bridge, run, owner] = ours.exec(line) ?? []
    if (address === undefined || bridge === undefined || run === undefined || owner === undefined) return []
    return [{ bridge, address, run, owner }]
  })
}

function exceptionOf({ bridge, address }: Place, labels: Record<string, string>): Exception {
  return { bridge, address, run: labels[runLabel] ?? '-', owner: labels[ownerLabel] ?? '-' }
}

function matchOf({ bridge, address, run, owner }: Exception): string[] {
  const ports = ['-p', 'tcp', '-m', 'multiport', '--dports', '80,443']
  return [
    '-d',
    `${address}/32`,
    '-i',
    bridge,
    ...ports,
    '-m',
    'comment',
    '--comment',
    `${mark} ${run} ${owner}`,
    '-j',
    'ACCEPT',
  ]
}

function run(args: string[]): Promise<HostCommand> {
  return runOnHost('iptables', ['-w', '5', ...args], { asRoot: true })
}
