import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import type { Submission } from '../model/submission.ts'
import { takeIn } from '../stages/intake/intake.ts'
import { packSubmission, unpackSubmission } from './pack-submission.ts'

const { limits } = assignmentSchema.parse({
  id: 'a',
  title: 'A',
  exercises: [{ id: 'server', title: 'Server', checks: [{ id: 'server.builds', points: 1 }] }],
})

async function openFolders() {
  const root = await mkdtemp(join(tmpdir(), 'cgrade-pack-'))
  const [handedIn, work] = [join(root, 'handed-in'), join(root, 'work')]
  for (const folder of [handedIn, work]) await mkdir(folder)
  return { root, handedIn, work, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}

async function write(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}

async function take(path: string, work: string): Promise<Submission> {
  const intake = await takeIn({ id: 'li-wei', path }, limits.intake, work)
  if (!intake.ok) throw new Error(intake.fault.message)
  return intake.submission
}

/** Packs what intake took, and takes in what arrives. */
async function travel({ handedIn, work, root }: { handedIn: string; work: string; root: string }) {
  const sent = await take(handedIn, work)
  const packed = join(root, 'packed.tar.gz')
  await packSubmission(sent, packed)
  await using unpacked = await unpackSubmission(await readFile(packed), limits.intake, work)
  return { sent, arrived: await take(unpacked.folder, work) }
}

test('what arrives is what was sent, whatever it looks like', async () => {
  await using folders = await openFolders()
  const deep = `${Array.from({ length: limits.intake.depth - 1 }, (_, index) => `folder-${index}`).join('/')}/last.txt`
  await write(folders.handedIn, {
    Dockerfile: 'FROM scratch\n',
    // Names that in an archive of a student's would mean something.
    [`blobs/sha256/${'a'.repeat(64)}`]: 'no layer',
    'submission/cgrade.yml': 'no: configuration\n',
    '中文/名字.txt': '内容',
    [deep]: 'deep',
    [`${'long'.repeat(40)}/${'name'.repeat(40)}`]: 'long',
    'run.sh': '#!/bin/sh\n',
    'large.bin': randomBytes(700_000),
  })
  await chmod(join(folders.handedIn, 'run.sh'), 0o755)
  await mkdir(join(folders.handedIn, 'empty'))
  await symlink('../Dockerfile', join(folders.handedIn, 'submission', 'link'))
  const { sent, arrived } = await travel(folders)
  expect(arrived.digest).toBe(sent.digest)
  expect(arrived.entries).toEqual(sent.entries)
  expect(sent.entries.length).toBeGreaterThan(10)
})

test('a submission that is one folder stays one folder', async () => {
  await using folders = await openFolders()
  await write(folders.handedIn, {
    'submission/cgrade.yml': 'httpserver: {}\n',
    'submission/Dockerfile': 'FROM scratch\n',
  })
  const { sent, arrived } = await travel(folders)
  expect(arrived.digest).toBe(sent.digest)
  expect(arrived.config).toEqual({})
})

test('what is too large to travel is told, with what to do', async () => {
  await using folders = await openFolders()
  const noise = randomBytes(23 * 1024 ** 2)
  await write(folders.handedIn, { one: noise, two: noise, three: noise })
  const sent = await take(folders.handedIn, folders.work)
  await expect(packSubmission(sent, join(folders.root, 'packed'))).rejects.toMatchObject({
    code: 'queue.too-large',
    remedy: expect.stringContaining('without `--queue`'),
  })
})

test('files that were damaged on the way are our fault', async () => {
  await using folders = await openFolders()
  await expect(unpackSubmission(Buffer.from('no archive'), limits.intake, folders.work)).rejects.toMatchObject({
    code: 'queue.failed',
  })
})
