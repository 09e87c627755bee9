import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TerminalText } from '../model/encoded.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { openLiveScreen } from './live-screen.ts'
import { openTestScreen } from './test-screen.ts'

function open(size = { columns: 40, rows: 12 }) {
  const writes: TerminalText[] = []
  const screen = openLiveScreen({ write: (text) => void writes.push(text), columns: () => size.columns })
  const seen = openTestScreen(size.columns, size.rows)
  const settle = async () => {
    await seen.write(writes.splice(0).join(''))
    return seen.lines().join('\n').trimEnd().split('\n')
  }
  return { screen, seen, writes, size, settle }
}

test('live lines stand below what is printed, and each change is one write', async () => {
  const { screen, writes, settle } = open()
  screen.print(terminal`before\n`)
  screen.show([terminal`one`, terminal`two`])
  screen.print(terminal`first\nsecond\n`)
  screen.show([terminal`three`, terminal`four`, terminal`王小明`])
  screen.print(terminal`third\n`)
  expect(writes).toHaveLength(5)
  expect(await settle()).toEqual(['before', 'first', 'second', 'third', 'three', 'four', '王小明'])
  screen.show([])
  screen.print(terminal`after\n`)
  expect(await settle()).toEqual(['before', 'first', 'second', 'third', 'after'])
})

test('nothing is written where nothing has changed, and without live lines text stays as it is', () => {
  const { screen, writes } = open()
  screen.show([])
  screen.print(terminal`plain\n`)
  screen.show([terminal`one`])
  screen.show([terminal`one`])
  expect(writes.map(String)).toEqual(['plain\n', expect.any(String)])
})

test('of lines that scroll and lines that are rewritten, none is lost and none stays behind', async () => {
  const step = fc.oneof(
    fc.record({ print: fc.constantFrom('short', 'x'.repeat(75), '汉'.repeat(30), 'two\nlines') }),
    fc.record({ show: fc.array(fc.constantFrom('#', '王'.repeat(18), 'live line'), { maxLength: 6 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { screen, settle } = open({ columns: 40, rows: 9 })
      let printed = ''
      let live: string[] = []
      for (const one of steps) {
        if ('print' in one) {
          screen.print(`${one.print}\n` as TerminalText)
          printed += `${one.print}\n`
        } else {
          live = one.show
          screen.show(live.map(forTerminal))
        }
      }
      const plain = openTestScreen(40, 9)
      await plain.write(printed + live.join('\n'))
      expect(await settle()).toEqual(plain.lines().join('\n').trimEnd().split('\n'))
    }),
    { numRuns: 40 },
  )
})

test('a terminal that becomes narrower or wider keeps one board', async () => {
  const { screen, seen, size, settle } = open({ columns: 60, rows: 12 })
  screen.print(terminal`printed\n`)
  screen.show([forTerminal('a'.repeat(50)), forTerminal('王'.repeat(25)), terminal`c`])
  await settle()
  for (const columns of [30, 17, 90]) {
    size.columns = columns
    await seen.resize(columns, 12)
    screen.show([forTerminal(`A${columns}`), terminal`b`, terminal`c`])
    expect(await settle()).toEqual(['printed', `A${columns}`, 'b', 'c'])
  }
})
