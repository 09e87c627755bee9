import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../model/grader-error.ts'
import { holdRun, type Writer } from './hold-run.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-hold-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const alive: Writer = { owner: 'here/boot/17/1', isGone: async (owner) => owner.includes('dead') }

test('a run that is held is refused to everybody else, until it is let go', async () => {
  const held = await holdRun(folder, alive)
  const refused = holdRun(folder, { ...alive, owner: 'here/boot/18/1' })
  await expect(refused).rejects.toThrow(UsageError)
  await expect(refused).rejects.toThrow('is being written by another cgrade (process 17 on here)')
  expect(await readdir(folder)).toHaveLength(1)
  await held[Symbol.asyncDispose]()
  await using _again = await holdRun(folder, alive)
  expect(await readdir(folder)).toHaveLength(1)
})

test('a process that is gone holds nothing, and what it left goes', async () => {
  await holdRun(folder, { ...alive, owner: 'here/boot/dead/1' })
  await holdRun(folder, { ...alive, owner: 'here/boot/dead/2' })
  {
    await using _held = await holdRun(folder, alive)
    expect(await readdir(folder)).toHaveLength(1)
  }
  expect(await readdir(folder)).toEqual([])
})

test('of many that come at once, never two hold it', async () => {
  for (let round = 0; round < 50; round += 1) {
    const asked = Array.from({ length: 5 }, (_, index) => holdRun(folder, { ...alive, owner: `here/boot/${index}/1` }))
    const held = (await Promise.allSettled(asked)).filter((one) => one.status === 'fulfilled')
    expect(held.length).toBeLessThanOrEqual(1)
    for (const { value } of held) await value[Symbol.asyncDispose]()
    expect(await readdir(folder)).toEqual([])
  }
})

test('other files of a run are no sign of a writer', async () => {
  for (const name of ['run.json', '.writer-notes', 'grades.jsonl']) await writeFile(join(folder, name), 'here/boot/9/1')
  await using _held = await holdRun(folder, alive)
  expect(await readdir(folder)).toHaveLength(4)
})
