import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What is begun in which order; the rest comes last. The longest first, or one core would wait for it. On a new machine it makes the
 * base images, minutes for each: meanwhile the other core has what needs none, and the next that do find them made.
 */
const order = [
  /\/graders\/root-corpus\.test\.ts$/,
  /\/graders\/(queue\/)?(?!corpus\.)[^/]+\.test\.ts$/,
  /\/graders\/(corpus|hostile\/suite)\.test\.ts$/,
]

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = order.findIndex((pattern) => pattern.test(moduleId))
      return at < 0 ? order.length : at
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['graders/**/*.test.ts', 'specs/**/*.test.ts', 'bench/*.test.ts', 'submissions/**/*.test.ts'],
    // Tests share two cores and one engine: files run two at a time, each with time to wait for the other.
    maxWorkers: 2,
    sequence: { sequencer: InOrder },
    testTimeout: 300_000,
    hookTimeout: 900_000,
    reporters: process.env.CI ? ['default', ['json', { outputFile: '.ci/tests.json' }]] : ['default'],
  },
})
