import { element, fragment, type Html, prose } from './html.ts'
import type { Phrase } from './staff-words.ts'

/** A phrase in both languages, of which the style sheet shows the one of the page. */
export function say([english, chinese]: Phrase, where: 'html' | 'svg' = 'html'): Html {
  if (english === chinese) return prose(english)
  const name = where === 'svg' ? 'tspan' : 'span'
  return fragment(element(name, { lang: 'en' }, prose(english)), element(name, { lang: 'zh-CN' }, prose(chinese)))
}

/** For an element that may hold nothing but text: the page's script puts the other language there. */
export function bothTexts([english, chinese]: Phrase): { 'data-en': string; 'data-zh': string } {
  return { 'data-en': english, 'data-zh': chinese }
}
