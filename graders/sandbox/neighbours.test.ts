import { afterEach, beforeAll, expect, test } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import { createBaseImages } from './bases/base-images.ts'
import { type StudentContainer, startContainer } from './container.ts'
import { createNetwork } from './network.ts'
import { prepareObserverTests } from './observer/test-observers.ts'

/** Two submissions at the same time: none can find, hear or be taken for the other. */

const tests = prepareObserverTests()
const { boot: limits } = assignmentSchema.shape.limits.parse(undefined)
let python = ''
const disposables: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const { engine, labels } = tests
  const bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
  python = (await bases.prepare('python:3.11-slim', {})).id
})
afterEach(async () => {
  for (const dispose of disposables.splice(0).reverse()) await dispose()
})

test('H72: two submissions that try six ways to meet never have a word of each other', async () => {
  const listener = await start(['python3', '-c', meeting, 'A', '127.0.0.1', '12'])
  const caller = await start(['python3', '-c', meeting, 'B', listener.address, '6'])
  const said = await saidBy(listener, caller)
  expect(said.match(/began/g)).toHaveLength(2)
  expect(said).not.toContain('met by')
})

test('H72 control: the same two programs meet where they share one container', async () => {
  const both = `python3 -c "$0" A 127.0.0.1 8 & python3 -c "$0" B 127.0.0.1 5; wait`
  const said = await saidBy(await start(['sh', '-c', both, meeting]))
  for (const way of ['abstract socket', 'shared memory', 'tcp', 'udp']) expect(said).toContain(`met by ${way}`)
})

test('H85: while a submission is graded nobody else can have its address, though its server has died', async () => {
  const { engine, labels, runId } = tests
  const network = await createNetwork(engine, `cgrade-${runId}-a`, labels)
  const dying = await start(['sh', '-c', serveNonce('nonce-of-a')], network.name)
  const { address } = dying
  await answerOf(address, (answer) => answer === 'nonce-of-a')
  const { IPAM } = await engine.docker.getNetwork(network.id).inspect()
  await dying.kill()

  const same = { Name: `cgrade-${runId}-b`, Driver: 'bridge', Internal: true, Labels: labels, IPAM }
  await expect(engine.docker.createNetwork(same)).rejects.toThrow(/overlap/i)
  const neighbour = await start(['sh', '-c', serveNonce('nonce-of-b')])
  await answerOf(neighbour.address, (answer) => answer === 'nonce-of-b')
  expect(await ask(address)).toBeUndefined()
  expect((await dying.state()).running).toBe(false)
})

test("H85 control: an address that was let go is somebody else's at once", async () => {
  const { engine, labels, runId } = tests
  const network = await createNetwork(engine, `cgrade-${runId}-c`, labels)
  const gone = await start(['sleep', '60'], network.name)
  const { IPAM } = await engine.docker.getNetwork(network.id).inspect()
  await gone.remove()
  await network.remove()

  const same = { Name: `cgrade-${runId}-d`, Driver: 'bridge', Internal: true, Labels: labels, IPAM }
  const taken = await engine.docker.createNetwork(same)
  disposables.push(() => taken.remove())
  const heir = await start(['sh', '-c', serveNonce('nonce-of-b')], same.Name)
  expect(heir.address).toBe(gone.address)
  await answerOf(gone.address, (answer) => answer === 'nonce-of-b')
})

test('H85: a container cannot be started on the network of another submission by what its image says', async () => {
  const { engine } = tests
  const [one, other] = [await start(['sleep', '60']), await start(['sleep', '60'])]
  const networks = await Promise.all(
    [one, other].map(async ({ id }) => {
      const { NetworkSettings } = await engine.docker.getContainer(id).inspect()
      return Object.values(NetworkSettings.Networks).map(({ NetworkID }) => NetworkID)
    }),
  )
  expect(networks[0]).toHaveLength(1)
  expect(networks[1]).toHaveLength(1)
  expect(networks[0]).not.toStrictEqual(networks[1])
})

/** On a network of its own, unless one is named. */
async function start(command: string[], networkName?: string): Promise<StudentContainer> {
  const { engine, labels, runId } = tests
  let name = networkName
  if (name === undefined) {
    const network = await createNetwork(engine, `cgrade-${runId}-${Math.random()}`, labels)
    disposables.push(() => network.remove())
    name = network.name
  }
  const started = await startContainer(engine, { imageId: python, networkName: name, env: {}, command, limits, labels })
  if (!started.started) throw new Error(started.engineMessage)
  disposables.push(() => started.container.remove())
  return started.container
}

