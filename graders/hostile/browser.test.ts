import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { hostileGrade, hostileTexts } from '../reporters/hostile-text.ts'
import { renderStudentPage } from '../reporters/html-student.ts'
import { sampleFile } from '../reporters/sample-grades.ts'
import { launchBrowser, whyNoBrowser } from '../test-browser.ts'
import { gradesWith } from './printed-texts.ts'

/** A real browser opens a student's page that is full of a submission's markup, and nothing happens. */

const why = whyNoBrowser === undefined ? '' : ` (not here: ${whyNoBrowser})`

const markup: Record<string, string> = {
  'a script': '<script>window.pwned = 1; alert(1)</script>',
  'the end of the title, and a script': '</title></style><script>window.pwned = 1</script>',
  'a picture that fails': '</pre></dd><img src="http://127.0.0.1:9/x.png" onerror="window.pwned = 1; alert(1)">',
  'the end of an attribute': '"><svg onload="window.pwned = 1"><a href="javascript:alert(1)">',
  'the end of a quoted one': "' autofocus onfocus='window.pwned = 1' x='",
  'a page in a page': '<iframe srcdoc="<script>parent.pwned = 1</script>"></iframe><object data="http://127.0.0.1:9/">',
  'a page that goes elsewhere':
    '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/"><base href="http://127.0.0.1:9/">',
  'a style that fetches':
    '</style><style>@import "http://127.0.0.1:9/x.css"; body { background: url(http://127.0.0.1:9/y) }</style>',
  'references that become markup': '&lt;script&gt;window.pwned = 1&lt;/script&gt;&#60;img src=x onerror=alert(1)&#62;',
  'a form and a link that is loaded ahead':
    '<form action="http://127.0.0.1:9/"><link rel="prefetch" href="http://127.0.0.1:9/z">',
  'markup between backticks': '`<script>window.pwned = 1</script>` `</code><img src=x onerror=alert(1)>`',
}

interface Visit {
  /** Without the page itself. */
  requests: string[]
  dialogs: string[]
  pwned: unknown
  policy: string | null
  refused: string[]
}

describe.skipIf(whyNoBrowser !== undefined)(`H22: in a browser${why}`, () => {
  let folder: string
  let browser: Browser
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cgrade-browser-'))
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })
  afterEach(() => {
    vi.doUnmock('../reporters/escape.ts')
    vi.resetModules()
  })

  async function visit(html: string): Promise<Visit> {
    const path = join(folder, 'report.html')
    await writeFile(path, html)
    const page = await browser.newPage()
    const seen: Visit = { requests: [], dialogs: [], pwned: undefined, policy: null, refused: [] }
    page.on('request', (request) => {
      if (request.url() !== `file://${path}`) seen.requests.push(request.url())
    })
    page.on('dialog', (dialog) => {
      seen.dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    page.on('console', (message) => seen.refused.push(message.text()))
    await page.goto(`file://${path}`)
    await page.waitForTimeout(100)
    seen.pwned = await page.evaluate('window.pwned')
    const meta = page.locator('meta[http-equiv="Content-Security-Policy"]')
    seen.policy = (await meta.count()) === 1 ? await meta.getAttribute('content') : null
    await page.close()
    return seen
  }

  test.each(Object.entries(markup))('H22: %s runs nothing and fetches nothing', async (_name, text) => {
    const grade = hostileGrade(text)
    const seen = await visit(renderStudentPage(grade, sampleFile([grade])))
    expect(seen).toMatchObject({ requests: [], dialogs: [], pwned: undefined, refused: [] })
    expect(seen.policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
    )
  })

  test.each(['graded', 'rejected', 'ungraded'])(
    'H22: nor does all of it at once, on a page of what was %s',
    async (status) => {
      const file = sampleFile(
        gradesWith([...Object.values(markup), ...hostileTexts].map((text) => text.slice(0, 500)).join('\n')),
      )
      const [grade] = file.grades.filter((one) => one.status === status)
      if (grade === undefined) throw new Error(`there is no page of what was ${status}`)
      const seen = await visit(renderStudentPage(grade, file))
      expect(seen).toMatchObject({ requests: [], dialogs: [], pwned: undefined, refused: [] })
    },
  )

  describe('without the encoder', () => {
    async function renderRaw(text: string): Promise<string> {
      vi.resetModules()
      vi.doMock('../reporters/escape.ts', async (original) => ({
        ...(await original<object>()),
        forHtml: (raw: string) => raw,
      }))
      const { renderStudentPage: renderPage } = await import('../reporters/html-student.ts')
      const grade = hostileGrade(text)
      return renderPage(grade, sampleFile([grade]))
    }
    const withoutPolicy = (html: string) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')

    test('H22 control: the script runs, and the picture is fetched', async () => {
      const text = `${markup['a script']}${markup['a picture that fails']}`
      const seen = await visit(withoutPolicy(await renderRaw(text)))
      expect(seen.pwned).toBe(1)
      expect(seen.dialogs).not.toEqual([])
      expect(seen.requests.join()).toContain('http://127.0.0.1:9/x.png')
    })

    test("H22 control: the page's policy alone stops both", async () => {
      const text = `${markup['a script']}${markup['a picture that fails']}`
      const seen = await visit(await renderRaw(text))
      expect(seen.pwned).toBe(undefined)
      expect(seen.refused.join()).toContain('Content Security Policy')
    })
  })
})
