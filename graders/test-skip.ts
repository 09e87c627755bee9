import type { TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Read by `.ci/summary.mjs`: vitest's own JSON report loses the reason. */
    whySkipped?: string
  }
}

export const nightly = process.env.CGRADE_NIGHTLY === '1'

/** Test support: what a minute is too long for in `npm test`, which has an hour for everything. */
export function onlyNightly(context: Pick<TestContext, 'task' | 'skip'>): void {
  if (!nightly) skipBecause(context, 'Takes most of a minute: nightly (CGRADE_NIGHTLY=1).')
}

/** Test support: skips a test that has begun, so that the closing lines of CI say why. */
export function skipBecause({ task, skip }: Pick<TestContext, 'task' | 'skip'>, why: string): never {
  task.meta.whySkipped = why
  return skip(why)
}
