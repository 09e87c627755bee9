import { type AddressInfo, createServer, type Server } from 'node:net'
import { execa } from 'execa'
import { afterEach, expect, test, vi } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import { skipBecause } from '../test-skip.ts'
import { startContainer } from './container.ts'
import { ownerLabel, runLabel } from './engine.ts'
import { closeGateway, forgetGateway } from './firewall.ts'
import { createNetwork } from './network.ts'
import { prepareObserverTests } from './observer/test-observers.ts'
import { readRules, reapRules } from './owned-rules.ts'

/** A submission's network and the machine that it stands on. */

const root = process.getuid?.() === 0
const tests = prepareObserverTests()
const { boot: limits } = assignmentSchema.shape.limits.parse(undefined)
const disposables: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const dispose of disposables.splice(0).reverse()) await dispose()
})

const otherPorts = [
  22, 53, 80, 111, 443, 631, 2375, 2376, 3000, 3306, 4243, 5000, 5432, 6379, 8080, 8443, 9090, 9229, 9323,
]

test('H84: twenty ports at the gateway are tried, and nothing of this machine is reached', async (context) => {
  if (!root) skipBecause(context, 'firewall rules need root')
  const { connections, said } = await knockAtGateway(async () => {})
  expect(connections).toBe(0)
  expect(said).toContain('tried 20, reached 0')
})

test('H84 control: without the rule, the same program reaches a service of this machine', async (context) => {
  if (!root) skipBecause(context, 'firewall rules need root')
  const { connections, said } = await knockAtGateway((bridge) => forgetGateway(tests.engine, bridge, tests.labels))
  expect(connections).toBeGreaterThan(0)
  expect(said).not.toContain('reached 0')
})

test('H84: the rules of a grader that was killed are removed by the next one, and those of another run are not', async (context) => {
  if (!root) skipBecause(context, 'firewall rules need root')
  const { engine, runId, labels } = tests
  const [gone, other] = ['cg00000000dead', 'cg00000000beef']
  const abandoned = { [runLabel]: `${runId}-gone`, [ownerLabel]: `${labels[ownerLabel]}0` }
  disposables.push(() => forgetGateway(engine, other, labels))
  expect(await closeGateway(engine, gone, abandoned)).toStrictEqual({ closed: true })
  expect(await closeGateway(engine, other, labels)).toStrictEqual({ closed: true })
  await reapRules(engine, async (of) => of[runLabel] === `${runId}-gone` && of[ownerLabel] === abandoned[ownerLabel])
  const bridges = (await rulesNow()).flatMap(({ words }) => words)
  expect(bridges).toContain(other)
  expect(bridges).not.toContain(gone)
})

test('H84: a network takes its rule with it', async (context) => {
  if (!root) skipBecause(context, 'firewall rules need root')
  const run = `${tests.runId}-short`
  const network = await createNetwork(tests.engine, `cgrade-${run}`, { ...tests.labels, [runLabel]: run })
  expect((await rulesNow()).filter((rule) => rule.run === run)).toHaveLength(1)
  await network.remove()
  expect((await rulesNow()).filter((rule) => rule.run === run)).toHaveLength(0)
})

test('H84: a rule that the kernel does not have after it was set is our fault, and no program is started', async () => {
  const { runOnHost } = await import('./host.ts')
  vi.resetModules()
  vi.doMock('./host.ts', () => ({
    runOnHost: async (tool: string, args: string[], options: { asRoot: boolean }) =>
      args.includes('-C')
        ? { ran: true, exitCode: 1, stdout: '', stderr: 'iptables: Bad rule' }
        : args.includes('-I')
          ? { ran: true, exitCode: 0, stdout: '', stderr: '' }
          : runOnHost(tool, args, options),
  }))
  try {
    const { closeGateway: close } = await import('./firewall.ts')
    await expect(close(tests.engine, 'cg0', tests.labels)).rejects.toMatchObject({ code: 'limit.not-in-force' })
  } finally {
    vi.doUnmock('./host.ts')
    vi.resetModules()
  }
})

test('H84: an engine on another machine is told as an open gateway, with the reason', async () => {
  const elsewhere = { ...tests.engine, local: false }
  expect(await closeGateway(elsewhere, 'cg0', tests.labels)).toStrictEqual({
    closed: false,
    why: 'the engine runs on another machine, or without root',
  })
})

test('only rules of ours are read as ours', () => {
  const listing = [
    '-P INPUT ACCEPT',
    '-A INPUT -i cg0a1b -m conntrack ! --ctstate RELATED,ESTABLISHED -m comment --comment "cgrade run-1 vm/b/2/3" -j DROP',
    '-A INPUT -i eth0 -m comment --comment "cgrade run-1 vm/b/2/3" -j DROP',
    '-A INPUT -i cg0a1b -m comment --comment "another program" -j DROP',
    '-A INPUT -i cg0a1b -j DROP',
  ].join('\n')
  const answers = ['-m', 'conntrack', '!', '--ctstate', 'RELATED,ESTABLISHED']
  const comment = ['-m', 'comment', '--comment', 'cgrade run-1 vm/b/2/3']
  const words = ['-i', 'cg0a1b', ...answers, ...comment, '-j', 'DROP']
  expect(readRules(listing)).toStrictEqual([{ words, run: 'run-1', owner: 'vm/b/2/3' }])
})

/** `disarm` is called with the bridge, before the program starts. */
async function knockAtGateway(
  disarm: (bridge: string) => Promise<void>,
): Promise<{ connections: number; said: string }> {
  const { engine, labels, imageId, runId } = tests
  let connections = 0
  const tripWire = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => void tripWire.listen(0, '0.0.0.0', resolve))
  disposables.push(() => closeServer(tripWire))
  const network = await createNetwork(engine, `cgrade-${runId}-${Math.random()}`, labels)
  disposables.push(() => network.remove())
  expect(network.gateway).toStrictEqual({ closed: true })
  const inspected = await engine.docker.getNetwork(network.id).inspect()
  await disarm(inspected.Options?.['com.docker.network.bridge.name'] ?? '')
  const gateway = inspected.IPAM?.Config?.[0]?.Gateway
  const ports = [...otherPorts, (tripWire.address() as AddressInfo).port].join(' ')
  const script = `reached=0; tried=0
for port in ${ports}; do
  (nc -w 1 ${gateway} $port </dev/null >/dev/null 2>&1 && touch /tmp-$port) &
  tried=$((tried + 1))
done
wait; reached=$(ls -d /tmp-* 2>/dev/null | wc -l)
echo tried $tried, reached $reached`
  const order = { imageId, networkName: network.name, env: {}, command: ['sh', '-c', script], limits, labels }
  const start = await startContainer(engine, order)
  if (!start.started) throw new Error(start.engineMessage)
  disposables.push(() => start.container.remove())
  await start.container.log.ended
  return { connections, said: start.container.log.lines.map(({ text }) => text).join('\n') }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()))
}

async function rulesNow() {
  return readRules((await execa('iptables', ['-w', '5', '-S', 'INPUT'])).stdout)
}
