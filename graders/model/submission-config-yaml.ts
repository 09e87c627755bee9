import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'

export type KeyPath = readonly (string | number)[]

/** A YAML file as plain values, with the way back to its lines. */
export interface YamlSource {
  file: string
  value: unknown
  /** 1-based line of a value; of its nearest parent when it is not written. */
  lineOf(path: KeyPath): number
  /** 1-based line of a key. */
  lineOfKey(parent: KeyPath, key: string): number
}

export type ReadYaml = { ok: true; source: YamlSource } | { ok: false; line: number; problem: string }

export function readYaml(text: string, file: string): ReadYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: false })
  const lineAt = (offset: number | undefined) => Math.max(1, lines.linePos(offset ?? 0).line)
  const [error] = document.errors
  if (error !== undefined) {
    const problem = error.code === 'RESOURCE_EXHAUSTION' ? 'it is nested too deeply' : error.message
    return { ok: false, line: lineAt(error.pos[0]), problem: problem.slice(0, 200) }
  }
  try {
    // Aliases could make a small file huge, and nothing here needs them.
    const value: unknown = document.toJS({ maxAliasCount: 0 })
    return { ok: true, source: { file, value, ...positionsIn(document, lineAt) } }
  } catch {
    return { ok: false, line: 1, problem: 'aliases (`*name`) are not read here; write the value itself' }
  }
}

function positionsIn(document: Document, lineAt: (offset: number | undefined) => number) {
  function nodeAt(path: KeyPath): unknown {
    return path.length === 0 ? document.contents : document.getIn(path, true)
  }
  return {
    lineOf(path: KeyPath): number {
      for (let length = path.length; length >= 0; length--) {
        const node = nodeAt(path.slice(0, length))
        if (isNode(node) && node.range) return lineAt(node.range[0])
      }
      return 1
    },
    lineOfKey(parent: KeyPath, key: string): number {
      const map = nodeAt(parent)
      if (!isMap(map)) return 1
      const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      return isScalar(pair?.key) ? lineAt(pair.key.range?.[0]) : 1
    },
  }
}
