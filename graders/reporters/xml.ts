import { forXml, forXmlAttribute } from './escape.ts'

/** Markup that is ready to be written; only this file makes it, so nothing gets in unescaped. */
export type Xml = { markup: string }

export function xmlText(text: string): Xml {
  return { markup: forXml(text) }
}

export function xmlElement(
  name: string,
  attributes: Record<string, string | number | undefined>,
  children: Xml[] = [],
): Xml {
  const start = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${forXmlAttribute(String(value))}"`)
    .join('')
  const content = children.map((child) => child.markup).join('')
  return { markup: content === '' ? `<${name}${start}/>` : `<${name}${start}>${content}</${name}>` }
}

/** Children on lines of their own, for elements that hold elements only. */
export function xmlBlock(name: string, attributes: Record<string, string | number | undefined>, children: Xml[]): Xml {
  const lines = children.map((child) => ({ markup: `\n${child.markup}` }))
  return xmlElement(name, attributes, children.length === 0 ? [] : [...lines, { markup: '\n' }])
}

export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.markup}\n`
}
