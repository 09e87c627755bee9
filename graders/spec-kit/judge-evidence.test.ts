import { expect, test } from 'vitest'
import type { ScriptEnd } from '../model/observations.ts'
import { judgeEvidence } from './judge-evidence.ts'

const judge = (printed: boolean, output: string, end: Partial<ScriptEnd> = {}) =>
  judgeEvidence({
    kind: 'script',
    file: 'a/nsenter.sh',
    address: '10.4.5.6',
    printed,
    end: { how: 'exited', exitCode: 0, output, ...end },
    notes: ['`a/nsenter.sh` was taken for it by its name.'],
  })

test("passes a transcript of the student's own, and names its place", () => {
  const text = '$ nsenter -t 7 -n ip a\n8: eth0@if9: <UP>\n    inet 172.17.0.3/16'
  const verdict = judgeEvidence({
    kind: 'transcript',
    file: 'README.md',
    line: 12,
    text,
    address: '172.17.0.3',
    link: '8: eth0@if9',
  })
  expect(verdict).toEqual({
    outcome: 'passed',
    credit: 1,
    message: '`README.md` line 12 shows `8: eth0@if9` with 172.17.0.3, as seen with nsenter.',
    evidence: [{ kind: 'files', text }],
    location: { file: 'README.md', line: 12 },
  })
})

test('passes a script that printed the address of the namespace it was given', () => {
  expect(judge(true, '    inet 10.4.5.6/24')).toMatchObject({ outcome: 'passed', location: { file: 'a/nsenter.sh' } })
})

test('passes it also when it went on waiting afterwards', () => {
  expect(judge(true, '    inet 10.4.5.6/24', { how: 'timeout' }).outcome).toBe('passed')
})

test('fails one that printed something else, with what it printed last', () => {
  expect(judge(false, 'eth0\n    inet 172.17.0.2/16\n')).toMatchObject({
    outcome: 'failed',
    reason: 'network.script-shows-nothing',
    expected: expect.stringContaining('10.4.5.6'),
    actual: 'exit code 0; its last line: inet 172.17.0.2/16',
    reproduce: expect.stringContaining('sudo bash a/nsenter.sh'),
  })
})

test('fails one that printed nothing', () => {
  expect(judge(false, '\n', { exitCode: 1 })).toMatchObject({
    reason: 'network.script-shows-nothing',
    actual: 'exit code 1, and nothing printed',
  })
})

test.each([
  'nsenter: failed to execute ip: No such file or directory',
  "nsenter: can't execute 'ip': No such file or directory",
  'bash: line 1: ip: command not found',
  'sh: ip: not found',
])('tells that the file system of the image was entered as well: %s', (output) => {
  expect(judge(false, `${output}\n`, { exitCode: 127 })).toMatchObject({
    outcome: 'failed',
    reason: 'network.mount-namespace-too',
    hint: expect.stringContaining('`-m` or `-a`'),
  })
})

test('tells that it waits for somebody to type', () => {
  expect(judge(false, '', { how: 'timeout' })).toMatchObject({ outcome: 'failed', reason: 'script.timeout' })
})
