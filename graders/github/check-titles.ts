/** `check('<id>', '<title>'`, as every spec begins a check. */
const declaration = /\bcheck\(\s*(['"`])([a-z0-9.-]+)\1\s*,\s*(['"`])((?:\\.|(?!\3)[^\\\n])*)\3/g

/**
 * Titles of checks by id, read from the text of spec files of ours; nothing is run. A title that is computed is not found,
 * and its check is called by its id.
 */
export function readCheckTitles(specTexts: string[]): Map<string, string> {
  const titles = new Map<string, string>()
  for (const text of specTexts) {
    for (const [, , id = '', , title = ''] of text.matchAll(declaration)) titles.set(id, title.replace(/\\(.)/g, '$1'))
  }
  return titles
}
