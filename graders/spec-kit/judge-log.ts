import type { LogLine, Verdict } from '../model/verdict.ts'
import { addressesIn, linesWithAddress, linesWithStatus } from '../probes/log-patterns.ts'
import { logEvidence } from './exchange-text.ts'
import { failedBy, judged, passed } from './judgement.ts'
import type { Server, Visit } from './server.ts'
import { leaveOutUnasked, printedUnasked } from './unasked-lines.ts'

/** Share of the points by the stream that carries the line. */
export interface StreamCredit {
  stdout: number
  stderr: number
}

const whereToLog =
  'Write one line per request to standard output, for example `log.SetOutput(os.Stdout)` and `log.Printf("%s %d", clientIP, status)`.'

/** Whether the access log shows the address that our requests came from. */
export async function judgeClientAddress(server: Server, credit: StreamCredit): Promise<Verdict> {
  const asked = await server.accessLog()
  const own = asked.flatMap(({ exchange }) => (exchange.ok ? [exchange.localAddress] : []))
  const showsUs = (lines: LogLine[]) => [...new Set(own)].flatMap((address) => linesWithAddress(lines, address))
  const { visits, unasked } = await leaveOutUnasked(server, asked, showsUs)
  for (const { exchange, lines } of visits) {
    if (!exchange.ok) continue
    const [line] = linesWithAddress(lines, exchange.localAddress)
    if (line !== undefined) return seenOn(line, `our address ${exchange.localAddress}`, credit)
  }
  if (unasked.length > 0) return printedUnasked(unasked)
  const lines = visits.flatMap((visit) => visit.lines)
  if (lines.length === 0) return nothingLogged(server)
  const addresses = addressesIn(lines)
  const probe = visits.find((visit) => visit.exchange.ok)?.exchange
  return failedBy({
    reason: 'log.no-client-ip',
    message: 'The lines logged after our requests do not show the address of the client.',
    expected: `the address of the client, here ${probe?.ok ? probe.localAddress : 'the address of our probe'}`,
    actual: addresses.length === 0 ? 'no address' : `other addresses: ${addresses.join(', ')}`,
    hint: 'The address of the client is in `r.RemoteAddr` (take it apart with `net.SplitHostPort`). `r.Host` is your own server, and `X-Forwarded-For` is empty without a proxy.',
    reproduce: 'docker logs CONTAINER   # after: curl http://localhost:PORT/',
    evidence: [logEvidence(lines)],
  })
}

/** Whether the access log shows the status that we received, and not always the same number. */
export async function judgeStatus(server: Server, credit: StreamCredit): Promise<Verdict> {
  const asked = await server.accessLog()
  const statuses = new Set([200, ...asked.flatMap(({ exchange }) => (exchange.ok ? [exchange.status] : []))])
  const showsStatus = (lines: LogLine[]) => [...statuses].flatMap((status) => linesWithStatus(lines, status))
  const { visits, unasked } = await leaveOutUnasked(server, asked, showsStatus)
  const lines = visits.flatMap((visit) => visit.lines)
  if (lines.length === 0 && unasked.length === 0) return nothingLogged(server)
  const shown = visits.flatMap((visit) => ownStatus(visit) ?? [])
  const constant = visits.find((visit) => showsOnly200(visit))
  if (constant?.exchange.ok && showsOnly200(await server.visitAlone(constant.exchange.request.path))) {
    return judged(0.5, 'log.constant-status', {
      message: `The log says 200 for \`${constant.exchange.request.path}\`, which was answered with ${constant.exchange.status}.`,
      expected: String(constant.exchange.status),
      actual: '200',
      hint: 'Log the code that you send: keep it in a variable, or wrap the `http.ResponseWriter` and remember what `WriteHeader` was given.',
      reproduce: `curl -i http://localhost:PORT${constant.exchange.request.path}\ndocker logs CONTAINER`,
      evidence: [logEvidence(constant.lines)],
    })
  }
  const [first] = shown
  if (first !== undefined) return seenOn(first.line, `the status ${first.status}`, credit)
  if (unasked.length > 0) return printedUnasked(unasked)
  return failedBy({
    reason: 'log.no-status',
    message: 'The lines logged after our requests do not show the HTTP status code of the answer.',
    expected: visits
      .flatMap(({ exchange }) => (exchange.ok ? [`${exchange.status} for ${exchange.request.path}`] : []))
      .join('\n'),
    actual: 'no such number',
    hint: whereToLog,
    reproduce: 'docker logs CONTAINER   # after: curl -i http://localhost:PORT/',
    evidence: [logEvidence(lines)],
  })
}

function ownStatus({ exchange, lines }: Visit): { line: LogLine; status: number } | undefined {
  if (!exchange.ok) return undefined
  const [line] = linesWithStatus(lines, exchange.status)
  return line === undefined ? undefined : { line, status: exchange.status }
}

/** A request that was logged, was not answered with 200, and is logged as 200. */
function showsOnly200({ exchange, lines }: Visit): boolean {
  if (!exchange.ok || exchange.status === 200) return false
  return linesWithStatus(lines, exchange.status).length === 0 && linesWithStatus(lines, 200).length > 0
}

function seenOn(line: LogLine, what: string, credit: StreamCredit): Verdict {
  const stream = line.stream === 'stdout' ? 'standard output' : 'standard error'
  const share = credit[line.stream]
  const evidence = [logEvidence([line])]
  const message = `The access log shows ${what}, on ${stream}.`
  if (share >= 1) return passed(message, evidence)
  return judged(share, 'log.reduced-stream', {
    message,
    expected: 'the access log on standard output',
    actual: stream,
    hint: whereToLog,
    evidence,
  })
}

async function nothingLogged(server: Server): Promise<Verdict> {
  const files = await server.logFiles()
  if (files.length > 0) {
    return failedBy({
      reason: 'log.to-file',
      message: `Nothing was printed after our requests; your program writes to files inside its container: ${files.slice(0, 3).join(', ')}.`,
      expected: 'the access log in `docker logs`',
      actual: files.slice(0, 5).join('\n'),
      hint: `${whereToLog} With glog or klog: \`flag.Set("logtostderr", "true")\`.`,
    })
  }
  const before = await server.log()
  return failedBy({
    reason: 'log.silent',
    message: 'Nothing was logged after our requests, neither on standard output nor on standard error.',
    expected: 'a line per request with the address of the client and the status code',
    actual: before.length === 0 ? 'no output at all' : 'no new line',
    hint: `${whereToLog} In Python, print with \`flush=True\` or set PYTHONUNBUFFERED=1.`,
    reproduce: 'curl http://localhost:PORT/\ndocker logs CONTAINER',
    ...(before.length === 0 ? {} : { evidence: [logEvidence(before)] }),
  })
}
