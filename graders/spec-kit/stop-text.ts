import { basename } from 'node:path/posix'
import type { Evidence } from '../model/feedback.ts'
import type { StopFacts } from '../model/verdict.ts'

export const reproduceStop =
  'docker run -d --name c IMAGE; time docker stop --time 10 c; docker inspect -f {{.State.ExitCode}} c'

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'busybox'])
const starters = new Set(['npm', 'npx', 'yarn', 'pnpm', 'go', 'make', 'gunicorn', 'supervisord'])

export function inSeconds(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 100) / 10
  return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
}

/** Who got the signal decides what there is to do. */
export function whyNotStopped({ processes: [first], signal, lines }: StopFacts): string {
  const [program = '', ...words] = (first ?? '').trim().split(/\s+/, 12)
  const name = basename(program).replace(/^-/, '')
  if (shells.has(name)) {
    return words.includes('-c')
      ? `The first process of the container is a shell, not your server, and a shell does not pass ${signal} on. Write \`ENTRYPOINT\` (or \`CMD\`) as a list with the program itself: \`ENTRYPOINT ["/server"]\`. Where a shell is needed, put \`exec\` before the last command.`
      : `The first process of the container is a shell that runs a script, and it does not pass ${signal} on. Start the server with \`exec\` in the last line of the script, as in \`exec /server\`: then it takes the place of the shell.`
  }
  if (starters.has(name)) {
    return `The first process of the container is \`${name}\`, which starts your server and does not pass ${signal} on as you need it. Name the server itself in \`ENTRYPOINT\`.`
  }
  if (lines.length > 0) {
    return `It printed something after ${signal}, so it has noticed, and then something waits without end. Give the waiting a limit of a few seconds: \`context.WithTimeout\` for \`srv.Shutdown\`, a time-out for threads and database connections.`
  }
  return `Handle ${signal}: \`signal.Notify(stop, syscall.SIGTERM)\` in Go, \`signal.signal(signal.SIGTERM, ...)\` in Python, \`process.on('SIGTERM', ...)\` in Node. For the first process of a container ${signal} does nothing at all when no handler is there.`
}

export function exitCodeHint(exitCode: number): string {
  switch (exitCode) {
    case 2:
      return 'A Go program without `signal.Notify` ends with 2 when a signal comes. Handle SIGTERM, call `srv.Shutdown`, and let `main` return.'
    case 143:
      return '143 is 128 + 15: SIGTERM itself ended it, because nobody handled it, or a start script passed the code of its server on. Handle SIGTERM in the server and end with 0.'
    case 137:
      return '137 is 128 + 9: something killed it (SIGKILL). Do not end a program by `kill -9`.'
    case 130:
      return '130 is 128 + 2: it ended as after Ctrl-C. An end that was asked for is no failure: end with 0.'
    case 1:
      return 'Often the error that the server returns when it is closed on purpose, taken for a failure: in Go compare it with `http.ErrServerClosed` before `log.Fatal`.'
    default:
      return 'An end that was asked for is no failure: let `main` return, or end with 0.'
  }
}

export function stopEvidence({ processes, lines, signal }: StopFacts): Evidence[] {
  const listed = processes.map((command, index) =>
    index === 0 ? `first process: ${command}` : `               ${command}`,
  )
  const printed = lines.slice(-20).map((line) => `${line.stream}: ${line.text.slice(0, 300)}`)
  return [
    ...(listed.length === 0 ? [] : [{ kind: 'container' as const, text: listed.slice(0, 8).join('\n') }]),
    { kind: 'log', text: printed.length === 0 ? `(it printed nothing after ${signal})` : printed.join('\n') },
  ]
}
