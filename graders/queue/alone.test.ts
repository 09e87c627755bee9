import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createGate } from './alone.ts'

test('work side by side overlaps; work alone has nothing beside it, and nothing is forgotten', async () => {
  const gate = createGate()
  let beside = 0
  let mostBeside = 0
  let isAlone = false
  const besideOnce = () =>
    gate.beside(async () => {
      expect(isAlone).toBe(false)
      beside += 1
      mostBeside = Math.max(mostBeside, beside)
      await sleep(5)
      beside -= 1
      return 'beside'
    })
  const aloneOnce = () =>
    gate.alone(async () => {
      expect([isAlone, beside]).toEqual([false, 0])
      isAlone = true
      await sleep(5)
      isAlone = false
      return 'alone'
    })
  const work = [besideOnce, besideOnce, aloneOnce, besideOnce, aloneOnce, aloneOnce, besideOnce, besideOnce]
  const done = await Promise.all(work.map((one) => one()))
  expect(done).toEqual(work.map((one) => (one === aloneOnce ? 'alone' : 'beside')))
  expect(mostBeside).toBeGreaterThan(1)
})

test('work that fails fails alone', async () => {
  const gate = createGate()
  const failing = async (): Promise<never> => {
    throw new Error('broken')
  }
  await expect(gate.beside(failing)).rejects.toThrow('broken')
  await expect(gate.alone(failing)).rejects.toThrow('broken')
  await expect(gate.beside(async () => 1)).resolves.toBe(1)
  await expect(gate.alone(async () => 2)).resolves.toBe(2)
})
