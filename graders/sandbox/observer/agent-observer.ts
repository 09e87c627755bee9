import { GraderError } from '../../model/grader-error.ts'
import type { Agent } from './agent.ts'
import { nothingToSee, parseNamespace } from './namespace-addresses.ts'
import type { Observer, ObserverKind } from './observer.ts'
import { parseGroupOf, parseProcesses, parseReading } from './readings.ts'
import { openKeptSubtree } from './subtree.ts'

export interface ObserverParts {
  kind: ObserverKind
  cgroupVersion: 1 | 2
  because: string
  /** Reads. */
  watch: Agent
  /** Makes and removes groups; nothing runs before it is asked. */
  keeper: Agent
  cannotDelegate: string | undefined
}

const groupRoot = '/sys/fs/cgroup/'

/** Both kinds of observer: the same requests to the same script, wherever that runs. */
export function createObserver(parts: ObserverParts): Observer {
  const { kind, cgroupVersion, because, watch, keeper, cannotDelegate } = parts
  return {
    kind,
    cgroupVersion,
    because,
    cannotDelegate,
    memoryGroupOf: async (pid) => parseGroupOf(await watch.ask('group-of', pid), cgroupVersion),
    readMemory: async (group) => parseReading(await watch.ask('memory', groupFolder(group)), cgroupVersion),
    processesIn: async (group) => parseProcesses(await watch.ask('processes', groupFolder(group))),
    rootOf: async (pid) => (await watch.ask('root', pid))[0] || undefined,
    async namespaceAddresses(pid, stillRuns) {
      const command = `nsenter -t ${pid} -n ip addr`
      if (!(await stillRuns())) return nothingToSee(command)
      const reading = parseNamespace(await watch.ask('addresses', pid))
      // The pid of a container that died may already belong to another process.
      if (!(await stillRuns())) return nothingToSee(command)
      if ('why' in reading) return { observed: false, why: reading.why }
      return { observed: true, addresses: reading.addresses ?? [], command }
    },
    async openSubtree(name, caps) {
      if (cannotDelegate !== undefined) throw new GraderError('internal', `no subtree here: ${cannotDelegate}`)
      return openKeptSubtree({ watch, keeper, cgroupVersion }, name, caps)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([watch.close(), keeper.close()])
    },
  }
}

function groupFolder(group: string): string {
  if (group.startsWith(groupRoot) && !group.split('/').includes('..')) return group
  throw new GraderError('internal', `${group} is no cgroup`)
}
