import { UsageError } from '../model/grader-error.ts'
import type { Part } from './merge-runs.ts'

interface Shards {
  indexes: number[]
  count: number
}

/** What `run.shard` of the merged run is: absent where all are there, or where there were no shards. */
export function mergeShards(parts: Part[]): string | undefined {
  const sharded = parts.flatMap((part) => {
    const { shard } = part.file.run
    return shard === undefined ? [] : [{ part, ...readShard(shard, part) }]
  })
  const [first] = sharded
  if (first === undefined) return undefined
  const other = sharded.find(({ count }) => count !== first.count)
  if (other !== undefined) {
    throw new UsageError(
      `\`${first.part.name}\` and \`${other.part.name}\` are not of one division: the one is shard ${first.part.file.run.shard}, the other ${other.part.file.run.shard}. Merge shards of the same number.`,
    )
  }
  const indexes = [...new Set(sharded.flatMap((one) => one.indexes))].sort((a, b) => a - b)
  return indexes.length === first.count ? undefined : `${indexes.join(',')}/${first.count}`
}

/** The shards that a run lacks, as `2/4`. */
export function missingShards(shard: string): string[] {
  const { indexes, count } = splitShard(shard) ?? { indexes: [], count: 0 }
  const all = Array.from({ length: count }, (_, index) => index + 1)
  return all.filter((index) => !indexes.includes(index)).map((index) => `${index}/${count}`)
}

function readShard(shard: string, { name }: Part): Shards {
  const read = splitShard(shard)
  if (read !== undefined) return read
  throw new UsageError(`\`${name}\` says that it is shard \`${shard}\`; expected something like \`2/4\`.`)
}

function splitShard(shard: string): Shards | undefined {
  const [, list, of] = /^(\d{1,4}(?:,\d{1,4}){0,999})\/(\d{1,4})$/.exec(shard) ?? []
  if (list === undefined || of === undefined) return undefined
  const [indexes, count] = [list.split(',').map(Number), Number(of)]
  return indexes.every((index) => index >= 1 && index <= count) ? { indexes, count } : undefined
}
