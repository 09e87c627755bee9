import type { UsedBase } from '../../model/grade.ts'
import type { BaseImages } from './base-images.ts'
import { UnknownBaseImage } from './unknown-base-image.ts'

/** No image has a longer one; a Dockerfile may. */
const mostNameChars = 512

export interface RecordedBases extends BaseImages {
  /** What was asked for through this one, by name. */
  asked(): UsedBase[]
}

/** The same bases, and a list of those that one submission was graded on: another image under such a name makes its grade old. */
export function recordBases(bases: BaseImages): RecordedBases {
  const asked = new Map<string, string>()
  return {
    ...bases,
    async prepare(name, want) {
      try {
        const base = await bases.prepare(name, want)
        asked.set(name.slice(0, mostNameChars), base.digest)
        return base
      } catch (thrown) {
        if (thrown instanceof UnknownBaseImage) asked.set(name.slice(0, mostNameChars), 'none')
        throw thrown
      }
    },
    asked: () => [...asked].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, digest]) => ({ name, digest })),
  }
}
