import { execa } from 'execa'
import { expect, test } from 'vitest'
import { runOnHost } from '../host.ts'
import { cpioEnd, cpioFile, cpioHeader } from './cpio.ts'

const { ran: hasCpio } = await runOnHost('cpio', ['--version'], { asRoot: false })

const archive = Buffer.concat([
  cpioHeader({ kind: 'directory', path: 'folder', mode: 0o755 }),
  cpioFile('folder/seven', 0o640, '1234567'),
  cpioFile('folder/empty', 0o755, ''),
  cpioHeader({ kind: 'link', path: 'link', target: 'folder/seven' }),
  cpioEnd(),
])

test('everything in an archive begins at a multiple of four', () => {
  expect(archive.length % 4).toBe(0)
  for (let at = archive.indexOf('070701'); at !== -1; at = archive.indexOf('070701', at + 1)) expect(at % 4).toBe(0)
})

test.runIf(hasCpio)(`cpio reads what we write${hasCpio ? '' : ' [cpio is not installed]'}`, async () => {
  const listed = await execa('cpio', ['-itv', '--quiet'], { input: archive })
  const lines = listed.stdout.split('\n').map((line) => line.replace(/ +/g, ' '))
  expect(lines[0]).toMatch(/^drwxr-xr-x .* folder$/)
  expect(lines[1]).toMatch(/^-rw-r----- .* 7 .* folder\/seven$/)
  expect(lines[2]).toMatch(/^-rwxr-xr-x .* 0 .* folder\/empty$/)
  expect(lines[3]).toMatch(/^lrwxrwxrwx .* link -> folder\/seven$/)
})
