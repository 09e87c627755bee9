import { randomBytes, randomInt } from 'node:crypto'
import { access } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { GraderError } from '../model/grader-error.ts'
import type { Engine } from './engine.ts'
import { closeGateway, forgetGateway, type Gateway } from './firewall.ts'

export interface SubmissionNetwork {
  id: string
  name: string
  /** Whether this machine is out of reach of the containers on it. */
  gateway: Gateway
  remove(): Promise<void>
}

const attempts = 8

/**
 * One internal bridge network per submission: no way out, no other student on it, and where this machine lets us, no way to
 * this machine either. Its addresses are random, so that a log line or a transcript with the engine's usual 172.17.0.x
 * proves nothing, and so that hundreds fit beside each other.
 */
export async function createNetwork(
  engine: Engine,
  name: string,
  labels: Record<string, string>,
): Promise<SubmissionNetwork> {
  // Interfaces have at most 15 characters. Named by us, because the rule is there before the network is.
  const bridge = `cg${randomBytes(6).toString('hex')}`
  const gateway = await closeGateway(engine, bridge, labels)
  try {
    const id = await createInternal(engine, name, bridge, labels)
    const remove = async () => {
      await removeNetwork(engine, id)
      await forgetGateway(engine, bridge, labels)
    }
    return { id, name, gateway: await confirm(gateway, bridge), remove }
  } catch (thrown) {
    await forgetGateway(engine, bridge, labels)
    throw thrown
  }
}

async function createInternal(
  engine: Engine,
  name: string,
  bridge: string,
  labels: Record<string, string>,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const range = randomRange()
    try {
      const network = await engine.docker.createNetwork({
        Name: name,
        Driver: 'bridge',
        Internal: true,
        EnableIPv6: false,
        Options: { 'com.docker.network.bridge.name': bridge },
        Labels: labels,
        IPAM: { Config: [{ Subnet: range.subnet, Gateway: range.gateway }] },
      })
      return network.id
    } catch (cause) {
      const message = (cause as Error).message
      const taken = /overlap|already|in use|conflict/i.test(message)
      if (!taken || attempt === attempts) {
        throw new GraderError('engine.failed', `The engine could not make a network: ${message}`, { cause })
      }
    }
  }
}

/** A rule about an interface that this machine does not have closes nothing: the engine has a network of its own. */
async function confirm(gateway: Gateway, bridge: string): Promise<Gateway> {
  if (!gateway.closed) return gateway
  return access(`/sys/class/net/${bridge}`).then(
    () => gateway,
    () => ({ closed: false, why: 'the bridge of the network is not an interface of this machine' }),
  )
}

/** A /22 in 10.0.0.0/8 that no interface of this machine is in, with a gateway somewhere in it. */
function randomRange(): { subnet: string; gateway: string } {
  for (;;) {
    const [a, b] = [randomInt(16, 250), randomInt(0, 64) * 4]
    if (Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address.startsWith(`10.${a}.`))))
      continue
    return { subnet: `10.${a}.${b}.0/22`, gateway: `10.${a}.${b + randomInt(0, 4)}.${randomInt(2, 250)}` }
  }
}

export async function removeNetwork(engine: Engine, id: string): Promise<void> {
  try {
    await engine.docker.getNetwork(id).remove()
  } catch (thrown) {
    if ((thrown as { statusCode?: number }).statusCode !== 404) throw thrown
  }
}
