import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They take as long as a third of all others: begun last, one core would wait for them. */
const longest = ['graders/root-corpus.test.ts', 'graders/corpus.test.ts', 'graders/hostile/suite.test.ts']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}`))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['graders/**/*.test.ts', 'specs/**/*.test.ts', 'bench/*.test.ts', 'submissions/**/*.test.ts'],
    // Tests share two cores and one engine: files run two at a time, each with time to wait for the other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: process.env.CI ? ['default', ['json', { outputFile: '.ci/tests.json' }]] : ['default'],
  },
})
