import type { BootLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { HttpExchange } from '../../probes/http.ts'
import type { ListeningSocket } from '../../probes/sockets.ts'
import type { ContainerState } from '../../sandbox/container.ts'
import type { LogCapture } from '../../sandbox/log-capture.ts'
import type { Pressure } from '../../sandbox/pressure.ts'
import { outOfMemory, tooManyProcesses } from './limit-faults.ts'
import { lastLines, reproduceRun } from './log-evidence.ts'

/** Each way in which a start can fail, told apart, in the words that the student reads. */

function lastLine(log: LogCapture): string {
  const lines = log.since(0).filter((line) => line.text.trim() !== '')
  const telling =
    lines.findLast((line) => /panic:|fatal|error|exception|cannot|no such/i.test(line.text)) ?? lines.at(-1)
  return telling === undefined ? 'It printed nothing.' : `It said: ${telling.text.slice(0, 200)}`
}

/** In the words of shells, Python, Go, Java and glibc. */
const noMoreProcesses =
  /can't fork|cannot fork|fork: retry|can't start new thread|failed to create new OS thread|unable to create native thread|pthread_create failed/i

export function cannotStart(engineMessage: string): Fault {
  const said = engineMessage
    .replace(/^.*?(exec:|starting container process caused:)/s, '')
    .trim()
    .slice(0, 400)
  if (/exec format error/i.test(engineMessage)) return wrongArchitecture(said)
  if (/No command specified/i.test(engineMessage)) {
    return {
      reason: 'boot.cannot-start',
      message: 'The image names no program to start.',
      expected: 'an `ENTRYPOINT` or `CMD` in the last stage of the Dockerfile',
      actual: 'neither',
      hint: 'End the Dockerfile with the program, for example `ENTRYPOINT ["/httpserver"]`.',
      reproduce: reproduceRun,
    }
  }
  return {
    reason: 'boot.cannot-start',
    message: `The image was built, and its program could not be started: ${said}`,
    expected: 'the program that `ENTRYPOINT` or `CMD` names, executable, in the last stage of the image',
    actual: said,
    hint: /permission denied/i.test(engineMessage)
      ? 'The file is not executable, or it is a directory: check what `COPY` put there (`COPY src dst` with a directory as `src` copies its content).'
      : 'Check the path in `ENTRYPOINT`/`CMD` against where `COPY` or `go build -o` put the binary. In `scratch` there is no shell, and a binary that is linked dynamically finds no libc: build it with `CGO_ENABLED=0`.',
    reproduce: reproduceRun,
    evidence: [{ kind: 'container', text: engineMessage.slice(0, 2_000) }],
  }
}

function wrongArchitecture(said: string): Fault {
  return {
    reason: 'boot.wrong-architecture',
    message: 'The program in the image is made for another kind of processor.',
    expected: 'a binary for the platform of the image, usually linux/amd64',
    actual: said,
    hint: 'Build inside the Dockerfile without a fixed GOARCH, or with `GOARCH=amd64`. A binary from an Apple M-series Mac is arm64. The same error comes from a start script without `#!/bin/sh` in its first line.',
    reproduce: reproduceRun,
  }
}

export function endedBeforeAnswer(
  state: ContainerState,
  log: LogCapture,
  limits: BootLimits,
  pressure: Pressure | undefined,
): Fault {
  const evidence = [lastLines(log)]
  const printed = log
    .since(0)
    .map((line) => line.text)
    .join('\n')
  if (state.oomKilled) return outOfMemory(state, log, limits)
  if (noMoreProcesses.test(printed) || ((pressure?.refusedProcesses ?? 0) > 0 && state.exitCode !== 0))
    return tooManyProcesses(state, log, limits, pressure)
  if (/exec format error/i.test(printed)) return { ...wrongArchitecture('exec format error'), evidence }
  if (/exec user process caused.*no such file|exec .*: no such file or directory/i.test(printed)) {
    return { ...cannotStart('exec: no such file or directory'), evidence }
  }
  return {
    reason: 'boot.exited',
    message: `The container started and ended by itself with exit code ${state.exitCode}. ${lastLine(log)}`,
    expected: 'a server that keeps running in the foreground',
    actual: `exit code ${state.exitCode}`,
    hint:
      state.exitCode === 0
        ? 'The first process of a container must be the server itself: do not send it to the background, and wait for it at the end of `main`.'
        : 'Read its last lines below: often a file (configuration, certificate) that was not copied into the image, or a port that needs another user.',
    reproduce: `${reproduceRun}; echo "exit code $?"`,
    evidence,
  }
}

export function neverListened(log: LogCapture, waitedMs: number): Fault {
  return {
    reason: 'boot.never-listened',
    message: `The program runs and has opened no TCP port within ${Math.round(waitedMs / 1000)} seconds.`,
    expected: 'a listening socket, for example `http.ListenAndServe(":8080", nil)`',
    actual: 'none',
    hint: 'Is `ListenAndServe` reached at all, and is its error looked at?',
    reproduce: 'docker run -d --name c IMAGE; nsenter -t $(docker inspect -f {{.State.Pid}} c) -n ss -ltn',
    evidence: [lastLines(log)],
  }
}

export function loopbackOnly(sockets: ListeningSocket[]): Fault {
  const ports = sockets.map((socket) => `${socket.address}:${socket.port}`).join(', ')
  const port = sockets[0]?.port ?? 8080
  return {
    reason: 'boot.loopback-only',
    message: `The server listens on ${ports} only: inside a container, that address cannot be reached from outside.`,
    expected: `a socket on all addresses: 0.0.0.0:${port}`,
    actual: ports,
    hint: `Listen on all addresses: \`http.ListenAndServe(":${port}", nil)\` instead of \`"127.0.0.1:${port}"\` or \`"localhost:${port}"\`.`,
    reproduce: `docker run -d -p ${port}:${port} IMAGE; curl -i http://localhost:${port}/`,
    evidence: [{ kind: 'sockets', text: ports }],
  }
}

export function otherPort(wanted: number, sockets: ListeningSocket[], namedBy: 'cgrade.yml' | 'check'): Fault {
  const found = sockets.map((socket) => socket.port).join(', ')
  if (namedBy === 'check') {
    return {
      reason: 'boot.other-port',
      message: `The server was told to listen on port ${wanted}, and listens on ${found}.`,
      expected: `port ${wanted}`,
      actual: `port ${found}`,
      hint: 'Read the port where the task says, when the program starts. A number in the source, in `EXPOSE` or in a configuration file inside the image stays what it was.',
      evidence: [{ kind: 'sockets', text: sockets.map((socket) => `${socket.address}:${socket.port}`).join('\n') }],
    }
  }
  return {
    reason: 'boot.other-port',
    message: `\`cgrade.yml\` says port ${wanted}, and the server listens on ${found}.`,
    expected: String(wanted),
    actual: found,
    hint: 'Correct `httpserver.port` in `cgrade.yml`, or leave the line out: the port is found by itself.',
    location: { file: 'cgrade.yml' },
    evidence: [{ kind: 'sockets', text: sockets.map((socket) => `${socket.address}:${socket.port}`).join('\n') }],
  }
}

export function httpsOnly(port: number): Fault {
  return {
    reason: 'boot.https-only',
    message: `The server on port ${port} speaks HTTPS only; the exercise asks for plain HTTP.`,
    expected: `an answer to curl http://localhost:${port}/`,
    actual: 'a TLS server',
    hint: 'Use `http.ListenAndServe` instead of `ListenAndServeTLS`, or listen for plain HTTP on another port as well.',
    reproduce: `curl -i http://localhost:${port}/`,
  }
}

export function noHttpAnswer(port: number, exchange: HttpExchange & { ok: false }, log: LogCapture): Fault {
  const evidence = [{ kind: 'note' as const, text: exchange.detail.slice(0, 500) }, lastLines(log)]
  const reproduce = `curl -i http://localhost:${port}/`
  if (exchange.problem === 'not-http' || exchange.problem === 'headers-too-large') {
    return {
      reason: 'boot.not-http',
      message: `The program answers on port ${port}, and what it sends is not HTTP.`,
      expected: 'an HTTP response, beginning with a status line such as `HTTP/1.1 200 OK`',
      actual: exchange.detail.slice(0, 200),
      hint: 'Use an HTTP server (`net/http`), or write a status line and headers before anything else.',
      reproduce,
      evidence,
    }
  }
  return {
    reason: 'boot.no-answer',
    message: `Port ${port} accepts connections and never answers a GET request.`,
    expected: 'an HTTP response within a few seconds',
    actual: exchange.problem === 'timeout' ? 'no answer in time' : 'the connection was closed without an answer',
    hint: 'Does a handler wait for something (a lock, a channel, a database)? Does it crash? Look at the log.',
    reproduce,
    evidence,
  }
}
