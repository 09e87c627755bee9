import { asGraderError } from '../../model/grader-error.ts'
import type { NetworkEvidence, Observation } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type FoundScript, findScript } from '../scripts/find-script.ts'
import { findTranscript } from './find-transcript.ts'
import { runNsenterScript } from './run-nsenter-script.ts'

/**
 * What the student shows of a container's network namespace: the handed-in script, or a transcript of the student's own in a
 * text. Either is enough: where the script cannot be run here, or shows nothing, the transcript counts.
 */
export async function observeEvidence(
  bench: ExerciseBench,
  submission: Submission,
): Promise<Observation<NetworkEvidence>> {
  const script = findScript(submission, 'nsenter')
  const transcript = findTranscript(submission, script?.isSession ? script.path : undefined)
  if (script === undefined) return transcript
  const ran = await run(bench, submission, script)
  if (ran.state === 'seen' && (ran.facts.kind === 'transcript' || ran.facts.printed)) return ran
  if (transcript.state === 'seen') return transcript
  if (ran.state !== 'unavailable') return ran
  return { ...ran, why: `${ran.why}; what it printed for your own container counts as well, pasted into \`README.md\`` }
}

async function run(
  bench: ExerciseBench,
  submission: Submission,
  script: FoundScript,
): Promise<Observation<NetworkEvidence>> {
  try {
    return await runNsenterScript(bench, submission, script)
  } catch (thrown) {
    const { code, message } = asGraderError(thrown)
    if (bench.signal.aborted) throw thrown
    return { state: 'errored', error: { code, message } }
  }
}
