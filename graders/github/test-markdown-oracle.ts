// Test support: what a browser would make of a text of ours on GitHub, and whether anything in it is of a student's making.
import MarkdownIt from 'markdown-it'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'

/** With every kind of link that GitHub could make. */
const renderer = new MarkdownIt({ html: true, linkify: true })
renderer.linkify.set({ fuzzyLink: false, fuzzyEmail: true })

/** What our own templates use. */
const ourElements = new Set(
  'p br h1 h2 h3 h4 strong em code pre ul ol li table thead tbody tr th td details summary a hr blockquote'.split(' '),
)

/** Elements, attributes, links, mentions and comments that no template of ours has: one line each. */
export function findForeignMarkup(text: string, ourLinks: string[], ourComments: number): string[] {
  const found: string[] = []
  const visit = (node: DefaultTreeAdapterTypes.Node, quoted: boolean) => {
    if ('tagName' in node) {
      if (!ourElements.has(node.tagName)) found.push(`<${node.tagName}>`)
      for (const { name, value } of node.attrs) {
        const isOurs = node.tagName === 'a' && name === 'href' && ourLinks.includes(value)
        const isTable = name === 'style' && /^text-align:(left|right|center)$/.test(value)
        if (!isOurs && !isTable) found.push(`<${node.tagName} ${name}="${value}">`)
      }
    }
    if (node.nodeName === '#text' && !quoted && 'value' in node) {
      // GitHub makes mentions and links of plain text after everything else is decided.
      const linked = node.value.match(/@[\p{L}\p{N}]|:\/\/\S|\bwww\.\w|#\d|\bGH-\d/iu)
      if (linked !== null) found.push(`plain text ${JSON.stringify(linked[0])}`)
    }
    const isQuote = quoted || ('tagName' in node && ['pre', 'code', 'a'].includes(node.tagName))
    for (const child of 'childNodes' in node ? node.childNodes : []) visit(child, isQuote)
  }
  visit(parseFragment(renderer.render(text)), false)
  const comments = text.match(/<!--/g) ?? []
  if (comments.length !== ourComments) found.push(`${comments.length} comments`)
  if (/@[A-Za-z0-9]/.test(text)) found.push('a raw mention')
  return found
}
