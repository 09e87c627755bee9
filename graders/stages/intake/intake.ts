import { mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { Flag } from '../../model/grade.ts'
import { GraderError } from '../../model/grader-error.ts'
import type { SubmissionSource } from '../../model/progress.ts'
import type { GitSource } from '../../model/roster.ts'
import type { Intake, SnapshotEntry, Submission } from '../../model/submission.ts'
import type { Transport } from '../../sandbox/git-clone.ts'
import { archiveStem, readableArchives } from './archive-names.ts'
import { gatherUpload } from './gather-upload.ts'
import { emptySubmission, linksOutside, quotePath, unreadable } from './intake-faults.ts'
import { findLinksOutside, indexEntries } from './links.ts'
import { type OpenFolder, openFolder } from './open-folder.ts'
import { copySnapshot } from './snapshot.ts'
import { readConfig } from './submission-config-file.ts'
import { takeRepository } from './take-repository.ts'
import { unpackArchive } from './unpack-archive.ts'
import { walk } from './walk.ts'

/** Vets what was handed in and copies it to a private folder below `workFolder`; nothing reads the source afterwards. */
export async function takeIn(source: SubmissionSource, limits: IntakeLimits, workFolder: string): Promise<Intake> {
  if (source.git !== undefined) return takeInRepository(source, source.git, limits, workFolder)
  const isUpload = source.files !== undefined || source.holdsUploads === true
  const path = isUpload ? source.path : await findSource(source.path)
  if (!isUpload && (await isFolder(path))) return takeInFolder(path, source, limits, workFolder)
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  const root = await mkdtemp(join(workFolder, 'unpacked-'))
  try {
    const unpacked = await (isUpload ? gatherUpload(source, limits, root) : unpackArchive(path, limits, root))
    if ('reason' in unpacked) return { ok: false, fault: unpacked }
    return await takeInFolder(unpacked.folder, source, limits, workFolder)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** `transport` is for tests, which have no server with a certificate. */
export async function takeInRepository(
  source: SubmissionSource,
  git: GitSource,
  limits: IntakeLimits,
  workFolder: string,
  transport?: Transport,
): Promise<Intake> {
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  const root = await mkdtemp(join(workFolder, 'cloned-'))
  try {
    const taken = await takeRepository(git, limits, root, transport)
    if ('reason' in taken) return { ok: false, fault: taken }
    const intake = await takeInFolder(taken.folder, source, limits, workFolder)
    if (!intake.ok) return intake
    const { submission } = intake
    const left = flagPaths('intake.submodule-left-out', taken.submodules, 'a repository of its own (a submodule)')
    submission.flags.push(...left)
    submission.notes.push(...left.map(({ message }) => message))
    const named = git.commit === undefined ? `${submission.source} at ${taken.commit}` : submission.source
    return { ok: true, submission: { ...submission, source: named } }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** An unpacked archive is vetted like any folder, so that both come to the same snapshot. */
async function takeInFolder(
  path: string,
  source: SubmissionSource,
  limits: IntakeLimits,
  workFolder: string,
): Promise<Intake> {
  using folder = openFolder(path)
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  const root = await mkdtemp(join(workFolder, 'snapshot-'))
  let taken: Intake | undefined
  try {
    const vetted = await vet(folder, source, limits, root)
    taken = 'reason' in vetted ? { ok: false, fault: vetted } : { ok: true, submission: vetted }
    return taken
  } finally {
    if (taken?.ok !== true) await rm(root, { recursive: true, force: true })
  }
}

/** Deletes the private copy; nothing else of a submission is on disk. */
export async function removeSnapshot(submission: Submission): Promise<void> {
  await rm(submission.root, { recursive: true, force: true })
}

async function vet(
  folder: OpenFolder,
  source: SubmissionSource,
  limits: IntakeLimits,
  root: string,
): Promise<Submission | Fault> {
  const walked = await walk(folder, limits)
  if ('reason' in walked) return walked
  const { outside, installed } = findLinksOutside(indexEntries(walked.entries))
  if (outside.length > 0) return linksOutside(outside)
  const leftOut = new Set<SnapshotEntry>(installed)
  const snapshot = await copySnapshot(
    folder,
    walked.entries.filter((entry) => !leftOut.has(entry)),
    root,
    limits,
  )
  if ('reason' in snapshot) return snapshot
  const { entries, digest } = snapshot
  if (!entries.some(({ kind }) => kind === 'file')) return emptySubmission(describeEmptiness(entries))
  const config = await readConfig(root, entries)
  if ('reason' in config) return config
  const vanished = [...new Set([...walked.vanished, ...snapshot.vanished])]
  const linkPaths = installed.map(({ path }) => path)
  const flags = [
    ...flagPaths('intake.name-not-utf8', walked.notUtf8, 'a name or link target that is not UTF-8 text'),
    ...flagPaths('intake.link-left-out', linkPaths, 'a link, made by a package manager, that leads out'),
    ...flagPaths('intake.changed', vanished, 'a change while it was being read'),
  ]
  const notes = flags.map(({ message }) => message)
  return { id: source.id, source: source.shownAs ?? source.path, root, entries, digest, config, flags, notes }
}

/** The TA names the submission, so the path itself may be a link. */
async function findSource(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (thrown) {
    throw unreadable(path, thrown)
  }
}

async function isFolder(path: string): Promise<boolean> {
  if ((await stat(path)).isDirectory()) return true
  if (archiveStem(basename(path)) !== undefined) return false
  throw new GraderError('intake.unreadable', `${quotePath(path)} is neither a folder nor an archive.`, {
    remedy: `Name the folder that was handed in, or its archive: ${readableArchives}.`,
  })
}

function describeEmptiness(entries: SnapshotEntry[]): string {
  return entries.length === 0
    ? 'The folder that was handed in is empty.'
    : 'The folder that was handed in holds folders or links only, and no file.'
}

function flagPaths(code: string, paths: string[], why: string): Flag[] {
  if (paths.length === 0) return []
  const shown = paths.slice(0, 5).map(quotePath).join(', ')
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : ''
  return [{ code, message: `Left out because of ${why}: ${shown}${more}.` }]
}
