import type { MarkdownText } from '../model/encoded.ts'
import { forHtml, linesOf, maxChars, showUnseen } from './escape.ts'

// For the summary of a step on GitHub, which is Markdown with HTML in it, and which makes links of what it finds in plain
// text, too. GitHub takes 1 MiB; a person reads less.
const summaryBytes = 200 * 1024

/** Words of ours, markup and all; what stands in their holes is encoded already. */
export function markdown(words: TemplateStringsArray, ...holes: (MarkdownText | number)[]): MarkdownText {
  return String.raw({ raw: words }, ...holes) as MarkdownText
}

/** One line of text, in a sentence or in a cell of a table: no markup, no link, no mention, nothing that is fetched. */
export function forMarkdown(text: string): MarkdownText {
  const line = linesOf(text).map(showUnseen).join(' ').trim()
  const written = line.replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`)
  return written.replace(linked, (start) => `${start}&#8288;`) as MarkdownText
}

/** `@` `#` `:` `www` and `GH`, from which GitHub would make a mention, an issue or an address: what follows is kept apart. */
const linked = /&#64;(?=[\p{L}\p{N}])|&#35;(?=\p{N})|&#58;(?=&#47;)|www(?=&#46;)|gh(?=&#45;\p{N})/giu

/** The same for a sentence in which words between backticks are code. */
export function proseMarkdown(text: string): MarkdownText {
  const parts = text.slice(0, maxChars).split(/(`[^`\n]+`)/)
  const written = parts.map((part) =>
    /^`[^`\n]+`$/.test(part) ? `<code>${forMarkdown(part.slice(1, -1))}</code>` : spaced(part),
  )
  return written.join('').trim() as MarkdownText
}

/** What was trimmed away stands beside code. */
function spaced(part: string): string {
  return `${/^\s/.test(part) ? ' ' : ''}${forMarkdown(part)}${/\S\s+$/.test(part) ? ' ' : ''}`
}

/** A link to a page that GitHub named; to anything but the web it leads nowhere. */
export function linkMarkdown(words: string, address: string): MarkdownText {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return forMarkdown(words)
  return `<a href="${forHtml(url.href)}">${forMarkdown(words)}</a>` as MarkdownText
}

/** Several lines, as they are. In `<pre>` nothing is markup but `<` and `&`, which are encoded; nobody is mentioned. */
export function quoteMarkdown(text: string): MarkdownText {
  return `<pre>\n${forHtml(text).replaceAll('@', '&#64;')}\n</pre>` as MarkdownText
}

/** What can be unfolded below a line of ours. */
export function foldMarkdown(words: string, content: MarkdownText): MarkdownText {
  return `<details><summary>${forMarkdown(words)}</summary>\n\n${content}\n\n</details>` as MarkdownText
}

export function joinLines(lines: MarkdownText[], separator: MarkdownText = markdown`\n`): MarkdownText {
  return lines.join(separator) as MarkdownText
}

/** Blocks with a blank line between them, whole ones only; says so where some had to be left out. */
export function joinMarkdown(blocks: MarkdownText[], limitBytes: number = summaryBytes): MarkdownText {
  const omitted = 'The rest was too long to be shown here.'
  let room = limitBytes - Buffer.byteLength(omitted) - 2
  const kept = blocks.map((block) => `${block}\n\n`)
  const cut = kept.findIndex((block) => {
    room -= Buffer.byteLength(block)
    return room < 0
  })
  return (cut < 0 ? kept.join('') : `${kept.slice(0, cut).join('')}${omitted}\n\n`) as MarkdownText
}
