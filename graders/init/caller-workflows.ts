import type { CgradePin } from './cgrade-pin.ts'
import type { NewFile } from './new-file.ts'

/** What a repository of a course says to cgrade's own workflows. Every value was vetted; 40 digits would be a number in YAML without quotes. */
export interface CallerSettings {
  pin: CgradePin
  assignment: string
  /** Whether the assignment has exercises that need root. */
  root: boolean
}

/** `grade.yml` of a course repository: every pull request, with a token that can read and nothing else. */
export function gradeCourse(settings: CallerSettings): NewFile {
  const { pin } = settings
  const text = `# Grades what a pull request changes below submissions/. Written by \`cgrade init course\`; what each line is for stands in
# https://github.com/${pin.repository}/blob/${pin.commit}/docs/github.md
name: grade

on: pull_request

permissions: {}

jobs:
  grade:
    permissions:
      contents: read
${callGrade(settings, 'course')}
      submissions: submissions
${offers(settings)}`
  return { path: '.github/workflows/grade.yml', text }
}

/** `grade.yml` of a student repository: the repository itself is what was handed in. */
export function gradeStudent(settings: CallerSettings): NewFile {
  const { pin } = settings
  const text = `# Grades this repository after every push. Written by \`cgrade init student\`; what each line is for stands in
# https://github.com/${pin.repository}/blob/${pin.commit}/docs/github.md
name: grade

on:
  push:
    branches: [main, master]
  pull_request:

permissions: {}

jobs:
  grade:
    permissions:
      contents: read
${callGrade(settings, 'student')}
${offers(settings)}      # For a repository of the old GitHub Classroom: also tell the points in its way.
      # classroom: true
`
  return { path: '.github/workflows/grade.yml', text }
}

/** `publish.yml` of a course repository: the half that may write, and that runs nothing of the pull request. */
export function publishCourse({ pin, assignment }: CallerSettings): NewFile {
  const text = `# Writes the check and the comment after a run of grade.yml. Written by \`cgrade init course\`.
# It may write to pull requests, so it takes nothing from them but one file of grades, which cgrade vets.
name: publish

on:
  workflow_run:
    workflows: [grade]
    types: [completed]

permissions: {}

jobs:
  publish:
    permissions:
      actions: read
      checks: write
      contents: read
      pull-requests: write
    uses: ${pin.repository}/.github/workflows/publish.yml@${pin.commit}
    with:
      cgrade: ${pin.repository}
      cgrade-ref: '${pin.commit}'
      flow: course
      submissions: submissions
      assignment: '${assignment}'
      # As in grade.yml, where these are used there.
      # require-pass: true
      # specs: ${pin.repository.split('/')[0]}/our-specs
      # specs-ref: 40 hex digits of a commit there
`
  return { path: '.github/workflows/publish.yml', text }
}

function callGrade({ pin, assignment, root }: CallerSettings, flow: 'course' | 'student'): string {
  return `    # To use a newer cgrade, change the 40 digits in both places, here and in publish.yml where there is one.
    uses: ${pin.repository}/.github/workflows/grade.yml@${pin.commit}
    with:
      cgrade: ${pin.repository}
      cgrade-ref: '${pin.commit}'
      flow: ${flow}
      assignment: '${assignment}'${root ? '' : '\n      root: false'}`
}

/** What a course may want later, as lines that only lack their `#`. */
function offers({ pin }: CallerSettings): string {
  const owner = pin.repository.split('/')[0]
  return `      # Fail the run when a check fails; as it is, only a run that could not grade fails.
      # require-pass: true
      # An assignment of your own, in a public repository: its folder there goes into \`assignment\` above.
      # specs: ${owner}/our-specs
      # specs-ref: 40 hex digits of a commit there
`
}
