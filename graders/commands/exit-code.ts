import { checksOf, type Grade, type GradesFile } from '../model/grade.ts'
import { isUncounted } from '../reporters/outcome-marks.ts'
import { exitCodes } from './io.ts'

/** DESIGN section 6: interrupted before ungraded before failed. */
export function exitCodeOf(file: GradesFile, options: { requirePass: boolean }): number {
  if (file.run.interrupted === true) return exitCodes.interrupted
  if (file.grades.some((grade) => grade.status === 'ungraded')) return exitCodes.ungraded
  if (options.requirePass && file.grades.some(lostSomething)) return exitCodes.failed
  return exitCodes.ok
}

/** Anything but full credit for what counts here; that nothing was judged is not a pass. */
function lostSomething(grade: Grade): boolean {
  const counted = checksOf(grade).filter((check) => !isUncounted(check))
  return grade.status !== 'graded' || counted.length === 0 || counted.some((check) => check.outcome !== 'passed')
}
