import { expect, test } from 'vitest'
import { choosePlace, needsSystemd, spellingOf } from './cgroup-place.ts'
import { programNames, startsItsOwn } from './fast-malloc.ts'

test.each([
  ['cd /sys/fs/cgroup/memory', 1],
  ['echo 104960000 > memory.limit_in_bytes', 1],
  ['cgset -r memory.limit_in_bytes=100M demo', 1],
  ['echo 104960000 > /sys/fs/cgroup/demo/memory.max', 2],
  ['echo +memory > cgroup.subtree_control', 2],
  ['# on cgroup v2: memory.max\necho 1 > memory.limit_in_bytes # memory.max', 1],
  ['if [ -f /sys/fs/cgroup/cgroup.controllers ]; then f=memory.max; else f=memory.limit_in_bytes; fi', 'any'],
  ['cgexec -g memory:demo ./malloc', 'any'],
] as const)('`%s` is written for cgroup v%s', (script, spelling) => {
  expect(spellingOf(script)).toBe(spelling)
})

test.each([
  [1, 'host', 1, 'container'],
  [2, 'host', 2, 'container'],
  ['any', 'host', 2, 'container'],
  [1, 'host', 2, 'nowhere'],
  [2, 'host', 1, 'nowhere'],
  [1, 'v1', 1, 'machine'],
  [1, 'v1', 2, 'machine'],
  ['any', 'v2', 1, 'machine'],
  [1, 'v2', 1, 'container'],
  [1, 'v2', 2, 'nowhere'],
] as const)(
  'a script for v%s, graded with `--kernel %s` on a machine with v%s, is judged in: %s',
  (spelling, kernel, host, kind) => {
    expect(choosePlace(spelling, kernel, host).kind).toBe(kind)
  },
)

test('where it is judged nowhere, the reason says what to do', () => {
  expect(choosePlace(1, 'host', 2)).toEqual({
    kind: 'nowhere',
    why: 'the script is written for cgroup v1, and this machine has cgroup v2; grade it with `--kernel v1`',
  })
})

test.each([
  './malloc &',
  'nohup ./malloc > malloc.log 2>&1 &',
  'cd malloc && go build -o malloc\n./malloc',
  'sudo cgexec -g memory:demo ./malloc',
  'go run main.go &',
  'if true; then /root/malloc & fi',
  'go build -o hog main.go && ./hog &',
  'exec ./malloc',
  'timeout 60 ./malloc &',
])('`%s` starts a program of its own', (script) => {
  expect(startsItsOwn(script)).toBe(true)
})

test.each([
  "ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs",
  'pidof malloc > cgroup.procs',
  'cd malloc',
  'mkdir -p /sys/fs/cgroup/memory/malloc',
  '# ./malloc',
  'cgclassify -g memory:malloc $(pidof malloc)',
  'PID=`pgrep malloc`',
  'go build -o malloc',
])('`%s` starts none', (script) => {
  expect(startsItsOwn(script)).toBe(false)
})

test('the program may run under the name that the script builds it as', () => {
  expect(programNames('go build -o bin/hog main.go; gcc m.c -o "eater"')).toEqual(['malloc', 'hog', 'eater'])
})

test('what asks systemd for the limit is known', () => {
  expect(needsSystemd('systemd-run --scope -p MemoryMax=100M ./malloc')).toBe(true)
  expect(needsSystemd('# systemd-run\necho 1 > memory.max')).toBe(false)
})
