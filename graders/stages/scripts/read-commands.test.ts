import { expect, test } from 'vitest'
import { readCommands } from './read-commands.ts'

const cgroupBlock = `cd /sys/fs/cgroup/memory
mkdir memorydemo
cd memorydemo
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
echo 104960000 > memory.limit_in_bytes
echo 0 > memory.swappiness
`
const nsenterBlock = `# 获取容器进程 id
$lsns -t net | grep http-server
4026533216 net       1 34844 root /bin/http-server
# 使用 nsenter 命令进入容器命名空间查看 IP
# -t 指定进程号，-n 表示网络命名空间
$nsenter -t 34844 -n ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
176: eth0@if177: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0
`
const chrootBlock = `# 建立 chroot 所需的目录
export path=/tmp/mypath
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64,etc,var}
cp -vf /bin/{bash,ls} $path/bin
list=\`ldd /bin/ls | egrep -o '/lib.*\\.[0-9]'\`
for i in $list; do sudo cp -vf $i $path/$i; done
# chroot 进入环境，只能执行 ls 和 bash 命令
chroot $path /bin/bash
`
const rootfsBlock = `docker pull busybox
docker image save busybox -o busybox.tar
mkdir -p /tmp/chengzw/busybox
tar -xf busybox.tar -C /tmp/chengzw/busybox/
cd /tmp/chengzw/busybox/2461e071
# layer 目录存放的是运行时文件系统包，解压 layer 文件
tar -xf layer.tar
$ls
bin  dev  etc  home  json  layer.tar  root  tmp  usr  var  VERSION
chroot /tmp/chengzw/busybox/2461e071 /bin/sh
`

test.each([
  ['the cgroup block of the handout', cgroupBlock],
  ['the first chroot block of the handout', chrootBlock],
  ['the image block of the handout, with a listing between its commands', rootfsBlock],
  ['an empty file', ''],
  ['comments alone behind a shebang', '#!/bin/bash\n# ls -l\n# cat x\n'],
  ['prose in comments', '# find the process and limit it\n# 获取容器进程 id\n'],
  ['a variable as a command', 'ls=/bin/ls\n$ls -l /\n'],
  ['a variable as its first line', '$nsenter -t $1 -n ip addr\nnsenter=/usr/bin/nsenter\n'],
  ['an unknown variable as a command', '$SUDO mkdir x\n'],
  ['a usage text with prompts', '#!/bin/sh\ncat <<EOF\nusage:\n$ ./cgroup.sh 1\n```bash\n# ls\n```\nEOF\nmkdir x\n'],
  ['an old transcript behind its commands', 'nsenter -t $1 -n ip addr\nroot@vm1:~# nsenter -t 7 -n ip addr\n1: lo:\n'],
  ['no line end at its end', 'mkdir x\necho 1 > x/cgroup.procs'],
  ['a tab and trailing blanks', '\tmkdir x  \n\n\n'],
  ['a function first', 'build_jail() {\n  cp /bin/bash $1\n}\nbuild_jail /tmp/x\n'],
  ['an array and a here-string', 'a=(1 2)\ngrep x <<< "$ ls"\n'],
])('leaves %s as it is', (_, text) => {
  expect(readCommands(text)).toEqual({ text, notes: [], isSession: false })
})

function commandsIn(text: string): string[] {
  const { text: made, notes } = readCommands(text)
  expect(notes.join()).toContain('terminal session')
  return made.trimEnd().split('\n')
}

test('takes the commands of the nsenter block of the handout, which has `$` without a blank', () => {
  expect(commandsIn(nsenterBlock)).toEqual(['lsns -t net | grep http-server', 'nsenter -t 34844 -n ip addr'])
  expect(readCommands(nsenterBlock).notes.join()).toContain('9 lines of output or comment left out')
})

test.each([
  ['$ mkdir x', '$ cd x', 'total 0'],
  ['root@vm1:~# mkdir x', 'root@vm1:~# cd x', 'total 0'],
  ['[root@vm1 ~]# mkdir x', '[root@vm1 memory]# cd x'],
  ['[root@vm1 ~]#mkdir x', 'ls: cannot access', '[root@vm1 memory]#cd x'],
  ['me@vm1:~/a b$ mkdir x', 'me@vm1:~/a b$ cd x'],
  ['me@mac dir % mkdir x', 'me@mac dir % cd x'],
  ['(base) me@vm1:~$ mkdir x', '(base) me@vm1:~/x$ cd x'],
  ['MacBook-Pro:dir me$ mkdir x', 'MacBook-Pro:dir me$ cd x'],
  ['bash-5.1# mkdir x', 'bash-5.1# cd x'],
  ['/ # mkdir x', '/ # cd x'],
  ['➜  ~ mkdir x', '➜  dir git:(main) ✗ cd x'],
  ['# mkdir x', 'mkdir: cannot create directory', '# cd x'],
  ['    $ mkdir x', '    $ cd x', '    total 0'],
  ['Last login: Tue Nov 24', '', 'root@vm1:~# mkdir x', 'root@vm1:~# cd x', 'root@vm1:~# '],
  ['#!/bin/sh', '$ mkdir x', '$ cd x'],
  ['# mkdir -p x', '# cd x'],
  ['# a comment', '$ mkdir x', '# ls', '$ cd x'],
  ['me@vm1:~$ sudo su', 'root@vm1:/home/me# mkdir x', 'root@vm1:/home/me# cd x', 'root@vm1:/home/me# exit'],
  ['$ sudo -i', '# mkdir x', '# cd x', '# 说明'],
])('reads the prompts of %j', (...lines) => {
  const commands = commandsIn(`${lines.join('\n')}\n`).filter((line) => !line.startsWith('#!'))
  expect(commands).toEqual([expect.stringMatching(/^mkdir (?:-p )?x$/), 'cd x'])
})

