// Test support: what each route of GitHub's API does, and what it refuses.
import type { GitHubState, ReceivedRequest, TestAnswer, TestCheckRun, TestPullRequest } from './test-github-api.ts'
import { whyNoCheckRun, whyNoComment } from './test-github-rules.ts'

type Route = (state: GitHubState, given: string[], request: ReceivedRequest, origin: string) => TestAnswer
type Permission = keyof GitHubState['permissions']

const routes: [method: string, path: RegExp, permission: Permission, route: Route][] = [
  ['GET', /^\/pulls$/, 'pull-requests', listPulls],
  [
    'GET',
    /^\/pulls\/(\d+)$/,
    'pull-requests',
    (state, [number]) => one(pullOf(state, number), (pull) => showPull(pull, true)),
  ],
  ['GET', /^\/pulls\/(\d+)\/files$/, 'pull-requests', listFiles],
  ['GET', /^\/commits\/([0-9a-f]{40})\/pulls$/, 'pull-requests', listPullsOfCommit],
  ['GET', /^\/commits\/([0-9a-f]{40})\/check-runs$/, 'checks', listCheckRuns],
  ['POST', /^\/check-runs$/, 'checks', createCheckRun],
  ['PATCH', /^\/check-runs\/(\d+)$/, 'checks', updateCheckRun],
  ['GET', /^\/check-runs\/(\d+)\/annotations$/, 'checks', listAnnotations],
  ['GET', /^\/issues\/(\d+)\/comments$/, 'pull-requests', listComments],
  ['POST', /^\/issues\/(\d+)\/comments$/, 'pull-requests', createComment],
  ['PATCH', /^\/issues\/comments\/(\d+)$/, 'pull-requests', updateComment],
  ['DELETE', /^\/issues\/comments\/(\d+)$/, 'pull-requests', deleteComment],
]

const missing: TestAnswer = { status: 404, body: { message: 'Not Found', status: '404' } }

/** `origin` is where the server listens. */
export function routeRequest(state: GitHubState, request: ReceivedRequest, origin: string): TestAnswer {
  if (request.headers.authorization !== `Bearer ${state.token}`) {
    return { status: 401, body: { message: 'Bad credentials', status: '401' } }
  }
  const { pathname } = new URL(request.path, origin)
  const prefix = `/repos/${state.repository}`
  if (!pathname.toLowerCase().startsWith(prefix.toLowerCase())) return missing
  const path = pathname.slice(prefix.length)
  for (const [method, pattern, permission, route] of routes) {
    const found = pattern.exec(path)
    if (method !== request.method || found === null) continue
    const granted = state.permissions[permission]
    if (granted === undefined || (method !== 'GET' && granted !== 'write')) {
      const body = { message: 'Resource not accessible by integration', status: '403' }
      return { status: 403, headers: { 'x-accepted-github-permissions': `${permission}=write` }, body }
    }
    return route(state, found.slice(1), request, origin)
  }
  return missing
}

function listPulls(state: GitHubState, _given: string[], request: ReceivedRequest, origin: string): TestAnswer {
  const query = new URL(request.path, origin).searchParams
  const wanted = query.get('state') ?? 'open'
  const head = query.get('head')
  const found = state.pulls.filter(
    (pull) =>
      (wanted === 'all' || pull.state === wanted) &&
      (head === null || head === `${pull.head.repo?.split('/')[0]}:${pull.head.ref}`),
  )
  return pageOf(
    state,
    request,
    origin,
    found.map((pull) => showPull(pull, false)),
  )
}

/** As GitHub: commits that live in a fork only are not known here. */
function listPullsOfCommit(state: GitHubState, [sha]: string[], request: ReceivedRequest, origin: string): TestAnswer {
  const found = state.pulls.filter((pull) => pull.head.sha === sha && pull.head.repo === state.repository)
  if (found.length === 0) return { status: 422, body: { message: `No commit found for SHA: ${sha}`, status: '422' } }
  return pageOf(
    state,
    request,
    origin,
    found.map((pull) => showPull(pull, false)),
  )
}

function listFiles(state: GitHubState, [number]: string[], request: ReceivedRequest, origin: string): TestAnswer {
  const pull = pullOf(state, number)
  return pull === undefined ? missing : pageOf(state, request, origin, pull.files.slice(0, 3000))
}

function showPull(pull: TestPullRequest, isWhole: boolean): object {
  const { files, head, base, ...rest } = pull
  const repositoryOf = (name: string | null) => (name === null ? null : { full_name: name })
  return {
    ...rest,
    head: { ...head, repo: repositoryOf(head.repo) },
    base: { ...base, repo: repositoryOf(base.repo) },
    ...(isWhole ? { changed_files: files.length } : {}),
  }
}

