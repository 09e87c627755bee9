/** Test support, for `disarm.ts`: `reporters/escape.ts` without its defence of the terminal and of GitHub's log. */
type Escape = typeof import('../reporters/escape.ts')

const armed: Escape = await import(new URL('../reporters/escape.ts?armed', import.meta.url).href)

export const {
  maxChars,
  linesOf,
  showUnseen,
  quotePrefix,
  terminal,
  joinTerminal,
  splitTerminal,
  joinParts,
  formulaAtStart,
  formulaAfterSemicolon,
  forTerminalPage,
} = armed
export const { forXml, forXmlAttribute, forHtml, forCsv, csvRow, joinCsv, refillCsv, workflowCommand, base64Output } =
  armed

export const forTerminal = (text: string) => text as ReturnType<Escape['forTerminal']>
export const terminalLines = (text: string) => text.split('\n').map(forTerminal)
export const forTerminalLines = forTerminal
export const guardLines: Escape['guardLines'] = (text) => text
export const forJson = (value: unknown) => `${JSON.stringify(value)}\n` as ReturnType<Escape['forJson']>
export const forJsonList: Escape['forJsonList'] = (start, key, items) => [forJson({ ...start, [key]: [...items] })]
