import { check, expect } from '#spec-kit'

check('network.container-ip', 'shows its IP address when its network namespace is entered', async ({ server }) => {
  const seen = await server.namespace()
  expect(seen).toShowAddress(server.facts.engineAddress)
})
