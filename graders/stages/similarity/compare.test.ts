import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Fingerprint } from '../../model/similarity.ts'
import { compareFingerprints } from './compare.ts'
import { fingerprintFile } from './fingerprint.ts'
import { goServer, otherServer, reformatted, renamed } from './test-programs.ts'

function print(id: string, text: string, path = 'server.go'): Fingerprint {
  const files = [fingerprintFile({ path, text, language: 'go' })]
  return { id, digest: createHash('sha256').update(`${path}${text}`).digest('hex'), files, isPartial: false }
}

const starterOf = (text: string) => [fingerprintFile({ path: 'main.go', text, language: 'go' })]

test('finds the same submission, the same file and the same file in other clothes, each with its reason', () => {
  const { groups, compared } = compareFingerprints(
    [
      print('li-wei', goServer),
      print('wang', goServer),
      print('zhao', goServer, 'main.go'),
      print('chen', reformatted),
      print('alice', otherServer),
    ],
    [],
  )
  expect(compared).toBe(5)
  expect(groups.map(({ kind, why, submissionIds }) => [kind, why, submissionIds])).toEqual([
    ['submission', 'the whole submission is the same, byte for byte', ['li-wei', 'wang']],
    ['file', 'same file `server.go`, byte for byte', ['li-wei', 'wang', 'zhao']],
    ['normalised', 'same file `server.go` but for comments, white space and case', ['li-wei', 'wang', 'zhao', 'chen']],
  ])
})

test('finds a program whose names, texts and numbers were changed', () => {
  const { groups } = compareFingerprints(
    [print('li-wei', goServer), print('wang', renamed), print('alice', otherServer)],
    [],
  )
  expect(groups.map(({ kind, submissionIds }) => [kind, submissionIds])).toEqual([['tokens', ['li-wei', 'wang']]])
  expect(groups[0]?.percent).toBeGreaterThanOrEqual(95)
  expect(groups[0]?.why).toMatch(/^\d+ % of the smaller program/)
})

test('says nothing of two who solved the same task by themselves', () => {
  expect(compareFingerprints([print('li-wei', goServer), print('alice', otherServer)], []).groups).toEqual([])
})

test.each([
  ['as it is', goServer],
  ['with comments of their own', reformatted],
  ['with names of their own', renamed],
])('says nothing of those who handed in the starter code %s', (_, text) => {
  const prints = [print('li-wei', text), print('wang', `${text}\n`), print('chen', renamed.replace('80', '90'))]
  expect(compareFingerprints(prints, starterOf(goServer)).groups.filter(({ kind }) => kind === 'tokens')).toEqual([])
  expect(compareFingerprints(prints.slice(0, 2), starterOf(text)).groups).toEqual([])
})

test('takes what a quarter of the class has for part of the handout, and says so', () => {
  const class_ = Array.from({ length: 30 }, (_, index) => print(`student-${index}`, `${goServer}// ${index}\n`))
  const { groups, notes } = compareFingerprints(class_, [])
  expect(groups).toEqual([])
  expect(notes).toEqual([expect.stringMatching(/^30 submissions have the same `server\.go`: .*`starter`/)])
})

test('compares a thousand submissions, hostile ones among them, within its bounds', () => {
  const many = Array.from({ length: 1000 }, (_, index) => {
    const hashes = Array.from({ length: 2000 }, (_, place) => (place * 7 + (index % 25) * 100_000) >>> 0)
    return {
      id: `s${index}`,
      digest: `${index}`,
      isPartial: true,
      files: [{ path: 'a.go', exact: `${index}`, normalised: `${index}`, tokens: hashes }],
    }
  })
  const { groups, notes } = compareFingerprints(many, [])
  expect(groups.length).toBeLessThanOrEqual(1000)
  expect(notes.join()).toContain('Of 1000')
})
