import { attackGroups, attackIds, notAutomated, withoutControl } from './catalogue.ts'

/** Test support: what a run of the tests says of each attack. */

/** Of vitest's JSON report: what is needed of it. */
export interface TestReport {
  testResults: {
    assertionResults: { fullName: string; status: string; duration?: number | null; meta?: { controlRatio?: number } }[]
  }[]
}

interface AttackRecord {
  tests: number
  failed: number
  skipped: number
  controls: number
  seconds: number
  /** Worst time of an honest submission beside it, in multiples of its time alone. */
  ratio: number
}

/** By id; a test counts for every id in its full name. */
export function recordAttacks(report: TestReport): Map<string, AttackRecord> {
  const records = new Map<string, AttackRecord>()
  for (const { fullName, status, duration, meta } of report.testResults.flatMap((file) => file.assertionResults)) {
    const ids = [...new Set(fullName.match(/\bH\d\d(?=( control)?:)/g))]
    for (const id of ids) {
      const record = records.get(id) ?? { tests: 0, failed: 0, skipped: 0, controls: 0, seconds: 0, ratio: 0 }
      record.tests += 1
      if (status === 'failed') record.failed += 1
      if (!['passed', 'failed'].includes(status)) record.skipped += 1
      if (/\bH\d\d control:/.test(fullName)) record.controls += 1
      record.seconds += (duration ?? 0) / 1000 / ids.length
      record.ratio = Math.max(record.ratio, meta?.controlRatio ?? 0)
      records.set(id, record)
    }
  }
  return records
}

/** Markdown: a row for each group, and those that no test shows, with the reason. */
export function renderAttackTable(records: Map<string, AttackRecord>): string {
  const rows = attackGroups.map((group) => {
    const ids = attackIds(group)
    const found = ids.flatMap((id) => records.get(id) ?? [])
    const caught = found.filter(({ tests, failed, skipped }) => failed === 0 && skipped < tests)
    const sum = (of: (record: AttackRecord) => number) => found.reduce((total, record) => total + of(record), 0)
    return [
      `${group.title} (${ids[0]} to ${ids.at(-1)})`,
      ids.length,
      found.length,
      caught.length,
      sum(({ tests }) => tests),
      sum(({ controls }) => controls),
      Math.round(sum(({ seconds }) => seconds)),
      showRatio(Math.max(...found.map(({ ratio }) => ratio))),
    ]
  })
  const totals = [1, 2, 3, 4, 5, 6].map((column) => rows.reduce((total, row) => total + Number(row[column]), 0))
  const missing = attackGroups
    .flatMap(attackIds)
    .filter((id) => !records.has(id))
    .map((id) => `- ${id}: not automated: ${notAutomated[id] ?? 'no test has its name'}.`)
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
  return [
    line([
      'group',
      'attacks',
      'automated',
      'caught',
      'tests',
      'of them with the defence off',
      'seconds',
      'honest one beside it',
    ]),
    line(['---', ...Array.from({ length: 7 }, () => '--:')]),
    ...rows.map(line),
    line(['all', ...totals, '']),
    ...(missing.length === 0 ? [] : ['', ...missing]),
  ].join('\n')
}

/** Markdown: the attacks that no test carries out with the defence off, with the reason. */
export function renderUncontrolled(): string {
  const reasons = Object.entries(withoutControl).map(([id, why]) => `- ${id}: no control: ${why}.`)
  return reasons.join('\n')
}

function showRatio(ratio: number): string {
  return ratio > 0 ? `at most ${ratio.toFixed(1)} times as long` : ''
}
