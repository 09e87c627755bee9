import { data, Evaluator, Lexer, Parser } from '@actions/expressions'

/** Test support: `${{ }}` of workflows, by GitHub's own evaluator. */

export type Contexts = Record<string, unknown>
/** How a job, or what a job needs, stands so far. */
export type Status = 'success' | 'failure' | 'cancelled' | 'skipped'

const statusFunctions = ['success', 'failure', 'cancelled', 'always'] as const
const callsStatus = new RegExp(`\\b(?:${statusFunctions.join('|')})\\s*\\(`, 'i')
/** A `}}` inside of a text ends nothing. */
const filled = /\$\{\{((?:'(?:[^']|'')*'|[^'])*?)\}\}/g

/** A text of a workflow with every `${{ }}` replaced by what it comes to. */
export function fill(text: unknown, contexts: Contexts): string {
  if (typeof text !== 'string') return text === null || text === undefined ? '' : String(text)
  return text.replace(filled, (_all, expression: string) => evaluate(expression, contexts).coerceString())
}

export function fillEach(texts: Record<string, unknown> | undefined, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, fill(text, contexts)]))
}

/** An `if`: without a function that asks for the status, what came before must have succeeded. */
export function holds(condition: unknown, contexts: Contexts, status: Status): boolean {
  const written = String(condition ?? 'success()').trim()
  const expression = /^\$\{\{(.*)\}\}$/s.exec(written)?.[1] ?? written
  const asked = callsStatus.test(expression) ? expression : `success() && (${expression})`
  return isTrue(evaluate(asked, contexts, status))
}

function evaluate(expression: string, contexts: Contexts, status?: Status): data.ExpressionData {
  const functions = status === undefined ? [] : statusFunctions.map((name) => statusFunction(name, status))
  const names = Object.keys(contexts)
  try {
    const parsed = new Parser(new Lexer(expression).lex().tokens, names, functions).parse()
    const known = new Map(functions.map((one) => [one.name, one]))
    return new Evaluator(parsed, readContexts(contexts), known).evaluate()
  } catch (cause) {
    throw new Error(`\`${expression.trim()}\` cannot be evaluated with ${names.join(', ')}`, { cause })
  }
}

function statusFunction(name: (typeof statusFunctions)[number], status: Status) {
  const answer = name === 'always' || name === status
  return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) }
}

function readContexts(contexts: Contexts): data.Dictionary {
  const read: unknown = JSON.parse(JSON.stringify(contexts), data.reviver)
  if (!(read instanceof data.Dictionary)) throw new Error('contexts are an object')
  return read
}

/** As the language has it: nothing, zero and the empty text are false. */
function isTrue(value: data.ExpressionData): boolean {
  if (value instanceof data.BooleanData) return value.value
  if (value instanceof data.NumberData) return value.value !== 0 && !Number.isNaN(value.value)
  if (value instanceof data.StringData) return value.value !== ''
  return !(value instanceof data.Null)
}