test.each([
  ['$ for i in 1 2; do', '> echo $i', '> done', '1', '2', '$ ls'],
  ['$ docker run \\', '  -d http-server', '3fa2', '$ ls'],
  ['$ cat > x <<EOF', '> a', '> EOF', '$ ls'],
  ['$ ps -ef |', '> grep malloc', 'root 1 malloc', '$ ls'],
  ["$ awk '{", "> print}'", '$ ls'],
])('keeps a command of several lines together: %j', (...lines) => {
  const commands = commandsIn(lines.join('\n'))
  expect(commands.at(-1)).toBe('ls')
  expect(commands.join('\n')).not.toMatch(/3fa2|root 1|^[12]$|^> /m)
  expect(commands.length).toBeGreaterThan(2)
})

test('takes output that begins like a second prompt for output', () => {
  expect(commandsIn('$ curl -v localhost\n> GET / HTTP/1.1\n< 200\n$ ls\n')).toEqual(['curl -v localhost', 'ls'])
})

test('leaves what was typed inside another root or a container there', () => {
  const session = `root@vm1:~# chroot $path /bin/bash
bash-5.1# ls
bin lib
bash-5.1# exit
exit
root@vm1:~# docker exec -it web sh
/ # rm -rf /
/ # exit
root@vm1:~# chroot $path
root@vm1:/# rm -rf /
root@vm1:/# exit
root@vm1:~# echo done
`
  expect(commandsIn(session)).toEqual(['chroot $path /bin/bash', 'docker exec -it web sh', 'chroot $path', 'echo done'])
})

test('turns Windows line ends into those of Linux, and says so', () => {
  const { text, notes } = readCommands('#!/bin/bash\r\nmkdir x\r\necho done')
  expect(text).toBe('#!/bin/bash\nmkdir x\necho done')
  expect(notes).toEqual(['its Windows line ends were turned into those of Linux'])
})

test('leaves out a byte order mark', () => {
  expect(readCommands('\u{FEFF}#!/bin/bash\nls\n').text).toBe('#!/bin/bash\nls\n')
})

test.each([
  ['with their fences', '```bash\ncd x\n```\n```\nmkdir y\n```\n', 'cd x\nmkdir y\n'],
  [
    'with the prose between them',
    '# 3.1\n首先创建目录。\n```bash\ncd x\n```\n然后:\n```sh\nmkdir y\n```\n',
    'cd x\nmkdir y\n',
  ],
  ['whose first fence was missed', 'cd x\nmkdir y\n```\n', 'cd x\nmkdir y\n'],
  ['behind a shebang', '#!/bin/bash\n```bash\nls\n```\n', '#!/bin/bash\nls\n'],
  ['with a program between them', '```go\npackage main\n```\n```bash\nls\n```\n', 'ls\n'],
  ['that do not end', '```bash\nls\n', 'ls\n'],
  [
    'with prompts inside',
    '```bash\n$lsns -t net\n4026 net\n$nsenter -t 7 -n ip a\n```\n',
    'lsns -t net\nnsenter -t 7 -n ip a\n',
  ],
])('takes the commands out of blocks of Markdown %s', (_, written, text) => {
  const made = readCommands(written)
  expect(made.text.trimEnd()).toBe(text.trimEnd())
  expect(made.notes.join()).toContain('Markdown')
})

test.each([
  '$ '.repeat(30_000),
  `$ ls\n${'a@b:'.repeat(15_000)}`,
  `${'['.repeat(60_000)}`,
  `$ ls ${'"'.repeat(60_000)}\n`.repeat(2),
  '$ for i in x; do\n'.repeat(4_000),
  '$ cat <<A\n'.repeat(6_000),
  `$ ls \\\n${'x\\\n'.repeat(20_000)}`,
  '$ls\n'.repeat(13_000),
  '```\n'.repeat(16_000),
  `#${' '.repeat(60_000)}x`,
  `${'\r'.repeat(65_000)}x\r\n`,
  `$ ls \\\n${'unshare '.repeat(8_000)}\n$ ls`,
  '\n'.repeat(65_000),
])(
  'answers on hostile text (%#)',
  (text) => {
    const { text: made } = readCommands(text.slice(0, 65_536))
    expect(made.length).toBeLessThanOrEqual(65_537)
  },
  5_000,
)
