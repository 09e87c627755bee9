import * as z from 'zod'
import type { Delivery } from './delivery.ts'
import { UsageError } from './grader-error.ts'
import { momentSchema } from './late-policy.ts'
import { nearest } from './nearest.ts'
import { type RosterRow, readRosterRows } from './roster-rows.ts'

/** A repository to be cloned. */
export interface GitSource {
  /** `https://<host>/<path>`, without a user or a password in it. */
  url: string
  /** 40 hex digits; what is there and nothing else. */
  commit?: string
  /** Whose newest commit is meant; without it, that of the repository's own HEAD. */
  branch?: string
  /** The folder in it that was handed in. */
  folder?: string
}

/** One student of a course's list, and where the submission is. */
export interface RosterEntry {
  /** 1-based, of the file. */
  line: number
  id: string
  delivery: Delivery
  /** A folder or an archive, relative to the folder that is graded. */
  path?: string
  git?: GitSource
  /** Days beyond the assignment's deadline. */
  extensionDays?: number
}

/** A path without a way out, whatever system reads it. */
const pathSchema = z
  .string()
  .max(1000)
  .refine((path) => !/^[\\/]|^[a-z]:|[\p{Cc}]/iu.test(path) && !path.split(/[\\/]/).includes('..'), {
    error: 'expected a path below the folder that is graded, without `..`',
  })

const urlSchema = z.string().max(2000).refine(isPlainHttps, {
  error:
    'expected the address of a repository by HTTPS, like `https://github.com/alice/module3`, without a user or a password in it',
})

function isPlainHttps(given: string): boolean {
  if (!/^https:\/\/[^\s\p{Cc}\\@/][^\s\p{Cc}\\@]*$/u.test(given) || !URL.canParse(given)) return false
  const { hostname, username, password, search, hash } = new URL(given)
  return hostname !== '' && !hostname.startsWith('-') && [username, password, search, hash].every((part) => part === '')
}

/** As `git check-ref-format` has it. */
const branchSchema = z
  .string()
  .max(200)
  .refine((name) => !/^[-/.]|[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/[/.]|(?:\.lock|[/.])$/u.test(name), {
    error: 'expected the name of a branch',
  })

const keySchema = z.string().max(300)
const daysSchema = z.string().regex(/^\d{1,3}(?:\.\d{1,2})?$/, { error: 'expected a number of days' })
const columns = {
  id: z
    .string()
    .max(200)
    .refine((id) => !/^\.{0,2}$|[\p{Cc}/]/u.test(id), { error: 'expected a name without `/`' }),
  name: keySchema,
  path: pathSchema,
  git: urlSchema,
  commit: z.string().regex(/^[0-9a-f]{40}$/, { error: 'expected the 40 hex digits of a commit' }),
  branch: branchSchema,
  submittedAt: momentSchema,
  extensionDays: daysSchema,
  extendedUntil: momentSchema,
  canvasId: keySchema,
  sisId: keySchema,
  loginId: keySchema,
  moodleId: keySchema,
  email: keySchema,
}
const rowSchema = z.object(columns).partial().required({ id: true })
type Row = z.infer<typeof rowSchema>

/** Reads a course's list of students, a CSV or YAML file; `name` is the file's, and its ending says which. */
export function parseRoster(text: string, name: string): RosterEntry[] {
  const rows = readRosterRows(text, name)
  const entries = rows.map((row) => entryOf(row, name))
  refuseTwins(entries, name)
  return entries
}

function entryOf({ line, cells }: RosterRow, file: string): RosterEntry {
  const place = `\`${file}\`, line ${line}`
  const given = Object.entries(cells).filter(([, value]) => value !== '')
  for (const [column] of given) {
    if (Object.hasOwn(columns, column)) continue
    const meant = nearest(column, Object.keys(columns))
    const expected = Object.keys(columns).map((one) => `\`${one}\``)
    throw new UsageError(
      `${place}: there is no column \`${column}\` in a roster.${meant === undefined ? ` Expected ${expected.join(', ')}.` : ` Did you mean \`${meant}\`?`}`,
    )
  }
  const parsed = rowSchema.safeParse(Object.fromEntries(given))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const column = String(issue?.path[0] ?? 'id')
    const value = cells[column] ?? ''
    if (value === '') throw new UsageError(`${place}: \`${column}\` is missing.`)
    throw new UsageError(`${place}: \`${column}\` is wrong: ${issue?.message}, got \`${value.slice(0, 100)}\`.`)
  }
  refuseContradictions(parsed.data, place)
  return shape(parsed.data, line)
}

function refuseContradictions(row: Row, place: string): void {
  const both = (one: keyof Row, other: keyof Row, why: string) => {
    if (row[one] === undefined || row[other] === undefined) return
    throw new UsageError(`${place}: \`${one}\` and \`${other}\` cannot both be given: ${why}.`)
  }
  both('commit', 'branch', 'a commit is what it is on every branch')
  both('extensionDays', 'extendedUntil', 'one says until when')
  for (const column of ['commit', 'branch'] as const) {
    if (row[column] !== undefined && row.git === undefined) {
      throw new UsageError(`${place}: \`${column}\` needs the address of a repository in \`git\`.`)
    }
  }
}

function shape(row: Row, line: number): RosterEntry {
  const { id, path, git, commit, branch, submittedAt, extensionDays, extendedUntil, ...keys } = row
  const inUtc = (moment: string) => new Date(moment).toISOString()
  return {
    line,
    id: id.normalize('NFC'),
    delivery: {
      ...keys,
      ...(submittedAt === undefined ? {} : { submittedAt: inUtc(submittedAt) }),
      ...(extendedUntil === undefined ? {} : { extendedUntil: inUtc(extendedUntil) }),
    },
    ...(extensionDays === undefined ? {} : { extensionDays: Number(extensionDays) }),
    ...(git === undefined
      ? path === undefined
        ? {}
        : { path }
      : {
          git: {
            url: git,
            ...(commit === undefined ? {} : { commit }),
            ...(branch === undefined ? {} : { branch }),
            ...(path === undefined ? {} : { folder: path }),
          },
        }),
  }
}

/** One id, or one person of a grade book, on two lines: which one counts is not ours to say. */
function refuseTwins(entries: RosterEntry[], file: string): void {
  const seen = new Map<string, number>()
  for (const { line, id, delivery } of entries) {
    const { canvasId, moodleId, sisId, loginId, email } = delivery
    const keys = Object.entries({ id, canvasId, moodleId, sisId, loginId, email: email?.toLowerCase() })
    for (const [column, value] of keys) {
      if (value === undefined) continue
      const other = seen.get(`${column} ${value}`)
      if (other !== undefined) {
        throw new UsageError(`\`${file}\`: lines ${other} and ${line} both have the \`${column}\` \`${value}\`.`)
      }
      seen.set(`${column} ${value}`, line)
    }
  }
}
