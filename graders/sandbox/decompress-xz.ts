import { Readable } from 'node:stream'
import { execa } from 'execa'
import { GraderError } from '../model/grader-error.ts'
import { cleanEnvironment } from './host.ts'
import { readDescriptor } from './read-descriptor.ts'

/**
 * Unpacks an open `.xz` file by the host's `xz`, which gets no name and writes no file: bounded in memory and time, the bytes
 * are counted by who reads them. Throws a plain error for damaged content.
 */
export async function* decompressXz(descriptor: number, timeoutMs = 60_000): AsyncGenerator<Buffer> {
  const child = execa('xz', ['--decompress', '--stdout', '--memlimit-decompress=128MiB'], {
    input: Readable.from(readDescriptor(descriptor)),
    buffer: false,
    encoding: 'buffer',
    reject: false,
    timeout: timeoutMs,
    env: cleanEnvironment,
    extendEnv: false,
    stderr: 'ignore',
  })
  let isRead = false
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer
    isRead = true
  } finally {
    if (!isRead) child.kill('SIGKILL')
    await child
  }
  const ended = await child
  if (ended.code === 'ENOENT') {
    throw new GraderError(
      'host.tool-missing',
      '`xz` is not installed on this machine, and a `.tar.xz` was handed in.',
      {
        remedy: 'Install it (`apt-get install xz-utils`), or unpack the archive.',
      },
    )
  }
  if (ended.exitCode !== 0) throw new Error('it is no whole xz stream')
}
