import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['*.hand.ts'], testTimeout: 600_000 },
})
