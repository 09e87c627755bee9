import { expect, test } from 'vitest'
import type { ImageSettings, OwnSettings, RegistrySight } from '../model/observations.ts'
import { judgePushed } from './judge-registry.ts'

const own: OwnSettings = {
  entrypoint: ['/httpserver'],
  command: [],
  env: [
    { name: 'MODE', value: 'release', fixed: true },
    { name: 'VERSION', value: 'v2', fixed: false },
  ],
  pathFolders: ['/app'],
  ports: ['80/tcp'],
}
const settings: ImageSettings = {
  entrypoint: ['/httpserver'],
  command: [],
  env: ['PATH=/usr/local/bin:/app:/bin', 'VERSION=v1', 'MODE=release', 'GOLANG_VERSION=1.17'],
  ports: ['80/tcp', '9090/tcp'],
}

function judge(seen: RegistrySight, mine: OwnSettings = own) {
  const location = { file: 'README.md', line: 3 }
  return judgePushed({ name: 'alice/web:v1', location, namedBy: 'push', platform: 'linux/amd64', seen, own: mine })
}

function judgeImage(changed: Partial<ImageSettings>) {
  return judge({ found: 'image', digest: 'sha256:1', settings: { ...settings, ...changed } })
}

test('an image of another base, of another release, and with more in it, is the same', () => {
  expect(judgeImage({})).toMatchObject({ outcome: 'passed', credit: 1, location: { file: 'README.md', line: 3 } })
})

test.each<[string, Partial<ImageSettings>, string]>([
  ['environment', { env: ['PATH=/app', 'VERSION=v1', 'MODE=debug'] }, 'ENV MODE=debug'],
  ['environment', { env: ['PATH=/app', 'MODE=release'] }, 'VERSION is not set'],
  ['environment', { env: ['PATH=/bin', 'VERSION=v1', 'MODE=release'] }, 'PATH=/bin'],
  ['port', { ports: ['8080/tcp'] }, 'EXPOSE 8080/tcp'],
  ['port', { ports: [] }, 'no EXPOSE'],
  ['entry point', { entrypoint: ['/app/httpserver'] }, 'ENTRYPOINT ["/app/httpserver"]'],
  ['entry point and command', { entrypoint: [], command: ['./httpserver'] }, 'no ENTRYPOINT\nCMD ["./httpserver"]'],
  ['entry point', { entrypoint: ['/bin/sh', '-c', 'exec /httpserver'] }, '"exec /httpserver"'],
])('where the %s differs, half', (what, changed, actual) => {
  const verdict = judgeImage(changed)
  expect(verdict).toMatchObject({ outcome: 'partial', credit: 0.5, reason: 'registry.other-config' })
  expect(verdict.message).toContain(what)
  expect(verdict.actual).toContain(actual)
})

test.each<Partial<ImageSettings>>([
  { entrypoint: ['/docker-entrypoint.sh'], command: ['nginx', '-g', 'daemon off;'] },
  { entrypoint: [], command: ['sh'] },
  { entrypoint: [], command: [] },
])('another program is another image, whatever port it has: %j', (changed) => {
  expect(judgeImage(changed)).toMatchObject({ outcome: 'failed', credit: 0, reason: 'registry.other-image' })
})

test.each<[RegistrySight, string]>([
  [{ found: 'nothing', answer: 'HTTP 404', tags: ['v2'] }, 'registry.not-found'],
  [{ found: 'other-platform', platforms: ['linux/arm64'] }, 'registry.other-platform'],
  [{ found: 'no-image', problem: 'it is a chart' }, 'registry.no-image'],
])('%j fails with what to do', (seen, reason) => {
  const verdict = judge(seen)
  expect(verdict).toMatchObject({ outcome: 'failed', credit: 0, reason, location: { file: 'README.md' } })
  for (const field of ['hint', 'expected', 'actual', 'reproduce'] as const) expect(verdict[field]).toBeTruthy()
})
