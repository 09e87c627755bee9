import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { renderCsv } from '../reporters/csv.ts'
import { renderSummary } from '../reporters/github-summary.ts'
import { renderJson } from '../reporters/json.ts'
import { renderJunit } from '../reporters/junit.ts'
import { sampleRun } from '../reporters/sample-grades.ts'
import { recordAttacks, renderAttackTable } from './attack-table.ts'
import { plantSecrets } from './planted-secrets.ts'
import { activeParts, findReportFaults } from './report-oracles.ts'

/** The oracles of the suite see what they are there to see. */

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-oracles-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('planted secrets', () => {
  test('are found in a report, on the terminal, and in a changed file of the runner', async () => {
    const reports = join(folder, 'run')
    const secrets = await plantSecrets(folder)
    expect(await secrets.findLeaks({ texts: { terminal: 'nothing' } })).toEqual([])
    const token = secrets.env.GITHUB_TOKEN ?? ''
    const outputs = secrets.env.GITHUB_OUTPUT ?? ''
    await writeFile(outputs, 'score=100\n')
    await mkdir(reports)
    await writeFile(join(reports, 'grades.json'), `{"x":"${token}"}`)
    const leaks = await secrets.findLeaks({ folder: reports, texts: { terminal: secrets.siblingFile } })
    expect(leaks).toHaveLength(3)
    expect(leaks.join('\n')).toMatch(/terminal holds.*grades\.json holds.*GITHUB_OUTPUT was changed/s)
    expect(await readFile(join(secrets.env.HOME ?? '', '.docker/config.json'), 'utf8')).toContain('planted-')
  })
})

describe('reports', () => {
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  beforeEach(async () => {
    await write('grades.json', renderJson(sampleRun()))
    await write('junit.xml', renderJunit(sampleRun(), 'jenkins'))
    await write('grades.csv', renderCsv(sampleRun()))
    await write('summary.md', renderSummary(sampleRun()))
  })

  test('of ours have no fault', async () => {
    expect(await findReportFaults(folder)).toEqual([])
  })

  test('with a testcase too many, a formula, or a script are found out', async () => {
    await write(
      'junit.xml',
      renderJunit(sampleRun(), 'jenkins').replace('</testsuite>', '<testcase name="x" classname="y"/></testsuite>'),
    )
    await write('grades.csv', `${renderCsv(sampleRun())}=1+1,x\n`)
    await write('report.html', '<p>x</p><script>1</script>')
    await write('summary.md', '![x](https://example.com/x.png)')
    const faults = await findReportFaults(folder)
    expect(faults.sort()).toEqual([
      expect.stringMatching(/^grades\.csv: a cell begins with =1\+1/),
      expect.stringMatching(/^junit\.xml has \d+ testcases/),
      'report.html: <script>',
      expect.stringMatching(/^summary\.md: <img src=/),
    ])
    await write('junit.xml', '<testsuites><x></testsuites>')
    expect((await findReportFaults(folder)).join()).toContain('junit.xml is no XML')
  })

  test.each([
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="https://example.com/">x</a>',
    '<img src="//example.com/x">',
    '<iframe></iframe>',
    '<svg><script>1</script></svg>',
    '<meta http-equiv=refresh content="0;url=x">',
  ])('%s is active', (html) => {
    expect(activeParts(html)).not.toEqual([])
  })
})

test('the table counts a test for every attack in its title, and names those that none shows', () => {
  const assertionResults = [
    { fullName: 'H11: H12: two at once', status: 'passed', duration: 4000, meta: { controlRatio: 1.23 } },
    { fullName: 'H11 control: without it', status: 'passed', duration: 1000 },
    { fullName: 'H13: lost', status: 'failed', duration: 0 },
    { fullName: 'H14: not here', status: 'skipped', duration: 0 },
    { fullName: 'about SHA1: nothing', status: 'failed', duration: 0 },
  ]
  const table = renderAttackTable(recordAttacks({ testResults: [{ assertionResults }] }))
  expect(table).toContain(
    "| GitHub's log and file commands (H11 to H18) | 8 | 4 | 2 | 5 | 1 | 5 | at most 1.2 times as long |",
  )
  expect(table).toContain('- H15: not automated: no test has its name.')
})
