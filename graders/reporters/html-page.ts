import { createHash } from 'node:crypto'
import type { HtmlText } from '../model/encoded.ts'
import { documentOf, element, type Html, styleElement } from './html.ts'
import { pageStyle } from './html-style.ts'

/** The browser itself refuses whatever is not this style sheet: scripts, pictures, forms, other addresses. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** One page for itself: it works from a disk, without a network, and tells nobody that it was read. */
export function renderPage(title: string, ...content: Html[]): HtmlText {
  return documentOf(
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('meta', { name: 'referrer', content: 'no-referrer' }),
      element('meta', { name: 'robots', content: 'noindex' }),
      element('title', {}, title),
      styleElement(pageStyle),
    ),
    element('body', {}, element('main', {}, ...content)),
  )
}
