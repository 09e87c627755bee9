import type { Fault } from '../../model/feedback.ts'
import { readableArchives } from './archive-names.ts'
import { quotePath } from './intake-faults.ts'

/** Ends the reading of an archive; never leaves `unpackArchive`, which returns the fault. */
export class ArchiveRefused extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

export function archivePath(name: string, why: string): Fault {
  return {
    reason: 'intake.archive-path',
    message: `The archive has an entry ${quotePath(name)}, ${why}. Nothing of the archive was unpacked for grading.`,
    hint: 'Pack the folder from outside of it, with relative names: `tar -czf module3.tar.gz module3` or `zip -r module3.zip module3`.',
  }
}

export function archiveAmbiguous(name: string, why: string): Fault {
  return {
    reason: 'intake.archive-ambiguous',
    message: `The archive says two things about ${quotePath(name)}: ${why}. Which one is meant cannot be known.`,
    hint: 'Pack the folder again into a new archive, in one go.',
  }
}

export function archiveDamaged(why: string): Fault {
  return {
    reason: 'intake.archive-damaged',
    message: `The archive cannot be read: ${why.slice(0, 200)}.`,
    hint: 'Perhaps it was cut off when it was uploaded. Pack it again, test it (`unzip -t <file>` or `tar -tf <file>`), then hand it in.',
  }
}

export function archiveEncrypted(name: string): Fault {
  return {
    reason: 'intake.archive-encrypted',
    message: `${quotePath(name)} is encrypted in the archive, so it cannot be read without a password.`,
    hint: 'Pack the folder again without a password.',
  }
}

export function archiveFormat(what: string): Fault {
  return {
    reason: 'intake.archive-format',
    message: `What was handed in is ${what}, which cannot be read here, whatever its name is.`,
    hint: `Pack the folder as ${readableArchives}.`,
  }
}

export function savedImage(): Fault {
  return {
    reason: 'intake.saved-image',
    message:
      'What was handed in is a saved container image (`docker save`), not source. Images are never loaded here, as they could replace others by their names; yours is built from your Dockerfile.',
    hint: 'Hand in the folder with your Dockerfile and your source code.',
  }
}

export function severalArchives(count: number): Fault {
  return {
    reason: 'intake.archive-ambiguous',
    message: `${count} archives were handed in at once. Which of them is the homework cannot be known.`,
    hint: 'Hand in one archive of one folder that holds all of your homework.',
  }
}

/** Only names inside of the archive are known, so a hard link to anything else means a file that was not handed in. */
export function hardLinkOutside(path: string, target: string): Fault {
  return {
    reason: 'intake.link-outside',
    message: `${quotePath(path)} is a hard link to ${quotePath(target)}, which is no file that comes before it in the archive. What is there was not handed in, so it cannot be graded.`,
    hint: 'Replace the link by a copy of the file, and pack the folder again (`tar --hard-dereference`).',
    location: { file: path },
  }
}
