import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import type { MarkdownText } from '../model/encoded.ts'
import { hostileTexts, randomTexts, unseenIn } from './hostile-text.ts'
import { forMarkdown, joinMarkdown, markdown, quoteMarkdown } from './markdown.ts'

type Node = DefaultTreeAdapterMap['node']

/** As GitHub renders it, and with every kind of link that it could make. */
const renderer = new MarkdownIt({ html: true, linkify: true })
renderer.linkify.set({ fuzzyLink: false, fuzzyEmail: true })

function tagsOf(text: MarkdownText | string): string[] {
  const tags = (node: Node): string[] => [
    ...('tagName' in node ? [node.tagName] : []),
    ...('childNodes' in node ? node.childNodes.flatMap(tags) : []),
  ]
  return tags(parseFragment(renderer.render(text)))
}

function textOf(text: MarkdownText): string {
  const words = (node: Node): string => {
    if ('value' in node) return node.value
    return 'childNodes' in node ? node.childNodes.map(words).join('') : ''
  }
  return words(parseFragment(renderer.render(text)))
    .replaceAll('\u2060', '')
    .trimEnd()
}

const hostileMarkdown = [
  '![beacon](https://example.com/x.png)',
  '<img src=x onerror=alert(1)><details open><summary>100/100</summary>',
  '```\n```\n# Score 100 of 100',
  '~~~~~~~~~~\nx',
  '| a | b |\n|---|---|\n| 100 | 100 |',
  '[x](https://example.com) [y]: //x',
  'https://example.com www.example.com a@example.com <https://example.com>',
  '@org/team see #12, GH-12, org/repo#12',
  '- x\n1. y\n> z\n    code\n***\n===\n',
  '&lt;b&gt; &#60;b> \\<b>',
  '</pre></details><script>x</script>',
  '$x^2$ `a` *b* _c_ ~~d~~ :tada: [^1] <!-- -->',
]
const texts = [...hostileMarkdown, ...hostileTexts, ...randomTexts(300)]

describe('H16: a step summary', () => {
  test.each(hostileMarkdown)('H16: %j is a sentence, and no more', (text) => {
    expect(tagsOf(markdown`Seen: ${forMarkdown(text)} there`)).toEqual(['p'])
    expect(tagsOf(forMarkdown(text))).toEqual(['p'])
    expect(tagsOf(quoteMarkdown(text))).toEqual(['pre'])
  })

  test('H16: text of a submission is only ever text, whatever the bytes', () => {
    const row = (text: string) =>
      markdown`| check | seen |\n| --- | --- |\n| ${forMarkdown(text)} | ${forMarkdown(text)} |`
    const table = ['table', 'thead', 'tr', 'th', 'th', 'tbody', 'tr', 'td', 'td']
    const isText = (text: string) => {
      expect(tagsOf(markdown`x${forMarkdown(text)}`)).toEqual(['p'])
      expect(tagsOf(row(text))).toEqual(table)
      expect(tagsOf(joinMarkdown([quoteMarkdown(text), markdown`end`]))).toEqual(['pre', 'p'])
      expect(unseenIn(forMarkdown(text))).toEqual([])
    }
    for (const text of texts) isText(text)
    fc.assert(fc.property(fc.string({ unit: 'binary' }), isText))
  })

  test('H16: honest text reads as it was written', () => {
    for (const text of ['启动成功: listening on [::]:8080 (100 %)', 'a_b*c `curl -i http://x/` #1 @li', '<nil>']) {
      expect(textOf(forMarkdown(text))).toBe(text)
      expect(textOf(quoteMarkdown(text)).trim()).toBe(text)
    }
  })

  test('H16: mentions nobody, and leads nowhere', () => {
    const rendered = renderer.render(forMarkdown('@org/team https://x.example www.x.example #12 a@b.example'))
    expect(rendered).not.toMatch(/@\w|:\/\/|www\.|#\d|<a/)
  })

  test('H16: stays below what GitHub takes, and is cut between blocks', () => {
    const blocks = Array.from({ length: 1000 }, () => quoteMarkdown('<'.repeat(500)))
    const summary = joinMarkdown(blocks)
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(200 * 1024)
    expect(summary.split('<pre>')).toHaveLength(summary.split('</pre>').length)
    expect(summary).toMatch(/The rest was too long to be shown here\.\n\n$/)
    expect(joinMarkdown([markdown`a`, markdown`b`])).toBe('a\n\nb\n\n')
  })
})

test.each(hostileMarkdown.slice(0, 7))('H16 control: without the encoder %j makes markup', (text) => {
  expect(tagsOf(`Seen:\n\n${text}\n`)).not.toEqual(['p', 'p'])
})
