import { posix } from 'node:path'
import { type Budget, compileWildcard, matchWildcard, type Wildcard } from '../dockerfile/wildcard.ts'

interface Rule {
  wildcard: Wildcard
  /** `!pattern`: takes back what a rule before it left out. */
  negated: boolean
}

export interface Dockerignore {
  ignores(path: string): boolean
  /** Some rule takes files back, so an ignored folder may still hold some that are not. */
  hasExceptions: boolean
  /** Sentences about what could not be honoured. */
  notes(): string[]
}

/** Enough for thousands of files and hundreds of rules; a hostile file uses it up in about a second. */
const maxSteps = 40_000_000

/** Reads a .dockerignore as the engine does; the last rule that matches a path or a folder above it decides. */
export function parseDockerignore(text: string, name = '.dockerignore'): Dockerignore {
  const rules: Rule[] = []
  const malformed: string[] = []
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const pattern = cleanLine(line)
    if (pattern === '' || pattern === '!') continue
    const negated = pattern.startsWith('!')
    const wildcard = compileWildcard(negated ? pattern.slice(1) : pattern)
    if (wildcard === undefined) malformed.push(line.trim())
    else rules.push({ wildcard, negated })
  }
  const budget: Budget = { steps: maxSteps }
  return {
    ignores: (path) => isIgnored(rules, path, budget),
    hasExceptions: rules.some(({ negated }) => negated),
    notes: () => notesOn(name, malformed, budget),
  }
}

function cleanLine(line: string): string {
  if (line.startsWith('#')) return ''
  const trimmed = line.trim()
  const negated = trimmed.startsWith('!')
  const pattern = negated ? trimmed.slice(1).trim() : trimmed
  if (pattern === '') return ''
  const cleaned = posix.normalize(pattern).replace(/(?<=.)\/$/, '')
  return (negated ? '!' : '') + (cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned)
}

function isIgnored(rules: Rule[], path: string, budget: Budget): boolean {
  if (budget.steps < 0) return false
  let ignored = false
  for (const { wildcard, negated } of rules) {
    // A rule that could not change the outcome need not be tried.
    if (negated === ignored && matchWildcard(wildcard, path, budget) !== undefined) ignored = !negated
  }
  return ignored
}

function notesOn(name: string, malformed: string[], budget: Budget): string[] {
  const notes: string[] = []
  if (malformed.length > 0) {
    const shown = malformed.slice(0, 3).map((line) => `\`${line.slice(0, 60)}\``)
    notes.push(`\`${name}\` has patterns that Docker cannot read, and they were not applied: ${shown.join(', ')}.`)
  }
  if (budget.steps < 0) notes.push(`\`${name}\` takes too long to apply, so not all of it was applied.`)
  return notes
}
