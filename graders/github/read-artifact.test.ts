import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { readArtifact } from './read-artifact.ts'
import { fileOf, gradeOf } from './test-publish.ts'

const folder = await mkdtemp(join(tmpdir(), 'cgrade-artifact-'))
const place = join(folder, 'grades.json')
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(() => rm(place, { recursive: true, force: true }))

const refusedAs = async (why: RegExp) =>
  expect(await readArtifact(place)).toEqual({ read: 'refused', why: expect.stringMatching(why) })

describe('what lies where the artifact is expected', () => {
  test('a file of grades is read', async () => {
    await writeFile(place, JSON.stringify(fileOf(gradeOf('alice'))))
    expect(await readArtifact(place)).toMatchObject({ read: 'whole', file: { grades: [{ status: 'graded' }] } })
  })

  test('nothing is no fault of the file', async () => {
    expect(await readArtifact(place)).toEqual({ read: 'nothing' })
  })

  test('a link is not followed', async () => {
    await writeFile(join(folder, 'other'), JSON.stringify(fileOf(gradeOf('alice'))))
    await symlink('other', place)
    await refusedAs(/link/)
  })

  test('a FIFO does not keep us waiting, a folder and a device are no files', async () => {
    execFileSync('mkfifo', [place])
    await refusedAs(/not a regular file/)
    await rm(place)
    await mkdir(place)
    await refusedAs(/not a regular file/)
    expect(await readArtifact('/dev/zero')).toMatchObject({ read: 'refused' })
  })

  test('30 MiB are not read', async () => {
    await writeFile(place, '')
    await truncate(place, 30 * 1024 * 1024)
    await refusedAs(/larger than 20 MiB/)
  })
})

describe('what is in it', () => {
  test.each([
    ['nothing', '', /not JSON/],
    ['half of it', '{"schema":"cgrade/grades/v1","run":{', /not JSON/],
    ['another document', '{"grades":[]}', /breaks the schema/],
    ['depth', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested/],
    ['much depth', '['.repeat(5_000_000), /not JSON/],
    ['a key __proto__', '{"schema":"cgrade/grades/v1","run":{"__proto__":{"x":1}},"grades":[]}', /__proto__/],
    ['a key constructor', '{"constructor":{"prototype":{"x":1}},"schema":"cgrade/grades/v1"}', /breaks the schema/],
    ['a number past all', '{"schema":"cgrade/grades/v1","run":{"seed":1e999},"grades":[]}', /breaks the schema/],
  ])('%s', async (_what, text, why) => {
    await writeFile(place, text)
    await refusedAs(why)
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  test('a million checks, in one list or in many', async () => {
    const grade = gradeOf('alice')
    const [exercise] = grade.exercises
    await writeFile(
      place,
      JSON.stringify(fileOf({ ...grade, exercises: [{ ...exercise, checks: Array(1e6).fill(0) }] } as never)),
    )
    await refusedAs(/more than 1000 entries/)
    const empty = { ...exercise, checks: Array(900).fill({}) }
    await writeFile(place, JSON.stringify(fileOf({ ...grade, exercises: Array(900).fill(empty) } as never)))
    await refusedAs(/more than 150000 values/)
    await writeFile(place, JSON.stringify(fileOf({ ...grade, exercises: Array(160).fill(empty) } as never)))
    await refusedAs(/breaks the schema/)
  })

  test('51 submissions', async () => {
    const grades = Array.from({ length: 51 }, (_, index) => gradeOf(`student-${index}`))
    await writeFile(place, JSON.stringify(fileOf(...grades)))
    await refusedAs(/more than 50 submissions/)
  })

  test('bytes that are no text', async () => {
    await writeFile(place, Buffer.from([0x22, 0xff, 0xfe, 0x22]))
    await refusedAs(/UTF-8/)
  })

  test('anything else is an answer, too, and never an exception', async () => {
    const whole = JSON.stringify(fileOf(gradeOf('alice')))
    const cutAnywhere = fc
      .tuple(fc.nat(whole.length), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([at, text]) => whole.slice(0, at) + text + whole.slice(at + text.length))
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), cutAnywhere, fc.string({ unit: 'binary' })), async (text) => {
        await writeFile(place, text)
        expect(['whole', 'refused']).toContain((await readArtifact(place)).read)
      }),
      { numRuns: 300 },
    )
  })
})
