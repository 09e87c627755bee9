import { GraderError } from '../../model/grader-error.ts'
import type { Agent } from './agent.ts'
import type { Subtree, SubtreeCaps } from './observer.ts'
import { parseGroups, parseReading } from './readings.ts'

export interface SubtreeAgents {
  watch: Agent
  keeper: Agent
  cgroupVersion: 1 | 2
}

const pageBytes = 4096
/** Killing what a fork bomb left takes its time. */
const closeTimeoutMs = 45_000

/** Has the keeper make two groups, and sees that the cap is in force. */
export async function openKeptSubtree(agents: SubtreeAgents, name: string, caps: SubtreeCaps): Promise<Subtree> {
  const { watch, keeper, cgroupVersion } = agents
  const purpose = name.replace(/[^a-z0-9]/gi, '').slice(-20) || 'tree'
  const told = entriesOf(await keeper.ask('open', `${caps.memoryBytes} ${caps.pids} ${purpose}`))
  const id = told.get('opened')
  const [parent, group] = [told.get('parent'), told.get('group')]
  if (id === undefined || parent === undefined || group === undefined) {
    throw new GraderError(
      'engine.failed',
      `A cgroup could not be made: ${told.get('refused') ?? 'no reason was given'}.`,
    )
  }
  const close = async () => {
    // What could not be removed is told to the next start, whose keeper sweeps.
    await keeper.ask('close', id, closeTimeoutMs).catch(() => {})
  }
  const reading = parseReading(await watch.ask('memory', group), cgroupVersion)
  if (Math.abs((reading?.limitBytes ?? 0) - caps.memoryBytes) >= pageBytes) {
    await close()
    throw new GraderError('limit.not-in-force', `The limit on memory of ${group} did not take effect.`)
  }
  const delegated = `${group}/student`
  return {
    parent,
    delegated,
    groups: async () => parseGroups(await watch.ask('groups', delegated), cgroupVersion),
    [Symbol.asyncDispose]: close,
  }
}

function entriesOf(lines: string[]): Map<string, string> {
  return new Map(
    lines.map((line) => {
      const blank = line.indexOf(' ')
      return [line.slice(0, blank), line.slice(blank + 1)]
    }),
  )
}
