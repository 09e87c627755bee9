import { resolve } from 'node:path'
import type { RunRequest } from '../model/run-request.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import type { BatchOptions } from './grading-options.ts'

/** What a batch was asked for, so that it can be gone on with from any folder; `exercises` as they were selected. */
export function requestOf(options: BatchOptions, course: Course, exercises: string[] | undefined): RunRequest {
  const { assignment, changedSince, folder, kernel, mirror, roster, shard, standIns } = options
  const isFolder = assignment !== undefined && resolve(assignment) === resolve(course.folder)
  return {
    folder: resolve(folder),
    ...(roster === undefined ? {} : { roster: resolve(roster) }),
    ...(assignment === undefined ? {} : { assignment: isFolder ? resolve(assignment) : assignment }),
    ...(exercises === undefined ? {} : { exercises }),
    kernel,
    standIns,
    ...(mirror === undefined ? {} : { mirror }),
    ...(shard === undefined ? {} : { shard }),
    ...(changedSince === undefined ? {} : { changedSince }),
  }
}

/** The same options, with what the run was asked for wherever the command line names nothing. */
export function withRequest(options: BatchOptions, request: RunRequest): BatchOptions {
  const unnamed = Object.entries(request).filter(([key]) => !options.named.some((name) => name === key))
  return { ...options, ...Object.fromEntries(unnamed) }
}
