import { basename } from 'node:path'
import { parseRoster, type RosterEntry } from '../model/roster.ts'
import { readOwnText } from './read-own-text.ts'

/** The list of a course's students, where one was named. */
export async function readRoster(
  path: string | undefined,
): Promise<{ name: string; entries: RosterEntry[] } | undefined> {
  if (path === undefined) return undefined
  const text = await readOwnText(path, '--roster', 'a CSV or YAML file with an `id` for each student')
  const name = basename(path)
  return { name, entries: parseRoster(text, name) }
}
