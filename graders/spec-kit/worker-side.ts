import { GraderError, type GraderErrorCode } from '../model/grader-error.ts'
import type { Answer, GraderCalls, Work } from './protocol.ts'

/** The worker's end of the line to the grader, for one piece of work. */
export interface WorkerSide {
  work: Work
  grader: GraderCalls
  unwrap<T>(answer: Answer<T>): T
}

export function workerSide(work: Work, grader: GraderCalls): WorkerSide {
  return { work, grader, unwrap }
}

function unwrap<T>(answer: Answer<T>): T {
  if ('fault' in answer) throw new GraderError(answer.fault.code as GraderErrorCode, answer.fault.message)
  return answer.value
}