async function saidBy(...containers: StudentContainer[]): Promise<string> {
  await Promise.all(containers.map(({ log }) => log.ended))
  return containers.flatMap(({ log }) => log.lines.map(({ text }) => text)).join('\n')
}

async function ask(address: string): Promise<string | undefined> {
  const response = await fetch(`http://${address}:8000/`, { signal: AbortSignal.timeout(1_500) }).catch(() => undefined)
  return response?.text()
}

async function answerOf(address: string, holds: (answer: string | undefined) => boolean): Promise<void> {
  await expect.poll(async () => holds(await ask(address)), { timeout: 15_000, interval: 200 }).toBe(true)
}

function serveNonce(nonce: string): string {
  return `mkdir /www && cd /www && printf ${nonce} > index.html && exec python3 -m http.server 8000`
}

/** Tells each nonce of the other that comes in by one of six ways. Arguments: own name, the other's address, seconds. */
const meeting = `
import ctypes, os, socket, sys, threading, time
me, peer, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
other = 'B' if me == 'A' else 'A'
mine, theirs = 'nonce-' + me, 'nonce-' + other
met = set()
def meet(way, data):
    if theirs.encode() in data and way not in met:
        met.add(way)
        print('met by', way, flush=True)
def hear(way, sock, stream=False):
    while True:
        try:
            if stream:
                with sock.accept()[0] as line: meet(way, line.recv(99))
            else: meet(way, sock.recv(99))
        except OSError: return
def listen(way, family, kind, address):
    try:
        sock = socket.socket(family, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        if kind == socket.SOCK_STREAM: sock.listen()
        threading.Thread(target=hear, args=(way, sock, kind == socket.SOCK_STREAM), daemon=True).start()
    except OSError as error: print(way, error, flush=True)
def send(family, kind, address, broadcast=False):
    try:
        with socket.socket(family, kind) as sock:
            sock.settimeout(1)
            if broadcast: sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            if kind == socket.SOCK_STREAM:
                sock.connect(address)
                sock.send(mine.encode())
            else: sock.sendto(mine.encode(), address)
    except OSError: pass
libc = ctypes.CDLL(None, use_errno=True)
listen('abstract socket', socket.AF_UNIX, socket.SOCK_DGRAM, '\\0meet-' + me)
if me == 'A':
    listen('tcp', socket.AF_INET, socket.SOCK_STREAM, ('0.0.0.0', 4000))
    listen('udp', socket.AF_INET, socket.SOCK_DGRAM, ('0.0.0.0', 4001))
    if hasattr(socket, 'AF_VSOCK'): listen('vsock', socket.AF_VSOCK, socket.SOCK_STREAM, (socket.VMADDR_CID_ANY, 4002))
print('began', flush=True)
end = time.time() + seconds
while time.time() < end:
    send(socket.AF_UNIX, socket.SOCK_DGRAM, '\\0meet-' + other)
    open('/dev/shm/meet-' + me, 'w').write(mine)
    try: meet('shared memory', open('/dev/shm/meet-' + other, 'rb').read())
    except OSError: pass
    # add_key to the keyring of the user, and a search for the other's.
    libc.syscall(248, b'user', ('meet-' + me).encode(), mine.encode(), len(mine), -4)
    key = libc.syscall(250, 10, -4, b'user', ('meet-' + other).encode(), 0)
    if key > 0:
        text = ctypes.create_string_buffer(99)
        libc.syscall(250, 11, key, text, 99)
        meet('keyring', text.value)
    if me == 'B':
        send(socket.AF_INET, socket.SOCK_STREAM, (peer, 4000))
        for address in (peer, '255.255.255.255', peer.rsplit('.', 1)[0] + '.255'):
            send(socket.AF_INET, socket.SOCK_DGRAM, (address, 4001), True)
        if hasattr(socket, 'AF_VSOCK'):
            for cid in (1, 2): send(socket.AF_VSOCK, socket.SOCK_STREAM, (cid, 4002))
    time.sleep(0.2)
`
