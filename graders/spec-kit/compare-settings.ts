import type { ImageSettings, OwnSettings } from '../model/observations.ts'

export interface SettingsDifference {
  what: 'entry point' | 'command' | 'environment' | 'port'
  expected: string
  actual: string
}

/**
 * What the Dockerfile sets, against an image of a registry. What the image has beside that may come from its base, which is another
 * one on another day, and is not held against it.
 */
export function compareSettings(
  own: OwnSettings,
  pushed: ImageSettings,
): { differences: SettingsDifference[]; startsSameProgram: boolean } {
  const differences: SettingsDifference[] = []
  const compare = (what: SettingsDifference['what'], isSame: boolean, expected: string, actual: string) => {
    if (!isSame) differences.push({ what, expected, actual })
  }
  if (own.entrypoint !== undefined) {
    const [expected, actual] = [own.entrypoint, pushed.entrypoint]
    compare(
      'entry point',
      sameWords(expected, actual),
      showWords('ENTRYPOINT', expected),
      showWords('ENTRYPOINT', actual),
    )
  }
  if (own.command !== undefined) {
    const [expected, actual] = [own.command, pushed.command]
    compare('command', sameWords(expected, actual), showWords('CMD', expected), showWords('CMD', actual))
  }
  const pushedEnv = new Map(pushed.env.map((one) => [one.split('=', 1)[0] ?? '', one]))
  for (const { name, value, fixed } of own.env) {
    const there = pushedEnv.get(name)
    const isSame = there !== undefined && (!fixed || there === `${name}=${value}`)
    compare('environment', isSame, `ENV ${name}=${value}`, there === undefined ? `${name} is not set` : `ENV ${there}`)
  }
  const pushedFolders = (pushedEnv.get('PATH') ?? '').slice('PATH='.length).split(':')
  for (const folder of own.pathFolders) {
    compare(
      'environment',
      pushedFolders.includes(folder),
      `${folder} in PATH`,
      pushedEnv.get('PATH') ?? 'PATH is not set',
    )
  }
  for (const port of own.ports) {
    const actual = pushed.ports.length === 0 ? 'no EXPOSE' : `EXPOSE ${pushed.ports.slice(0, 20).join(' ')}`
    compare('port', pushed.ports.includes(port), `EXPOSE ${port}`, actual)
  }
  return { differences, startsSameProgram: startsSameProgram(own, pushed) }
}

function sameWords(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((word, at) => word === others[at])
}

function showWords(keyword: string, words: readonly string[]): string {
  return words.length === 0 ? `no ${keyword}` : `${keyword} ${JSON.stringify(words)}`
}

const interpreters =
  /^(?:sh|bash|ash|dash|exec|env|sudo|go|run|python[\d.]*|node|java|tini|dumb-init|su-exec|gosu|nohup)$/

/** Some word of both names the same program, wherever it lies. */
function startsSameProgram(own: OwnSettings, pushed: ImageSettings): boolean {
  const started = programsIn([...(own.entrypoint ?? []), ...(own.command ?? [])])
  const others = programsIn([...pushed.entrypoint, ...pushed.command])
  return [...started].some((name) => others.has(name))
}

function programsIn(words: readonly string[]): Set<string> {
  const names = words.flatMap((word) => word.slice(0, 1000).split(/[\s;&|]+/)).map((word) => word.replace(/^.*\//, ''))
  return new Set(names.filter((name) => /^[A-Za-z_][\w.-]*$/.test(name) && !interpreters.test(name)))
}
