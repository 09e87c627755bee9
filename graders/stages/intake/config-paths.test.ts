import { expect, test } from 'vitest'
import { type Files, withIntake } from './test-submission.ts'

async function faultOf(files: Files) {
  return withIntake(files, (intake) => {
    if (intake.ok) throw new Error(`accepted ${JSON.stringify(intake.submission.config)}`)
    return intake.fault
  })
}

test('reads cgrade.yml, and puts real paths in place of links', async () => {
  const files = {
    'cgrade.yml': 'httpserver: {dockerfile: ./latest, context: docker/..}',
    'docker/Dockerfile': '',
    latest: { to: 'docker/Dockerfile' },
  }
  const config = await withIntake(files, (intake) => intake.ok && intake.submission.config)
  expect(config).toEqual({ httpserver: { dockerfile: 'docker/Dockerfile', context: '.' } })
})

test('a section without keys is as good as none', async () => {
  const config = await withIntake({ 'cgrade.yaml': 'httpserver:\n' }, (intake) => intake.ok && intake.submission.config)
  expect(config).toEqual({})
})

test.each([
  ['httpserver: {dockerfile: http/Dockerfle}', 'which does not exist; did you mean `http/Dockerfile`?'],
  ['httpserver: {dockerfile: Dockerfile}', 'which does not exist; did you mean `http/Dockerfile`?'],
  ['httpserver: {dockerfile: http\\Dockerfile}', 'which does not exist; did you mean `http/Dockerfile`?'],
  ['httpserver: {dockerfile: http}', 'which is a folder, but a file is expected'],
  ['httpserver: {context: http/Dockerfile}', 'which is a file, but a folder is expected'],
  ['httpserver: {context: /srv}', 'must be relative'],
  ['httpserver: {context: ../bob}', 'leads out'],
  ['httpserver: {context: htpt}', 'did you mean `http`?'],
  ['memory: {source: zzz}', 'which does not exist.'],
])('refuses paths that cannot be: %s', async (text, sentence) => {
  const fault = await faultOf({ 'http/Dockerfile': '', 'cgrade.yml': text })
  expect(fault).toMatchObject({ reason: 'intake.bad-config', location: { file: 'cgrade.yml', line: 1 } })
  expect(fault.message).toContain(sentence)
})

test.each<[string, Files, string]>([
  ['too long', { 'cgrade.yml': `#${'x'.repeat(64 * 1024)}` }, 'more than the 65536'],
  ['not UTF-8', { 'cgrade.yml': Buffer.from([0xff, 0xfe]) }, 'not UTF-8'],
  ['a folder', { 'cgrade.yml/x': '' }, 'is a directory'],
  ['a link', { 'cgrade.yml': { to: 'x' }, x: '' }, 'is a link'],
  ['there twice', { 'cgrade.yml': '', 'cgrade.yaml': '' }, 'only one can count'],
])('refuses a cgrade.yml that is %s', async (_, files, sentence) => {
  expect((await faultOf(files)).message).toContain(sentence)
})
