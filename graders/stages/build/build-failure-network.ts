import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import type { BuildFailure, FailedStep } from './build-failure.ts'

/** What a failed download looks like, by the tool that says it. */
interface Signature {
  /** The command must run this tool, directly or through a script. */
  tool: RegExp
  line: RegExp
  /** The shape only says where; the rest of the line must say what. */
  needsReason?: true
}

const unreachable =
  /Failed to connect|Could not connect|Connection timed out|dial (?:tcp|udp)|no such host|i\/o timeout|connection (?:refused|reset|timed out)|network is unreachable|no route to host|TLS handshake timeout|proxyconnect|Temporary failure in name resolution|Could not resolve|Client\.Timeout exceeded|context deadline exceeded|unexpected EOF|: EOF$|server misbehaving|certificate signed by unknown authority|: 5\d\d (?:Bad Gateway|Service|Gateway|Internal)/

const signatures: Signature[] = [
  {
    tool: /\bgo\b/,
    line: /^(?:go: |\t|\S{1,200}\.go:\d+:\d+: |verifying ).*(?:Get|Head) "https?:\/\/[^"]{1,300}": /,
    needsReason: true,
  },
  { tool: /\bgo\b/, line: /^(?:go: |\t|\S{1,200}\.go:\d+:\d+: ).*reading https?:\/\/\S{1,300}: 5\d\d / },
  {
    tool: /\b(?:git|go|npm|pip)\b/,
    line: /^\s*fatal: (?:unable to access|unable to look up|Could not read from remote)/,
    needsReason: true,
  },
  {
    tool: /\bpip3?\b|\bpip\b|poetry|pipenv/,
    line: /NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|SSLError|Failed to establish a new connection/,
  },
  {
    tool: /\b(?:npm|npx|yarn|pnpm|corepack)\b/,
    line: /^(?:npm (?:ERR!|error|WARN|warn) |error |\s?(?:ERR_PNPM|WARN)|➤ YN).*\b(?:EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|EHOSTUNREACH)\b/,
  },
  {
    tool: /\bapk\b/,
    line: /temporary error \(try again later\)|network error|network connection aborted|could not connect to server|DNS lookup error|operation timed out/i,
  },
  {
    tool: /\bapt(?:-get)?\b|\baptitude\b/,
    line: /Temporary failure resolving|Could not resolve|Could not connect to|Unable to connect to|Failed to fetch .*(?:Connection|timed out|5\d\d)|Cannot initiate the connection/,
  },
  {
    tool: /\b(?:yum|dnf|microdnf)\b/,
    line: /Could not resolve host|Cannot find a valid baseurl|Curl error \((?:6|7|28|35|56)\)|Timeout was reached/,
  },
  { tool: /\bcurl\b/, line: /^curl: \((?:5|6|7|28|35|52|56)\) / },
  {
    tool: /\bwget\b/,
    line: /unable to resolve host address|bad address '|can't connect to remote host|Connection timed out|Network is unreachable|failed: (?:Connection|Temporary)|download timed out/,
  },
  {
    tool: /\b(?:mvn|mvnw|gradle|gradlew|sbt)\b/,
    line: /UnknownHostException|Unknown host|Connect(?:ion)? (?:to .* )?(?:timed out|refused|reset)|Could not transfer artifact .* from\/to|Temporary failure in name resolution/,
  },
  {
    tool: /\b(?:cargo|rustup)\b/,
    line: /Could(?:n't| not) resolve host|failed to (?:download|fetch)|spurious network error/,
  },
]

const wrapper = /\b(?:make|sh|bash|ash|python3?|node|npm|ninja|cmake|go generate)\b|\.\/|\.sh\b/

/** The last line that tells of a download that failed, in what a step with this command printed; -1 without one. */
export function lastNetworkFailure(output: string[], command: string): number {
  const possible = signatures.filter(({ tool }) => tool.test(command) || wrapper.test(command))
  return output.findLastIndex(
    (line) => possible.some((signature) => tellsTrouble(signature, line)) && !isWrittenBy(command, line),
  )
}

function tellsTrouble({ line: shape, needsReason }: Signature, line: string): boolean {
  return shape.test(line) && (needsReason !== true || unreachable.test(line))
}

/** What the command itself writes with `echo` is no news. */
export function isWrittenBy(command: string, line: string): boolean {
  const plain = (text: string) => text.replace(/["'\\\s]/g, '')
  const written = plain(line)
  return written.length > 8 && /\b(?:echo|printf|cat|print)\b/.test(command) && plain(command).includes(written)
}

const loopback =
  /(?:dial tcp |ECONNREFUSED |onnect(?:ed)? to |\/\/)\[?(localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|::1)\b(\]?:\d{1,5})?/
const privateAddress =
  /\b(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.\d\d(?:\.\d{1,3}){2}|host\.docker\.internal)(?::\d{1,5})?/g

/** A server or proxy that can only exist on the student's machine: in the build itself nothing runs, and ours is never named. */
export function findOwnAddress(line: string, { text }: Dockerfile): string | undefined {
  const own = loopback.exec(line)
  if (own !== null) return `${own[1]}${own[2] ?? ''}`
  for (const found of line.matchAll(privateAddress)) if (text.includes(found[0])) return found[0]
  return undefined
}

/** True when an earlier or the failed step could not reach the network, whatever ended it. */
export function hadNetworkTrouble(failure: BuildFailure, step: FailedStep): boolean {
  if (lastNetworkFailure(step.output, step.text) !== -1) return true
  const before = failure.dockerfile.steps.filter(({ line, keyword }) => keyword === 'RUN' && line < step.line)
  const commands = before.map(({ text }) => text).join('\n')
  return lastNetworkFailure(step.outputBefore, commands) !== -1
}
