import { randomInt } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { GraderError } from '../model/grader-error.ts'
import type { Engine } from './engine.ts'

export interface SubmissionNetwork {
  id: string
  name: string
  remove(): Promise<void>
}

const attempts = 8

/**
 * One internal bridge network per submission: no way out, no other student on it. Its addresses are random, so that a
 * log line or a transcript with the engine's usual 172.17.0.x proves nothing, and so that hundreds fit beside each other.
 */
export async function createNetwork(
  engine: Engine,
  name: string,
  labels: Record<string, string>,
): Promise<SubmissionNetwork> {
  for (let attempt = 1; ; attempt += 1) {
    const range = randomRange()
    try {
      const network = await engine.docker.createNetwork({
        Name: name,
        Driver: 'bridge',
        Internal: true,
        EnableIPv6: false,
        Labels: labels,
        IPAM: { Config: [{ Subnet: range.subnet, Gateway: range.gateway }] },
      })
      return { id: network.id, name, remove: () => removeNetwork(engine, network.id) }
    } catch (cause) {
      const message = (cause as Error).message
      const taken = /overlap|already|in use|conflict/i.test(message)
      if (!taken || attempt === attempts) {
        throw new GraderError('engine.failed', `The engine could not make a network: ${message}`, { cause })
      }
    }
  }
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
