import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { gradeCourse, gradeStudent, publishCourse } from '../init/caller-workflows.ts'
import { findFlaws } from './workflow-flaws.ts'

/** Our workflows as text. What a pull request can choose must not become part of a script, nor of what has a right to write. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const commit = '0123456789abcdef0123456789abcdef01234567'
const settings = { pin: { repository: 'cgrade/cgrade', commit }, assignment: 'cncamp-module3', root: true }

describe('H18: names that a pull request chooses', () => {
  test('are part of no script of our workflows, which have no secrets and can be moved by nobody', async () => {
    const names = (await readdir(`${root}.github/workflows`)).filter((name) => /\.ya?ml$/.test(name))
    expect(names.sort()).toEqual(['ci.yml', 'grade.yml', 'publish.yml'])
    for (const name of names) {
      expect([name, findFlaws(await readFile(`${root}.github/workflows/${name}`, 'utf8'))]).toEqual([name, []])
    }
  })

  test('are part of no script of our action', async () => {
    expect(findFlaws(await readFile(`${root}action.yml`, 'utf8'))).toEqual([])
  })

  test('are part of no workflow that we write for others', () => {
    for (const { text } of [gradeCourse(settings), gradeStudent(settings)]) expect(findFlaws(text)).toEqual([])
    expect(findFlaws(publishCourse(settings).text, { starts: ['workflow_run'] })).toEqual([])
  })
})

test('H18 control: a workflow that gives the name of a branch to a shell is found out, with all that is wrong', () => {
  const careless = `
on: pull_request_target
jobs:
  grade:
    runs-on: self-hosted
    permissions: { id-token: write }
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@${commit}
      - run: echo "\${{ github.event.pull_request.title }}" "\${{ secrets.TOKEN }}"
      - uses: actions/upload-artifact@${commit}
        with: { name: 'grades-\${{ github.head_ref }}' }
  branch:
    steps:
      - uses: actions/download-artifact@${commit}
        with: { pattern: '*', path: . }
      - run: git switch \${{ github.head_ref }}
        env: { TOKEN: '\${{ github.token }}' }
`
  expect(findFlaws(careless).sort()).toEqual([
    expect.stringMatching(/^a check-out leaves its token/),
    expect.stringMatching(/^a script is made of: echo/),
    expect.stringMatching(/^a script is made of: git switch/),
    expect.stringMatching(/^actions\/cache@.* may share a cache/),
    expect.stringMatching(/^actions\/checkout@v4 can be moved/),
    'an artifact is unpacked into the workspace',
    'artifacts are fetched by a pattern',
    'branch does not say what it may do',
    'branch hands its token on',
    'branch may go on for six hours',
    'branch runs on undefined',
    'grade may go on for six hours',
    'grade may say who we are',
    'grade may write, and checks out what others wrote',
    'grade runs on self-hosted',
    'it has all permissions that the repository gives',
    'it runs with our rights on the work of others: pull_request_target',
    'it uses secrets',
    'the name of an artifact is made of something',
  ])
})
