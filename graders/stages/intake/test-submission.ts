import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { assignmentSchema } from '../../model/assignment.ts'
import type { Intake, ServerClues } from '../../model/submission.ts'
import { discoverServer } from '../discover/discover.ts'
import { takeIn } from './intake.ts'

/** For tests only: content of a file, or the target of a link. */
export type Files = Record<string, string | Buffer | { to: string }>

const exercises = [{ id: 'httpserver', title: 't', checks: [{ id: 'httpserver.builds', points: 1 }] }]
export const assignment = assignmentSchema.parse({ id: 'a', title: 't', exercises })

export const server =
  'package main\nimport "net/http"\nfunc main() { http.HandleFunc("/header", h); http.ListenAndServe(":8080", nil) }'
export const hog = 'package main\n// #include <stdlib.h>\nimport "C"\nfunc main() { C.malloc(104960000) }'
export const build =
  'FROM golang:1.17 AS b\nWORKDIR /s\nCOPY . .\nRUN go build -o /app .\nFROM scratch\nCOPY --from=b /app /\nENTRYPOINT ["/app"]\n'

export function buildOf(...sources: string[]): string {
  return build.replace('COPY . .', `COPY ${sources.join(' ')} ./`)
}

/** Takes in a submission made of these files, and leaves nothing behind. */
export async function withIntake<T>(files: Files, use: (intake: Intake) => Promise<T> | T): Promise<T> {
  const base = mkdtempSync(join(tmpdir(), 'cgrade-fixture-'))
  try {
    const path = join(base, 'alice')
    mkdirSync(path)
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(join(path, name), content)
      else symlinkSync(content.to, join(path, name))
    }
    return await use(await takeIn({ id: 'alice', path }, assignment.limits.intake, join(base, 'work')))
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

export async function discover(files: Files): Promise<ServerClues> {
  return withIntake(files, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    return discoverServer(intake.submission, assignment)
  })
}

/** Dockerfile and context of the best candidate. */
export async function discoverFirst(files: Files): Promise<[string, string] | undefined> {
  const [first] = (await discover(files)).candidates
  return first && [first.dockerfile, first.context]
}
