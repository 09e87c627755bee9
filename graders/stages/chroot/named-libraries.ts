import { posix } from 'node:path'
import type { ScriptBox } from '../../sandbox/script-box/script-box.ts'

const mostLibraries = 60
const libraryPath =
  /(?<![\w$}/.-])(\/(?:usr\/)?lib(?:64|32)?\/(?:[\w.+-]+\/){0,2})(?:([\w+-]+\.so[\w.]*)|\{([^{}\s]{1,400})\})/g

/** Libraries that a script names by their path, instead of asking `ldd`: as they are called on the student's own machine. */
export function namedLibraries(script: string): string[] {
  const found = new Set<string>()
  for (const line of script.split('\n')) {
    if (line.trimStart().startsWith('#')) continue
    for (const [, folder = '', name, list] of line.matchAll(libraryPath)) {
      for (const one of name === undefined ? (list ?? '').split(',') : [name]) {
        if (/^[\w+-]+\.so[\w.]*$/.test(one)) found.add(folder + one)
      }
    }
  }
  return [...found].slice(0, mostLibraries)
}

/** Debian keeps its libraries elsewhere than others: each is put where the script looks for it, in a box without scripts yet. */
const putWhereNamed = `for path; do
  [ -e "$path" ] && continue
  name=\${path##*/}
  for folder in /usr/lib/*-linux-gnu* /usr/lib64 /usr/lib; do
    if [ -e "$folder/$name" ]; then
      mkdir -p "\${path%/*}" && cp -L "$folder/$name" "$path" && continue 2
    fi
  done
  echo "$path"
done`

/** Those that Debian does not have by that name. */
export async function provideLibraries(box: ScriptBox, paths: string[]): Promise<string[]> {
  if (paths.length === 0) return []
  const { output } = await box.run(['sh', '-c', putWhereNamed, 'sh', ...paths], { timeoutMs: 15_000 })
  const missing = new Set(output.split('\n'))
  return paths.filter((path) => missing.has(path))
}

/** Folders in which the loader of the student's own system looks, and Debian's does not. */
export function foreignFolders(paths: string[]): string[] {
  const folders = paths
    .filter((path) => !posix.basename(path).startsWith('ld-'))
    .map((path) => posix.dirname(path))
    .filter((folder) => folder.endsWith('/lib64'))
  return [...new Set(folders)]
}
