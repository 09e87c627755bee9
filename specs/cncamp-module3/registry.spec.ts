import { check, expect } from '#spec-kit'

check('registry.pushed', 'was pushed to a registry, as the Dockerfile builds it', ({ pushed }) => {
  expect(pushed).toBeTheImageThatWasBuilt()
})
