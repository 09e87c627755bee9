import { parseArgs } from 'node:util'

/** Who is measured against whom, and what is measured of cgrade alone. */
export const parts = ['cgrade', 'shell', 'by-hand', 'engine', 'own-cost', 'memory', 'regrade', 'start-up'] as const
export type Part = (typeof parts)[number]
/** Asked for by name: each takes a quarter of an hour. */
const longParts: Part[] = ['memory', 'regrade']
/** Those who grade the same Go submissions. */
export const contestants = ['cgrade', 'shell', 'by-hand', 'engine'] as const
export type ContestantName = (typeof contestants)[number]

export interface BenchOptions {
  submissions: number[]
  /** Versions of Go, of the base images. */
  bases: string[]
  only: Part[]
  jobs: number
  /** How many trivial submissions the memory is measured with. */
  memory: number[]
  /** How many of them are graded again. */
  regrade: number
  seed: string
  write: boolean
}

export const usage = `npm run bench -- [--submissions 20,100] [--base 1.24,1.19] [--only ${parts.join(',')}]
                 [--jobs 2] [--memory 100,1000] [--regrade 300] [--seed text] [--write]

Measures cgrade against what a user would otherwise run; --write puts the tables into bench/RESULTS.md.
Without --only all but \`memory\` and \`regrade\`, which take a quarter of an hour each.`

export class BadWords extends Error {}

export function readWords(words: string[]): BenchOptions | undefined {
  const { values } = parseWords(words)
  if (values.help) return undefined
  return {
    submissions: readCounts('--submissions', values.submissions),
    bases: readList('--base', values.base, /^1\.\d+$/, 'versions of Go, as 1.24'),
    only: values.only === undefined ? parts.filter((part) => !longParts.includes(part)) : readParts(values.only),
    jobs: readCounts('--jobs', values.jobs)[0] ?? 2,
    memory: readCounts('--memory', values.memory),
    regrade: readCounts('--regrade', values.regrade)[0] ?? 300,
    seed: values.seed,
    write: values.write,
  }
}

function parseWords(args: string[]) {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      args,
      options: {
        submissions: text('20,100'),
        base: text('1.24,1.19'),
        only: { type: 'string' },
        jobs: text('2'),
        memory: text('100,1000'),
        regrade: text('300'),
        seed: text('bench'),
        write: flag,
        help: flag,
      },
    })
  } catch (thrown) {
    throw new BadWords((thrown as Error).message)
  }
}

function readCounts(option: string, text: string): number[] {
  return readList(option, text, /^[1-9]\d{0,3}$/, 'numbers from 1 to 9999').map(Number)
}

function readParts(text: string): Part[] {
  const known = new RegExp(`^(${parts.join('|')})$`)
  return readList('--only', text, known, `some of ${parts.join(', ')}`) as Part[]
}

function readList(option: string, text: string, pattern: RegExp, expected: string): string[] {
  const all = text.split(',')
  const wrong = all.find((one) => !pattern.test(one))
  if (wrong === undefined) return all
  throw new BadWords(`${option}: expected ${expected}, separated by commas; got \`${wrong}\``)
}
