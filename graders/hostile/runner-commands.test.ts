import { describe, expect, test } from 'vitest'
import { withTitles } from '../reporters/hostile-text.ts'
import { commandsIn } from './runner-commands.ts'

/** The port of the runner's parser sees what the runner sees; every test of a sink leans on it. */

const namesIn = (output: string) => commandsIn(output).map(({ name }) => name)

test('reads a command with its properties and its value', () => {
  expect(commandsIn('::notice file=a.go,line=3,title=A%2CB%3A::one%0Atwo %250A')).toEqual([
    { name: 'notice', properties: { file: 'a.go', line: '3', title: 'A,B:' }, value: 'one\ntwo %0A' },
  ])
  expect(commandsIn('make: ##[error file=a.go;title=x%3By]gone%5D')).toEqual([
    { name: 'error', properties: { file: 'a.go', title: 'x;y' }, value: 'gone]' },
  ])
})

const obeyed = [
  ...['::error::x', '  \t::error::x', '\u00a0::error::x', '\u2003::error::x', '\u3000::error::x', '\u0085::error::x'],
  ...['a\r::error::x', 'a\r\n::error::x', 'a\n::error::x', '::ERROR::x', '::error ::x', '::error title=::x'],
  ...['##[error]x', 'anywhere ##[error]x', 'a ##[error title=;]', '\ufeff::error::x', '\u200b::error::x'],
  ...['#\ufe0f#[error]x', ':\u00ad:error::x', '\u001b::error::x', 'a##[Error]'],
]

test.each(withTitles(obeyed))('%s is obeyed', (_title, line) => {
  expect(namesIn(line)).toEqual(['error'])
})

const ignored = [
  ...['│ ::error::x', 'a ::error::x', '::error', '::error:', '::err::x', ': :error::x', '::::', ':: error::x'],
  ...['## [error]x', '##[err]x', '##[error', '##[ error]x', '[::]:8080', 'x ##[section]y ##[error]z', ''],
]

test.each(withTitles(ignored))('%s is not', (_title, line) => {
  expect(namesIn(line)).toEqual([])
})

describe('stop-commands', () => {
  test('makes it obey nothing until its token comes, which must be a line of its own', () => {
    const lines = ['::stop-commands::t0ken', '::error::x', 'a ::t0ken::', '::T0KEN::', '::error::y']
    expect(namesIn(lines.join('\n'))).toEqual(['stop-commands', 't0ken', 'error'])
    expect(namesIn('::t0ken::')).toEqual([])
  })

  test('swallows all that follows where nobody has said its token', () => {
    expect(namesIn('##[stop-commands]x\n::error::x\n::x y\n::notice::z')).toEqual(['stop-commands'])
  })
})
