import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['graders/**/*.test.ts', 'specs/**/*.test.ts', 'bench/*.test.ts', 'submissions/**/*.test.ts'],
    // Tests share two cores and one engine: files run two at a time, each with time to wait for the other.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: process.env.CI ? ['default', ['json', { outputFile: '.ci/tests.json' }]] : ['default'],
  },
})
