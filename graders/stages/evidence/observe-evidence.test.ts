import { expect, test } from 'vitest'
import type { NetworkEvidence, Observation } from '../../model/observations.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type Files, withIntake } from '../intake/test-submission.ts'
import { observeEvidence } from './observe-evidence.ts'

/** Where a script cannot be run: only the kernel of this machine. */
const bench = { kernel: 'host', signal: new AbortController().signal } as ExerciseBench

async function observe(files: Files): Promise<Observation<NetworkEvidence>> {
  return withIntake({ 'main.go': 'package main', ...files }, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    return observeEvidence(bench, intake.submission)
  })
}

const session = (link: string) =>
  `$ nsenter -t 7 -n ip addr\n${link}: <UP> mtu 1500\n    link/ether 02:42:ac:11:00:02 brd ff\n    inet 172.17.0.2/16 scope global eth0\n`
const own = session('8: eth0@if9')
const handout = session('176: eth0@if177')
const script = '#!/bin/bash\nnsenter -t $1 -n ip addr\n'

test('sees a transcript in whatever text was handed in, a README first', async () => {
  expect(await observe({ 'docs/run.txt': own, 'docs/README.md': `# x\n${own}` })).toMatchObject({
    state: 'seen',
    facts: { kind: 'transcript', file: 'docs/README.md', line: 2, address: '172.17.0.2', link: '8: eth0@if9' },
  })
  expect(await observe({ 'ip.log': own })).toMatchObject({ state: 'seen', facts: { file: 'ip.log' } })
  expect(await observe({ README: own })).toMatchObject({ state: 'seen' })
})

test('prefers what counts in a later text to what does not in an earlier one', async () => {
  expect(await observe({ 'README.md': handout, 'ip.txt': own })).toMatchObject({
    state: 'seen',
    facts: { file: 'ip.txt' },
  })
})

test('counts a transcript beside a script that cannot be run here, also one inside of it', async () => {
  expect(await observe({ 'nsenter.sh': script, 'README.md': own })).toMatchObject({
    state: 'seen',
    facts: { kind: 'transcript', file: 'README.md' },
  })
  expect(await observe({ 'nsenter.sh': own })).toMatchObject({ state: 'seen', facts: { file: 'nsenter.sh', line: 1 } })
})

test('takes what a script would print for no transcript', async () => {
  const prints = `#!/bin/bash\ncat <<'EOF'\n${own}EOF\n`
  expect(await observe({ 'nsenter.sh': prints })).toMatchObject({
    state: 'unavailable',
    why: expect.stringMatching(/`--kernel v1`.*counts as well, pasted into `README.md`$/),
  })
})

test('fails nobody for a transcript where a script was handed in that cannot be run here', async () => {
  const wrong = '$ nsenter -t 7 -a ip addr\nnsenter: failed to execute ip: No such file or directory\n'
  expect(await observe({ 'nsenter.sh': script, 'README.md': wrong })).toMatchObject({ state: 'unavailable' })
  expect(await observe({ 'README.md': wrong })).toMatchObject({
    state: 'failed',
    fault: { reason: 'network.mount-namespace-too', location: { file: 'README.md', line: 1 } },
  })
})

test.each<[string, Files, RegExp]>([
  [
    'nothing was handed in',
    {},
    /^nothing was handed in for it; .*`README.md`, or hand in the commands as `nsenter.sh`$/,
  ],
  ['only a picture', { 'ip.png': 'x' }, /`ip.png` is a picture or a document/],
  [
    'only a picture in the README',
    { 'README.md': 'nsenter:\n![](ip.png)\n' },
    /`README.md` line 2 shows it as a picture/,
  ],
  [
    "only the handout's example",
    { 'README.md': handout },
    /line 1 shows the example of the handout \(`176: eth0@if177`\)/,
  ],
  ["only a library's text", { 'vendor/x/README.md': own }, /^nothing was handed in/],
  ['an address in prose', { 'README.md': 'IP 172.17.0.3\n' }, /^nothing was handed in/],
])('does not count it, and says why: %s', async (_, files, why) => {
  expect(await observe(files)).toMatchObject({ state: 'unavailable', why: expect.stringMatching(why) })
})
