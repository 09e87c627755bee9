import { stripVTControlCharacters } from 'node:util'
import xterm from '@xterm/headless'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { unseenIn } from '../reporters/hostile-text.ts'
import { sampleGraded } from '../reporters/sample-grades.ts'
import { renderStudent } from '../reporters/terminal-student.ts'
import { widthOf } from '../reporters/text-layout.ts'
import { anyText, onTerminal } from './printed-texts.ts'

/** What a person sees on a real terminal after a submission has written its worst. */

interface Screen {
  lines: string[]
  title: string
  /** What the terminal answered, as if it had been typed, and what it put into the clipboard. */
  answers: string[]
}

async function showOnScreen(output: string, columns = 80): Promise<Screen> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 60, scrollback: 20_000, allowProposedApi: true })
  const seen: Screen = { lines: [], title: '', answers: [] }
  terminal.onTitleChange((title) => {
    seen.title = title
  })
  terminal.onData((typed) => seen.answers.push(typed))
  terminal.parser.registerOscHandler(52, (clipboard) => {
    seen.answers.push(clipboard)
    return true
  })
  await new Promise<void>((resolve) => terminal.write(output.replaceAll('\n', '\r\n'), resolve))
  const { active } = terminal.buffer
  seen.lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
  terminal.dispose()
  return seen
}

const withLog = (text: string): Grade =>
  sampleGraded('li-wei', {
    'httpserver.healthz': { outcome: 'failed', points: 0, message: text, evidence: [{ kind: 'log', text }] },
  })
const failure = /^✗ httpserver\.healthz: .* \(0\/5\)$/

const attacks: Record<string, string> = {
  'a cursor that goes up and writes PASS': `x${'\u001b[1A'.repeat(30)}\r\u001b[2K\u001b[32m✓ httpserver.healthz (5/5)\u001b[0m`,
  'a screen that is cleared': '\u001b[2J\u001b[3J\u001b[H\u001bc',
  'another screen': '\u001b[?1049h\u001b[?47hScore 58 of 58',
  'a title, a clipboard, a link that never ends':
    '\u001b]0;pwned\u0007\u001b]52;c;cHduZWQ=\u0007\u001b]8;;http://x\u0007',
  'questions that the terminal answers': '\u001b[6n\u001b[c\u001b[5n\u001b]10;?\u0007\u001bP$qm\u001b\\',
  'controls of eight bits': '\u009b2J\u009d0;pwned\u009c\u0090x\u009c\u0084\u008d',
  'the same, cut in two by what is taken away': '\u001b\u001b[0m[2J\u001b\u009b0m[1A',
  'bare returns and backspaces': `PASS\r${'\b'.repeat(80)}PASS`,
  'the test pattern of a DEC terminal': '\u001b#8\u001b(0lqqk\u000e',
}

describe('H19: escape sequences', () => {
  test.each(Object.entries(attacks))('H19: %s: the screen still shows what failed', async (_name, text) => {
    for (const color of [false, true]) {
      const screen = await showOnScreen(renderStudent(withLog(text), { columns: 80, color }))
      expect(screen.lines.filter((line) => failure.test(line))).toHaveLength(1)
      expect(screen.lines.filter((line) => line.startsWith('Score 53 of 58'))).toHaveLength(1)
      expect(screen.lines.filter((line) => /^✓.*healthz|^PASS|^Score 58/.test(line))).toEqual([])
      expect([screen.title, screen.answers]).toEqual(['', []])
    }
  })

  test('H19: H20: no control, no format character and no colour but ours is printed, whatever the bytes', () => {
    const ours = new RegExp(`${'\u001b'}\\[(?:0|1|2|3[1-6]|22|39)m`, 'g')
    fc.assert(
      fc.property(anyText, (text) => {
        for (const printed of Object.values(onTerminal(text, { columns: 80, color: true }))) {
          expect(unseenIn(printed.replace(ours, ''))).toEqual([])
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('H20: text that looks like other text', () => {
  test.each([
    ['letters that run from right to left', 'PA\u202eSS\u2066x\u2069 \u200f100/100'],
    ['a name with nothing to see in it', 'li\u200b-\u2060wei\u00ad'],
    ['marks stacked upon a letter', `Z${'\u0301\u0489'.repeat(2_000)}`],
    ['a line of a megabyte', 'x'.repeat(1_000_000)],
    ['a line of emoji joined without end', '👩\u200d'.repeat(20_000)],
    [
      'halves of surrogates, bytes that are no UTF-8, NUL',
      `\ud800x\udfff ${Buffer.from([0xff, 0xc0, 0x80]).toString()} \0`,
    ],
  ])('H20: %s is shown, and within bounds', async (_name, text) => {
    const printed = renderStudent(withLog(text), { columns: 80, color: false })
    expect(unseenIn(printed)).toEqual([])
    expect(printed.length).toBeLessThan(20_000)
    const lines = printed.split('\n').filter((line) => !line.includes('$ '))
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80)
    const screen = await showOnScreen(printed)
    expect(screen.lines.filter((line) => failure.test(line))).toHaveLength(1)
  })
})

describe('without the encoders of the terminal', () => {
  afterEach(() => {
    vi.doUnmock('../reporters/escape.ts')
    vi.resetModules()
  })

  test('H19 control: H20 control: the failure is gone from the screen, the title is theirs, and text runs backwards', async () => {
    vi.resetModules()
    vi.doMock('../reporters/escape.ts', async (original) => ({
      ...(await original<object>()),
      forTerminal: (text: string) => text,
      terminalLines: (text: string) => text.split('\n'),
      guardLines: (text: string) => text,
    }))
    const { renderStudent: renderRaw } = await import('../reporters/terminal-student.ts')
    const view = { columns: 80, color: false }
    const cleared = await showOnScreen(renderRaw(withLog(attacks['a screen that is cleared'] ?? ''), view))
    expect(cleared.lines.filter((line) => failure.test(line))).toEqual([])
    const titled = await showOnScreen(renderRaw(withLog('\u001b]0;pwned\u0007\u001b[6n'), view))
    expect(titled.title).toBe('pwned')
    expect(titled.answers).not.toEqual([])
    expect(stripVTControlCharacters(renderRaw(withLog('PA\u202eSS'), view))).toContain('PA\u202eSS')
  })
})
