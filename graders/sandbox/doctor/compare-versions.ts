/** A version as programs, packages and kernels spell it: `1.4.0-rc.3`, `20.10.24+dfsg1`, `1:2.39.5-0+deb12u3`, `6.1.0-18-amd64`. */
export interface Version {
  numbers: number[]
  /** `alpha`, `beta` or `rc` and its number; undefined for a release. */
  before: { stage: number; number: number } | undefined
  /** Whose package it is, when the spelling says so: fixes may be in it without a new upstream version. */
  distribution: 'Debian' | 'Ubuntu' | 'Red Hat' | 'another distribution' | undefined
}

const stages = ['alpha', 'beta', 'rc']
const spelling = /^(?:\d+:)?v?(\d{1,9}(?:\.\d{1,9}){0,5})(?:[-~.]?(alpha|beta|rc)[-.]?(\d{1,9})?)?(?![a-z\d])(.*)$/is

/** Undefined where the text does not begin as a version does. */
export function parseVersion(text: string): Version | undefined {
  const [, numbers, stage, number, rest = ''] = spelling.exec(text.trim().slice(0, 200)) ?? []
  if (numbers === undefined) return undefined
  return {
    numbers: numbers.split('.').map(Number),
    before:
      stage === undefined ? undefined : { stage: stages.indexOf(stage.toLowerCase()), number: Number(number ?? 0) },
    distribution: distributionOf(rest),
  }
}

function distributionOf(rest: string): Version['distribution'] {
  if (/ubuntu|-generic\b/i.test(rest)) return 'Ubuntu'
  if (/\bdebian|\+deb\d|[+~]d(s|fsg)\d*|-\d+-(amd64|arm64|cloud)\b/i.test(rest)) return 'Debian'
  if (/\.el\d|\.fc\d|rhaos/i.test(rest)) return 'Red Hat'
  return /amzn|azure|-gke|suse|\.cm\d|-r\d+$/i.test(rest) ? 'another distribution' : undefined
}

/** Below zero: `a` came out before `b`. A pre-release comes before its release. */
export function compareVersions(a: Version, b: Version): number {
  for (let place = 0; place < Math.max(a.numbers.length, b.numbers.length); place += 1) {
    const difference = (a.numbers[place] ?? 0) - (b.numbers[place] ?? 0)
    if (difference !== 0) return difference
  }
  const release = { stage: stages.length, number: 0 }
  const [left, right] = [a.before ?? release, b.before ?? release]
  return left.stage - right.stage || left.number - right.number
}

/**
 * Whether a version is at or past the fix of its own release line, or past all lines that were fixed. `linePlaces`: 2 where
 * each `1.2.x` is a line of its own, 1 where each major version is.
 */
export function isFixedIn(version: Version, fixes: string[], linePlaces: 1 | 2): boolean {
  const parsed = fixes.flatMap((fix) => parseVersion(fix) ?? []).sort(compareVersions)
  const lineOf = ({ numbers }: Version) =>
    Array.from({ length: linePlaces }, (_, place) => numbers[place] ?? 0).join('.')
  const ownLine = parsed.find((fix) => lineOf(fix) === lineOf(version)) ?? parsed.at(-1)
  return ownLine !== undefined && compareVersions(version, ownLine) >= 0
}
