import { Readable } from 'node:stream'
import { extract, pack } from 'tar-stream'
import { afterAll, expect, test } from 'vitest'
import { createBaseImages } from '../bases/base-images.ts'
import { connectEngine, ownerLabel, ownerOfThisProcess, runLabel } from '../engine.ts'
import { openScriptBox, type ScriptBoxOrder, scriptBoxMissing } from './script-box.ts'

const engine = await connectEngine()
const labels = { [runLabel]: `script-box-test-${process.pid}`, [ownerLabel]: await ownerOfThisProcess() }
const bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
const limits = { memoryBytes: 256 * 1024 ** 2, pids: 64, outputBytes: 64 * 1024 }
const order: ScriptBoxOrder = { engine, bases, labels, limits, signal: new AbortController().signal }

afterAll(() => bases.dispose())

async function containersLeft(): Promise<number> {
  const filters = { label: [`${runLabel}=${labels[runLabel]}`] }
  return (await engine.docker.listContainers({ all: true, filters })).length
}

test('boxes can be had here', { timeout: 300_000 }, async () => {
  expect(await scriptBoxMissing(order)).toBeUndefined()
})

test('runs a program as root, gives it its input, and tells both its streams and its exit code', async () => {
  await using box = await openScriptBox(order)
  const run = await box.run(['bash', '-c', 'id -un; read -r line; echo "got $line" >&2; sudo -E -u root pwd; exit 7'], {
    stdin: 'hello\n',
    folder: '/tmp',
    timeoutMs: 10_000,
  })
  expect(run).toMatchObject({ how: 'exited', exitCode: 7 })
  expect(run.output.split('\n').sort()).toEqual(['', '/tmp', 'got hello', 'root'])
})

test('has the tools of the handout, and nothing to go elsewhere with', async () => {
  await using box = await openScriptBox(order)
  const tools =
    'bash ps pgrep pidof grep egrep awk sed ldd tar gzip jq lsns nsenter chroot ip cgcreate cgexec killall top'
  const run = await box.run(
    ['bash', '-c', `command -v ${tools} | wc -l; grep CapEff /proc/1/status; ip -o link | wc -l`],
    {
      timeoutMs: 10_000,
    },
  )
  const [found, capabilities, links] = run.output.trim().split('\n')
  expect(found).toBe(String(tools.split(' ').length))
  expect(capabilities).toMatch(/00000000000000fb$/)
  expect(links).toBe('1')
})

test('files are put into a folder that it makes, changes are told, and a path is read back', async () => {
  await using box = await openScriptBox(order)
  const tar = pack()
  tar.entry({ name: 'notes.txt' }, 'from us')
  tar.finalize()
  await box.put(Readable.from(tar), '/home/student/work')
  const run = await box.run(
    ['bash', '-c', 'cat notes.txt; mkdir out; touch "out/a\\"b" out/c; rm /etc/motd /etc/issue'],
    {
      folder: '/home/student/work',
      timeoutMs: 10_000,
    },
  )
  expect(run.output).toContain('from us')
  const changed = await box.changedPaths(100)
  expect(changed).toEqual(expect.arrayContaining(['/home/student/work/notes.txt', '/home/student/work/out/a"b']))
  expect(changed).not.toContain('/etc/issue')
  expect(await box.changedPaths(2)).toHaveLength(2)
  const names: string[] = []
  for await (const entry of (await box.read('/home/student/work/out')).pipe(extract())) {
    names.push(entry.header.name)
    entry.resume()
  }
  expect(names.sort()).toEqual(['out/', 'out/a"b', 'out/c'])
})

test('what a script leaves in the background goes on, and its output is not waited for', async () => {
  await using box = await openScriptBox(order)
  const run = await box.run(['bash', '-c', 'sleep 30 & echo started'], { timeoutMs: 20_000 })
  expect(run).toMatchObject({ how: 'exited', exitCode: 0, output: 'started\n' })
  const second = await box.run(['pgrep', 'sleep'], { timeoutMs: 20_000 })
  expect(second.output).toMatch(/^\d+\n$/)
})

test.each([
  ['a fork bomb', 'b() { b | b & }; b; sleep 100'],
  ['endless output', 'yes'],
  ['one that ends all it can', 'trap "" TERM; kill -9 1; kill -9 -1; sleep 100'],
  ['one that stops its own sandbox', 'kill -STOP 1; kill -USR1 1; sleep 100'],
])('%s ends with its time, and the box can still be looked at', async (_name, script) => {
  await using box = await openScriptBox(order)
  const run = await box.run(['bash', '-c', `touch /home/student/seen; ${script}`], { timeoutMs: 2_000 })
  expect(run.output.length).toBeLessThan(limits.outputBytes + 100)
  expect(await box.changedPaths(100)).toContain('/home/student/seen')
  const left = await box.run(['ps', '-eo', 'comm='], { timeoutMs: 10_000 })
  expect(left.output).toBe('perl\nps\n')
})

test('is ended early when all was seen', async () => {
  await using box = await openScriptBox(order)
  const run = await box.run(['sleep', '100'], { timeoutMs: 60_000, until: async () => true })
  expect(run).toMatchObject({ how: 'stopped', exitCode: 137 })
})

test('one file and all files together are bounded', { timeout: 30_000 }, async () => {
  await using box = await openScriptBox(order)
  const sparse = await box.run(['truncate', '-s', '10G', '/tmp/sparse'], { timeoutMs: 10_000 })
  expect(sparse.exitCode).not.toBe(0)
  const script = 'for i in $(seq 100); do head -c 40000000 /dev/zero > /tmp/$i || exit; done; sleep 100'
  const many = await box.run(['bash', '-c', script], { timeoutMs: 25_000 })
  expect(many.output).toContain('it wrote more than 512 MiB')
})

test('nothing is left of any of them, also when the run is given up', async () => {
  const stop = new AbortController()
  const box = await openScriptBox({ ...order, signal: stop.signal })
  const run = box.run(['sleep', '100'], { timeoutMs: 60_000 })
  setTimeout(() => stop.abort(), 300)
  await expect(run).rejects.toMatchObject({ code: 'interrupted' })
  await box[Symbol.asyncDispose]()
  expect(await containersLeft()).toBe(0)
})
