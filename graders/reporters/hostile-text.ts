// Test support: what a submission may send, and what GitHub's runner and a terminal would make of it.
import type { CheckRecord, Grade } from '../model/grade.ts'
import { forTerminal } from './escape.ts'
import { sampleGraded } from './sample-grades.ts'

export const hostileTexts = [
  '::notice title=Autograding complete::Points 100/100',
  'harmless\r::error::x',
  'harmless\r\n  ::add-mask::PASS',
  '\u00a0::error::x',
  '\u2003::error::x',
  '\ufeff::error::x',
  '\u200b::error::x',
  'a\u2028::error::x',
  'a\u2029::error::x',
  'a\u0085::error::x',
  'a\v::error::x',
  'a\f::error::x',
  'build ##[notice title=Autograding report;]{"totalPoints":100}',
  '#\u001b[0m#[error]x',
  ':\u001b[31m:error::x',
  '\u001b[1A\u001b[2K\u001b[32mPASS\u001b[0m',
  '\u001b]0;title\u0007\u001b]8;;http://x\u001b\\link',
  '\u009b31mred\u009d0;t\u009c',
  'PA\u202eSS\u2066x\u2069',
  `Z${'\u0301'.repeat(500)}`,
  '\ud800 lone \udfff',
  'nul \0 bell \u0007 backspace \b\b\b del \u007f',
  ']]></failure></testcase><testcase name="forged"/>',
  '</testsuite><testsuite name="x"><!DOCTYPE a [<!ENTITY x "y">]>&x; <?pi?> <!-- -->',
  '=HYPERLINK("http://x","y")',
  '+1\t=1;=2',
  '\uff1dcmd|/c calc',
  '"=1+1"',
  'x'.repeat(70_000),
  `${' '.repeat(100)}::${'错误'.repeat(200)}`,
  '{"__proto__":{"score":100}}',
]

/** Texts with a name for the title of a test, which a log of ours will show: nothing in it commands GitHub's runner. */
export function withTitles(texts: string[]): [title: string, text: string][] {
  return texts.map((text) => [forTerminal(JSON.stringify(text)).slice(0, 70), text])
}

/** Every character a terminal, a log or a spreadsheet could obey. */
export const controlCharacters = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index),
  0xad,
  0x061c,
  0x115f,
  0x180e,
  0x200b,
  0x200c,
  0x200d,
  0x200e,
  0x200f,
  0x2028,
  0x2029,
  0x202a,
  0x202b,
  0x202c,
  0x202d,
  0x202e,
  0x2060,
  0x2066,
  0x2067,
  0x2068,
  0x2069,
  0x3164,
  0xfeff,
  0xfffe,
  0xffff,
  0xe0001,
  0xe0020,
].map((code) => String.fromCodePoint(code))

/** The same texts in every run of the tests: control characters, marks of commands, halves of surrogates, words. */
export function randomTexts(count: number, seed = 20261123): string[] {
  const next = mulberry32(seed)
  const pieces = [
    ...controlCharacters,
    ...'::##[=+-@"\',;<>&│ \n\r\t',
    '::',
    '##[',
    '\u001b[',
    '\ud83d',
    '汉字',
    '👩‍💻',
    'é',
    'word ',
  ]
  const piece = () =>
    next() < 0.2 ? String.fromCharCode(next() * 0x10000) : (pieces[Math.floor(next() * pieces.length)] ?? '')
  return Array.from({ length: count }, () => Array.from({ length: 1 + Math.floor(next() * 40) }, piece).join(''))
}

/** Random numbers that are the same each time. */
export function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Characters that no report may hold raw; line ends and tabs are told apart by the caller. */
export function unseenIn(output: string): string[] {
  return [...output].filter(
    (character) =>
      !['\n', '\ufe0e', '\ufe0f'].includes(character) &&
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u.test(character),
  )
}

/** A grade in which a submission has written every word that it can. */
export function hostileGrade(text: string): Grade {
  const feedback: Partial<CheckRecord> = {
    title: `title ${text}`,
    outcome: 'failed',
    message: text,
    expected: text,
    actual: text,
    hint: text,
    reproduce: text,
    evidence: [{ kind: 'log', text }],
    location: { file: text, line: 3 },
  }
  const grade = sampleGraded(text, {
    'httpserver.serves': feedback,
    'httpserver.version': { ...feedback, outcome: 'errored' },
    'httpserver.healthz': { outcome: 'skipped', unavailable: text, message: text },
    'network.container-ip': { outcome: 'skipped', because: text, message: text },
  })
  for (const exercise of grade.exercises) {
    exercise.title = text
    exercise.found = { dockerfile: text, context: text, routes: [text], notes: [text] }
  }
  grade.flags.push({ code: text, message: text })
  return grade
}
