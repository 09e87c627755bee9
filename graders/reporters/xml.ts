import type { XmlText } from '../model/encoded.ts'
import { forXml, forXmlAttribute } from './escape.ts'

type Name = 'testsuites' | 'testsuite' | 'testcase' | Verdict | 'properties' | 'property' | 'system-out'
type Verdict = 'failure' | 'error' | 'skipped'
type AttributeName = 'name' | 'classname' | 'time' | 'timestamp' | 'tests' | 'failures' | 'errors' | 'skipped' | Other
type Other = 'message' | 'type' | 'value' | 'file' | 'line'
/** Values of any origin: they are encoded here. */
type Attributes = { [name in AttributeName]?: string | number | undefined }

export function xmlText(text: string): XmlText {
  return forXml(text)
}

export function xmlElement(name: Name, attributes: Attributes, children: XmlText[] = []): XmlText {
  const start = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${forXmlAttribute(String(value))}"`)
    .join('')
  const content = children.join('')
  return (content === '' ? `<${name}${start}/>` : `<${name}${start}>${content}</${name}>`) as XmlText
}

/** Children on lines of their own, for elements that hold elements only. */
export function xmlBlock(name: Name, attributes: Attributes, children: XmlText[]): XmlText {
  const lines = children.map((child) => `\n${child}`)
  return xmlElement(name, attributes, (children.length === 0 ? [] : [...lines, '\n']) as XmlText[])
}

/** A document whose root holds elements only, each on lines of its own, in parts. */
export function* xmlDocumentParts(name: Name, attributes: Attributes, children: Iterable<XmlText>): Iterable<XmlText> {
  const empty = xmlElement(name, attributes)
  yield `<?xml version="1.0" encoding="UTF-8"?>\n` as XmlText
  let isEmpty = true
  for (const child of children) {
    yield `${isEmpty ? empty.replace(/\/>$/, '>') : ''}\n${child}` as XmlText
    isEmpty = false
  }
  yield `${isEmpty ? empty : `\n</${name}>`}\n` as XmlText
}
