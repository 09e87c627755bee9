import type { Submission } from '../../model/submission.ts'
import { isForeign, readSnapshotText } from '../intake/snapshot-text.ts'
import { looksLikeFile } from './route-patterns.ts'

const maxFiles = 40
const maxBytes = 64 * 1024
const maxLineLength = 500

const prose = /(?:^|\/)(?:readme[^/]*|makefile|[^/]*\.(?:md|txt|sh|mk|http|rest))$/i
const settings = /\.(?:ini|conf|cfg|ya?ml|json|toml|env|properties)$|(?:^|\/)\.env$/i

/**
 * Paths that the source does not name: those that the README or a script asks for (`curl localhost:8080/headers`), and values
 * of configuration files that are nothing but a path.
 */
export function findToldRoutes(submission: Submission): string[] {
  const files = submission.entries.filter(
    (entry) =>
      entry.kind === 'file' &&
      entry.bytes > 0 &&
      !isForeign(entry.path) &&
      (prose.test(entry.path) || settings.test(entry.path)),
  )
  const found = files.slice(0, maxFiles).flatMap(({ path }) => {
    const lines = readSnapshotText(submission, path, maxBytes).split('\n')
    const short = lines.filter((line) => line.length <= maxLineLength)
    return short.flatMap((line) => (prose.test(path) ? askedPaths(line) : settingPath(line)))
  })
  return [...new Set(found.filter((path) => path.length > 1 && !looksLikeFile(path)))].slice(0, 8)
}

function askedPaths(line: string): string[] {
  const addresses = line.matchAll(
    /(?:localhost|\b\d{1,3}(?:\.\d{1,3}){3}|<[a-z_ -]{1,20}>|\$\{?\w{1,20}\}?)(?::[\w<>$]{1,12})?(\/[\w./~-]{1,100})/gi,
  )
  return [...addresses].flatMap(([, path]) => (path === undefined ? [] : [path.replace(/[.]+$/, '')]))
}

function settingPath(line: string): string[] {
  const path = /^[\s{"'-]*[\w.-]{1,60}["']?\s*[=:]\s*["']?(\/[\w./-]{1,100})["']?\s*,?\s*$/.exec(line)?.[1]
  return path === undefined ? [] : [path]
}
