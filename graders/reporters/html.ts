import type { FileName, HtmlText } from '../model/encoded.ts'
import { forHtml, maxChars } from './escape.ts'

/** Markup that is ready to be written: a child that is only a string is text, and is encoded. */
export interface Html {
  markup: HtmlText
}

/** What a page of ours is made of: nothing that loads or leads out of its folder can be written at all. */
type Name = 'html' | 'head' | 'meta' | 'title' | 'body' | 'main' | 'header' | 'section' | 'div' | 'ul' | 'li' | Inner
type Inner = 'h1' | 'h2' | 'h3' | 'p' | 'a' | 'span' | 'strong' | 'code' | 'pre' | 'dl' | 'dt' | 'dd' | Other
type Other = 'figure' | 'figcaption' | 'details' | 'summary' | 'nav' | 'ol' | Figure | Table | Control
type Figure = 'svg' | 'path' | 'text' | 'tspan' | 'rect' | 'defs' | 'pattern' | 'g' | 'title'
type Table = 'table' | 'caption' | 'thead' | 'tbody' | 'tr' | 'th' | 'td'
type Control = 'label' | 'input' | 'select' | 'option' | 'button'
type AttributeName = 'lang' | 'charset' | 'http-equiv' | 'content' | 'name' | 'class' | 'id' | 'dir' | More
type More = Spoken | Drawn | 'scope' | 'tabindex' | 'type' | 'value' | 'for' | 'autocomplete' | `data-${string}`
type Spoken = 'aria-hidden' | 'aria-label' | 'aria-labelledby' | 'aria-describedby' | 'aria-sort' | 'aria-live' | 'role'
type Drawn =
  | 'viewBox'
  | 'preserveAspectRatio'
  | 'width'
  | 'height'
  | 'x'
  | 'y'
  | 'd'
  | 'text-anchor'
  | 'transform'
  | 'patternUnits'
type Attributes = { [name in AttributeName]?: string | number | undefined } & { href?: `#${string}` | FileName }
type Children = (Html | string | undefined)[]

const withoutEnd = new Set(['meta', 'br', 'hr', 'input'])

export function element(name: Name, attributes: Attributes, ...children: Children): Html {
  const start = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${forHtml(String(value))}"`)
    .join('')
  const end = withoutEnd.has(name) ? '' : `${children.map(write).join('')}</${name}>`
  return { markup: `<${name}${start}>${end}` as HtmlText }
}

export function fragment(...children: Children): Html {
  return { markup: children.map(write).join('') as HtmlText }
}

/** A sentence, in which words between backticks are code. */
export function prose(text: string): Html {
  const parts = text.slice(0, maxChars).split(/(`[^`\n]+`)/)
  return fragment(...parts.map((part) => (/^`[^`\n]+`$/.test(part) ? element('code', {}, part.slice(1, -1)) : part)))
}

/** A style sheet of ours: the browser takes it as it is, so it must never hold a word of a submission. */
export function styleElement(css: string): Html {
  if (css.includes('<')) throw new Error('a style sheet with `<` could end before its end')
  return { markup: `<style>${css}</style>` as HtmlText }
}

/** A script of ours: it reads what the page holds, and no word of a submission is ever part of it. */
export function scriptElement(script: string): Html {
  if (/<[!/]|<script/i.test(script))
    throw new Error('a script with `<!`, `</` or `<script` could end where it should not')
  return { markup: `<script>${script}</script>` as HtmlText }
}

export function documentOf(...children: Children): HtmlText {
  return `<!doctype html>\n${element('html', { lang: 'en' }, ...children).markup}\n` as HtmlText
}

function write(child: Html | string | undefined): string {
  return child === undefined ? '' : typeof child === 'string' ? forHtml(child) : child.markup
}
