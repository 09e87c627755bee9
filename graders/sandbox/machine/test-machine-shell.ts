import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Test support: a root shell in the test machine, over a serial port of its own. One order at a time. */

export const portName = 'cgrade.shell'
const mostOutputBytes = 64 * 1024 * 1024

/** In the machine. `run ID SECONDS BYTES` and a script, or `put ID FOLDER BYTES` and a tar; answers `ID CODE BYTES` and the output. */
export const shellScript = `#!/bin/bash
port=/dev/virtio-ports/${portName}
until [ -c "$port" ]; do sleep 0.1; done
exec 3<>"$port"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
mkdir -p /var/cgrade-shell
cd /var/cgrade-shell || exit 1
echo ready >&3
while read -r -u 3 word id argument bytes; do
  case $word in
    run)
      head -c "$bytes" <&3 >script
      timeout -k 5 "$argument" bash script </dev/null >output 2>&1 3>&-
      code=$? ;;
    put)
      mkdir -p "$argument"
      head -c "$bytes" <&3 | tar -x --no-same-owner -C "$argument" >output 2>&1
      code=$? ;;
    *) continue ;;
  esac
  size=$(stat -c %s output)
  [ "$size" -le ${mostOutputBytes} ] || size=${mostOutputBytes}
  echo "$id $code $size" >&3
  head -c "$size" output >&3
  rm -f output script
done
`

export interface MachineShell {
  /** Runs a bash script as root; both streams come back together. */
  run(script: string, timeoutMs: number): Promise<{ exitCode: number; output: Buffer }>
  /** Unpacks a tar. */
  put(tar: Buffer, folder: string): Promise<void>
  close(): void
}

/** Connects, and waits for the shell to say that it is ready. `ended` rejects when the machine does. */
export async function openShell(path: string, ended: Promise<never>, readyMs: number): Promise<MachineShell> {
  const socket = await connectSoon(path, ended)
  const reader = createReader(socket)
  const within = <T>(answer: Promise<T>, timeoutMs: number, what: string): Promise<T> =>
    Promise.race([answer, ended, failLater(timeoutMs, what)])
  await within(reader.readLine(), readyMs, 'the shell of the test machine was not ready')
  let before: Promise<unknown> = Promise.resolve()
  let orders = 0

  async function order(words: string[], payload: Buffer, timeoutMs: number) {
    orders += 1
    const id = String(orders)
    socket.write(`${[words[0], id, ...words.slice(1), payload.length].join(' ')}\n`)
    socket.write(payload)
    const answer = async () => {
      const [answered, code, size] = (await reader.readLine()).split(' ')
      if (answered !== id) throw new Error(`the test machine answered ${answered} to order ${id}`)
      return { exitCode: Number(code), output: await reader.readBytes(Number(size)) }
    }
    return within(answer(), timeoutMs, `the test machine did not answer \`${words.join(' ')}\``)
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = before.then(work, work)
    before = mine
    return mine
  }

  return {
    run: (script, timeoutMs) =>
      inTurn(() => order(['run', String(Math.ceil(timeoutMs / 1000))], Buffer.from(script), timeoutMs + 60_000)),
    async put(tar, folder) {
      const { exitCode, output } = await inTurn(() => order(['put', folder], tar, 300_000))
      if (exitCode !== 0) throw new Error(`the test machine could not unpack into ${folder}: ${output}`)
    },
    close: () => socket.destroy(),
  }
}

async function connectSoon(path: string, ended: Promise<never>): Promise<Socket> {
  for (let tries = 0; ; tries += 1) {
    const socket = connect(path)
    const connected = new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    if (await Promise.race([connected, ended])) return socket
    if (tries === 100) throw new Error(`qemu has opened no socket at ${path}`)
    await sleep(100)
  }
}

/** Lines and counted bytes out of one stream, in the order in which they are asked for. */
function createReader(socket: Socket) {
  let parts: Buffer[] = []
  let wake = () => {}
  socket.on('data', (part: Buffer) => {
    parts.push(part)
    wake()
  })
  socket.on('error', () => {})

  async function take<T>(find: (seen: Buffer) => { length: number; value: T } | undefined): Promise<T> {
    for (;;) {
      const seen = Buffer.concat(parts)
      const found = find(seen)
      parts = found === undefined ? [seen] : [seen.subarray(found.length)]
      if (found !== undefined) return found.value
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  return {
    readLine: () =>
      take((seen) => {
        const end = seen.indexOf('\n')
        return end < 0 ? undefined : { length: end + 1, value: seen.toString('utf8', 0, end) }
      }),
    readBytes: (bytes: number) =>
      take((seen) =>
        seen.length < bytes ? undefined : { length: bytes, value: Buffer.from(seen.subarray(0, bytes)) },
      ),
  }
}

async function failLater(timeoutMs: number, what: string): Promise<never> {
  await sleep(timeoutMs, undefined, { ref: false })
  throw new Error(`${what} within ${Math.round(timeoutMs / 1000)} s`)
}
