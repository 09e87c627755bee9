import { execa } from 'execa'
import { failed, gitOptions, limitedGit, requireGit, textOf } from './git-clone.ts'

/** An entry of a tree, as git lists it. */
export interface TreeEntry {
  /** As octal digits: `100644`, `100755`, `120000`, `040000`, `160000`. */
  mode: string
  object: string
  /** Of a file's content, before anything is read. */
  bytes: number
  /** Of the path, which git allows to be any bytes. */
  path: Buffer
}

/** The object of a folder in a commit; undefined where there is none, or no folder. */
export async function findTree(repository: string, commit: string, folder: string): Promise<string | undefined> {
  const path = folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
  const options = { ...gitOptions(repository), stdin: 'ignore', maxBuffer: 10_000 } as const
  const named = path === '' ? `${commit}^{tree}` : `${commit}:${path}`
  const found = await execa(...limitedGit(['rev-parse', '--verify', '--quiet', '--end-of-options', named]), options)
  requireGit(found)
  const object = textOf(found.stdout).trim()
  if (found.exitCode !== 0) return undefined
  const kind = await execa(...limitedGit(['cat-file', '-t', object]), options)
  return textOf(kind.stdout).trim() === 'tree' ? object : undefined
}

/** Everything below a tree as it comes, folders too, so that a tree without end is seen before it is through. */
export async function* listTree(repository: string, tree: string, timeoutMs: number): AsyncGenerator<TreeEntry> {
  const options = { ...gitOptions(repository), stdin: 'ignore', buffer: { stdout: false }, maxBuffer: 10_000 } as const
  const listing = execa(...limitedGit(['ls-tree', '-r', '-t', '-z', '-l', '--full-tree', tree]), {
    ...options,
    timeout: timeoutMs,
  })
  try {
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of listing.stdout) {
      let at = 0
      const bytes = Buffer.concat([rest, chunk as Buffer])
      for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, at)) {
        yield readEntry(bytes.subarray(at, end))
        at = end + 1
      }
      rest = bytes.subarray(at)
    }
    const ended = await listing
    requireGit(ended)
    if (ended.exitCode !== 0) throw failed('ls-tree', textOf(ended.stderr))
  } finally {
    listing.kill('SIGKILL')
    await listing
  }
}

function readEntry(line: Buffer): TreeEntry {
  const tab = line.indexOf(9)
  const [mode = '', , object = '', size = ''] = line.subarray(0, tab).toString('latin1').trim().split(/ +/)
  return { mode, object, bytes: Number(size) || 0, path: line.subarray(tab + 1) }
}

/** Reads contents one after the other. */
export interface ObjectReader extends AsyncDisposable {
  /** To be read to its end, or no more. */
  read(object: string): AsyncGenerator<Buffer>
}

export function openObjects(repository: string, timeoutMs: number): ObjectReader {
  const reading = execa(...limitedGit(['cat-file', '--batch']), {
    ...gitOptions(repository),
    stdin: 'pipe',
    buffer: { stdout: false },
    maxBuffer: 10_000,
    timeout: timeoutMs,
  })
  // A git that is killed takes its end of the pipe with it.
  reading.stdin.on('error', () => {})
  const chunks = reading.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let rest: Buffer = Buffer.alloc(0)

  async function more(): Promise<void> {
    const { value, done } = await chunks.next()
    if (done === true) throw failed('cat-file', textOf((await reading).stderr))
    rest = rest.length === 0 ? value : Buffer.concat([rest, value])
  }

  return {
    async *read(object) {
      reading.stdin.write(`${object}\n`)
      while (!rest.includes(10)) await more()
      const end = rest.indexOf(10)
      const [, kind, size = ''] = rest.subarray(0, end).toString('latin1').split(' ')
      if (kind !== 'blob') throw failed('cat-file', `\`${object}\` is no file but ${kind}`)
      rest = rest.subarray(end + 1)
      for (let left = Number(size); left > 0; ) {
        if (rest.length === 0) await more()
        const part = rest.subarray(0, left)
        rest = rest.subarray(part.length)
        left -= part.length
        yield part
      }
      while (rest.length === 0) await more()
      rest = rest.subarray(1)
    },
    async [Symbol.asyncDispose]() {
      reading.kill('SIGKILL')
      await reading
    },
  }
}
