import { describe, expect, expectTypeOf, test } from 'vitest'
import { recordIo } from '../commands/recorded-io.ts'
import { readSources } from '../hostile/read-sources.ts'
import type {
  CsvText,
  FileName,
  FileText,
  HtmlText,
  JsonText,
  MarkdownText,
  PrintedText,
  TerminalText,
  XmlText,
} from '../model/encoded.ts'
import { fileName, fileNameOf } from '../model/identity.ts'
import type { RunStore } from '../store/run-folder.ts'
import { forTerminal, joinCsv, terminal, workflowCommand } from './escape.ts'
import { documentOf, element, type Html } from './html.ts'
import { markdown } from './markdown.ts'
import { xmlElement, xmlText } from './xml.ts'

/** Text is untrusted unless its type says otherwise, and what writes takes no untrusted text: `tsc` checks this file. */

const untrusted: string = '::error::x'

/** Never run: it is enough that it does not compile without the marks. */
function _noSinkTakesAString(store: RunStore): void {
  const io = recordIo()
  // @ts-expect-error H11: standard output
  io.out(untrusted)
  // @ts-expect-error H11: standard error
  io.err(untrusted)
  // @ts-expect-error H11: a line of ours for the terminal, with a hole
  terminal`Seen: ${untrusted}`
  // @ts-expect-error H11: a command for GitHub's runner of any name
  workflowCommand(untrusted, {}, 'x')
  // @ts-expect-error H14: a property of such a command of any name
  workflowCommand('notice', { [untrusted]: 'x' as const, value: 'x' }, 'x')
  // @ts-expect-error H16: a summary with a hole
  markdown`Seen: ${untrusted}`
  // @ts-expect-error H21: a child of an XML element
  xmlElement('testcase', {}, [untrusted])
  // @ts-expect-error H21: the name of an attribute in XML
  xmlElement('testcase', { [untrusted]: 'x' as const, onload: 'x' })
  // @ts-expect-error H22: markup in HTML
  element('p', {}, { markup: untrusted })
  // @ts-expect-error H22: an element that runs something
  element('script', {}, 'x')
  // @ts-expect-error H22: an attribute that runs something
  element('p', { onclick: 'x' })
  // @ts-expect-error H22: a link that leads elsewhere
  element('a', { href: untrusted })
  // @ts-expect-error H23: a cell of a table
  joinCsv([[untrusted]])
  // @ts-expect-error H24: the name of a file
  void store.write(untrusted, terminal`x`)
  // @ts-expect-error H24: a name of ours with a hole
  fileName`${untrusted}/report.html`
  // @ts-expect-error H24: the text of a file
  void store.write(fileName`x.txt`, untrusted)
}

describe('H11: H16: H21: H22: H23: H24: no sink takes a plain string', () => {
  test('each kind of encoded text is of a type of its own', () => {
    expectTypeOf<string>().not.toExtend<TerminalText | JsonText | XmlText | HtmlText | CsvText | MarkdownText>()
    expectTypeOf<string>().not.toExtend<FileName>()
    expectTypeOf<HtmlText>().not.toExtend<PrintedText>()
    expectTypeOf<XmlText>().not.toExtend<HtmlText>()
    expectTypeOf<CsvText>().not.toExtend<TerminalText>()
    expectTypeOf<FileName>().not.toExtend<FileText>()
    expectTypeOf(forTerminal(untrusted)).toExtend<PrintedText>()
    expectTypeOf(xmlText(untrusted)).toExtend<FileText>()
    expectTypeOf(documentOf(element('p', {}, untrusted) satisfies Html)).toExtend<FileText>()
    expectTypeOf(fileNameOf(untrusted)).toExtend<FileName>()
  })

  test('only the encoders, and what moves encoded text about, make these types', async () => {
    const reporters = ['escape', 'html', 'markdown', 'paint', 'text-layout', 'transcript', 'xml']
    const makers = ['model/identity.ts', ...reporters.map((name) => `reporters/${name}.ts`)]
    const cast = /\bas (?:unknown as )?(?:(?:Terminal|Json|Csv|Xml|Html|Markdown|Printed|File)Text|FileName|Encoded)\b/
    expect(await namesWith(cast)).toEqual(makers)
  })

  test('only `cli.ts` writes to standard output and standard error', async () => {
    const write = /process\.(?:stdout|stderr)\.write|console\.(?:log|error|warn|info)\(/
    // The second one is a program of its own, for `./grade`, which asks it where the engine is.
    expect(await namesWith(write)).toEqual(['cli.ts', 'sandbox/locate-engine.ts'])
  })
})

async function namesWith(pattern: RegExp): Promise<string[]> {
  return (await readSources()).filter(({ text }) => pattern.test(text)).map(({ name }) => name)
}
