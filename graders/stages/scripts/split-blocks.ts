/**
 * Exercise 3.3 as one file has two blocks, each with `chroot` at its end: the one that builds a jail and the one that
 * unpacks an image. Taken apart, each is judged by itself. `undefined`: it is not made like that.
 */
export function takeBlock(text: string, kind: 'jail' | 'image'): { text: string; firstLine: number } | undefined {
  const lines = text.split('\n')
  if (lines.some((line) => line.length > 2_000 || /^\s*(?:function\b|[\w-]+\s*\(\))/.test(line))) return undefined
  const blocks = blocksOf(lines)
  const kinds = blocks.map(kindOf)
  if (kinds.includes('both') || !kinds.includes('jail') || !kinds.includes('image')) return undefined
  const at = kinds.indexOf(kind)
  const wanted = blocks.flatMap((block, index) => {
    if (kinds[index] === kind || (kinds[index] === 'neither' && index > at && kinds[index - 1] === kind)) return block
    return index < at ? block.filter((line) => isKept(line)) : []
  })
  const firstLine = 1 + blocks.slice(0, at).flat().length
  return { text: `${wanted.join('\n').trimEnd()}\n`, firstLine }
}

/** A line that enters another root ends a block, where it stands on the top level. */
function blocksOf(lines: string[]): string[][] {
  const blocks: string[][] = [[]]
  let depth = 0
  for (const line of lines) {
    blocks.at(-1)?.push(line)
    depth += depthChange(line)
    if (depth === 0 && /^(?:sudo\s+)?(?:\/\S*\/)?chroot\s+\S/.test(line)) blocks.push([])
  }
  return blocks.filter((block) => block.some((line) => line.trim() !== ''))
}

function depthChange(line: string): number {
  const count = (pattern: RegExp) => line.match(pattern)?.length ?? 0
  const code = line.replace(/(?:^|\s)#[\s\S]*$/, '')
  if (code.trim() === '') return 0
  return (
    count(/(?:^|[;&|])\s*(?:for|while|until|if|case|\{)\s/g) - count(/(?:^|[;&|])\s*(?:done|fi|esac|\})(?=[\s;&|)]|$)/g)
  )
}

function kindOf(block: string[]): 'jail' | 'image' | 'both' | 'neither' {
  const text = block.filter((line) => !/^\s*#/.test(line)).join('\n')
  const jail = /\bldd\b|\bcp\b[^\n]{0,1000}\bbash\b/.test(text)
  const image = /\b(?:docker|podman|nerdctl|ctr|skopeo)\b/.test(text)
  return jail && image ? 'both' : jail ? 'jail' : image ? 'image' : 'neither'
}

/** What a later block may count on: the shell, its options, plain values. */
function isKept(line: string): boolean {
  return /^(?:#!|set\s|(?:export\s+|readonly\s+)?[A-Za-z_]\w*=[^`(]*$)/.test(line)
}
