import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this user's graders keep what outlives a run, by the XDG base directory specification. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cgrade')
}
