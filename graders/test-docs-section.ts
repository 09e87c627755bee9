import { readFile, rename, writeFile } from 'node:fs/promises'

/** Test support: the parts of the docs that tests write, each between two comments of its own. */
export interface DocsSection {
  file: string
  begin: string
  end: string
}

/** What stands between the comments. Throws where they are missing. */
export async function readSection(section: DocsSection): Promise<string> {
  return (await splitAt(section)).within
}

export async function writeSection(section: DocsSection, text: string): Promise<void> {
  const { before, after } = await splitAt(section)
  const { file, begin, end } = section
  await writeFile(`${file}.new`, `${before}${begin}\n\n${text.trim()}\n\n${end}${after}`)
  await rename(`${file}.new`, file)
}

async function splitAt({ file, begin, end }: DocsSection) {
  const [before = '', rest] = (await readFile(file, 'utf8')).split(begin)
  const [within = '', after] = rest?.split(end) ?? []
  if (after === undefined) throw new Error(`${file} has no place for it: expected ${begin} and ${end}`)
  return { before, within, after }
}
