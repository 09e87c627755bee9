import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readChangelog } from './debian-changelog.ts'

const changelog = `runc (1.1.5+ds1-1+deb12u1) bookworm-security; urgency=high

  * CVE-2024-21626: several container breakouts due to internally leaked fds

 -- Somebody <somebody@example.org>  Fri, 02 Feb 2024 12:00:00 +0000

runc (1.1.5+ds1-1) unstable; urgency=medium

  * New upstream version 1.1.5
    + CVE-2023-25809: rootless: ...
    + CVE-2024-21626 once more
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-changelog-'))
  await mkdir(join(folder, 'runc'))
  await writeFile(join(folder, 'runc/changelog.Debian.gz'), gzipSync(changelog))
  await mkdir(join(folder, 'broken'))
  await writeFile(join(folder, 'broken/changelog.Debian.gz'), 'no gzip at all')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the changelog of a Debian package', () => {
  test('names the holes that are closed', async () => {
    expect(await readChangelog('runc', '1.1.5+ds1', folder)).toEqual({
      distribution: 'Debian',
      version: '1.1.5+ds1-1+deb12u1',
      closes: ['CVE-2024-21626', 'CVE-2023-25809'],
    })
  })

  test.each(['1.1.12', '1.1', '1.1.5+ds1-2'])('says nothing of %s, which is another version', async (running) => {
    expect(await readChangelog('runc', running, folder)).toBeUndefined()
  })

  test.each(['broken', 'missing'])('that is %s says nothing', async (name) => {
    expect(await readChangelog(name, '1.1.5+ds1', folder)).toBeUndefined()
  })
})
