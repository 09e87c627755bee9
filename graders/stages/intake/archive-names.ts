/** What is read, the longest ending first. */
const readEndings = ['.tar.gz', '.tar.xz', '.tar.zst', '.tgz', '.txz', '.tzst', '.tar', '.zip']
const otherEndings = ['.tar.bz2', '.tbz2', '.rar', '.7z', '.gz', '.xz', '.zst', '.bz2']

/** The kinds for a sentence. */
export const readableArchives = '`.zip`, `.tar`, `.tar.gz` (`.tgz`), `.tar.xz` or `.tar.zst`'

/** `alice.tar.gz` is of `alice`; undefined for a name that no archive has which is read here. */
export function archiveStem(name: string): string | undefined {
  const ending = endingOf(name, readEndings)
  const stem = ending === undefined ? '' : name.slice(0, -ending.length)
  return stem === '' ? undefined : stem
}

/** An archive by its name, but of a kind that is not read here. */
export function isOtherArchive(name: string): boolean {
  return archiveStem(name) === undefined && endingOf(name, otherEndings) !== undefined
}

function endingOf(name: string, endings: string[]): string | undefined {
  const lower = name.toLowerCase()
  return endings.find((ending) => lower.endsWith(ending))
}
