// Test support: Markdown as GitHub renders it, with every kind of link that it could make of plain text.
import MarkdownIt from 'markdown-it'
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5'

type Node = DefaultTreeAdapterMap['node']

const renderer = new MarkdownIt({ html: true, linkify: true })
renderer.linkify.set({ fuzzyLink: false, fuzzyEmail: true })

/** Names of the elements, in the order of the document; of links and images with where they lead. */
export function tagsIn(markdown: string): string[] {
  const tags = (node: Node): string[] => {
    const children = 'childNodes' in node ? node.childNodes.flatMap(tags) : []
    if (!('tagName' in node)) return children
    const attributes = node.attrs.map(({ name, value }) => ` ${name}=${value}`).join('')
    return [`${node.tagName}${attributes}`, ...children]
  }
  return tags(parseFragment(renderer.render(markdown)))
}

/** What a person reads, without marks that keep words apart. */
export function wordsIn(markdown: string): string {
  const words = (node: Node): string => {
    if ('value' in node) return node.value
    return 'childNodes' in node ? node.childNodes.map(words).join('') : ''
  }
  return words(parseFragment(renderer.render(markdown))).replaceAll('\u2060', '')
}

/** Whom it mentions and which issues it names, were it posted: GitHub looks for them outside of code. */
export function mentionsIn(markdown: string): string[] {
  const texts = (node: Node): string[] => {
    if ('value' in node) return [node.value]
    if ('tagName' in node && ['pre', 'code', 'a'].includes(node.tagName)) return []
    return 'childNodes' in node ? node.childNodes.flatMap(texts) : []
  }
  const text = texts(parseFragment(renderer.render(markdown))).join('\n')
  return text.match(/@[\p{L}\p{N}]|#\p{N}|\bgh-\p{N}/giu) ?? []
}
