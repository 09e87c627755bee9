import type { NamespaceFacts, Verdict } from '../model/verdict.ts'
import { failedBy, passed, unavailable } from './judgement.ts'

/** Whether the container's network namespace shows the address that the engine gave it. */
export function judgeAddress(seen: NamespaceFacts, engineAddress: string): Verdict {
  if (!seen.observed) return unavailable(seen.why)
  const outside = seen.addresses.filter((entry) => entry.interface !== 'lo')
  const listed = outside.map((entry) => `${entry.interface} ${entry.address}`).join('\n')
  const match = outside.find((entry) => entry.address === engineAddress)
  if (match !== undefined) {
    return passed(
      `Inside the container's network namespace, \`${match.interface}\` has ${engineAddress}, as the engine says.`,
      [{ kind: 'sockets', text: `$ ${seen.command}\n${listed}` }],
    )
  }
  if (outside.length === 0) {
    return failedBy({
      reason: 'network.no-address',
      message: 'The container ended before its network namespace could be entered.',
      expected: `eth0 ${engineAddress}`,
      actual: 'no address outside the loopback interface',
      hint: 'The server must keep running: see what `docker logs` says about its end.',
      reproduce: 'nsenter -t PID -n ip addr   # PID: docker inspect -f {{.State.Pid}} CONTAINER',
    })
  }
  return failedBy({
    reason: 'network.other-address',
    message: 'The network namespace of the container has another address than the engine gave it.',
    expected: `eth0 ${engineAddress}`,
    actual: listed,
    reproduce: 'nsenter -t PID -n ip addr   # PID: docker inspect -f {{.State.Pid}} CONTAINER',
  })
}
