import { expect, test } from 'vitest'
import { isStandInGap } from './stand-in-gap.ts'

test.each([
  ['cgrade-stand-in: apk has no package upx in this stand-in\nThe command ...', /apk has no package upx/],
  ['E: Unable to locate package openjdk-8-jdk', /`openjdk-8-jdk`/],
  ["E: Package 'python' has no installation candidate", /`python`/],
  ["E: Version '1.2.3-1' for 'curl' was not found", /`curl`/],
  ['/bin/sh: 1: unzip: not found', /`unzip`/],
  ['/bin/sh: line 1: hg: command not found', /`hg`/],
  ["error: command 'x86_64-linux-gnu-gcc' failed: No such file", /gcc/],
])('sees our gap in %j', (log, gap) => {
  expect(isStandInGap(`Step 3/4 : RUN x\n${log}`)).toMatch(gap)
})

test.each([
  'main.go:7:2: undefined: x',
  '/bin/sh: 1: gcc: not found',
  '/bin/sh: ./httpserver: not found',
  '/bin/sh: 1: mygit-ssh-tool: not found',
  'COPY failed: file not found in build context',
])('leaves %j to the student', (log) => {
  expect(isStandInGap(log)).toBeUndefined()
})

test('reads the end of an endless line in no time', () => {
  expect(isStandInGap(`${'ssh: '.repeat(1_000_000)}\nE: Unable to locate package x`)).toMatch(/`x`/)
})
