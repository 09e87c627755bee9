import { UsageError } from '../model/grader-error.ts'
import type { SubmissionSource } from '../model/progress.ts'

const mostShards = 1000

/** `2/4`, the second of four; as it will be recorded. */
export function parseShard(given: string): string {
  const [, first = '', second = ''] = /^(\d{1,4})\/(\d{1,4})$/.exec(given) ?? []
  const [index, count] = [Number(first), Number(second)]
  if (index >= 1 && index <= count && count <= mostShards) return `${index}/${count}`
  const expected = `expects which of how many parts, as in \`2/4\`, from \`1/1\` to \`${mostShards}/${mostShards}\``
  if (index === 0 && first !== '')
    throw new UsageError(`\`--shard\` ${expected}; the first one is 1, got \`${given}\`.`)
  throw new UsageError(`\`--shard\` ${expected}, got \`${given}\`.`)
}

/** Every n-th of them by their sorted ids: the same on each machine, and none has much more than another. */
export function selectShard(sources: SubmissionSource[], shard: string): SubmissionSource[] {
  const [index = 1, count = 1] = shard.split('/').map(Number)
  const sorted = sources.map(({ id }) => id).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const mine = new Set(sorted.filter((_id, place) => place % count === index - 1))
  return sources.filter(({ id }) => mine.has(id))
}
