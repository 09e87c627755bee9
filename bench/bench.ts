import { BadWords, type BenchOptions, contestants, readWords, usage } from './bench-words.ts'
import { measureMemory } from './measure-memory.ts'
import { measureOwnCost } from './measure-own-cost.ts'
import { measureRegrade } from './measure-regrade.ts'
import { measureSpeed } from './measure-speed.ts'
import { measureStartUp } from './measure-start-up.ts'
import { type Section, tellConditions, writeSections } from './results.ts'
import { openScope, type Scope } from './scope.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort(new Error(signal)))

process.exitCode = await run(process.argv.slice(2))

async function run(words: string[]): Promise<number> {
  try {
    const options = readWords(words)
    if (options === undefined) process.stdout.write(`${usage}\n`)
    else await measureAll(options, words)
    return 0
  } catch (thrown) {
    const isTidy = !(thrown instanceof SuppressedError)
    if (stop.signal.aborted && isTidy) process.stderr.write('Stopped; nothing of the bench is left in the engine.\n')
    else process.stderr.write(`error: ${thrown instanceof Error ? thrown.message : thrown}\n`)
    if (thrown instanceof BadWords) process.stderr.write(`\n${usage}\n`)
    return stop.signal.aborted ? 130 : thrown instanceof BadWords ? 2 : 3
  }
}

async function measureAll(options: BenchOptions, words: string[]): Promise<void> {
  await using scope = await openScope(stop.signal)
  for await (const section of sectionsOf(options, scope)) {
    const told = { ...section, text: `${await tellConditions(scope, words)}\n\n${section.text}` }
    process.stdout.write(`\n## ${told.title}\n\n${told.text}\n`)
    if (options.write) await writeSections([told])
  }
}

/** Each is told as soon as it is known. */
async function* sectionsOf(options: BenchOptions, scope: Scope): AsyncGenerator<Section> {
  const { only, jobs, seed } = options
  const racers = contestants.filter((name) => only.includes(name))
  for (const count of racers.length === 0 ? [] : options.submissions) {
    for (const goVersion of options.bases) yield await measureSpeed(scope, { count, goVersion, racers, jobs, seed })
  }
  if (only.includes('own-cost')) yield await measureOwnCost(scope, jobs)
  if (only.includes('memory')) yield await measureMemory(scope, options.memory, jobs)
  if (only.includes('regrade')) yield await measureRegrade(scope, options.regrade, jobs)
  if (only.includes('start-up')) yield await measureStartUp(scope)
}
