import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For tests only: git's own server on loopback, and repositories written object by object. */
export interface GitServer extends AsyncDisposable {
  urlOf(name: string): string
  makeRepository(name: string): TestRepository
  /** Paths that were asked for, without their query. */
  requests: string[]
}

export type TreeLine = { mode?: string; type?: string; object: string; name: string }

export interface TestRepository {
  git(args: string[], input?: string | Buffer): string
  blob(content: string | Buffer): string
  tree(lines: TreeLine[]): string
  /** Makes it the newest commit of `branch`. */
  commit(tree: string, branch?: string): string
}

const author = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }
const env = { PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', ...author }

export async function startGitServer(): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'cgrade-git-'))
  const requests: string[] = []
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend')
  const running = new Set<ChildProcessWithoutNullStreams>()
  const server = createServer((request, response) => {
    requests.push((request.url ?? '').replace(/\?.*/, ''))
    answer(request, response, root, backend, running)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    requests,
    urlOf: (name) => `http://127.0.0.1:${port}/${name}`,
    makeRepository: (name) => makeRepository(join(root, name)),
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL')
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** `/status/<code>` answers with it, `/stall` never. */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  root: string,
  backend: string,
  running: Set<ChildProcessWithoutNullStreams>,
): void {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const [, status] = /^\/status\/(\d+)/.exec(path) ?? []
  if (path.startsWith('/stall')) return
  if (status !== undefined) {
    response.writeHead(Number(status), status === '401' ? { 'WWW-Authenticate': 'Basic' } : {}).end()
    return
  }
  const child = spawn(backend, {
    env: {
      ...env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    },
  })
  running.add(child)
  child.on('close', () => running.delete(child))
  child.stdin.on('error', () => {})
  child.stderr.resume()
  request.pipe(child.stdin)
  let head = Buffer.alloc(0)
  let isBody = false
  child.stdout.on('data', (chunk: Buffer) => {
    if (isBody) return void response.write(chunk)
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) return
    isBody = true
    const lines = head.subarray(0, end).toString('latin1').split('\r\n')
    const headers = lines.map((line) => line.split(/: */, 2) as [string, string])
    const said = headers.find(([name]) => name === 'Status')
    response.writeHead(Number(said?.[1].slice(0, 3) ?? 200), Object.fromEntries(headers.filter((one) => one !== said)))
    response.write(head.subarray(end + 4))
  })
  child.stdout.on('end', () => response.end())
}

function makeRepository(folder: string): TestRepository {
  mkdirSync(folder)
  const git = (args: string[], input: string | Buffer = '') =>
    execFileSync('git', args, { cwd: folder, env, input, encoding: 'utf8', maxBuffer: 1e9 }).trim()
  git(['init', '--quiet', '--bare', '--initial-branch=main', '.'])
  return {
    git,
    blob: (content) => git(['hash-object', '-w', '--stdin'], content),
    tree: (lines) =>
      git(
        ['mktree', '-z', '--missing'],
        lines
          .map(({ mode = '100644', type = 'blob', object, name }) => `${mode} ${type} ${object}\t${name}\0`)
          .join(''),
      ),
    commit(tree, branch = 'main') {
      const commit = git(['commit-tree', '-m', 'x', tree])
      git(['update-ref', `refs/heads/${branch}`, commit])
      return commit
    },
  }
}
