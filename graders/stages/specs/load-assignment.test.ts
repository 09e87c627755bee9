import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import usual from '../../../specs/default.ts'
import { checkRules } from '../../model/assignment.ts'
import { loadCourse } from './load-assignment.ts'

const specs = fileURLToPath(new URL('../../../specs/', import.meta.url))
const ids = (await readdir(specs, { withFileTypes: true })).filter((one) => one.isDirectory()).map(({ name }) => name)

test('without a word, the assignment that `specs/default.ts` names is graded', async () => {
  expect(ids.length).toBeGreaterThan(1)
  expect((await loadCourse(undefined)).assignment.id).toBe(usual)
})

test.each(ids)('%s has the id of its folder and 100 points', async (id) => {
  const { assignment } = await loadCourse(id)
  expect(assignment.id).toBe(id)
  expect(checkRules(assignment).reduce((sum, { rule }) => sum + rule.points, 0)).toBe(100)
})

test('a near-miss is told the assignment that was meant', async () => {
  await expect(loadCourse('cncamp-modul8')).rejects.toThrow(/Did you mean `cncamp-module8`/)
})
