import { Readable } from 'node:stream'
import { extract, type Header, pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { copyVetted, type TreeCaps, TreeTooLarge } from './vet-tree.ts'

type Entry = Partial<Header> & { name: string; content?: string }
const caps: TreeCaps = { bytes: 1000, entries: 50, depth: 4 }
const root: Entry = { name: 'root/', type: 'directory' }

/** What comes out, as `mode type name -> target`, or the error. */
async function vet(entries: Entry[], withCaps = caps) {
  const source = pack()
  for (const { content, ...header } of entries) {
    if (content === undefined) source.entry(header)
    else source.entry(header, content)
  }
  source.finalize()
  const out = pack()
  const copied = copyVetted(Readable.from(source), out, 'jail', withCaps).finally(() => out.finalize())
  const lines: string[] = []
  const read = (async () => {
    const archive = extract()
    out.pipe(archive)
    for await (const entry of archive) {
      const { name, type, linkname, mode = 0 } = entry.header
      lines.push(`${mode.toString(8)} ${type} ${name}${linkname ? ` -> ${linkname}` : ''}`)
      entry.resume()
    }
  })()
  const [tree] = await Promise.all([copied, read])
  return { tree, lines }
}

test('files, folders and links come through, below the new name', async () => {
  const { tree, lines } = await vet([
    root,
    { name: 'root/bin', type: 'directory' },
    { name: 'root/bin/ls', mode: 0o755, content: 'ls' },
    { name: 'root/bin/dir', type: 'link', linkname: 'root/bin/ls', mode: 0o755 },
    { name: 'root/sbin', type: 'symlink', linkname: '/bin' },
    { name: 'root/empty', content: '' },
  ])
  expect(lines).toEqual([
    '755 directory jail',
    '755 directory jail/bin',
    '755 file jail/bin/ls',
    '755 link jail/bin/dir -> jail/bin/ls',
    '777 symlink jail/sbin -> /bin',
    '644 file jail/empty',
  ])
  expect(tree.entries.get('bin/ls')).toEqual({ kind: 'file', executable: true, bytes: 2 })
})

test('an archive that begins with `.` is the same', async () => {
  const { lines } = await vet([
    { name: './', type: 'directory' },
    { name: './a', content: 'a' },
  ])
  expect(lines).toEqual(['755 directory jail', '644 file jail/a'])
})

test('bits that change who runs a file are cleared', async () => {
  const { lines } = await vet([root, { name: 'root/su', mode: 0o6755, content: 'x' }])
  expect(lines).toContain('755 file jail/su')
})

test.for<[string, Entry]>([
  ['a FIFO', { name: 'root/f', type: 'fifo' }],
  ['a device', { name: 'root/d', type: 'block-device', devmajor: 8, devminor: 0 }],
  ['a character device', { name: 'root/n', type: 'character-device', devmajor: 1, devminor: 3 }],
  ['a name that leads up', { name: 'root/../../etc/passwd', content: 'x' }],
  ['a name outside of the folder', { name: 'etc/passwd', content: 'x' }],
  ['a file below a link', { name: 'root/out/x', content: 'x' }],
  ['a hard link that leads out', { name: 'root/h', type: 'link', linkname: 'root/../../etc/shadow' }],
  ['a hard link to what was left out', { name: 'root/h', type: 'link', linkname: 'root/none' }],
  ['a second entry of the same name', { name: 'root/out', content: 'x' }],
])('%s is left out', async ([, entry]) => {
  const { tree, lines } = await vet([root, { name: 'root/out', type: 'symlink', linkname: '/etc' }, entry])
  expect(lines).toEqual(['755 directory jail', '777 symlink jail/out -> /etc'])
  expect(tree.leftOut).toHaveLength(1)
})

test('what is not a folder is an empty tree', async () => {
  const { tree, lines } = await vet([
    { name: 'root', type: 'symlink', linkname: '/' },
    { name: 'root/x', content: 'x' },
  ])
  expect(tree).toMatchObject({ isDirectory: false, leftOut: ['root/x (file)'] })
  expect(lines).toEqual([])
})

test.for<[string, Entry[]]>([
  ['bytes', [root, { name: 'root/zeros', size: 10_000_000_000 }]],
  ['files', [root, ...Array.from({ length: 60 }, (_, index) => ({ name: `root/${index}`, content: '' }))]],
  [
    'depth',
    [
      root,
      ...['a', 'a/b', 'a/b/c', 'a/b/c/d', 'a/b/c/d/e'].map((path) => ({
        name: `root/${path}`,
        type: 'directory' as const,
      })),
    ],
  ],
])('too many %s end it, before they are read', async ([, entries]) => {
  await expect(vet(entries)).rejects.toBeInstanceOf(TreeTooLarge)
})

test('a source that breaks off is our error', async () => {
  const source = new Readable({ read() {} })
  const copied = copyVetted(source, pack(), 'jail', caps)
  source.destroy(new Error('socket hang up'))
  await expect(copied).rejects.toThrow()
})

test('a reader that goes away ends it', async () => {
  const source = pack()
  source.entry({ name: 'root', type: 'directory' })
  for (let index = 0; index < 40; index += 1) source.entry({ name: `root/${index}` }, 'x'.repeat(100_000))
  source.finalize()
  const out = pack()
  const copied = copyVetted(Readable.from(source), out, 'jail', { ...caps, bytes: 10_000_000 })
  setImmediate(() => out.destroy())
  await expect(copied).rejects.toThrow()
})
