import type { TerminalText } from '../model/encoded.ts'
import type { Change, MovesFile } from '../model/moves.ts'
import { forTerminal, joinTerminal, terminal } from '../reporters/escape.ts'
import { renderMovesJson } from '../reporters/moves.ts'
import { renderMoves } from '../reporters/moves-table.ts'
import { countOf, nameSome } from '../reporters/numbers.ts'
import { tellChange } from '../store/choose-regrade.ts'
import { keptFlags } from '../store/rescore.ts'
import type { Io } from './io.ts'
import type { OldRun } from './open-old-run.ts'
import type { RegradePlan } from './plan-regrade.ts'
import { shownPath } from './shown-path.ts'

/** Before anything is graded: what will be, why, and what will not. `isAll`: by name. */
export function tellPlan(
  { name, basis }: OldRun,
  plan: RegradePlan,
  { isAll, json = false }: { isAll: boolean; json?: boolean },
  io: Pick<Io, 'err'>,
): void {
  if (json) return
  const again = plan.choices.flatMap(({ source, candidate, choice }) =>
    choice.fate === 'grade' ? { id: source.id, because: choice.because, isNew: candidate.old === undefined } : [],
  )
  const kept = plan.choices.flatMap(({ candidate, choice }) =>
    choice.fate === 'keep' ? { old: candidate.old, grade: choice.grade } : [],
  )
  const leftOut = plan.choices.flatMap(({ source, choice }) => (choice.fate === 'leave' ? source.id : []))
  const flagged = kept.filter(({ grade }) =>
    grade.flags.some(({ code }) => Object.values<string>(keptFlags).includes(code)),
  )
  const reweighed = kept.filter(({ old, grade }) => old !== grade && !flagged.some((one) => one.grade === grade))
  const added = again.filter(({ isNew }) => isNew).map(({ id }) => id)
  const total = countOf(plan.choices.length, 'submission')
  const say = (sentence: string) => io.err(terminal`${forTerminal(sentence)}\n`)
  say(`Against the run ${name}: ${total}, ${again.length} to grade again, ${kept.length} kept.`)
  if (basis === undefined && again.length > 0) {
    say('That run does not say by which specs, cgrade and machine it was graded, so that nothing can be kept unasked.')
  }
  for (const line of tellReasons(again, isAll)) io.err(terminal`${line}\n`)
  if (reweighed.length > 0) say(`With points, titles or lateness of now, from the old verdicts: ${reweighed.length}.`)
  if (added.length > 0) say(`New: ${nameSome(added, 20)}.`)
  if (leftOut.length > 0) say(`New, and not asked for by \`--only\`, so without a grade: ${nameSome(leftOut, 20)}.`)
  if (plan.gone.length > 0) say(`No longer there, and left out: ${nameSome(plan.gone, 20)}.`)
  if (flagged.length > 0) {
    say(
      `Mixed: ${flagged.length} of the grades kept are from before something changed. Each is flagged for staff; \`cgrade regrade\` without \`--only\` brings them up to date.`,
    )
  }
  if (plan.isBlind) say('No container engine answers here: neither the machine nor base images were compared.')
  if (plan.unseen.length > 0) say(`Base images that are not here, and so were not compared: ${nameSome(plan.unseen)}.`)
}

/** `Graded again: 12 (the specs), 1 (was ungraded)`, or each by its name. */
function tellReasons(again: { id: string; because: Change[] }[], isAll: boolean): TerminalText[] {
  if (again.length === 0) return []
  const tell = (because: Change[]) => forTerminal(because.map(tellChange).join(', '))
  if (isAll) return again.map(({ id, because }) => terminal`  ${forTerminal(id)}: ${tell(because)}`)
  const groups = [...Map.groupBy(again, ({ because }) => because.join())].map(([, of]) => of)
  const parts = groups.map((of) => terminal`${of.length} (${tell(of[0]?.because ?? [])})`)
  return [terminal`Graded again: ${joinTerminal(parts, terminal`, `)}`]
}

/** After it: who moved. `places`: where that is written; nowhere in a dry run. */
export function tellMoves(moves: MovesFile, places: string[], { json }: { json: boolean }, io: Io): void {
  if (json && places.length === 0) {
    io.out(renderMovesJson(moves))
    return
  }
  // Before anything is graded, that nobody has moved would be no news.
  if (places.length === 0 && moves.moves.length === 0) return
  const where = joinTerminal(
    places.map((path) => forTerminal(shownPath(path))),
    terminal` `,
  )
  if (json) io.err(terminal`Who moved: ${where}\n`)
  else
    io.out(terminal`\n${renderMoves(moves, io)}${places.length === 0 ? terminal`` : terminal`Who moved: ${where}\n`}`)
}
