import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { locateEngine } from './locate-engine.ts'

let home = ''
const servers: { close(): unknown }[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cgrade-locate-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await rm(home, { recursive: true, force: true })
})

function listening<T extends { listen(where: never, ready: () => void): unknown }>(server: T, where: string | number) {
  servers.push(server as unknown as Server)
  return new Promise<T>((resolve) => server.listen(where as never, () => resolve(server)))
}

function engineAt(where: string | number, status = 200): Promise<Server> {
  return listening(
    createServer((request, answer) => answer.writeHead(request.url === '/_ping' ? status : 404).end('OK')),
    where,
  )
}

async function writeContext(name: string, host: string): Promise<void> {
  const folder = join(home, '.docker', 'contexts', 'meta', createHash('sha256').update(name).digest('hex'))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }))
}

test('takes DOCKER_HOST when that engine answers', async () => {
  const socket = join(home, 'own.sock')
  await engineAt(socket)
  const endpoint = `unix://${socket}`
  expect(await locateEngine({ HOME: home, DOCKER_HOST: endpoint })).toEqual({ endpoint, from: 'DOCKER_HOST' })
})

test('takes DOCKER_HOST over TCP', async () => {
  const { port } = (await engineAt(0)).address() as AddressInfo
  const endpoint = `tcp://127.0.0.1:${port}`
  expect(await locateEngine({ HOME: home, DOCKER_HOST: endpoint })).toMatchObject({ endpoint })
})

test('never falls back to another engine than the one that was named', async () => {
  await mkdir(join(home, '.docker', 'run'), { recursive: true })
  await engineAt(join(home, '.docker/run/docker.sock'))
  expect(await locateEngine({ HOME: home, DOCKER_HOST: 'unix:///nonexistent' })).toBeUndefined()
  expect(await locateEngine({ HOME: home, DOCKER_HOST: 'not an endpoint' })).toBeUndefined()
})

test('follows the context that is named, and the current one', async () => {
  const socket = join(home, 'colima.sock')
  await engineAt(socket)
  await writeContext('colima', `unix://${socket}`)
  const found = { endpoint: `unix://${socket}`, from: 'context colima' }
  expect(await locateEngine({ HOME: home, DOCKER_CONTEXT: 'colima' })).toEqual(found)
  await writeFile(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: 'colima' }))
  expect(await locateEngine({ HOME: home })).toEqual(found)
})

test('does not count an engine that answers with an error, or not at all', async () => {
  const broken = join(home, 'broken.sock')
  await engineAt(broken, 500)
  expect(await locateEngine({ HOME: home, DOCKER_HOST: `unix://${broken}` })).toBeUndefined()
  const mute = join(home, 'mute.sock')
  await listening(createTcpServer(), mute)
  expect(await locateEngine({ HOME: home, DOCKER_HOST: `unix://${mute}` })).toBeUndefined()
})
