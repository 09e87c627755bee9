import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ScriptEnd } from '../model/observations.ts'
import type { CheckVerdict } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'
import { addressesIn, linesWithAddress, linesWithStatus } from '../probes/log-patterns.ts'
import { renderCsv } from '../reporters/csv.ts'
import { renderAnnotations } from '../reporters/github-annotations.ts'
import { renderComment } from '../reporters/github-comment.ts'
import { renderSummary } from '../reporters/github-summary.ts'
import { renderStudentPage } from '../reporters/html-student.ts'
import { renderJson } from '../reporters/json.ts'
import { renderJunit } from '../reporters/junit.ts'
import { sampleFile, sampleGraded } from '../reporters/sample-grades.ts'
import { renderStudent } from '../reporters/terminal-student.ts'
import { renderTable } from '../reporters/terminal-table.ts'
import { renderTranscript } from '../reporters/transcript.ts'
import { explainBreakOff } from '../spec-kit/cgroup-script-hints.ts'
import { judgeEcho } from '../spec-kit/judge-echo.ts'
import { judgeEvidence } from '../spec-kit/judge-evidence.ts'
import { judgeJail } from '../spec-kit/judge-jail.ts'
import { judgeVersion } from '../spec-kit/judge-version.ts'
import { recordCheck } from '../stages/score.ts'

/** What a submission sends may be large and awkward: judging takes no longer for it, and reports stay what a person can open. */

const million = 1_000_000
const awkward: Record<string, string> = {
  letters: 'aaaa!'.repeat(million / 5),
  blanks: `${' '.repeat(million)}x`,
  'empty lines': '\n'.repeat(million),
  digits: '1'.repeat(million),
  addresses: '1.1.'.repeat(million / 4),
  backticks: '`a`'.repeat(million / 3),
  quotes: '";\''.repeat(million / 3),
  'words of the shell': 'cannot write '.repeat(million / 13),
  'names of cgroups': 'cgroup'.repeat(million / 6),
  'words of the loader': 'version `'.repeat(million / 9),
  'names of tools': 'nsenter: ip '.repeat(million / 12),
  'folders of ours': '/tmp/cgrade'.repeat(million / 11),
  escapes: '\u001b['.repeat(million / 2),
  'escapes that never end': `\u001b]8;;${'a;'.repeat(million / 2)}`,
  colons: '::'.repeat(million / 2),
  marks: 'e\u0301'.repeat(million / 2),
}
/** Each by itself takes milliseconds; with twice the text four times as long, it would take minutes. */
const patienceMs = 20_000

function measure(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

function exchangeOf(text: string): HttpExchange {
  const request = { path: '/', headers: [] }
  const headers: [string, string][] = [['X-A', text.slice(0, 65_536)]]
  return {
    ok: true,
    request,
    status: 200,
    headers,
    body: text,
    bodyCut: false,
    localAddress: '10.0.0.1',
  } as HttpExchange
}

function judgeAll(text: string): void {
  const lines = [{ index: 0, stream: 'stdout' as const, text }]
  const end: ScriptEnd = { how: 'exited', exitCode: 1, output: text }
  linesWithAddress(lines, '10.0.0.1')
  linesWithStatus(lines, 404)
  addressesIn(lines)
  explainBreakOff(text)
  judgeEcho([exchangeOf(text)], [['X-Cedar-7f3a91', 'amber-58ab11d0c3']])
  judgeVersion('VERSION', [{ value: 'v1.2.3456-aaaaaa', answers: [exchangeOf(text)] }])
  judgeEvidence({ kind: 'script', file: 'nsenter.sh', address: '10.0.0.1', printed: false, end, notes: [] })
  judgeJail({
    ...{ script: 'chroot.sh', root: '/jail', bashRuns: false, lsRuns: false, listed: [], present: [], nonces: [] },
    ...{ otherCommands: [], outsideSeen: [], complaint: text, end, notes: [] },
  })
}

function verdictWith(text: string): CheckVerdict {
  return {
    ...{ id: 'httpserver.healthz', title: 'healthz', outcome: 'failed', credit: 0, durationMs: 1, message: text },
    ...{ expected: text, actual: text, hint: text, reproduce: text, location: { file: text, line: 1 } },
    evidence: Array.from({ length: 100 }, () => ({ kind: 'log' as const, text })),
  }
}

function reportsWith(text: string): Record<string, string> {
  const rule = { id: 'httpserver.healthz', points: 5, visibility: 'public' as const }
  const grade = sampleGraded('alice')
  grade.exercises[0]?.checks.push(recordCheck(rule as never, verdictWith(text)))
  const file = sampleFile([grade])
  return {
    json: renderJson(file),
    junit: renderJunit(file, 'jenkins'),
    html: renderStudentPage(grade, file),
    csv: renderCsv(file),
    student: renderStudent(grade, { columns: 80, color: true }),
    table: renderTable(file, { columns: 120, color: true }),
    transcript: renderTranscript(grade),
    summary: renderSummary(file),
    comment: renderComment(file),
    annotations: renderAnnotations(file, () => ''),
  }
}

describe('H26: text that is awkward for patterns', () => {
  test.each(Object.entries(awkward))('H26: a million characters of %s are judged in no time', (_name, text) => {
    expect(measure(() => judgeAll(text))).toBeLessThan(patienceMs)
  })

  test.each(Object.entries(awkward))('H26: H27: a million characters of %s are reported in no time', (_name, text) => {
    let reports: Record<string, string> = {}
    expect(measure(() => (reports = reportsWith(text)))).toBeLessThan(patienceMs)
    for (const [where, report] of Object.entries(reports)) {
      expect([where, report.length < 2 * 1024 ** 2]).toEqual([where, true])
    }
  })
})

describe('H27: values of ten megabytes', () => {
  const tenMegabytes = 'x <&"`\n'.repeat((10 * million) / 7)

  test('H27: make no report that a person could not open, and both ends of them are shown', () => {
    const reports = reportsWith(`BEGIN ${tenMegabytes} END`)
    for (const [where, report] of Object.entries(reports)) {
      expect([where, report.length < 2 * 1024 ** 2]).toEqual([where, true])
    }
    expect(reports.student?.length).toBeLessThan(64 * 1024)
    expect(reports.json).toMatch(/BEGIN.*characters left out.*END/s)
  })

  test('H27: what is bounded already is left as it is', () => {
    const rule = { id: 'httpserver.healthz', points: 5, visibility: 'public' as const }
    const verdict = { ...verdictWith('as it was'), evidence: [{ kind: 'log' as const, text: 'x'.repeat(8 * 1024) }] }
    const { credit: _credit, ...told } = verdict
    expect(recordCheck(rule as never, verdict)).toMatchObject(told)
  })

  describe('without the bounds', () => {
    afterEach(() => {
      vi.doUnmock('../model/bound-feedback.ts')
      vi.resetModules()
    })

    test('H27 control: the record takes them whole', async () => {
      vi.resetModules()
      vi.doMock('../model/bound-feedback.ts', () => ({ boundFeedback: (feedback: unknown) => feedback }))
      const { recordCheck: recordWhole } = await import('../stages/score.ts')
      const rule = { id: 'httpserver.healthz', points: 5, visibility: 'public' as const }
      expect(recordWhole(rule as never, verdictWith(tenMegabytes)).message.length).toBe(tenMegabytes.length)
    })
  })
})
