import { beforeAll, describe, expect, test } from 'vitest'
import type { Kernel } from '../../model/progress.ts'
import { machineMissing, prepareMachine } from '../../sandbox/machine/script-machine.ts'
import { judgeEvidence } from '../../spec-kit/judge-evidence.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type Files, withIntake } from '../intake/test-submission.ts'
import { findScript } from '../scripts/find-script.ts'
import { runNsenterScript, shows } from './run-nsenter-script.ts'

const missing = await machineMissing(1)
const reason = missing === undefined ? '' : ` [${missing}]`
const signal = new AbortController().signal

async function run(script: string, kernel: Kernel, others: Files = {}) {
  const bench = { kernel, seed: 'test', signal, progress: { message: () => {} } } as unknown as ExerciseBench
  return withIntake({ 'net/nsenter.sh': script, ...others }, async (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    const found = findScript(intake.submission, 'nsenter')
    if (found === undefined) throw new Error('the script was not found')
    return runNsenterScript(bench, intake.submission, found)
  })
}

async function judge(script: string, kernel: Kernel = 'v1', others: Files = {}) {
  const observed = await run(script, kernel, others)
  if (observed.state !== 'seen') throw new Error(JSON.stringify(observed))
  return { facts: observed.facts, ...judgeEvidence(observed.facts) }
}

test('needs a virtual machine, and says how to ask for one', async () => {
  const seen = await run('nsenter -t $1 -n ip addr\n', 'host')
  expect(seen).toMatchObject({ state: 'unavailable', why: expect.stringContaining('--kernel v1') })
})

test.each([
  ['inet 10.1.2.3/16 scope global', true],
  ['10.1.2.3', true],
  ['It is 10.1.2.3.', true],
  ['inet 110.1.2.3/16', false],
  ['inet 10.1.2.33/16', false],
  ['10.1.2.3.4', false],
  ['10.1.213', false],
])('whether %j shows 10.1.2.3: %j', (output, shown) => {
  expect(shows(output, '10.1.2.3')).toBe(shown)
})

describe.skipIf(missing !== undefined)(
  `the handed-in script in a virtual machine${reason}`,
  { timeout: 600_000 },
  () => {
    beforeAll(async () => prepareMachine({ say: () => {}, signal }), 600_000)

    test.concurrent("passes with the handout's transcript, whose process number is a literal", async () => {
      const script = `# 获取容器进程 id
$lsns -t net | grep http-server
4026533216 net       1 34844 root /bin/http-server
# 使用 nsenter 命令进入容器命名空间查看 IP
$nsenter -t 34844 -n ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000
`
      const seen = await judge(script)
      expect(seen).toMatchObject({
        outcome: 'passed',
        facts: { kind: 'script', file: 'net/nsenter.sh', printed: true },
      })
      expect(seen.facts).toMatchObject({
        end: { how: 'exited', exitCode: 0, output: expect.stringMatching(/34844 root/) },
      })
    })

    test.concurrent('passes when it takes the process as its argument, with a script of its own beside it', async () => {
      const script =
        '#!/bin/bash\nset -e\n. ./lib/ask.sh\nsudo nsenter --target "$(ask "$1")" --net ip -4 addr show eth0\n'
      const lib = 'ask() { [ -d "/proc/$1" ] && echo "$1"; }\n'
      expect(await judge(script, 'v2', { 'net/lib/ask.sh': lib })).toMatchObject({ outcome: 'passed' })
    })

    test.concurrent('passes when it builds, starts and asks for the container itself', async () => {
      const script = `docker build -t web:v1 . && docker run -d -p 8080:8080 --name web web:v1
docker ps | grep web
id=$(docker ps -qf name=web)
pid=$(docker inspect -f '{{ .State.Pid }}' $id)
other=$(docker inspect "$id" | grep '"Pid"' | tr -cd 0-9)
[ "$pid" = "$other" ] && [ "$pid" = "$(pidof web)" ] && [ "$pid" = "$(pgrep -x web)" ] || exit 9
nsenter -n -t $pid ifconfig eth0
`
      expect(await judge(script)).toMatchObject({ outcome: 'passed', facts: { end: { exitCode: 0 } } })
    })

    test.concurrent('passes when it asks for the process and opens a shell in its namespace', async () => {
      expect(await judge('read -p "PID: " pid\nnsenter -t $pid -n\n')).toMatchObject({ outcome: 'passed' })
    })

    test.concurrent('fails with its hint when it enters the mount namespace too, which has no ip', async () => {
      const seen = await judge('nsenter -t $1 -a ip addr\n')
      expect(seen).toMatchObject({ outcome: 'failed', reason: 'network.mount-namespace-too' })
    })

    test.concurrent('fails when it prints a constant, or what the machine itself has', async () => {
      const script =
        'ip addr; ip neigh; ip route; cat /proc/net/fib_trie; echo "inet 172.17.0.2/16 scope global eth0 nsenter"\n'
      expect(await judge(script)).toMatchObject({ outcome: 'failed', reason: 'network.script-shows-nothing' })
    })
  },
)
