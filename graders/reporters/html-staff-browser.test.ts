import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { parse as parseCsv } from 'csv-parse/sync'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { launchBrowser, whyNoBrowser } from '../test-browser.ts'
import { forCsv } from './escape.ts'
import { hostileGrade, hostileTexts } from './hostile-text.ts'
import { renderStaffPage } from './html-staff.ts'
import { sampleClass, sampleSimilarity } from './sample-class.ts'
import { sampleFile, sampleGraded, sampleRejected } from './sample-grades.ts'

/** A real browser opens the staff's page, and a person without a mouse uses it. */

const why = whyNoBrowser === undefined ? '' : ` (not here: ${whyNoBrowser})`
const widths = [320, 768, 1366]

describe.skipIf(whyNoBrowser !== undefined)(`the staff's page in a browser${why}`, () => {
  let folder: string
  let browser: Browser
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cgrade-staff-'))
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  interface Opened {
    page: Page
    /** What the browser complained about, and what it asked for besides the page. */
    trouble: string[]
  }

  async function open(
    grades: Grade[],
    on: { width?: number; colorScheme?: 'light' | 'dark'; locale?: string } = {},
  ): Promise<Opened> {
    const path = join(folder, `index-${grades.length}.html`)
    await writeFile(path, renderStaffPage(sampleFile(grades), sampleSimilarity(grades)))
    const { width = 1366, colorScheme = 'light', locale = 'en-GB' } = on
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, locale })
    const trouble: string[] = []
    page.on('console', (message) => trouble.push(message.text()))
    page.on('pageerror', (error) => trouble.push(String(error)))
    page.on('request', (request) => {
      const url = request.url()
      if (url !== `file://${path}` && !url.startsWith('blob:')) trouble.push(url)
    })
    await page.goto(`file://${path}`)
    return { page, trouble }
  }

  const shownNames = (page: Page) =>
    page
      .locator('#table tbody tr:not([hidden]) th a')
      .evaluateAll((links) => links.map((link) => link.textContent ?? ''))

  async function findBarriers(page: Page): Promise<string[]> {
    await page.evaluate(axe.source)
    const found = await page.evaluate('axe.run()')
    const { violations } = found as axe.AxeResults
    return violations
      .filter(({ impact }) => impact !== 'minor')
      .flatMap(({ id, help, nodes }) =>
        nodes.slice(0, 3).map((node) => `${id}: ${help}: ${node.html.slice(0, 150)} ${node.failureSummary}`),
      )
  }

  test.each(widths.flatMap((width) => (['light', 'dark'] as const).map((scheme) => [width, scheme] as const)))(
    'of 3 students, %i pixels wide and %s, has no barrier, loads nothing and never scrolls sideways',
    async (width, colorScheme) => {
      const { page, trouble } = await open(sampleClass(3), { width, colorScheme })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      expect(await findBarriers(page)).toEqual([])
      expect(trouble).toEqual([])
      await page.close()
    },
    120_000,
  )

  test.each(['light', 'dark'] as const)(
    'of 1000 students, %s, loads nothing and never scrolls sideways at any width',
    async (colorScheme) => {
      const { page, trouble } = await open(sampleClass(1000), { colorScheme })
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 })
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      }
      expect(trouble).toEqual([])
      await page.close()
    },
    120_000,
  )

  test('sorts by a heading that is pressed on the keyboard, the other way the second time', async () => {
    const { page } = await open(sampleClass(40))
    const head = page.locator('#table th[data-name="percent"]')
    await head.locator('button').focus()
    await page.keyboard.press('Enter')
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    const percents = async () =>
      (await page.locator('#table tbody tr td:nth-child(5)').allTextContents())
        .filter((text) => text !== '')
        .map(Number)
    expect(await percents()).toEqual((await percents()).toSorted((a, b) => a - b))
    await page.keyboard.press('Space')
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    expect(await percents()).toEqual((await percents()).toSorted((a, b) => b - a))
    // What has no score is never on top.
    expect(await page.locator('#table tbody tr').last().getAttribute('data-s')).toBe('ungraded')
    await page.close()
  })

  test('filters by status, by check and outcome, and by words, and says how many are left', async () => {
    const grades = sampleClass(60)
    const { page } = await open(grades)
    const told = () => page.locator('#shown').textContent()
    expect(await told()).toBe('60 of 60 students')
    await page.selectOption('#status', 'rejected')
    const rejected = grades.filter(({ status }) => status === 'rejected')
    expect(await told()).toBe(`${rejected.length} of 60 students`)
    await page.locator('#reset').press('Enter')
    await page.selectOption('#check', 'httpserver.serves')
    await page.selectOption('#outcome', 'f')
    const unreachable = grades.filter(({ exercises }) =>
      exercises.some(({ checks }) =>
        checks.some(({ id, outcome }) => id === 'httpserver.serves' && outcome === 'failed'),
      ),
    )
    expect((await shownNames(page)).sort()).toEqual(unreachable.map(({ submission }) => submission.id).sort())
    await page.locator('#reset').press('Enter')
    await page.locator('#search').pressSequentially('小明')
    expect(await shownNames(page)).not.toEqual([])
    for (const name of await shownNames(page)) expect(name).toContain('小明')
    await page.close()
  })

  test('shows the students of a group of failures, and all of them again', async () => {
    const { page } = await open(sampleClass(40))
    await page.locator('button[data-group="0"]').press('Enter')
    const inGroup = await page.locator('#table tbody tr[data-g~="0"]').count()
    expect(inGroup).toBeGreaterThan(1)
    expect(await shownNames(page)).toHaveLength(inGroup)
    expect(await page.evaluate('document.activeElement.id')).toBe('students-head')
    await page.locator('#reset').press('Enter')
    expect(await shownNames(page)).toHaveLength(40)
    await page.close()
  })

  test('H27: downloads what is shown as CSV, and no cell of it is a formula', async () => {
    // What a log would obey has marks of its own in files that a log may show.
    const names = hostileTexts.filter((text) => text.length < 300 && !/:.*:|#.*\[/s.test(text))
    const grades = [...names.map((text) => sampleRejected(text, text)), sampleGraded('alice')]
    const { page, trouble } = await open(grades)
    await page.selectOption('#status', 'rejected')
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').press('Enter')])
    const text = await readFile(await download.path(), 'utf8')
    expect(text.startsWith('\u{FEFF}submission,status,score,max_score,percent,httpserver.builds,')).toBe(true)
    const rows = parseCsv(text, { bom: true, columns: true }) as Record<string, string>[]
    const expected = names.map((name) => (parseCsv(forCsv(name), { relax_quotes: true }) as string[][])[0]?.[0] ?? '')
    const oneLine = (cell: string) => cell.replace(/\s+/g, ' ').trim()
    expect(rows.map((row) => row.submission).sort()).toEqual(expected.map(oneLine).sort())
    const cells = rows.flatMap((row) => Object.values(row))
    expect(cells.filter((cell) => /^[\s"']*[=+@＝＋＠]/u.test(cell) && !cell.startsWith("'"))).toEqual([])
    expect(trouble).toEqual([])
    await page.close()
  })

  test('H22: runs nothing of what submissions wrote, whatever is pressed', async () => {
    const markup = [
      '<script>window.pwned = 1</script>',
      '"><img src="http://127.0.0.1:9/x.png" onerror="window.pwned = 1">',
      '</option></select><svg onload="window.pwned = 1">',
    ]
    const grades = markup.flatMap((text) => [hostileGrade(text), sampleRejected(`r${text}`, text)])
    const { page, trouble } = await open(grades)
    await page.selectOption('#status', 'flagged')
    await page.locator('#table thead button').first().press('Enter')
    await page.locator('#language').press('Enter')
    await page.locator('button[data-group]').first().press('Enter')
    await page.locator('#map').hover({ position: { x: 150, y: 110 } })
    expect(await page.evaluate('window.pwned')).toBe(undefined)
    expect(await page.locator('#pointed-at').textContent()).toContain('<')
    expect(trouble).toEqual([])
    await page.close()
  })

  test('speaks Chinese where the browser does, and English after its button was pressed', async () => {
    const { page } = await open(sampleClass(5), { locale: 'zh-CN' })
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN')
    expect(await page.locator('#shown').textContent()).toBe('显示 5 名学生中的 5 名')
    expect(await page.locator('h1 span:visible').textContent()).toBe('5 份作业')
    await page.locator('#language').press('Enter')
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    expect(await page.locator('h1 span:visible').textContent()).toBe('5 submissions')
    expect(await page.locator('#outcome option').nth(1).textContent()).toBe('✓ passed')
    await page.close()
  })

  test('finds in the table who is clicked in the heat map', async () => {
    const { page } = await open(sampleClass(1000))
    await page.locator('#map').click({ position: { x: 60, y: 104 + 4 * 20 + 2 } })
    const names = await shownNames(page)
    expect(await page.evaluate('document.activeElement.textContent')).toBe(names[20])
    await page.close()
  })

  test('shows on paper each student and none of the controls', async () => {
    const { page } = await open(sampleClass(30))
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#search').isVisible()).toBe(false)
    expect(await page.locator('#table tbody tr').last().isVisible()).toBe(true)
    await page.close()
  })
})
