import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type MachineOrder, machineMissing, machineReady, prepareMachine, runInMachine } from './script-machine.ts'

const missing = await machineMissing(1)
const reason = missing === undefined ? '' : ` [${missing}]`
const askedBytes = 104_960_000

beforeAll(async () => {
  if (missing === undefined) await prepareMachine({ say: () => {}, signal: new AbortController().signal })
}, 600_000)

/** Takes two megabytes at a time, as fast as an emulated machine can. */
const startMalloc = `cat >/opt/malloc <<'end'
#!/usr/bin/perl
$0 = './malloc'; $SIG{HUP} = 'IGNORE';
my @held;
while (@held < 110) { push @held, 'x' x 2097152; select undef, undef, undef, 0.1 }
sleep 600;
end
setsid perl /opt/malloc >/dev/null 2>&1 &
sleep 1
`
const waitForTheEnd = 'for try in $(seq 60); do pgrep malloc >/dev/null || break; sleep 0.5; done; echo ended\n'

function orderWith(script: string, more: Partial<MachineOrder> = {}): MachineOrder {
  return {
    cgroup: 1,
    files: [{ path: 'handed in/exercise.sh', text: script, executable: true }],
    prepare: 'true',
    command: ['bash', 'handed in/exercise.sh'],
    observe: 'true',
    timeoutMs: 90_000,
    signal: new AbortController().signal,
    ...more,
  }
}

/** Started by one of these processes: with a kernel on its command line, as against one that is asked for its version. */
async function emulatorsOf(parents: number[]): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [command, stat] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
      ])
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return command.startsWith('qemu-system') && command.includes('-kernel') && parents.includes(parent)
        ? [Number(pid)]
        : []
    }),
  )
  return found.flat()
}

