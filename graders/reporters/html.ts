import { forHtml } from './escape.ts'

/** Markup that is ready to be written; only this file makes it, so nothing gets in unescaped. */
export type Html = { markup: string }

type Attributes = Record<string, string | number | undefined>
type Children = (Html | string | undefined)[]

const withoutEnd = new Set(['meta', 'br', 'hr'])

export function element(name: string, attributes: Attributes, ...children: Children): Html {
  const start = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${forHtml(String(value))}"`)
    .join('')
  const end = withoutEnd.has(name) ? '' : `${children.map(write).join('')}</${name}>`
  return { markup: `<${name}${start}>${end}` }
}

export function fragment(...children: Children): Html {
  return { markup: children.map(write).join('') }
}

/** A sentence, in which words between backticks are code. */
export function prose(text: string): Html {
  const parts = text.split(/(`[^`\n]+`)/)
  return fragment(...parts.map((part) => (/^`[^`\n]+`$/.test(part) ? element('code', {}, part.slice(1, -1)) : part)))
}

/** A style sheet of ours: the browser takes it as it is, so it must never hold a word of a submission. */
export function styleElement(css: string): Html {
  if (css.includes('<')) throw new Error('a style sheet with `<` could end before its end')
  return { markup: `<style>${css}</style>` }
}

export function documentOf(...children: Children): string {
  return `<!doctype html>\n${element('html', { lang: 'en' }, ...children).markup}\n`
}

function write(child: Html | string | undefined): string {
  return child === undefined ? '' : typeof child === 'string' ? forHtml(child) : child.markup
}
