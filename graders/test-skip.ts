import type { TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Read by `.ci/summary.mjs`: vitest's own JSON report loses the reason. */
    whySkipped?: string
  }
}

/** Test support: skips a test that has begun, so that the closing lines of CI say why. */
export function skipBecause({ task, skip }: Pick<TestContext, 'task' | 'skip'>, why: string): never {
  task.meta.whySkipped = why
  return skip(why)
}
