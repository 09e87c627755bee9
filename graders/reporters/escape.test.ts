import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { commandsIn } from '../hostile/runner-commands.ts'
import {
  forCsv,
  forHtml,
  forJson,
  forTerminal,
  forTerminalLines,
  forXml,
  forXmlAttribute,
  guardLines,
  terminal,
} from './escape.ts'
import { controlCharacters, hostileTexts, randomTexts, unseenIn, withTitles } from './hostile-text.ts'

const texts = [...hostileTexts, ...controlCharacters.map((character) => `a${character}b`), ...randomTexts(2000)]

describe('forTerminal', () => {
  test('leaves honest text as it is', () => {
    for (const text of ['listening on [::]:8080', '启动成功 ❤️ 🚀', "naïve café's 100 %", 'a │ b', '== # [x]']) {
      expect(forTerminal(text)).toBe(text)
    }
  })

  test.each(withTitles(hostileTexts))('defuses %s', (_name, text) => {
    const output = forTerminal(text)
    expect(output).not.toContain('\n')
    expect(commandsIn(output)).toEqual([])
    expect(unseenIn(output)).toEqual([])
  })

  test('H13: H20: lets no unseen character and no command through, whatever the bytes', () => {
    for (const text of texts) {
      const output = forTerminal(text)
      expect([text, output.includes('\n'), commandsIn(output), unseenIn(output)]).toEqual([text, false, [], []])
    }
  })

  test('changes nothing the second time', () => {
    for (const text of texts.filter((one) => one.length < 60_000)) {
      expect(forTerminal(forTerminal(text))).toBe(forTerminal(text))
    }
  })

  test('shows controls instead of hiding them, and removes colours', () => {
    expect(forTerminal('a\0b\u0007c\u007f')).toBe('a␀b␇c␡')
    expect(forTerminal('PA\u202eSS')).toBe('PA\\u{202E}SS')
    expect(forTerminal('\u001b[32mgreen\u001b[0m')).toBe('green')
  })

  test('bounds what it reads and how many marks stand on a letter', () => {
    expect(forTerminal('x'.repeat(10_000_000)).length).toBeLessThan(70_000)
    expect(forTerminal(`Z${'\u0301'.repeat(500)}`)).toBe(`Z${'\u0301'.repeat(4)}`)
  })
})

describe('forTerminalLines', () => {
  test('marks every line, at each kind of line end', () => {
    expect(forTerminalLines('a\r\nb\rc\u2028d\u0085e\vf\fg\n')).toBe('│ a\n│ b\n│ c\n│ d\n│ e\n│ f\n│ g')
  })

  test('keeps indentation and empty lines between', () => {
    expect(forTerminalLines('func main() {\n\n\treturn\n}')).toBe('│ func main() {\n│ \n│     return\n│ }')
  })

  test('leaves no line unmarked, whatever the bytes', () => {
    for (const text of texts) {
      const output = forTerminalLines(text)
      expect(output.split('\n').every((line) => line.startsWith('│ '))).toBe(true)
      expect([text, commandsIn(output), unseenIn(output)]).toEqual([text, [], []])
    }
  })
})

test('H11: H12: guardLines marks a line that became a command by wrapping, and no other', () => {
  expect(guardLines(terminal`one\n  ::error::x\na ##[group]\n[::1]:80`)).toBe(
    'one\n│   ::error::x\na ## [group]\n[::1]:80',
  )
})

describe('forXml', () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    trimValues: false,
  })

  test('makes well-formed XML with one element and no other markup, whatever the bytes', () => {
    for (const text of texts) {
      const xml = `<a b="${forXmlAttribute(text)}">x${forXml(text)}</a>`
      expect([text, XMLValidator.validate(xml)]).toEqual([text, true])
      expect(Object.keys(parser.parse(xml))).toEqual(['a'])
      expect(xml.slice(1, -4)).not.toMatch(/<|]]>/)
    }
  })

  test('H21: holds only characters that XML 1.0 allows', () => {
    for (const text of texts) {
      expect(forXml(text)).not.toMatch(/[^\t\n\x20-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u)
    }
  })

  test('is read back as the text it was', () => {
    const text = `<b>&amp; "x" 'y' ]]> 汉字`
    const { a } = parser.parse(`<a b="${forXmlAttribute(text)}">${forXml(text)}</a>`)
    expect(a).toEqual({ b: text, '#text': text })
  })

  test('keeps line ends in content, and in attributes by reference', () => {
    expect(forXml('a\r\nb\tc')).toBe('a\nb\tc')
    expect(forXmlAttribute('a\r\nb\tc')).toBe('a&#10;b&#9;c')
  })
})

describe('forCsv', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'=1"],
    ['\r=1', "'=1"],
    ['  =1', "'=1"],
    ['\uff1d1', "'\uff1d1"],
    ['\uff0b1', "'\uff0b1"],
    ['"=1+1"', '"\'""=1+1"""'],
    ['a;=1', '"a;\'=1"'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two lines"'],
    ['li-wei', 'li-wei'],
    ['王小明', '王小明'],
  ])('writes %j as %s', (cell, written) => {
    expect(forCsv(cell)).toBe(written)
  })

  test('keeps our numbers as numbers', () => {
    expect([forCsv(-1.5), forCsv(0), forCsv(85.5), forCsv(Number.NaN), forCsv(undefined)]).toEqual([
      '-1.5',
      '0',
      '85.5',
      '',
      '',
    ])
  })

  test('H23: starts no formula and no second cell, whatever the bytes', () => {
    for (const text of texts) {
      const output = forCsv(text)
      const inner = output.startsWith('"') ? output.slice(1, -1) : output
      expect([text, /^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u.test(inner), /[\r\n]/.test(output)]).toEqual([
        text,
        false,
        false,
      ])
      expect(inner.replaceAll('""', '').includes('"')).toBe(false)
      expect(output.startsWith('"') || !/[",;]/.test(output)).toBe(true)
    }
  })
})

test('forJson changes no value, and leaves nothing raw that a runner or a terminal obeys', () => {
  for (const text of texts) {
    const document = forJson({ text })
    expect(JSON.parse(document)).toEqual({ text })
    expect([text, commandsIn(document), unseenIn(document)]).toEqual([text, [], []])
  }
})

describe('forHtml', () => {
  test('leaves honest text as it is, line ends and tabs too', () => {
    expect(forHtml('启动成功 ❤️\n\t$ ls -l /tmp')).toBe('启动成功 ❤️\n\t$ ls -l /tmp')
  })

  test('leaves no character that ends a text, an attribute or their quotes', () => {
    expect(forHtml('<b a="1" c=\'2\' d=`3`>&amp;')).toBe(
      '&#60;b a=&#34;1&#34; c=&#39;2&#39; d=&#96;3&#96;&#62;&#38;amp;',
    )
    for (const text of texts) {
      const output = forHtml(text)
      expect(output.replace(/&#\d+;/g, '')).not.toMatch(/[<>"'`&]/)
      expect(unseenIn(output.replaceAll('\t', ''))).toEqual([])
    }
  })
})
