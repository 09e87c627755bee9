import { createHash } from 'node:crypto'
import type { HtmlText } from '../model/encoded.ts'
import { documentOf, element, fragment, type Html, scriptElement, styleElement } from './html.ts'
import { pageStyle } from './html-style.ts'

/** What a page is besides its content; a page for a student has no script. */
export interface PageParts {
  style: string
  script?: string
}

/** One page for itself: it works from a disk, without a network, and tells nobody that it was read. */
export function renderPage(title: string, ...content: Html[]): HtmlText {
  return renderPageOf({ style: pageStyle }, title, ...content)
}

export function renderPageOf({ style, script }: PageParts, title: string, ...content: Html[]): HtmlText {
  return documentOf(
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { 'http-equiv': 'Content-Security-Policy', content: policyOf(style, script) }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('meta', { name: 'referrer', content: 'no-referrer' }),
      element('meta', { name: 'robots', content: 'noindex' }),
      element('title', {}, title),
      styleElement(style),
    ),
    element('body', {}, element('main', {}, ...content), script === undefined ? fragment() : scriptElement(script)),
  )
}

/** The browser itself refuses whatever is not this style sheet or this script: pictures, forms, other addresses. */
function policyOf(style: string, script: string | undefined): string {
  return [
    "default-src 'none'",
    `style-src '${digestOf(style)}'`,
    ...(script === undefined ? [] : [`script-src '${digestOf(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
