// Test support: GitHub's REST API on the loopback interface, as far as `cgrade publish` uses it, with state that is kept.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { routeRequest } from './test-github-routes.ts'

export interface TestPullRequest {
  number: number
  state: 'open' | 'closed'
  updated_at: string
  head: { sha: string; ref: string; repo: string | null }
  base: { ref: string; repo: string }
  files: { filename: string; status: string; previous_filename?: string }[]
}

export interface TestAnnotation {
  path: string
  start_line: number
  end_line: number
  annotation_level: string
  title?: string
  message: string
}

export interface TestCheckRun {
  id: number
  name: string
  head_sha: string
  external_id?: string
  details_url?: string
  status: string
  conclusion?: string
  output: { title: string; summary: string; text?: string; annotations: TestAnnotation[] }
  app: { slug: string }
}

export interface TestComment {
  id: number
  issue: number
  body: string
  user: { login: string; type: string }
}

/** Everything is kept here: a test puts in what there was, and reads what became of it. */
export interface GitHubState {
  /** `owner/name`. */
  repository: string
  token: string
  /** What the token may do: `write` allows to read, too. */
  permissions: Partial<Record<'checks' | 'contents' | 'pull-requests', 'read' | 'write'>>
  /** Who the token writes as. */
  bot: string
  pulls: TestPullRequest[]
  /** Known here beside the heads of pull requests. */
  commits: string[]
  checkRuns: TestCheckRun[]
  comments: TestComment[]
  /** At most so many things on a page, whatever is asked for. */
  pageSize: number
  /** Called before each request is carried out: an answer instead of it, or `drop` to close the connection. */
  before?(request: ReceivedRequest): TestAnswer | 'drop' | undefined | Promise<TestAnswer | 'drop' | undefined>
  /** Called after it was carried out: what the caller gets to see instead. */
  after?(request: ReceivedRequest): TestAnswer | 'drop' | undefined
}

export interface ReceivedRequest {
  method: string
  /** With its query. */
  path: string
  headers: IncomingMessage['headers']
  body: unknown
}

export interface TestAnswer {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

export interface GitHubApiServer extends AsyncDisposable {
  /** For GITHUB_API_URL. */
  url: string
  state: GitHubState
  /** In order of arrival. */
  requests: ReceivedRequest[]
}

const actionsPermissions = { checks: 'write', contents: 'read', 'pull-requests': 'write' } as const

/** A repository without anything in it, and a token as `publish.yml` has it. */
export function emptyGitHub(on: Partial<GitHubState> = {}): GitHubState {
  return {
    repository: 'course/homework',
    token: 'ghs_TestTokenOfThisJob',
    permissions: { ...actionsPermissions },
    bot: 'github-actions[bot]',
    pulls: [],
    commits: [],
    checkRuns: [],
    comments: [],
    pageSize: 100,
    ...on,
  }
}

export async function startGitHubApi(on: Partial<GitHubState> = {}): Promise<GitHubApiServer> {
  const state = emptyGitHub(on)
  const requests: ReceivedRequest[] = []
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      send(response, { status: 500, body: { message: `the test's own server: ${String(error)}` } })
    })
  })

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(incoming)
    requests.push(received)
    const instead = await state.before?.(received)
    if (instead === 'drop') return void incoming.socket.destroy()
    if (instead !== undefined) return send(response, instead)
    const given = routeRequest(state, received, `http://${incoming.headers.host}`)
    const shown = state.after?.(received)
    if (shown === 'drop') return void incoming.socket.destroy()
    send(response, shown ?? given)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const { method = '', url: path = '', headers } = incoming
  return { method, path, headers, body: text === '' ? undefined : JSON.parse(text) }
}

function send(response: ServerResponse, { status, headers = {}, body }: TestAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(body === undefined ? '' : JSON.stringify(body))
}
