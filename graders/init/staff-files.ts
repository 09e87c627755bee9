import type { NewFile } from './new-file.ts'
import { type StaffSettings, staffWorkflow } from './staff-workflow.ts'

/** The private repository of staff: hidden checks on top of the published ones, and the workflow that grades with them. */
export function staffFiles(settings: StaffSettings): NewFile[] {
  const folder = `specs/${settings.assignment}`
  return [
    staffWorkflow(settings),
    { path: '.gitignore', text: '/reports/\n' },
    { path: 'README.md', text: readme(settings) },
    { path: 'package.json', text: '{ "private": true, "type": "module" }\n' },
    { path: `${folder}/assignment.ts`, text: hiddenAssignment(settings) },
    { path: `${folder}/hidden.spec.ts`, text: hiddenSpec(settings) },
    { path: `${folder}/published.spec.ts`, text: publishedSpec(settings) },
  ]
}

/** From a spec folder here to the published one: the clones lie side by side, here and in the workflow. */
function publishedFolder({ assignment }: StaffSettings): string {
  return `../../../cgrade/specs/${assignment}`
}

function hiddenAssignment(settings: StaffSettings): string {
  const id = settings.serverExercise
  const key = id.includes('-') ? `'${id}'` : id
  return `import type { AssignmentInput } from '#spec-kit'
import published from '${publishedFolder(settings)}/assignment.ts'

/** Checks that only staff's run knows, by exercise: what they are worth comes on top of the published points. */
const hidden: Record<string, AssignmentInput['exercises'][number]['checks']> = {
  ${key}: [{ id: '${id}.hidden-long-path', points: 5, visibility: 'hidden' }],
}

export default {
  ...published,
  exercises: published.exercises.map((exercise) => ({
    ...exercise,
    checks: [...exercise.checks, ...(hidden[exercise.id] ?? [])],
  })),
} satisfies AssignmentInput
`
}

function hiddenSpec({ serverExercise }: StaffSettings): string {
  return `import { check, expect, randomWord } from '#spec-kit'

check('${serverExercise}.hidden-long-path', 'keeps running after a request with a very long path', async ({ server }) => {
  await server.get(\`/\${randomWord().repeat(200)}\`)
  expect(await server.isRunning(), 'the container ended').toBe(true)
})
`
}

function publishedSpec(settings: StaffSettings): string {
  const imports = settings.specFiles.map((name) => `import '${publishedFolder(settings)}/${name}'\n`)
  return `// The published checks, as cgrade ships them.\n${imports.join('')}`
}

function readme({ pin, course, assignment }: StaffSettings): string {
  return `# Staff: hidden checks and grades

Private. Whoever can read this repository can read the hidden checks.

- \`specs/${assignment}/hidden.spec.ts\`: checks that students do not see. \`assignment.ts\` beside it says what they are
  worth. The one that is there is an example; [writing specs](https://github.com/${pin.repository}/blob/${pin.commit}/docs/writing-specs.md)
  tells the rest.
- \`.github/workflows/staff-grade.yml\`: grades every submission of one commit of \`${course}\`.

## To grade on GitHub

1. \`git ls-remote https://github.com/${course}.git HEAD\` prints the commit, 40 hex digits.
2. **Actions**, **staff-grade**, **Run workflow**: paste the digits.
3. When it is done, open the run and download \`staff-grades\`: \`grades.csv\` goes into the grade book; each
   \`report.html\` is safe to send to its student, since hidden checks are not in it. \`grades.json\` and \`junit.xml\`
   have all checks: keep them.

## To grade on a machine of your own

Three clones side by side, all at the commits that you want:

\`\`\`sh
git clone https://github.com/${pin.repository}.git cgrade
git clone https://github.com/${course}.git course
git clone https://github.com/YOUR-ORGANISATION/THIS-REPOSITORY.git staff
./cgrade/grade batch course/submissions --assignment staff/specs/${assignment}
\`\`\`

Never copy the hidden specs into \`${course}\` or into a workflow that runs for pull requests.
`
}
