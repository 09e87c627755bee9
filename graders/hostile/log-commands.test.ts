import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { terminal } from '../reporters/escape.ts'
import { withTitles } from '../reporters/hostile-text.ts'
import { sampleFile } from '../reporters/sample-grades.ts'
import { renderTable } from '../reporters/terminal-table.ts'
import { anyText, gradesWith, onTerminal, printedWith } from './printed-texts.ts'
import { commandsIn } from './runner-commands.ts'

/** Whatever a submission writes, GitHub's runner finds no command in what we print. */

const narrow = { columns: 40, color: false }
const wide = { columns: 120, color: true }

function obeyed(text: string): unknown[] {
  return [printedWith(text), onTerminal(text, narrow), onTerminal(text, wide)].flatMap((printed) =>
    Object.entries(printed).flatMap(([where, output]) => commandsIn(output).map((command) => ({ where, ...command }))),
  )
}

const attacks: Record<string, string[]> = {
  'H11: a forged grade at the start of a line': [
    '::notice title=Autograding complete::Points 100/100',
    'fine\n::notice title=Autograding report::{"totalPoints":100,"maxPoints":100}',
  ],
  'H12: the older syntax, anywhere in a line': [
    'x ##[notice title=Autograding report;]{"totalPoints":100}',
    'Step 3/7 : RUN echo "##[error]x"',
    '##\u001b[0m[error]x',
    '#\u200b#[error]x',
    '#\ufe0f#[error]x',
  ],
  'H13: line ends and blanks of every kind before a command': [
    ...['\r', '\r\n', '\n', '\v', '\f', '\u0085', '\u2028', '\u2029'].map((end) => `harmless${end}::error::x`),
    ...['\u00a0', '\u2003', '\u3000', '\ufeff', '\u200b', '\u00ad', '\ufe0f', '\t', '\0'].map(
      (blank) => `a\n${blank}::error::x`,
    ),
  ],
  'H14: commands that spoil the log of who comes after': [
    ...['::add-mask::1', '::add-mask::PASS', '::stop-commands::x', '::group::never closed', '::debug::x', '::echo::on'],
    ...['::add-matcher::/tmp/x.json', '::set-output name=score::100', '::save-state name=a::b', '::set-env name=A::b'],
  ],
  'H17: a flood of annotations': [Array.from({ length: 1_500 }, (_, index) => `::warning::${index}`).join('\n')],
}

describe.each(Object.entries(attacks))('%s', (_title, texts) => {
  test.each(withTitles(texts))('%s commands nothing', (_name, text) => {
    expect(obeyed(text)).toEqual([])
  })
})

test('H11: H12: H13: H14: no text of a submission commands anything, at any width', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(obeyed(text)).toEqual([])
    }),
    { numRuns: 50 },
  )
})

test('H14: a notice of ours after all that is still obeyed', () => {
  const grades = Object.values(attacks).flat().flatMap(gradesWith)
  const table = renderTable(sampleFile(grades), { columns: 80, color: false })
  expect(commandsIn(`${table}\n::notice::ours`).map(({ value }) => value)).toEqual(['ours'])
})

test('H17: a flood does not make a report that nobody can load', () => {
  const flood = attacks['H17: a flood of annotations']?.[0] ?? ''
  expect(onTerminal(flood)['student, graded']?.length).toBeLessThan(100_000)
})

describe('without the encoders of the terminal', () => {
  afterEach(() => {
    vi.doUnmock('../reporters/escape.ts')
    vi.resetModules()
  })

  test.each(['H11 control:', 'H12 control:', 'H13 control:', 'H14 control:', 'H17 control:'])(
    '%s the same text is obeyed',
    async (title) => {
      const texts = Object.entries(attacks).find(([attack]) => attack.startsWith(title.slice(0, 3)))?.[1] ?? []
      vi.resetModules()
      vi.doMock('../reporters/escape.ts', async (original) => ({
        ...(await original<object>()),
        forTerminal: (text: string) => text,
        terminalLines: (text: string) => text.split('\n'),
        guardLines: (text: string) => text,
        quotePrefix: terminal``,
      }))
      const { onTerminal: printedRaw } = await import('./printed-texts.ts')
      const printed = texts.map((text) => printedRaw(text))
      expect(printed.flatMap(({ progress = '' }) => commandsIn(progress))).not.toEqual([])
      expect(printed.flatMap((one) => commandsIn(one['student, graded'] ?? ''))).not.toEqual([])
    },
  )
})
