import { UsageError } from '../model/grader-error.ts'

/** One commit of one repository: what a workflow may use without that anybody can move it. */
export interface CgradePin {
  /** `owner/name` on GitHub. */
  repository: string
  /** 40 hex digits. */
  commit: string
}

const repositoryPattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?\/(?!\.{1,2}$)[\w.-]{1,100}$/
const commitPattern = /^[\da-f]{40}$/

/** Reads `owner/name@<40 hex>`, or says how to find the digits. */
export function parsePin(given: string): CgradePin {
  const at = given.indexOf('@')
  const [repository, commit] = at < 0 ? [given, ''] : [given.slice(0, at), given.slice(at + 1).toLowerCase()]
  if (!isRepository(repository)) {
    throw new UsageError(`\`--cgrade\` expects \`owner/repository@commit\`, as on GitHub, got \`${given}\`.`)
  }
  if (commitPattern.test(commit)) return { repository, commit }
  const got =
    commit === '' ? 'no commit' : `\`${commit}\`, and a branch, a tag or a short number can be moved or mistaken`
  throw new UsageError(
    `\`--cgrade\` expects the 40 hex digits of a commit after the \`@\`, got ${got}. ${tellHowToFind(repository)}`,
  )
}

export function tellHowToFind(repository: string): string {
  return `\`git ls-remote https://github.com/${repository} HEAD\` prints them for the newest commit.`
}

/** Reads `owner/name` of an option. */
export function parseRepository(option: string): (given: string) => string {
  return (given) => {
    if (isRepository(given)) return given
    throw new UsageError(`\`${option}\` expects \`owner/repository\`, as on GitHub, got \`${given}\`.`)
  }
}

/** Reads a team or an account as CODEOWNERS wants it: `@octo-org/teachers`, `@octocat`. */
export function parseOwner(given: string): string {
  if (/^@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/[a-z0-9][\w.-]{0,99})?$/.test(given)) return given
  throw new UsageError(
    `\`--staff\` expects a team or an account with its \`@\`, as in \`@octo-org/teachers\` or \`@octocat\`, got \`${given}\`.`,
  )
}

function isRepository(text: string): boolean {
  return repositoryPattern.test(text)
}
