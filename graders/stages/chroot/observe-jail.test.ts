import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict } from '../../model/verdict.ts'
import { PrerequisiteMissing } from '../../spec-kit/check.ts'
import { judgeConfinement, judgeJail } from '../../spec-kit/judge-jail.ts'
import { onlyNightly } from '../../test-skip.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { observeJail, otherSystem } from './observe-jail.ts'
import { containersLeft, openChrootBench, withSubmission } from './test-chroot.ts'

let bench: ExerciseBench & AsyncDisposable

beforeAll(async () => {
  bench = await openChrootBench()
})
afterAll(async () => {
  expect(await containersLeft(bench)).toBe(0)
  await bench[Symbol.asyncDispose]()
})

/** The handout's first block, as it is. */
const handout = `# 建立 chroot 所需的目录
export path=/tmp/mypath
mkdir -p $path
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64,etc,var}

# 拷贝所需命令都目录里
cp -vf /bin/{bash,ls} $path/bin

# 拷贝依赖库
list=\`ldd /bin/ls | egrep -o '/lib.*\\.[0-9]'\`
for i in $list; do sudo cp -vf $i $path/$i; done
list=\`ldd /bin/bash | egrep -o '/lib.*\\.[0-9]'\`
for i in $list; do sudo cp -vf $i $path/$i; done

# chroot 进入环境，只能执行 ls 和 bash 命令
chroot $path /bin/bash
`

async function grade(text: string, timeoutMs = 60_000) {
  const observation = await withSubmission({ 'module3/chroot.sh': text }, (submission) =>
    observeJail(bench, submission, { path: 'module3/chroot.sh', text, notes: [] }, timeoutMs),
  )
  if (observation.state === 'failed') return { jail: observation.fault, facts: undefined, confined: undefined }
  if (observation.state !== 'seen') throw new Error(JSON.stringify(observation))
  const { facts } = observation
  return { facts, jail: judgeJail(facts), confined: orSkipped(() => judgeConfinement(facts)) }
}

function orSkipped(judge: () => Verdict): Verdict | 'skipped' {
  try {
    return judge()
  } catch (thrown) {
    if (thrown instanceof PrerequisiteMissing) return 'skipped'
    throw thrown
  }
}

/** The corpus judges such scripts as well: every second one is left to the nightly. */
const numbered = <T extends unknown[]>(all: T[]) => all.map((one, at): [...T, number] => [...one, at])
const isLeft = (at: number) => at % 2 === 1

test("the handout's first block, pasted as it is, gets full points", async () => {
  const { facts, jail, confined } = await grade(handout)
  expect(facts).toMatchObject({ root: '/tmp/mypath', otherCommands: [], outsideSeen: [] })
  expect(jail).toMatchObject({ outcome: 'passed' })
  expect(confined).toMatchObject({ outcome: 'passed' })
})

const right: [string, string, Record<string, unknown>][] = [
  [
    'tidies up after itself',
    `set -eu\n${handout.replace('chroot $path /bin/bash', 'chroot $path /bin/bash; sudo rm -rf $path')}`,
    {},
  ],
  [
    'works in its own folder, with ldd and awk, and mounts what cannot be mounted',
    `#!/bin/bash
set -euo pipefail
cd "$(dirname "$0")"
root=./jail
mkdir -p "$root"/{bin,lib,lib64,proc,dev}
for program in bash ls; do
  cp "$(command -v $program)" "$root/bin/"
  ldd "$(command -v $program)" | awk '/=>/ {print $3} /ld-linux/ {print $1}' | while read -r library; do
    install -D "$library" "$root$library"
  done
done
mount -t proc proc "$root/proc"
mknod -m 666 "$root/dev/null" c 1 3
sudo chroot "$root" /bin/bash -c 'ls /'
umount "$root/proc"`,
    { root: '/home/student/work/module3/jail', otherCommands: [] },
  ],
  [
    'never calls chroot, and keeps the layout of a merged /usr',
    'r=/srv/root; mkdir -p $r/usr/bin; ln -s usr/bin $r/bin; cp /bin/bash /bin/ls $r/usr/bin; for l in $(ldd /bin/bash /bin/ls | grep -o "/lib[^ ]*"); do cp --parents $l $r; done',
    { root: '/srv/root' },
  ],
  [
    'binds the libraries into the root instead of copying them',
    'set -e; r=/tmp/b; mkdir -p $r/{bin,lib,lib64,proc}; cp /bin/{bash,ls} $r/bin; mount --bind /lib $r/lib; mount -o bind,ro /lib64 $r/lib64; mount -t proc none $r/proc; mount --bind /proc $r/proc; chroot $r /bin/bash; umount $r/{lib,lib64,proc}',
    { root: '/tmp/b' },
  ],
  [
    'asks for the folder',
    `[ $# -eq 1 ] || { echo "usage: $0 FOLDER"; exit 2; }\n${handout.replace('/tmp/mypath', '$1')}`,
    { root: '/tmp/newroot', notes: ['It was given `/tmp/newroot` as its argument.'] },
  ],
  [
    'names the libraries as they are called on CentOS',
    'j=/tmp/j; mkdir -p $j/{bin,lib64}; cp /bin/{bash,ls} $j/bin; cp /lib64/{ld-linux-x86-64.so.2,libc.so.6,libtinfo.so.6} $j/lib64; cp /lib64/libselinux.so.1 /lib64/libpcre2-8.so.0 $j/lib64; chroot $j',
    { root: '/tmp/j', otherCommands: [] },
  ],
  ['copies sh and cat as well', `${handout}cp /bin/sh /bin/cat $path/bin`, { otherCommands: ['cat', 'sh'] }],
]
test.for(numbered(right))('a script passes that %s', async ([, text, seen, at], context) => {
  if (isLeft(at)) onlyNightly(context)
  const { facts, jail, confined } = await grade(text)
  expect(jail).toMatchObject({ outcome: 'passed' })
  expect(confined).toMatchObject({ outcome: 'passed' })
  expect(facts).toMatchObject(seen)
})

