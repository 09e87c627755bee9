/** One JSON document on one line, for readers that take U+2028 and its like for the end of a line, too. */
export function jsonLine(value: unknown): string {
  const line = JSON.stringify(value).replace(
    /[\u{7F}-\u{9F}\u{2028}\u{2029}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${line}\n`
}
