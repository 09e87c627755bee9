import { actionPins } from './action-pins.ts'
import type { CgradePin } from './cgrade-pin.ts'
import type { NewFile } from './new-file.ts'

export interface StaffSettings {
  pin: CgradePin
  /** `owner/name` of the course repository. */
  course: string
  assignment: string
  /** Whether it has exercises that need root. */
  root: boolean
  /** One that has a server, for the example of a hidden check. */
  serverExercise: string
  /** Names of the published spec files, which the hidden assignment takes over. */
  specFiles: string[]
}

/** `staff-grade.yml`: started by hand, in the private repository that holds the hidden specs. */
export function staffWorkflow(settings: StaffSettings): NewFile {
  const { pin, assignment } = settings
  const parts = partsOf(settings)
  const text = `# Grades every submission of one commit of the course repository with the specs of this one. Written by \`cgrade init staff\`.
# Keep this repository private: students must see neither its specs nor the grades that it makes.
name: staff-grade

on:
  workflow_dispatch:
    inputs:
      commit:
        description: Commit of the course repository, 40 hex digits
        required: true
        type: string

permissions: {}

jobs:
${parts.map((part) => gradeJob(settings, part)).join('')}  merge:
    needs: [${parts.map(({ part }) => part).join(', ')}]
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read
    steps:
${fetchSpecs}${fetchCgrade(pin)}${parts.map(fetchPart).join('')}      - id: cgrade
        uses: ./cgrade
        with:
          parts: \${{ runner.temp }}/parts
          assignment: staff/specs/${assignment}
      - name: The grades, for staff alone
        uses: ${actionPins.upload}
        with:
          name: staff-grades
          path: \${{ steps.cgrade.outputs.run }}
          if-no-files-found: error
      - if: steps.cgrade.outputs.status == 'ungraded'
        name: Something is ungraded
        shell: bash
        run: |
          echo '::error::Something is ungraded, which is no fault of a student: see the summary, and run this again.'
          exit 3
`
  return { path: '.github/workflows/staff-grade.yml', text }
}

interface Part {
  part: string
  /** The word with which the action picks its exercises; without one, all of them. */
  exercises: 'root' | 'rootless' | undefined
}

/** What needs root gets a machine of its own. */
function partsOf({ root }: StaffSettings): Part[] {
  if (!root) return [{ part: 'grade', exercises: undefined }]
  return [
    { part: 'grade', exercises: 'rootless' },
    { part: 'root', exercises: 'root' },
  ]
}

function gradeJob({ pin, course, assignment }: StaffSettings, { part, exercises }: Part): string {
  return `  ${part}:
    runs-on: ubuntu-24.04
    timeout-minutes: 350
    permissions:
      contents: read
    steps:
      - name: Look at the commit that was asked for
        shell: bash
        env:
          COMMIT: \${{ inputs.commit }}
        run: |
          [[ $COMMIT =~ ^[0-9a-f]{40}$ ]] || { echo '::error::Expected the 40 hex digits of a commit.'; exit 2; }
${fetchSpecs}      - name: The course repository, as data
        uses: ${actionPins.checkout}
        with:
          repository: ${course}
          ref: \${{ inputs.commit }}
          path: course
          persist-credentials: false
${fetchCgrade(pin)}      - id: cgrade
        uses: ./cgrade
        with:
          checkout: course
          submissions: submissions
          assignment: staff/specs/${assignment}
${exercises === undefined ? '' : `          exercises: ${exercises}\n`}          summary: 'false'
      - name: Keep the grades for the last job
        uses: ${actionPins.upload}
        with:
          name: staff-part-${part}
          path: \${{ steps.cgrade.outputs.run }}/grades.json
          if-no-files-found: error
          retention-days: 5

`
}

const fetchSpecs = `      - name: This repository, for its hidden specs
        uses: ${actionPins.checkout}
        with:
          path: staff
          persist-credentials: false
`

function fetchCgrade(pin: CgradePin): string {
  return `      - name: cgrade
        uses: ${actionPins.checkout}
        with:
          repository: ${pin.repository}
          ref: '${pin.commit}'
          path: cgrade
          persist-credentials: false
`
}

function fetchPart({ part }: Part): string {
  return `      - name: The grades of the job ${part}
        uses: ${actionPins.download}
        with:
          name: staff-part-${part}
          path: \${{ runner.temp }}/parts/${part}
`
}
