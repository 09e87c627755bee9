import { readFile } from 'node:fs/promises'
import { BlockList } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { ContainerInspectInfo } from 'dockerode'
import type { Engine } from '../engine.ts'

/** `direct`: the engine's containers are processes of this machine, at addresses that it routes. */
export type Reach = 'direct' | 'relay'

/** Environment variable that our tests set to `relay`, to grade through one on any machine. */
export const reachVariable = 'CGRADE_REACH'

const decided = new WeakMap<Engine, Reach>()

/** What is known before any container runs. */
export function knownReach(engine: Engine): Reach | undefined {
  return process.env[reachVariable] === 'relay' || !engine.local ? 'relay' : decided.get(engine)
}

/**
 * How the containers of this engine can be reached, decided once, on the first that runs. An engine on this machine may
 * still have a network of its own (rootless, podman, a container with the host's socket), and one with this machine's name
 * may be another machine: so it is looked at, not guessed. Undefined: this container has ended, so nothing could be seen.
 */
export async function decideReach(engine: Engine, containerId: string): Promise<Reach | undefined> {
  const known = knownReach(engine)
  if (known !== undefined) return known
  const inspected = await engine.docker.getContainer(containerId).inspect()
  if (!inspected.State.Running) return undefined
  const direct = (await isProcessHere(inspected)) && (await isRoutedHere(engine, inspected))
  const stillRuns = (await engine.docker.getContainer(containerId).inspect()).State.Running
  if (!direct && !stillRuns) return undefined
  decided.set(engine, direct ? 'direct' : 'relay')
  return decided.get(engine)
}

async function isProcessHere({ Id, State }: ContainerInspectInfo): Promise<boolean> {
  const groups = await readFile(`/proc/${State.Pid}/cgroup`, 'utf8').catch(() => '')
  return groups.includes(Id)
}

/** Whether this machine has an interface on the container's network. */
async function isRoutedHere(engine: Engine, { NetworkSettings }: ContainerInspectInfo): Promise<boolean> {
  const [networkId] = Object.values(NetworkSettings.Networks).map((network) => network.NetworkID)
  if (networkId === undefined) return false
  const network = await engine.docker.getNetwork(networkId).inspect()
  const ranges = new BlockList()
  for (const { Subnet = '' } of network.IPAM?.Config ?? []) {
    const [start = '', prefix] = Subnet.split('/')
    if (!start.includes(':')) ranges.addSubnet(start, Number(prefix), 'ipv4')
  }
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => ranges.check(address, 'ipv4')))
}
