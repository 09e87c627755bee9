import { asGraderError, GraderError } from '../../model/grader-error.ts'
import { UnknownBaseImage } from '../bases/unknown-base-image.ts'
import { type Agent, createAgent } from './agent.ts'
import { createObserver } from './agent-observer.ts'
import { whyNot } from './host-observer.ts'
import { keepScript } from './keep-script.ts'
import type { ObserverChoice } from './observer.ts'
import type { ObserverSite } from './open-observer.ts'
import { type Probe, probeLimits, startProbe } from './probe-container.ts'
import { parseGroupOf, parseReading } from './readings.ts'
import { answerLoop, watchScript } from './watch-script.ts'

const pageBytes = 4096

/** Looks through a container of ours among the processes of the engine's machine, after it has shown that it can. */
export async function openProbeObserver(site: ObserverSite, because: string): Promise<ObserverChoice> {
  const { engine, labels } = site
  let watch: Agent | undefined
  try {
    const imageId = await prepareBusybox(site)
    const order = { engine, imageId, labels }
    let probe: Probe | undefined
    watch = createAgent(async () => {
      probe = await startProbe({ ...order, script: watchScript + answerLoop, keeps: false })
      return probe
    })
    const startKeeper = () => startProbe({ ...order, script: watchScript + keepScript + answerLoop, keeps: true })
    const [cannotDelegate, blind] = await Promise.all([
      tryKeeper(site, startKeeper),
      whyBlind(watch, () => probe, engine.cgroupVersion),
    ])
    if (blind !== undefined) {
      await watch.close()
      return { observer: undefined, why: `a container of cgrade cannot look either: ${blind}` }
    }
    return {
      observer: createObserver({
        kind: 'probe-container',
        cgroupVersion: engine.cgroupVersion,
        because,
        watch,
        keeper: createAgent(startKeeper),
        cannotDelegate,
      }),
    }
  } catch (thrown) {
    await watch?.close().catch(() => {})
    const refused = (thrown as { statusCode?: number }).statusCode !== undefined
    const missing = thrown instanceof UnknownBaseImage || asGraderError(thrown).code === 'base-image.unavailable'
    if (!refused && !missing) throw asGraderError(thrown)
    return { observer: undefined, why: `a container of cgrade cannot be started for it: ${(thrown as Error).message}` }
  }
}

async function prepareBusybox({ bases, signal }: ObserverSite): Promise<string> {
  return (await bases.prepare('busybox', { signal })).id
}

/**
 * Proof by trial, on the container's own process and on the one that the engine set over it. Undefined: it sees. On some
 * engines a container is shown other processes than the host's, or is refused a look at them.
 */
async function whyBlind(
  watch: Agent,
  probe: () => Probe | undefined,
  cgroupVersion: 1 | 2,
): Promise<string | undefined> {
  await watch.ask('hierarchy')
  const { pid, containerId } = probe() ?? { pid: 0, containerId: '' }
  const group = parseGroupOf(await watch.ask('group-of', pid), cgroupVersion)
  if (group === undefined || !group.includes(containerId)) {
    return 'this engine hides the processes of its machine from containers, or gives them no cgroup of their own'
  }
  const reading = parseReading(await watch.ask('memory', group), cgroupVersion)
  if (Math.abs((reading?.limitBytes ?? 0) - probeLimits.memoryBytes) >= pageBytes) {
    return 'this engine hides the cgroups of its machine from containers, or does not enforce limits'
  }
  const [above = ''] = await watch.ask('parent-of', pid)
  const [root] = await watch.ask('root', above.replace(/\D/g, '') || '0')
  return root ? undefined : 'this engine lets no container look into the processes of its machine'
}

/** Whether groups can be made, on a keeper that has swept what killed ones left. */
async function tryKeeper({ engine }: ObserverSite, startKeeper: () => Promise<Probe>): Promise<string | undefined> {
  if (engine.rootless) return 'a rootless engine does not let cgrade make cgroups'
  if (engine.cgroupDriver === 'systemd') {
    return 'this engine leaves cgroups to systemd, which only root (or sudo without a password) on its machine may ask for one'
  }
  const keeper = createAgent(startKeeper)
  try {
    return whyNot((await keeper.ask('ability', '-', 60_000))[0])
  } catch (thrown) {
    if (thrown instanceof GraderError && thrown.code === 'engine.unreachable') throw thrown
    return `no cgroups can be made on this machine (${(thrown as Error).message})`
  } finally {
    await keeper.close().catch(() => {})
  }
}
