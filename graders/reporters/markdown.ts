import type { MarkdownText } from '../model/encoded.ts'
import { forHtml, linesOf, showUnseen } from './escape.ts'

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

/** Several lines, as they are. In `<pre>` nothing is markup but `<` and `&`, which are encoded. */
export function quoteMarkdown(text: string): MarkdownText {
  return `<pre>\n${forHtml(text)}\n</pre>` as MarkdownText
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
