import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { describe, expect, test } from 'vitest'
import { setDeadlines } from './engine-deadlines.ts'

const limitMs = 400

/** An engine of a few lines, and a client with short deadlines. */
async function startEngine(answer: RequestListener) {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-deadlines-'))
  const socketPath = join(folder, 'engine.sock')
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const docker = new Docker({ socketPath })
  setDeadlines(docker, limitMs)
  return {
    docker,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const timeout = { code: 'engine.timeout' }

describe('H88: an engine', () => {
  test('that accepts a call and says nothing is given up, with the call named', async () => {
    await using engine = await startEngine(() => {})
    await expect(engine.docker.info()).rejects.toMatchObject({
      ...timeout,
      message: expect.stringMatching(/GET \/info/),
    })
    await expect(engine.docker.getContainer('x').remove({ force: true })).rejects.toMatchObject(timeout)
  })

  test('that begins to answer and stops is given up, too', async () => {
    await using engine = await startEngine((_call, answer) => {
      answer.writeHead(200, { 'content-type': 'application/json' })
      answer.write('{"half":')
    })
    await expect(engine.docker.version()).rejects.toMatchObject(timeout)
  })

  test('that answers in time is believed, and its errors stay what they are', async () => {
    await using engine = await startEngine((call, answer) => {
      answer.writeHead(call.url?.startsWith('/info') ? 200 : 409, { 'content-type': 'application/json' })
      answer.end('{"message":"so it is"}')
    })
    expect(await engine.docker.info()).toEqual({ message: 'so it is' })
    await expect(engine.docker.getContainer('x').remove()).rejects.toMatchObject({ statusCode: 409 })
  })

  test('that streams is not cut off, however quiet the stream is', async () => {
    await using engine = await startEngine(async (call, answer) => {
      call.resume()
      answer.writeHead(200)
      answer.write('first ')
      await sleep(limitMs * 2)
      answer.end('last')
    })
    const stream = (await engine.docker.buildImage(Readable.from(['']))) as unknown as Readable
    const parts: string[] = []
    for await (const part of stream) parts.push(String(part))
    expect(parts.join('')).toBe('first last')
  })

  test('may take as long as a container runs to say how it ended', async () => {
    await using engine = await startEngine(async (_call, answer) => {
      await sleep(limitMs * 2)
      answer.end('{"StatusCode":0}')
    })
    expect(await engine.docker.getContainer('x').wait()).toEqual({ StatusCode: 0 })
  })

  test('is not hurried while an image is still being made and sent', async () => {
    await using engine = await startEngine((call, answer) => {
      call.on('end', () => answer.end('{}'))
      call.resume()
    })
    const slowly = Readable.from(
      (async function* () {
        yield 'first'
        await sleep(limitMs * 2)
        yield 'last'
      })(),
    )
    await expect(engine.docker.importImage(slowly, {})).resolves.toBeDefined()
  })

  test('that has taken a whole image and then says nothing is given up', async () => {
    await using engine = await startEngine((call) => call.resume())
    await expect(engine.docker.importImage(Readable.from(['all of it']), {})).rejects.toMatchObject(timeout)
  })

  test('that stops in the middle of a file is given up, and one that sends it in time is not', async () => {
    let isWhole = false
    await using engine = await startEngine((_call, answer) => {
      answer.writeHead(200)
      answer.write('first')
      if (isWhole) answer.end(' last')
    })
    const read = async () => {
      const stream = (await engine.docker.getContainer('x').getArchive({ path: '/' })) as Readable
      return (await stream.toArray()).join('')
    }
    await expect(read()).rejects.toMatchObject({ code: 'engine.timeout', message: expect.stringMatching(/archive/) })
    isWhole = true
    expect(await read()).toBe('first last')
  })

  test('that is asked once how much a container has used is given up when it says nothing', async () => {
    await using engine = await startEngine(() => {})
    await expect(engine.docker.getContainer('x').stats({ stream: false })).rejects.toMatchObject(timeout)
  })
})