function listCheckRuns(state: GitHubState, [sha]: string[], request: ReceivedRequest, origin: string): TestAnswer {
  const query = new URL(request.path, origin).searchParams
  const name = query.get('check_name')
  const found = state.checkRuns.filter((run) => run.head_sha === sha && (name === null || run.name === name))
  const latest = query.get('filter') === 'all' ? found : found.slice(-1)
  return { status: 200, body: { total_count: latest.length, check_runs: latest.map(showCheckRun) } }
}

function showCheckRun(run: TestCheckRun): object {
  const { annotations, ...output } = run.output
  return { ...run, output: { ...output, annotations_count: annotations.length } }
}

function createCheckRun(state: GitHubState, _given: string[], { body }: ReceivedRequest): TestAnswer {
  const why = whyNoCheckRun(state, body, true)
  if (why !== undefined) return { status: 422, body: { message: why, status: '422' } }
  const { output, ...given } = body as TestCheckRun
  const kept = { ...output, annotations: [...(output.annotations ?? [])] }
  const run: TestCheckRun = { ...given, output: kept, id: nextId(state), app: { slug: 'github-actions' } }
  state.checkRuns.push(run)
  return { status: 201, body: showCheckRun(run) }
}

/** Annotations are added to those that are there. */
function updateCheckRun(state: GitHubState, [id]: string[], { body }: ReceivedRequest): TestAnswer {
  const run = state.checkRuns.find((one) => one.id === Number(id))
  if (run === undefined) return missing
  const why = whyNoCheckRun(state, body, false)
  if (why !== undefined) return { status: 422, body: { message: why, status: '422' } }
  const { output, ...given } = body as TestCheckRun
  const annotations = [...run.output.annotations, ...(output?.annotations ?? [])]
  Object.assign(run, given, { output: { ...run.output, ...output, annotations } })
  return { status: 200, body: showCheckRun(run) }
}

function listAnnotations(state: GitHubState, [id]: string[], request: ReceivedRequest, origin: string): TestAnswer {
  const run = state.checkRuns.find((one) => one.id === Number(id))
  return run === undefined ? missing : pageOf(state, request, origin, run.output.annotations)
}

function listComments(state: GitHubState, [number]: string[], request: ReceivedRequest, origin: string): TestAnswer {
  const found = state.comments.filter(({ issue }) => issue === Number(number)).sort((a, b) => a.id - b.id)
  return pageOf(state, request, origin, found)
}

function createComment(state: GitHubState, [number]: string[], { body }: ReceivedRequest): TestAnswer {
  if (pullOf(state, number) === undefined) return missing
  const why = whyNoComment(body)
  if (why !== undefined) return { status: 422, body: { message: why, status: '422' } }
  const user = { login: state.bot, type: 'Bot' }
  const comment = { id: nextId(state), issue: Number(number), body: (body as { body: string }).body, user }
  state.comments.push(comment)
  return { status: 201, body: comment }
}

function updateComment(state: GitHubState, [id]: string[], { body }: ReceivedRequest): TestAnswer {
  const comment = state.comments.find((one) => one.id === Number(id))
  if (comment === undefined) return missing
  const why = whyNoComment(body)
  if (why !== undefined) return { status: 422, body: { message: why, status: '422' } }
  comment.body = (body as { body: string }).body
  return { status: 200, body: comment }
}

function deleteComment(state: GitHubState, [id]: string[]): TestAnswer {
  const index = state.comments.findIndex((one) => one.id === Number(id))
  if (index < 0) return missing
  state.comments.splice(index, 1)
  return { status: 204 }
}

function pullOf(state: GitHubState, number: string | undefined): TestPullRequest | undefined {
  return state.pulls.find((pull) => pull.number === Number(number))
}

function one<T>(found: T | undefined, show: (found: T) => object): TestAnswer {
  return found === undefined ? missing : { status: 200, body: show(found) }
}

/** Ids grow over everything, as on GitHub. */
function nextId({ checkRuns, comments }: GitHubState): number {
  return Math.max(1000, ...checkRuns.map(({ id }) => id), ...comments.map(({ id }) => id)) + 1
}

function pageOf(state: GitHubState, request: ReceivedRequest, origin: string, all: object[]): TestAnswer {
  const url = new URL(request.path, origin)
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), 100, state.pageSize)
  const page = Number(url.searchParams.get('page') ?? 1)
  const isLast = page * size >= all.length
  url.searchParams.set('page', String(page + 1))
  const link = `<${url.href}>; rel="next", <${url.href}>; rel="last"`
  return { status: 200, headers: isLast ? {} : { link }, body: all.slice((page - 1) * size, page * size) }
}