const withoutLibraries = 'mkdir -p /tmp/j/bin; cp /bin/bash /bin/ls /tmp/j/bin; chroot /tmp/j /bin/bash'
const libraries = 'for l in $(ldd /bin/bash /bin/ls | grep -o "/lib[^ ]*"); do cp --parents $l /tmp/j; done'

const wrong: [string, string, string][] = [
  ['copies no libraries', withoutLibraries, 'chroot.missing-library'],
  [
    'copies the libraries of bash alone',
    `${withoutLibraries}; cd /tmp; for l in $(ldd /bin/bash | grep -o "/lib[^ ]*"); do cp --parents $l /tmp/j; done`,
    'chroot.missing-library',
  ],
  ['forgets ls', `mkdir -p /tmp/j/bin; cp /bin/bash /tmp/j/bin; ${libraries}`, 'chroot.no-ls'],
  ['forgets bash', `mkdir -p /tmp/j/bin; cp /bin/ls /tmp/j/bin; ${libraries}`, 'chroot.no-bash'],
  [
    'links to the bash outside',
    `${withoutLibraries}; ${libraries}; ln -sf /bin/bash /tmp/j/bin/bash`,
    'chroot.no-bash',
  ],
  [
    'prints what it should show',
    'echo "bin  etc  lib  lib64  var"; echo "bash: cat: command not found"',
    'chroot.no-root',
  ],
  ['enters the root of the sandbox', 'chroot / /bin/bash', 'chroot.sees-outside'],
  [
    'has an ls that knows what to print',
    `${withoutLibraries}; ${libraries}; printf '#!/bin/bash\necho bin; echo lib; echo lib64\n' > /tmp/j/bin/ls`,
    'chroot.wrong-list',
  ],
  [
    'has a FIFO in the place of ls',
    `${withoutLibraries}; ${libraries}; rm /tmp/j/bin/ls; mkfifo /tmp/j/bin/ls`,
    'chroot.no-ls',
  ],
  [
    'replaces the chroot and bash of its sandbox',
    'echo "echo 7" > /usr/sbin/chroot; cp /bin/true /bin/bash; mkdir -p /tmp/j; chroot /tmp/j',
    'chroot.no-bash',
  ],
  [
    'makes a root of very many files',
    `${withoutLibraries}; ${libraries}; cd /tmp/j; touch $(seq 30000)`,
    'chroot.too-large',
  ],
  [
    'makes a root of links in a circle',
    'mkdir /tmp/j; cd /tmp/j; ln -s b bin; ln -s bin b; chroot /tmp/j /bin/bash',
    'chroot.no-bash',
  ],
  ['deletes everything', 'rm -rf --no-preserve-root /bin /usr /lib /tmp', 'chroot.no-root'],
]
test.for(numbered(wrong))('a script fails that %s', async ([, text, reason, at], context) => {
  if (isLeft(at)) onlyNightly(context)
  const { jail, confined } = await grade(text)
  expect(jail).toMatchObject({ reason })
  expect(confined === undefined || confined === 'skipped').toBe(true)
})

test('a script that copies the whole of /bin made a root, and not one that confines', async () => {
  const { facts, jail, confined } = await grade(
    `mkdir -p /tmp/j/bin; cp /bin/* /tmp/j/bin; ${libraries}; chroot /tmp/j /bin/bash`,
  )
  expect(jail).toMatchObject({ outcome: 'passed' })
  expect(confined).toMatchObject({ reason: 'chroot.more-commands' })
  expect(facts?.otherCommands).toContain('cat')
})

test('a script that never ends is judged by what it left', async () => {
  const waiting = `${withoutLibraries}; ${libraries}; (yes & yes) & sleep 3600`
  expect(await grade(waiting, 10_000)).toMatchObject({ jail: { outcome: 'passed' } })
  expect(await grade('sleep 3600', 1_000)).toMatchObject({ jail: { reason: 'script.timeout' }, confined: 'skipped' })
})

test('what cannot be copied, or would run with the rights of another, stays behind', async () => {
  const { facts, jail } = await grade(
    `${withoutLibraries}; ${libraries}; chmod 4755 /tmp/j/bin/ls; mkfifo /tmp/j/pipe; ln -s / /tmp/j/out; ln /tmp/j/bin/ls /tmp/j/bin/twin; truncate -s 300M /tmp/j/zeros`,
  )
  expect(jail).toMatchObject({ outcome: 'passed' })
  expect(facts?.present).toContain('out')
  expect(facts?.present).not.toContain('pipe')
})

test("a script that names libraries of another system, and makes no root here, is nobody's fault", async () => {
  const text = `${withoutLibraries}; mkdir /tmp/j/lib64; cp /lib64/{ld-linux-x86-64.so.2,libc.so.6,libtinfo.so.5} /tmp/j/lib64`
  const observation = await withSubmission({ 'chroot.sh': text }, (submission) =>
    observeJail(bench, submission, { path: 'chroot.sh', text, notes: [] }),
  )
  expect(observation).toMatchObject({ state: 'unavailable', why: expect.stringContaining('`/lib64/libtinfo.so.5`') })
  expect(otherSystem(handout, 'aarch64', [])).toContain('aarch64')
  expect(otherSystem(handout, 'x86_64', [])).toBeUndefined()
})
