import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { commandsIn } from '../hostile/runner-commands.ts'
import { gradesFileSchema } from '../model/grade.ts'
import { forJson } from './escape.ts'
import { hostileGrade, hostileTexts, unseenIn } from './hostile-text.ts'
import { jsonParts, renderJson } from './json.ts'
import { sampleFile, sampleRun } from './sample-grades.ts'

test('is read back as the same grades', () => {
  expect(JSON.parse(renderJson(sampleRun()))).toEqual(sampleRun())
})

test('is indented by two and ends with a newline', () => {
  expect(renderJson(sampleRun())).toMatch(/^\{\n {2}"schema": "cgrade\/grades\/v1",\n[\s\S]*\n\}\n$/)
})

test.each([
  ['no grade', sampleFile([])],
  ['one grade', sampleFile([hostileGrade('one')])],
  ['grades of every kind', sampleRun()],
  ['hostile text', sampleFile(hostileTexts.map(hostileGrade))],
])('grade after grade it is the same document as all at once: %s', (_what, file) => {
  const parts = [...jsonParts({ run: file.run, grades: new Set(file.grades) })]
  expect(parts.length).toBe(file.grades.length + 2)
  expect(parts.join('')).toBe(forJson(gradesFileSchema.parse(file)))
})

test('refuses what breaks the schema, such as a score on an ungraded submission', () => {
  const file = sampleRun()
  const ungraded = file.grades.find((grade) => grade.status === 'ungraded')
  Object.assign(ungraded ?? {}, { score: 0, maxScore: 58 })
  expect(() => renderJson(file)).toThrow(/score/)
})

test('H11: H25: keeps hostile text as a value, and obeys nothing in it', () => {
  const file = sampleFile(hostileTexts.map(hostileGrade))
  const document = renderJson(file)
  expect(JSON.parse(document)).toEqual(file)
  expect(commandsIn(document)).toEqual([])
  expect(unseenIn(document)).toEqual([])
})

test('docs/grades-json.md explains every key', () => {
  const docs = readFileSync(new URL('../../docs/grades-json.md', import.meta.url), 'utf8')
  const keys = keysOf(z.toJSONSchema(gradesFileSchema))
  expect(keys.size).toBeGreaterThan(50)
  expect([...keys].filter((key) => !docs.includes(`\`${key}\``))).toEqual([])
})

function keysOf(schema: unknown, keys = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return keys
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'properties') for (const key of Object.keys(value)) keys.add(key)
    keysOf(value, keys)
  }
  return keys
}
