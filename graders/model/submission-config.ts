import type * as z from 'zod'
import type { Fault } from './feedback.ts'
import { nearest } from './nearest.ts'
import type { SubmissionConfig } from './submission.ts'
import { type ConfigSection, configSections, keysOf, sectionNames } from './submission-config-schema.ts'
import { type KeyPath, readYaml, type YamlSource } from './submission-config-yaml.ts'

export type ParsedConfig = { ok: true; config: SubmissionConfig; source: YamlSource } | { ok: false; fault: Fault }

/** Reads `cgrade.yml`; a fault names the file, the line, what was expected, what was found and the nearest key. */
export function parseSubmissionConfig(text: string, file: string): ParsedConfig {
  const yaml = readYaml(text, file)
  if (!yaml.ok) {
    const sentence = `\`${file}\` line ${yaml.line}: this is not valid YAML: ${yaml.problem}.`
    return { ok: false, fault: badConfig([{ line: yaml.line, sentence }], file) }
  }
  const { source } = yaml
  const problems = findProblems(source)
  if (problems.length > 0) return { ok: false, fault: badConfig(problems, file) }
  return { ok: true, config: withoutEmpty(source.value) as SubmissionConfig, source }
}

export interface ConfigProblem {
  line: number
  sentence: string
}

export function badConfig(problems: ConfigProblem[], file: string): Fault {
  const sorted = problems.toSorted((a, b) => a.line - b.line)
  const told = sorted.slice(0, 3).map(({ sentence }) => sentence)
  if (sorted.length > 3) told.push(`And ${sorted.length - 3} more.`)
  return {
    reason: 'intake.bad-config',
    message: told.join(' '),
    hint: `Correct \`${file}\`, or delete it: without it the Dockerfile, port and paths are looked for.`,
    location: { file, line: sorted[0]?.line ?? 1 },
  }
}

function findProblems(source: YamlSource): ConfigProblem[] {
  const { file, value } = source
  if (value === null || value === undefined) return []
  if (!isSection(value)) {
    const sentence = `\`${file}\` line ${source.lineOf([])}: expected sections (${sectionNames.join(', ')}), but found ${show(value)}.`
    return [{ line: source.lineOf([]), sentence }]
  }
  return Object.entries(value).flatMap(([name, section]) => {
    if (!isSectionName(name)) return [unknownSection(source, name)]
    if (section === null) return []
    const parsed = configSections[name].safeParse(section)
    return parsed.success ? [] : parsed.error.issues.flatMap((issue) => sentencesOf(source, name, issue))
  })
}

function sentencesOf(source: YamlSource, section: ConfigSection, issue: z.core.$ZodIssue): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(source, section, key))
  const path = [section, ...(issue.path as (string | number)[])]
  const line = source.lineOf(path)
  const found = show(valueAt(source.value, path))
  const expected = issue.path.length === 0 ? `keys below it (${keysOf(section).join(', ')})` : issue.message
  return [
    {
      line,
      sentence: `\`${source.file}\` line ${line}: \`${path.join('.')}\` must be ${expected}, but it is ${found}.`,
    },
  ]
}

function unknownKey(source: YamlSource, section: ConfigSection, key: string): ConfigProblem {
  const line = source.lineOfKey([section], key)
  const known = keysOf(section)
  const meant = nearest(key, known)
  const elsewhere = sectionNames.filter((other) => other !== section && keysOf(other).includes(key))
  const advice =
    meant !== undefined
      ? `; did you mean \`${meant}\`?`
      : elsewhere.length > 0
        ? `; it belongs under ${listNames(elsewhere)}.`
        : '.'
  const sentence = `\`${source.file}\` line ${line}: unknown key ${quote(key)} under \`${section}\`${advice} Known keys: ${known.join(', ')}.`
  return { line, sentence }
}

function unknownSection(source: YamlSource, name: string): ConfigProblem {
  const line = source.lineOfKey([], name)
  const at = `\`${source.file}\` line ${line}: unknown key ${quote(name)}`
  const known = `Known sections: ${sectionNames.join(', ')}.`
  const key = nearest(name, [...sectionNames, ...new Set(sectionNames.flatMap(keysOf))])
  if (key === undefined) return { line, sentence: `${at}. ${known}` }
  if (isSectionName(key)) return { line, sentence: `${at}; did you mean \`${key}\`? ${known}` }
  const homes = listNames(sectionNames.filter((section) => keysOf(section).includes(key)))
  if (key === name) return { line, sentence: `${at} at the top level; \`${key}\` belongs under ${homes}. ${known}` }
  return { line, sentence: `${at}; did you mean \`${key}\`, which belongs under ${homes}? ${known}` }
}

function isSectionName(name: string): name is ConfigSection {
  return (sectionNames as string[]).includes(name)
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Sections without keys say nothing. */
function withoutEmpty(value: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, section]) => section !== null))
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let current = value
  for (const key of path) current = (current as Record<string | number, unknown> | undefined)?.[key]
  return current
}

function listNames(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' or ')
}

function quote(text: string): string {
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'empty'
  return quote(JSON.stringify(value))
}
