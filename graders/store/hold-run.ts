import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../model/grader-error.ts'
import { writeFileWhole } from './write-file.ts'
import { writingFailed } from './writing-failed.ts'

/** Who writes a run: a process, by a name that no later process has. */
export interface Writer {
  owner: string
  isGone(owner: string): Promise<boolean>
}

const lockName = /^\.writer-[0-9a-f-]+\.lock$/

/**
 * Makes this process the only one that writes a run, until it is disposed. Everybody first says who they are and then looks who else
 * does, so that of two at once at least one sees the other. A process that is gone holds nothing.
 */
export async function holdRun(folder: string, writer: Writer): Promise<AsyncDisposable> {
  const own = join(folder, `.writer-${randomUUID()}.lock`)
  await writeFileWhole(own, writer.owner).catch(writingFailed(own))
  const release = () => rm(own, { force: true })
  for (const name of await readdir(folder)) {
    const other = join(folder, name)
    if (!lockName.test(name) || other === own) continue
    const owner = await readFile(other, 'utf8').catch(() => undefined)
    if (owner === undefined) continue
    if (await writer.isGone(owner)) await rm(other, { force: true })
    else {
      await release()
      const [machine, , pid] = owner.split('/')
      throw new UsageError(
        `The run \`${folder}\` is being written by another cgrade (process ${pid} on ${machine}). Wait for it or stop it; if it no longer runs, remove \`${other}\`.`,
      )
    }
  }
  return { [Symbol.asyncDispose]: release }
}
