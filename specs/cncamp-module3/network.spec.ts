import { check, expect } from '#spec-kit'

check('network.container-ip', 'shows its IP address when its network namespace is entered', async ({ server }) => {
  const seen = await server.namespace()
  expect(seen).toShowAddress(server.facts.engineAddress)
})

check('network.student-evidence', 'shows the address inside a container, as seen with nsenter', ({ evidence }) => {
  expect(evidence).toShowItsOwnAddress()
})
