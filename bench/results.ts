import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { writeFileWhole } from '../graders/store/write-file.ts'
import { measureIdle } from './measure.ts'
import type { Scope } from './scope.ts'

/** A part of the results, found again by its title. */
export interface Section {
  title: string
  text: string
}

const file = fileURLToPath(new URL('./RESULTS.md', import.meta.url))
const head = `# What cgrade costs

Written by \`npm run bench -- --write\`; [README.md](README.md) says how it is measured. Every table says when and on what.
`

/** The machine, the day, and what else it was doing. */
export async function tellConditions(scope: Scope, words: string[]): Promise<string> {
  const busy = await measureIdle()
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${gigabytes(totalmem())} GB, Linux ${release()}`
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  return [
    `\`npm run bench -- ${words.join(' ')}\``,
    '',
    `${date} UTC; ${machine}; ${scope.engineVersion}, Node ${process.versions.node}; right after it, ${busy.toFixed(2)} cores were busy with other things.`,
  ].join('\n')
}

export async function writeSections(sections: Section[]): Promise<void> {
  const known = await readFile(file, 'utf8').catch(() => head)
  await writeFileWhole(file, replaceSections(known, sections))
}

/** Puts the sections in the place of those with the same titles, or at the end; keeps the others. */
export function replaceSections(known: string, sections: Section[]): string {
  const [first = '', ...rest] = known.split(/^## /m)
  const all = new Map(rest.map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n')).trim()]))
  for (const { title, text } of sections) all.set(title, text.trim())
  const body = [...all].map(([title, text]) => `## ${title}\n\n${text}\n`)
  return [`${first.trimEnd()}\n`, ...body].join('\n')
}

/** Markdown; the first column is text, the others are numbers. */
export function renderTable(heads: string[], rows: string[][]): string {
  const widths = heads.map((name, column) => Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(heads), line(rule), ...rows.map(line)].join('\n')
}

export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(0)
}