describe.skipIf(missing !== undefined)(`a virtual machine for a script${reason}`, { timeout: 600_000 }, () => {
  test('is ready once it is prepared', async () => {
    expect(await machineReady(1)).toBe(true)
  })

  test.concurrent('runs the commands of the handout on cgroup v1, and its kernel kills the process', async () => {
    const script = `cd /sys/fs/cgroup/memory
mkdir memorydemo
cd memorydemo
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
echo ${askedBytes} > memory.limit_in_bytes
echo 0 > memory.swappiness
`
    const end = await runInMachine(
      orderWith(script + waitForTheEnd, {
        prepare: startMalloc,
        observe:
          'cd /sys/fs/cgroup/memory/memorydemo; grep -H . memory.limit_in_bytes memory.swappiness memory.oom_control',
      }),
    )
    expect(end).toMatchObject({ how: 'exited', exitCode: 0, output: 'ended\n' })
    expect(end.observed).toContain(`memory.limit_in_bytes:${askedBytes}`)
    expect(end.observed).toContain('memory.swappiness:0')
    expect(end.observed).toContain('memory.oom_control:oom_kill 1')
  })

  test.concurrent('runs the same in the spelling of cgroup v2', async () => {
    const script = `mkdir /sys/fs/cgroup/memorydemo
cd /sys/fs/cgroup/memorydemo
pidof -x malloc > cgroup.procs || pgrep malloc > cgroup.procs
echo ${askedBytes} > memory.max
echo 0 > memory.swap.max
`
    const end = await runInMachine(
      orderWith(script + waitForTheEnd, {
        cgroup: 2,
        prepare: startMalloc,
        observe: 'stat -f -c %T /sys/fs/cgroup; cd /sys/fs/cgroup/memorydemo; grep -H . memory.max memory.events',
      }),
    )
    expect(end).toMatchObject({ how: 'exited', exitCode: 0, output: expect.stringMatching(/ended\n$/) })
    // In pages.
    expect(end.observed).toContain(`memory.max:${askedBytes}`)
    expect(end.observed).toContain('memory.events:oom_kill 1')
  })

  test.concurrent('is looked at after a script that destroys all it can reach', async () => {
    const script = `echo begun
reboot; reboot -f; busybox reboot -f; busybox poweroff -f; echo b >/proc/sysrq-trigger
mkdir /sys/fs/cgroup/memory/mine
kill -9 -1
yes endless
rm -rf --no-preserve-root /bin /usr /lib /lib64 /etc /home /opt /work /tmp /var /dev
`
    const order = orderWith(script, {
      observe: 'ls -d /sys/fs/cgroup/memory/mine; ls /student; cat /proc/1/comm',
    })
    const end = await runInMachine(order)
    expect(end.how).toBe('exited')
    expect(end.output.slice(0, 100)).toMatch(/^begun\n/)
    expect(end.output.length).toBeLessThanOrEqual(64 * 1024)
    expect(end.output).toContain('bytes left out')
    expect(end.observed).toContain('/sys/fs/cgroup/memory/mine\n')
    expect(end.observed).not.toContain('usr')
  })

  test.concurrent('ends a script that does not end, and keeps what it printed', async () => {
    const script = 'echo "to be seen: $(cat) \u001b[31mred\u001b[0m"; trap "" TERM INT HUP; while :; do sleep 1; done'
    const end = await runInMachine(
      orderWith(script, { timeoutMs: 15_000, stdin: 'given', observe: 'ps | grep -c exercise.sh' }),
    )
    expect(end).toMatchObject({ how: 'timeout', output: 'to be seen: given red\n' })
    expect(end.observed.trim()).toBe('1')
  })

  test.concurrent('a script that takes the whole machine down ends it, and nothing is seen', async () => {
    const end = await runInMachine(
      orderWith('umount /proc/sysrq-trigger; echo b >/proc/sysrq-trigger; sleep 20', { observe: 'echo seen' }),
    )
    expect(end).toMatchObject({ how: 'exited', output: '', observed: '' })
  })

  test.concurrent('a scene of ours that cannot be set is our fault', async () => {
    const order = orderWith('true', { prepare: 'echo no such thing\nfalse\n' })
    await expect(runInMachine(order)).rejects.toMatchObject({
      code: 'engine.failed',
      message: expect.stringContaining('no such thing'),
    })
  })

  test.concurrent('is gone when it is interrupted', async () => {
    const stop = new AbortController()
    const running = expect(runInMachine(orderWith('sleep 100', { signal: stop.signal }))).rejects.toThrow()
    await sleep(2_000)
    stop.abort()
    await running
  })

  test.concurrent('dies with the grader', async () => {
    const program = `import { runInMachine } from './script-machine.ts'
await runInMachine({ cgroup: 1, files: [], prepare: 'true', command: ['sleep', '500'], observe: '', timeoutMs: 500000, signal: new AbortController().signal })`
    const grader = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      cwd: import.meta.dirname,
      stdio: 'ignore',
    })
    const pid = grader.pid ?? 0
    const emulators: number[] = []
    try {
      for (let asked = 0; asked < 100 && emulators.length === 0; asked += 1) {
        await sleep(200)
        emulators.push(...(await emulatorsOf([pid])))
      }
      expect(emulators).toHaveLength(1)
      // It gives its last rights away itself, when it has read its arguments.
      const rights = async () => readFile(`/proc/${emulators[0]}/status`, 'utf8')
      await vi.waitFor(async () => expect(await rights()).toMatch(/^Seccomp:\s+2$/m), { timeout: 30_000 })
      expect(await rights()).toMatch(/^NoNewPrivs:\s+1$/m)
      if (process.getuid?.() === 0) expect(await rights()).toMatch(/^Uid:\s+65534\s+65534\s+65534\s+65534$/m)
    } finally {
      grader.kill('SIGKILL')
      await once(grader, 'close')
    }
    for (let asked = 0; asked < 50 && (await isThere(emulators[0] ?? 0)); asked += 1) await sleep(100)
    expect(await isThere(emulators[0] ?? 0)).toBe(false)
  })

  test('leaves no emulator behind', async () => {
    expect(await emulatorsOf([process.pid])).toEqual([])
  })
})

async function isThere(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !stat.includes(') Z ')
}
