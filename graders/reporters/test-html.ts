import { type DefaultTreeAdapterMap, parse } from 'parse5'
import { expect } from 'vitest'

/** Test support: what a browser makes of a page. */

export type Node = DefaultTreeAdapterMap['node']
export type Element = DefaultTreeAdapterMap['element']

/** All elements, in their order; there is nothing that a browser would have to put right. */
export function elementsOf(html: string): Element[] {
  const complaints: string[] = []
  const document = parse(html, { onParseError: ({ code }) => complaints.push(code) })
  expect(complaints).toEqual([])
  const collect = (node: Node): Element[] => [
    ...('tagName' in node ? [node] : []),
    ...('childNodes' in node ? node.childNodes.flatMap(collect) : []),
  ]
  return collect(document)
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value
}
