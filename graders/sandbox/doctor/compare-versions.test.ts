import { describe, expect, test } from 'vitest'
import { compareVersions, isFixedIn, parseVersion } from './compare-versions.ts'

function order(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)]
  if (left === undefined || right === undefined) throw new Error('not a version')
  return Math.sign(compareVersions(left, right))
}

function fixed(version: string, fixes: string[], places: 1 | 2 = 2): boolean {
  const parsed = parseVersion(version)
  if (parsed === undefined) throw new Error('not a version')
  return isFixedIn(parsed, fixes, places)
}

describe('versions', () => {
  test.each([
    ['1.0.0-rc94', '1.0.0-rc95', -1],
    ['1.0.0-rc9', '1.0.0-rc95', -1],
    ['1.0.0~rc93+ds1', '1.0.0-rc95', -1],
    ['1.0.0-rc95', '1.0.0', -1],
    ['1.4.0-rc.2', '1.4.0-rc.3', -1],
    ['1.4.0-beta.9', '1.4.0-rc.1', -1],
    ['1.6.20~ds1', '1.6.20', 0],
    ['20.10.24+dfsg1', '20.10.24', 0],
    ['v1.1.12-0-g51d5e946', '1.1.12', 0],
    ['1:2.39.5-0+deb12u3', '2.39.5', 0],
    ['1.10.0', '1.9.9', 1],
    ['5.15.153.1-microsoft-standard-WSL2', '5.15.153', 1],
    ['6.8', '6.8.0', 0],
    ['18.09.1', '18.9.1', 0],
  ])('%s against %s', (a, b, expected) => {
    expect(order(a, b)).toBe(expected)
    expect(order(b, a)).toBe(expected === 0 ? 0 : -expected)
  })

  test.each([
    ['20.10.24+dfsg1', 'Debian'],
    ['1.1.5+ds1-1+deb12u1', 'Debian'],
    ['1.6.20~ds1', 'Debian'],
    ['6.1.0-18-amd64', 'Debian'],
    ['5.15.0-91-generic', 'Ubuntu'],
    ['20.10.25-0ubuntu1~22.04.2', 'Ubuntu'],
    ['5.14.0-427.13.1.el9_4.x86_64', 'Red Hat'],
    ['6.18.44-fc-v669', undefined],
    ['6.6.31-linuxkit', undefined],
    ['26.1.3', undefined],
  ])('%s is packaged by %s', (text, distribution) => {
    expect(parseVersion(text)?.distribution).toBe(distribution)
  })

  test.each(['', 'unknown', 'commit: 5d6db84', '<script>', '.1'])('%j is no version', (text) => {
    expect(parseVersion(text)).toBeUndefined()
  })

  test.each<[string, string[], 1 | 2, boolean]>([
    ['1.1.5', ['1.2.8', '1.3.3', '1.4.0-rc.3'], 2, false],
    ['1.2.7', ['1.2.8', '1.3.3', '1.4.0-rc.3'], 2, false],
    ['1.2.8', ['1.2.8', '1.3.3', '1.4.0-rc.3'], 2, true],
    ['1.3.2', ['1.2.8', '1.3.3', '1.4.0-rc.3'], 2, false],
    ['1.4.0-rc.2', ['1.2.8', '1.3.3', '1.4.0-rc.3'], 2, false],
    ['1.4.0', ['1.2.8', '1.3.3', '1.4.0-rc.3'], 2, true],
    ['1.5.1', ['1.2.8', '1.3.3', '1.4.0-rc.3'], 2, true],
    ['5.13.19', ['5.10.97', '5.15.20', '5.16.6', '5.17'], 2, false],
    ['6.24.0', ['6.23.0', '7.18.2'], 1, true],
    ['7.1.0', ['6.23.0', '7.18.2'], 1, false],
    ['8.12.4', ['6.23.0', '7.18.2'], 1, true],
  ])('%s, fixed in %j: %s places to a line, %s', (version, fixes, places, expected) => {
    expect(fixed(version, fixes, places)).toBe(expected)
  })

  test('a hostile version costs no time', () => {
    const began = performance.now()
    for (const text of ['1.'.repeat(100_000), `1${'-'.repeat(100_000)}`, `${'9'.repeat(100_000)}`]) parseVersion(text)
    expect(performance.now() - began).toBeLessThan(3_000)
  })
})
