import { expect, test } from 'vitest'
import { type Files, withIntake } from '../intake/test-submission.ts'
import { type FoundScript, findScript, type ScriptPurpose } from './find-script.ts'

const cgroup = `cd /sys/fs/cgroup/memory
mkdir memorydemo && cd memorydemo
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
echo 104960000 > memory.limit_in_bytes
`
const cgroupV2 = `echo 104960000 | sudo tee /sys/fs/cgroup/demo/memory.max
echo $(pidof malloc) | sudo tee /sys/fs/cgroup/demo/cgroup.procs
`
const nsenter = '#!/bin/bash\nnsenter -t $1 -n ip addr\n'
const jail = `export path=/tmp/mypath
mkdir -p $path/{bin,lib64}
cp -vf /bin/{bash,ls} $path/bin
list=\`ldd /bin/ls | egrep -o '/lib.*\\.[0-9]'\`
for i in $list; do sudo cp -vf $i $path/$i; done
chroot $path /bin/bash
`
const image = `docker pull busybox
docker image save busybox -o busybox.tar
mkdir -p /tmp/x/busybox
tar -xf busybox.tar -C /tmp/x/busybox/
cd /tmp/x/busybox/2461e071
tar -xf layer.tar
chroot /tmp/x/busybox/2461e071 /bin/sh
`

async function find(purpose: ScriptPurpose, files: Files): Promise<FoundScript | undefined> {
  return withIntake({ 'main.go': 'package main', ...files }, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    return findScript(intake.submission, purpose)
  })
}

test.each<[ScriptPurpose, string, string]>([
  ['cgroup', 'cgroup.sh', cgroup],
  ['cgroup', '3.1/CGroup.SH', cgroupV2],
  ['cgroup', 'memory/limit.sh', cgroup],
  ['cgroup', 'oom.bash', 'cgcreate -g memory:demo\n'],
  ['cgroup', 'run.sh', cgroup],
  ['cgroup', '练习3.1', cgroupV2],
  ['cgroup', 'run.sh', 'systemd-run --scope -p MemoryMax=104960000 ./malloc\n'],
  ['cgroup', 'cgroup.sh', 'echo nothing to see\n'],
  ['nsenter', 'nsenter.sh', nsenter],
  ['nsenter', 'scripts/show-ip.sh', nsenter],
  ['nsenter', 'netns', nsenter],
  ['nsenter', 'a.sh', 'ip netns exec web ip addr\n'],
  ['nsenter', 'a.sh', 'nsenter --target 7 --net ip a\n'],
  ['nsenter', 'nsenter.sh', 'docker exec web ip addr\n'],
  ['chroot', 'chroot.sh', jail],
  ['chroot', 'jail.sh', jail],
  ['chroot', '3.3.sh', jail],
  ['chroot', 'my-jail.run', `#!/usr/bin/env bash\n${jail}`],
  ['rootfs', 'rootfs.sh', image],
  ['rootfs', 'busybox.sh', image],
  ['rootfs', 'b', image],
  ['rootfs', 'x.sh', 'docker export $(docker create busybox) | tar -x -C r\n'],
])('finds a script for %s in `%s`', async (purpose, path, text) => {
  expect(await find(purpose, { [path]: text })).toMatchObject({ path, text })
})

test.each<[ScriptPurpose, string, string]>([
  ['cgroup', 'README.md', `\`\`\`bash\n${cgroup}\`\`\`\n`],
  ['cgroup', 'cgroup.txt', cgroup],
  ['cgroup', 'vendor/x/cgroup.sh', cgroup],
  ['cgroup', '.github/cgroup.sh', cgroup],
  ['cgroup', 'cgroup.sh', '#!/bin/bash\n# not done\n'],
  ['cgroup', 'cgroup.sh', ' '.repeat(70_000) + cgroup],
  ['cgroup', 'docker-entrypoint.sh', 'limit=$(cat /sys/fs/cgroup/memory.max)\nexec /server\n'],
  ['cgroup', 'memory.sh', './malloc\n'],
  ['cgroup', 'cgroup.go', cgroup],
  ['cgroup', 'cgroup.py', '#!/usr/bin/env python3\nopen("cgroup.procs")\n'],
  ['cgroup', 'cgroup', '\x7fELF\0cgroup.procs memory.max=\n'],
  ['nsenter', 'run.sh', 'docker run -d http-server\ncurl localhost\n'],
  ['nsenter', 'Makefile', nsenter],
  ['nsenter', 'run.sh', '# nsenter -t 1 -n ip addr\ndocker run x\n'],
  ['chroot', 'chroot.sh', image],
  ['chroot', 'Dockerfile', `FROM debian\nRUN cp -r / /x && chroot /x ls\n`],
  ['rootfs', 'chroot.sh', jail],
  ['nsenter', 'cgroup.sh', cgroup + nsenter],
  ['chroot', 'rootfs.sh', 'mkdir -p r\ncp x r\nchroot r /bin/sh\n'],
  ['rootfs', 'image.sh', 'echo building\n'],
])('finds none for %s in `%s` (%#)', async (purpose, path, text) => {
  expect(await find(purpose, { [path]: text })).toBeUndefined()
})

