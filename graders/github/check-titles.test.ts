import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { checkRules } from '../model/assignment.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import { readCheckTitles } from './check-titles.ts'

test('every check of the assignment has its title, word for word as its spec declares it', async () => {
  const { assignment, specFiles } = await loadCourse('cncamp-module3')
  const titles = readCheckTitles(await Promise.all(specFiles.map((file) => readFile(file, 'utf8'))))
  const ids = checkRules(assignment).map(({ rule }) => rule.id)
  expect([...titles.keys()].sort()).toEqual(ids.sort())
  expect(titles.get('httpserver.healthz')).toBe('answers GET /healthz with 200')
})

test.each([
  [`check('a.b', 'it\\'s one', () => {})`, [['a.b', "it's one"]]],
  ['check(\n  "a.b",\n  `two`,\n)', [['a.b', 'two']]],
  [`check('a.b', titleOf(x), () => {})`, []],
  [`recheck('a.b', 'other')`, []],
])('%j', (text, titles) => {
  expect([...readCheckTitles([text])]).toEqual(titles)
})
