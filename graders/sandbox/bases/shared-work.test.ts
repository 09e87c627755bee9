import { expect, test } from 'vitest'
import { createSharedWork } from './shared-work.ts'

const never = new AbortController().signal
const tick = () => new Promise((resolve) => setImmediate(resolve))

test('makes a value once for all who ask', async () => {
  const work = createSharedWork<number>(() => true)
  let made = 0
  const make = async () => {
    made += 1
    await tick()
    return made
  }
  expect(await Promise.all([work.share('a', never, make), work.share('a', never, make)])).toEqual([1, 1])
  expect(await work.share('a', never, make)).toBe(1)
  expect(await work.share('b', never, make)).toBe(2)
})

test('goes on for the others when one gives up, and stops when nobody waits', async () => {
  const work = createSharedWork<string>(() => true)
  const first = new AbortController()
  const second = new AbortController()
  let stopped = 0
  const make = (signal: AbortSignal) =>
    new Promise<string>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        stopped += 1
        reject(new Error('stopped'))
      })
    })
  const asked = [work.share('a', first.signal, make), work.share('a', second.signal, make)].map((one) =>
    one.catch((thrown: Error) => thrown.message),
  )
  first.abort(new Error('first gave up'))
  expect(await asked[0]).toBe('first gave up')
  expect(stopped).toBe(0)
  second.abort(new Error('second gave up'))
  expect(await asked[1]).toBe('second gave up')
  expect(stopped).toBe(1)
  expect(await work.share('a', never, async () => 'made again')).toBe('made again')
})

test('remembers a failure only where another attempt would fail again', async () => {
  const work = createSharedWork<string>((thrown) => (thrown as Error).message === 'final')
  const failing = (message: string) => async () => {
    throw new Error(message)
  }
  await expect(work.share('a', never, failing('for now'))).rejects.toThrow('for now')
  expect(await work.share('a', never, async () => 'better')).toBe('better')
  await expect(work.share('b', never, failing('final'))).rejects.toThrow('final')
  await expect(work.share('b', never, async () => 'better')).rejects.toThrow('final')
})

test('stops what is being made when it is closed, and waits for it', async () => {
  const work = createSharedWork<string>(() => true)
  let tidied = false
  const asked = work.share('a', never, async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    await tick()
    tidied = true
    throw new Error('stopped')
  })
  const ended = expect(asked).rejects.toThrow('stopped')
  await work.close()
  expect(tidied).toBe(true)
  await ended
})
