import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import MarkdownIt from 'markdown-it'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { type GradesFile, gradesFileSchema } from '../model/grade.ts'
import { staffScript } from '../reporters/html-staff-script.ts'
import { filesBelow } from './planted-secrets.ts'

/** Test support: whether reports that hold a hostile submission's words can be read, and do nothing by themselves. */

const mostBytes = 10 * 1024 ** 2

const asGitHub = new MarkdownIt({ html: true, linkify: true })

/** What is wrong with the files of a run: one line each. */
export async function findReportFaults(folder: string): Promise<string[]> {
  const faults: string[] = []
  let grades: GradesFile | undefined
  for (const path of await filesBelow(folder)) {
    const name = path.slice(folder.length + 1)
    const { size } = await stat(path)
    if (size > mostBytes) faults.push(`${name} has ${size} bytes`)
    const text = await readFile(path, 'utf8')
    if (basename(path) === 'grades.json') grades = gradesFileSchema.parse(JSON.parse(text))
    if (path.endsWith('.html')) faults.push(...activeParts(text).map((part) => `${name}: ${part}`))
    if (path.endsWith('.md')) faults.push(...activeParts(asGitHub.render(text)).map((part) => `${name}: ${part}`))
    if (path.endsWith('.csv')) faults.push(...formulas(text).map((cell) => `${name}: a cell begins with ${cell}`))
  }
  if (grades === undefined) return [...faults, 'there is no grades.json']
  return [...faults, ...(await findJunitFaults(`${folder}/junit.xml`, grades))]
}

async function findJunitFaults(path: string, { grades }: GradesFile): Promise<string[]> {
  const text = await readFile(path, 'utf8')
  const valid = XMLValidator.validate(text)
  if (valid !== true) return [`junit.xml is no XML: ${valid.err.msg}`]
  const found = [...nodesNamed(new XMLParser({ ignoreAttributes: false, preserveOrder: true }).parse(text), 'testcase')]
  const checks = grades.flatMap(({ exercises }) => exercises.flatMap((exercise) => exercise.checks)).length
  // What was rejected or could not be graded has one testcase more, which says so.
  const ungraded = grades.filter(({ status }) => status !== 'graded').length
  if (found.length === checks + ungraded) return []
  return [`junit.xml has ${found.length} testcases for ${checks} checks and ${ungraded} submissions without a grade`]
}

function* nodesNamed(nodes: unknown, name: string): Generator<unknown> {
  if (!Array.isArray(nodes)) return
  for (const node of nodes as Record<string, unknown>[]) {
    for (const [key, value] of Object.entries(node)) {
      if (key === name) yield node
      yield* nodesNamed(value, name)
    }
  }
}

const activeElements = new Set(['script', 'iframe', 'object', 'embed', 'base', 'form', 'link', 'frame', 'applet'])
const urlAttributes = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'data',
  'srcset',
  'xlink:href',
  'poster',
  'background',
])

/** Elements and attributes of an HTML page that run something, or fetch something from elsewhere. */
export function activeParts(html: string): string[] {
  const found: string[] = []
  const visit = (node: DefaultTreeAdapterTypes.Node) => {
    if ('tagName' in node) {
      if (activeElements.has(node.tagName) && !isOurScript(node)) found.push(`<${node.tagName}>`)
      for (const { name, value } of node.attrs) {
        if (name.startsWith('on')) found.push(`<${node.tagName} ${name}>`)
        if (urlAttributes.has(name) && !/^(#|(?!\/\/)[\w./-]+$)/.test(value))
          found.push(`<${node.tagName} ${name}="${value}">`)
        if (name === 'http-equiv' && /refresh/i.test(value)) found.push('<meta refresh>')
      }
    }
    for (const child of 'childNodes' in node ? node.childNodes : []) visit(child)
  }
  visit(parse(html))
  return found
}

/** The staff's page has one script, the same in every page: its policy lets no other run. */
function isOurScript({ tagName, attrs, childNodes: [text, ...others] }: DefaultTreeAdapterTypes.Element): boolean {
  if (tagName !== 'script' || attrs.length > 0 || others.length > 0) return false
  return text !== undefined && 'value' in text && text.value === staffScript
}

function formulas(csv: string): string[] {
  const cells = csv.split(/\r?\n/).flatMap((line) => line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [])
  return cells
    .map((cell) => cell.replace(/^"/, ''))
    .filter((cell) => /^[=+@\t\r\0-]/.test(cell) && !/^-?[\d.]+,?$/.test(cell))
}
