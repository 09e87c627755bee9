import type { Evidence } from '../model/feedback.ts'
import type { ScriptEnd } from '../model/observations.ts'

/** How a script of the student's ended, as a sentence. */
export function endNote(end: ScriptEnd): string {
  switch (end.how) {
    case 'timeout':
      return 'It was still running when its time was up.'
    case 'stopped':
      return 'It was stopped when there was nothing more to see.'
    case 'exited':
      return end.exitCode === 0 ? 'It ended with exit code 0.' : `It broke off with exit code ${end.exitCode}.`
  }
}

const shownCharacters = 3_000

/** What it printed: the beginning, and the end, where the trouble stands. */
export function endEvidence({ script, end }: { script: string; end: ScriptEnd }): Evidence {
  const output = end.output.trimEnd()
  const half = shownCharacters / 2
  const shown =
    output.length <= shownCharacters
      ? output
      : `${output.slice(0, half)}\n[... ${output.length - shownCharacters} characters left out ...]\n${output.slice(-half)}`
  return { kind: 'script', text: `$ bash ${script}\n${shown === '' ? '(it printed nothing)' : shown}` }
}

/** Sentences about how the script was run, where there are any. */
export function noteEvidence({ notes }: { notes: string[] }): Evidence[] {
  return notes.length === 0 ? [] : [{ kind: 'note', text: notes.join('\n') }]
}
