import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { BuildNetworkPolicy } from '../model/assignment.ts'
import { GraderError } from '../model/grader-error.ts'
import { type Engine, roleLabel } from './engine.ts'
import { closeBuildPorts, openBuildPorts, type Place } from './firewall.ts'
import { type ModuleProxy, openModuleProxy } from './module-proxy.ts'
import { createNetwork, type SubmissionNetwork } from './network.ts'

/** The network of one build, as its policy has it. */
export interface BuildNetwork extends AsyncDisposable {
  /** For the engine. */
  options: { networkmode?: string; extrahosts?: string[] }
  /** What the build wanted to reach and was not let to, as far as it was seen. */
  refused(): string[]
  /** Hosts that it may reach, and that we could not. */
  unreachable(): string[]
}

const remedy =
  'Grade as root on the machine of the engine, with `iptables` and ports 80 and 443 free; or set `limits.build.network` to `default` or `none`.'
const nothing = () => []

/**
 * Opens what the policy of the assignment lets a build reach. With module proxies the steps run on an internal network that
 * has no way out but a forwarder of ours at its gateway, to which the names of the proxies lead. Throws
 * `limit.not-in-force` where that cannot be had: never is a build given more than its assignment says.
 */
export async function openBuildNetwork(
  engine: Engine,
  policy: BuildNetworkPolicy,
  labels: Record<string, string>,
  dial?: (host: string, port: number) => Socket,
): Promise<BuildNetwork> {
  if (policy === 'default' || policy === 'none') {
    const options = policy === 'none' ? { networkmode: 'none' } : {}
    return { options, refused: nothing, unreachable: nothing, [Symbol.asyncDispose]: async () => {} }
  }
  const ours = { ...labels, [roleLabel]: 'network' }
  const network = await createNetwork(engine, `cgrade-build-${randomBytes(6).toString('hex')}`, ours)
  let proxy: ModuleProxy | undefined
  let place: Place | undefined
  const close = async () => {
    await proxy?.[Symbol.asyncDispose]()
    // What could not be removed is found by its label.
    await network.remove().catch(() => {})
    if (place !== undefined) await closeBuildPorts(engine, place, ours)
  }
  try {
    place = await locateGateway(engine, network)
    const { address } = place
    proxy = await openModuleProxy({ address, hosts: policy.modules, ...(dial === undefined ? {} : { dial }) })
    await openBuildPorts(engine, place, ours)
    return {
      options: { networkmode: network.id, extrahosts: policy.modules.map((host) => `${host}:${address}`) },
      refused: proxy.refused,
      unreachable: proxy.unreachable,
      [Symbol.asyncDispose]: close,
    }
  } catch (thrown) {
    await close().catch(() => {})
    if (thrown instanceof GraderError) throw thrown
    throw notHere((thrown as Error).message, thrown)
  }
}

async function locateGateway(engine: Engine, network: SubmissionNetwork): Promise<Place> {
  if (!network.gateway.closed) throw notHere(network.gateway.why)
  const { IPAM, Options } = await engine.docker.getNetwork(network.id).inspect()
  const address = IPAM?.Config?.[0]?.Gateway
  const bridge = Options?.['com.docker.network.bridge.name']
  if (address === undefined || bridge === undefined) throw notHere('the engine does not say where its gateway is')
  return { bridge, address }
}

function notHere(why: string, cause?: unknown): GraderError {
  const message = `Builds of this assignment reach module proxies only, which cannot be had here: ${why}.`
  return new GraderError('limit.not-in-force', message, { remedy, ...(cause === undefined ? {} : { cause }) })
}
