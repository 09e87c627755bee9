import { readFileSync } from 'node:fs'
import { GenericContainer, Wait } from 'testcontainers'
import { expect, test } from 'vitest'

interface Handed {
  id: string
  folder: string
  port: number
  healthText: string
}

const { BENCH_SUBMISSIONS = '', BENCH_SCOPE = '' } = process.env
const submissions = JSON.parse(readFileSync(BENCH_SUBMISSIONS, 'utf8')) as Handed[]

// What the documentation of testcontainers shows, once per submission.
test.concurrent.for(submissions)('$id answers', async ({ id, folder, port, healthText }) => {
  const image = await GenericContainer.fromDockerfile(folder).build(`${BENCH_SCOPE}-hand-${id}`)
  const container = await image.withExposedPorts(port).withWaitStrategy(Wait.forHttp('/healthz', port)).start()
  const answer = await fetch(`http://${container.getHost()}:${container.getMappedPort(port)}/healthz`)
  expect(await answer.text()).toBe(`${healthText}\n`)
  await container.stop()
})
