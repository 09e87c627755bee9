import { ApiRefusal } from '../github/api-answer.ts'
import { repositoryName } from '../github/read-event.ts'
import { UsageError } from '../model/grader-error.ts'

export interface GitHubSettings {
  eventPath: string
  /** `owner/name`. */
  repository: string
  /** Without a slash at its end. */
  url: string
  token: string
}

/** What GitHub's runner sets. No message ever has the token in it. */
export function readGitHubSettings(env: NodeJS.ProcessEnv): GitHubSettings {
  const eventPath = requireVariable(env, 'GITHUB_EVENT_PATH', 'the file with the event')
  const repository = requireVariable(env, 'GITHUB_REPOSITORY', '`owner/name`')
  if (!repositoryName.test(repository)) {
    throw new UsageError(`GITHUB_REPOSITORY expects \`owner/name\`, got \`${repository}\`.`)
  }
  const token = requireVariable(env, 'GITHUB_TOKEN', 'the token of this job, `github.token`')
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError('GITHUB_TOKEN has characters that no token has. Give it without quotes or line ends.')
  }
  return { eventPath, repository, url: readUrl(env.GITHUB_API_URL || 'https://api.github.com'), token }
}

function requireVariable(env: NodeJS.ProcessEnv, name: string, expected: string): string {
  const value = env[name]
  if (value !== undefined && value !== '') return value
  throw new UsageError(`\`cgrade publish\` runs in a workflow of GitHub: ${name} is missing, expected ${expected}.`)
}

function readUrl(given: string): string {
  const url = URL.parse(given)
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(url.hostname))
  if (url === null || !isSafe || url.username !== '') {
    throw new UsageError(
      `GITHUB_API_URL expects an address with https, as in \`https://api.github.com\`, got \`${given}\`.`,
    )
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** What GitHub refused, as wrong use with what to do; anything else as it is. */
export function explainRefusal(error: unknown): unknown {
  if (!(error instanceof ApiRefusal)) return error
  return new UsageError(`${error.message}. ${adviceOn(error)}`)
}

function adviceOn({ status }: ApiRefusal): string {
  if (status === 401) return 'GITHUB_TOKEN is not valid (any more): give the token of this job.'
  if (status === 403)
    return 'Give the job `permissions: {actions: read, checks: write, contents: read, pull-requests: write}`.'
  return 'Is GITHUB_REPOSITORY the repository of the pull request?'
}
