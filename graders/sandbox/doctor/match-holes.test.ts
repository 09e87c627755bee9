import { describe, expect, test } from 'vitest'
import { parseVersion } from './compare-versions.ts'
import { type ComponentName, knownHoles, linePlaces } from './known-holes.ts'
import { type Component, openHoles } from './match-holes.ts'

function found(name: ComponentName, version: string | undefined, closes?: string[]) {
  const changelog = closes && { distribution: 'Debian', version: 'as installed', closes }
  const component: Component = { name, version, changelog }
  return Object.fromEntries(openHoles(component).flatMap(({ ids, state }) => ids.map((id) => [id, state] as const)))
}

describe('H56: known holes', () => {
  test('of a current runtime: none', () => {
    expect(found('runc', '1.4.3')).toEqual({})
    expect(found('runc', '1.5.2')).toEqual({})
  })

  test('of an old runtime are open', () => {
    expect(found('runc', '1.1.11')).toMatchObject({ 'CVE-2024-21626': 'open', 'CVE-2025-31133': 'open' })
    expect(found('runc', '1.0.0-rc6')).toMatchObject({ 'CVE-2019-5736': 'open' })
  })

  test('that came later than the version are not in it', () => {
    expect(found('runc', '1.0.0-rc10')).not.toHaveProperty('CVE-2024-21626')
    expect(found('kernel', '4.19.300')).not.toHaveProperty('CVE-2022-0847')
    expect(found('containerd', '1.7.30')).toEqual({})
  })

  test('are closed by a distribution whose changelog names them, and by that alone', () => {
    const seen = found('runc', '1.1.5+ds1-1+deb12u1', ['CVE-2024-21626'])
    expect(seen).not.toHaveProperty('CVE-2024-21626')
    expect(seen).toMatchObject({ 'CVE-2025-31133': 'open', 'CVE-2025-52881': 'open' })
  })

  test('of a package may be closed where its changelog is not at hand', () => {
    expect(found('runc', '1.1.5+ds1-1+deb12u1')).toMatchObject({ 'CVE-2024-21626': 'may-be-closed' })
    expect(found('kernel', '5.14.0-427.13.1.el9_4.x86_64')).toMatchObject({ 'CVE-2024-1086': 'may-be-closed' })
    expect(found('runc', '1.1.11')).toMatchObject({ 'CVE-2024-21626': 'open' })
  })

  test('of an unknown version cannot be told', () => {
    expect(found('runc', undefined)).toMatchObject({ 'CVE-2024-21626': 'cannot-tell' })
    expect(found('runc', 'unknown')).toMatchObject({ 'CVE-2025-31133': 'cannot-tell' })
    expect(found('engine (BuildKit)', '29.6.0')).toEqual({
      'GHSA-7236-3392-c5c6': 'cannot-tell',
      'GHSA-hw3h-2gp9-cxpv': 'cannot-tell',
    })
  })

  test('are told with what they allow, where to read more, and fixes that are versions', () => {
    for (const hole of knownHoles) {
      expect(hole.source, hole.ids[0]).toMatch(/^https:\/\//)
      expect(hole.allows.length, hole.ids[0]).toBeGreaterThan(20)
      for (const id of hole.ids) expect(id).toMatch(/^(CVE-\d{4}-\d{4,}|GHSA(-[a-z\d]{4}){3})$/)
      for (const fix of [...hole.fixedIn, hole.since ?? '1']) expect(parseVersion(fix), fix).toBeDefined()
    }
    expect(Object.keys(linePlaces).filter((name) => !knownHoles.some(({ component }) => component === name))).toEqual(
      [],
    )
  })
})
