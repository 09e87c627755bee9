import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import type { GitSource } from '../../model/roster.ts'
import { type GitServer, startGitServer, type TestRepository, type TreeLine } from '../../sandbox/test-git-server.ts'
import { takeInRepository } from './intake.ts'
import { assignment } from './test-submission.ts'

/** Test support: repositories on a git server of the test's own, taken in as a roster names them. Import it, and it is set up for the file. */

export const limits = { ...assignment.limits.intake, totalBytes: 1_000_000, fileBytes: 500_000, entries: 500 }
export const marker = join(tmpdir(), `cgrade-git-marker-${process.pid}`)

vi.setConfig({ testTimeout: 60_000 })

export let server: GitServer
export let base: string
let count = 0
beforeAll(async () => {
  server = await startGitServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-repositories-'))
})
afterEach(() => {
  // Neither a marker of code that ran, nor anything of a clone.
  expect(existsSync(marker)).toBe(false)
  expect(
    readdirSync(base).flatMap((name) => readdirSync(join(base, name)).filter((one) => !one.startsWith('snapshot-'))),
  ).toEqual([])
  rmSync(base, { recursive: true, force: true })
})

export function repositoryOf(fill: (repository: TestRepository) => TreeLine[]): {
  url: string
  commit: string
  repository: TestRepository
} {
  const name = `r${count++}`
  const repository = server.makeRepository(name)
  const commit = repository.commit(repository.tree(fill(repository)))
  return { url: server.urlOf(name), commit, repository }
}

export const work = () => join(base, 'work')
export const clone = (git: GitSource) =>
  takeInRepository({ id: 'alice', path: git.url, git }, git, limits, work(), { protocol: 'http' })

export async function accept(git: GitSource) {
  const intake = await clone(git)
  if (!intake.ok) throw new Error(`${intake.fault.reason}: ${intake.fault.message}`)
  return intake.submission
}

export async function refuse(git: GitSource): Promise<string> {
  const intake = await clone(git)
  if (intake.ok) throw new Error(`accepted ${intake.submission.entries.map(({ path }) => path)}`)
  return intake.fault.reason
}

export const honest = (repository: TestRepository): TreeLine[] => [
  { object: repository.blob('FROM scratch\n'), name: 'Dockerfile' },
  { mode: '100755', object: repository.blob('#!/bin/sh\n'), name: 'run.sh' },
  { mode: '120000', object: repository.blob('run.sh'), name: 'start.sh' },
  {
    mode: '040000',
    type: 'tree',
    object: repository.tree([{ object: repository.blob('package main\n'), name: '主.go' }]),
    name: 'src',
  },
]
