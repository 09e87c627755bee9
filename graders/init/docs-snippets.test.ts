import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import MarkdownIt from 'markdown-it'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

/** Test support: what the pages about GitHub tell a reader to write into workflows of their own. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const pages = ['docs/github.md', 'docs/classroom50.md']

async function readYaml(path: string) {
  return parse(await readFile(join(root, path), 'utf8'))
}

async function snippetsOf(page: string): Promise<string[]> {
  const tokens = new MarkdownIt().parse(await readFile(join(root, page), 'utf8'), {})
  return tokens.filter(({ type, info }) => type === 'fence' && info === 'yaml').map(({ content }) => content)
}

/** Names of the outputs of something that are used in a text. */
function outputsIn(text: string, of: string): string[] {
  return [...text.matchAll(new RegExp(`${of}\\.outputs\\.([a-z-]+)`, 'g'))].map(([, name = '']) => name)
}

describe.each(pages)('%s', (page) => {
  test('names inputs and outputs that our workflow and our action have', async () => {
    const workflow = (await readYaml('.github/workflows/grade.yml')).on.workflow_call
    const action = await readYaml('action.yml')
    for (const text of await snippetsOf(page)) {
      const snippet = parse(text)
      const steps = snippet.steps ?? snippet.report?.steps
      if (steps === undefined)
        expect(Object.keys(workflow.inputs)).toEqual(expect.arrayContaining(Object.keys(snippet)))
      for (const { uses = '', with: given = {} } of steps ?? []) {
        if (!uses.startsWith('cgrade/cgrade@')) continue
        expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)))
      }
      expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(outputsIn(text, 'steps.cgrade')))
      expect(Object.keys(workflow.outputs)).toEqual(expect.arrayContaining(outputsIn(text, 'needs.grade')))
    }
    expect(await snippetsOf(page)).toHaveLength(2)
  })

  test('leads to pages and sections that are there', async () => {
    const text = await readFile(join(root, page), 'utf8')
    for (const [, path = '', anchor] of text.matchAll(/\]\((?!https:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const file = path === '' ? join(root, page) : join(root, dirname(page), path)
      await access(file)
      if (anchor === undefined) continue
      const headings = (await readFile(file, 'utf8')).match(/^#+ .*/gm) ?? []
      const anchors = headings.map((heading) =>
        heading
          .replace(/^#+ /, '')
          .toLowerCase()
          .replace(/[^\p{L}\p{N} -]/gu, ''),
      )
      expect(
        anchors.map((one) => one.replaceAll(' ', '-')),
        page,
      ).toContain(anchor)
    }
  })
})
