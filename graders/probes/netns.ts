import type { NamespaceFacts } from '../model/verdict.ts'
import type { ObserverChoice } from '../sandbox/observer/observer.ts'

/**
 * IPv4 and IPv6 addresses in the network namespace of a container's first process. Only that namespace is entered, with the
 * `ip` of the host or of a container of ours, so nothing of the image runs. `stillRuns` is asked before and after, because the
 * pid of a container that died may already belong to another process.
 */
export async function namespaceAddresses(
  { observer, ...choice }: ObserverChoice,
  pid: number,
  stillRuns: () => Promise<boolean>,
): Promise<NamespaceFacts> {
  if (observer !== undefined) return observer.namespaceAddresses(pid, stillRuns)
  return { observed: false, why: 'why' in choice ? choice.why : 'nobody can look' }
}
