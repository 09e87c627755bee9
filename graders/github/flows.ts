/** Whose repository is graded. `course`: one folder per student; `student`: the repository itself is the submission. */
export const flows = ['course', 'student'] as const
export type Flow = (typeof flows)[number]