test('takes the one that cgrade.yml names, before all others', async () => {
  const found = await find('cgroup', {
    'cgroup.sh': cgroup,
    'other/my.txt': 'echo mine\n',
    'cgrade.yml': 'memory: {script: other/my.txt}\n',
  })
  expect(found).toMatchObject({ path: 'other/my.txt', text: 'echo mine\n', notes: ['`cgrade.yml` names it.'] })
})

test('looks below the folder that cgrade.yml names for the root of an image', async () => {
  const files = { 'rootfs.sh': image, 'mine/b.sh': image, 'cgrade.yml': 'chroot: {rootfs: mine}\n' }
  expect(await find('rootfs', files)).toMatchObject({ path: 'mine/b.sh' })
})

test('prefers the name that is asked for, then commands, then what lies nearer to the root', async () => {
  expect(await find('cgroup', { 'a.sh': cgroup, 'deep/er/cgroup.sh': cgroup })).toMatchObject({
    path: 'deep/er/cgroup.sh',
  })
  expect(await find('cgroup', { 'x/run.sh': cgroup, 'cgroup.sh': './malloc\n' })).toMatchObject({ path: 'x/run.sh' })
  expect(await find('cgroup', { 'x/run.sh': cgroup, 'start.sh': cgroup })).toMatchObject({ path: 'start.sh' })
})

test('tells why it was taken, and which were not', async () => {
  const found = await find('nsenter', { 'nsenter.sh': nsenter, 'x/ip.sh': nsenter })
  expect(found?.notes).toEqual([
    '`nsenter.sh` was taken for it by its name and its commands (`nsenter -t $1 -n`).',
    'Not taken, as they fit less well: `x/ip.sh`. To choose another, write `network: {script: <path>}` into `cgrade.yml`.',
  ])
})

test('tells what was made of a terminal session', async () => {
  const found = await find('nsenter', {
    'nsenter.sh': '$lsns -t net\r\n4026 net\r\n$nsenter -t 34844 -n ip addr\r\n1: lo\r\n',
  })
  expect(found?.text).toBe('lsns -t net\nnsenter -t 34844 -n ip addr\n')
  expect(found?.notes.join('\n')).toMatch(/Windows line ends.*\n.*terminal session.*2 lines of output/)
})

test('takes both blocks of one chroot.sh apart', async () => {
  const files = { 'chroot.sh': `#!/bin/bash\n# 3.3\n${jail}\n# 第二种\n${image}` }
  expect((await find('chroot', files))?.text).toBe(`#!/bin/bash\n# 3.3\n${jail}`)
  expect((await find('rootfs', files))?.text).toBe(`#!/bin/bash\nexport path=/tmp/mypath\n\n# 第二种\n${image}`)
})

test('takes the second block of chroot.sh only where no other script unpacks an image', async () => {
  const files = { 'chroot.sh': jail + image, 'unpack/go.sh': image }
  expect(await find('rootfs', files)).toMatchObject({ path: 'unpack/go.sh' })
  expect(await find('chroot', files)).toMatchObject({ path: 'chroot.sh', text: jail })
})

test('finds every exercise in one script of all', async () => {
  const files = { 'module3.sh': cgroup + nsenter + jail + image }
  for (const purpose of ['cgroup', 'nsenter', 'chroot', 'rootfs'] as const)
    expect(await find(purpose, files)).toMatchObject({ path: 'module3.sh' })
})

test('answers on hostile scripts', async () => {
  const texts = ['>', 'tee ', 'cp ', 'ldd\ncp ', '\n', ' ', 'nsenter ', 'docker ', 'x()', 'for ', '{ '].map((piece) =>
    piece.repeat(65_000 / piece.length),
  )
  const files = Object.fromEntries(
    texts.flatMap((text, index) => [
      [`${index}.sh`, text],
      [`${index}/chroot.sh`, text],
    ]),
  )
  for (const purpose of ['cgroup', 'nsenter', 'chroot', 'rootfs'] as const) await find(purpose, files)
})
