import { readlink } from 'node:fs/promises'
import { release, totalmem } from 'node:os'
import { runOnHost } from '../host.ts'
import { createAgent } from './agent.ts'
import { createObserver } from './agent-observer.ts'
import { startHostAgent } from './host-agent.ts'
import { keepScript } from './keep-script.ts'
import type { ObserverChoice } from './observer.ts'
import type { ObserverSite } from './open-observer.ts'
import { answerLoop, watchScript } from './watch-script.ts'

/** The kernel gives the first namespace of processes this number on every machine. */
const firstPidNamespace = 'pid:[4026531836]'

/** Looks with root of this machine, where the engine's containers are its processes. */
export async function openHostObserver({ engine }: ObserverSite): Promise<ObserverChoice> {
  const elsewhere = await whyElsewhere(engine)
  if (elsewhere !== undefined) return { observer: undefined, why: elsewhere }
  const because = await rootHere()
  if (because === undefined)
    return { observer: undefined, why: 'this machine gives no root (nor sudo without a password)' }
  const { cgroupVersion } = engine
  const args = [String(cgroupVersion), engine.cgroupDriver]
  const watch = createAgent(() => startHostAgent(watchScript + answerLoop, args))
  const keeper = createAgent(() => startHostAgent(watchScript + keepScript + answerLoop, args))
  try {
    const hierarchy = (await watch.ask('hierarchy')).join(' ')
    if (hierarchy.includes('cgroup.controllers') !== (cgroupVersion === 2)) {
      await Promise.all([watch.close(), keeper.close()])
      return { observer: undefined, why: `this machine has no cgroup v${cgroupVersion} hierarchy in /sys/fs/cgroup` }
    }
    const cannotDelegate = whyNot((await keeper.ask('ability', '-', 60_000))[0])
    return { observer: createObserver({ kind: 'host', cgroupVersion, because, watch, keeper, cannotDelegate }) }
  } catch (thrown) {
    await Promise.allSettled([watch.close(), keeper.close()])
    throw thrown
  }
}

/** Undefined: this machine's processes are the engine's. Names can be the same where machines are not. */
async function whyElsewhere(engine: ObserverSite['engine']): Promise<string | undefined> {
  const elsewhere = 'the containers of this engine are not processes of this machine'
  if (!engine.local) return elsewhere
  const told = await engine.docker.info()
  if (told.KernelVersion !== release() || told.MemTotal !== totalmem()) return elsewhere
  const namespace = await readlink('/proc/self/ns/pid').catch(() => undefined)
  return namespace === firstPidNamespace ? undefined : 'cgrade itself runs in a container'
}

async function rootHere(): Promise<string | undefined> {
  if (process.getuid?.() === 0) return 'cgrade runs as root on the machine of the engine'
  const tried = await runOnHost('true', [], { asRoot: true, timeoutMs: 3_000 })
  return tried.ran && tried.exitCode === 0 ? 'sudo asks for no password on the machine of the engine' : undefined
}

/** What a keeper says of its ability, as the end of "not counted: ...". */
export function whyNot(ability: string | undefined): string | undefined {
  if (ability === 'able') return undefined
  const lacking = ability?.startsWith('lacks ') ? ability.slice('lacks '.length) : undefined
  return lacking === undefined
    ? 'no cgroups can be made on this machine'
    : `no cgroups can be made on this machine (\`${lacking}\` cannot be used)`
}
