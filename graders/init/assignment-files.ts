import { UsageError } from '../model/grader-error.ts'
import type { NewFile } from './new-file.ts'

export interface AssignmentSettings {
  id: string
  /** How the program is called, for the example in the README. */
  cgrade: string
}

/** A new assignment that grades any small web server at once. */
export function assignmentFiles(settings: AssignmentSettings): NewFile[] {
  return [
    { path: 'README.md', text: readme(settings) },
    { path: 'assignment.ts', text: assignment(settings) },
    { path: 'package.json', text: '{ "private": true, "type": "module" }\n' },
    { path: 'server.spec.ts', text: spec },
  ]
}

/** An id as `assignment.ts` takes it. */
export function requireAssignmentId(given: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(given)) return given
  throw new UsageError(
    `\`--id\` expects small letters, digits and \`-\`, as in \`warm-up\`, at most 64 of them, got \`${given}\`.`,
  )
}

function assignment({ id }: AssignmentSettings): string {
  return `import type { AssignmentInput } from '#spec-kit'

/** What is asked and what it is worth. How it is judged stands in the *.spec.ts beside this file. */
export default {
  id: '${id}',
  title: 'A web server in a container',
  exercises: [
    {
      id: 'server',
      title: 'A web server that can tell how it is',
      phaseChecks: { build: 'server.builds', boot: 'server.starts' },
      checks: [
        { id: 'server.builds', points: 2 },
        { id: 'server.starts', points: 2 },
        { id: 'server.healthz', points: 1 },
      ],
    },
  ],
  // Base images without a second look; others are flagged for staff, and never cost a point.
  trustedBases: ['alpine', 'busybox', 'debian', 'golang', 'node', 'python', 'scratch', 'ubuntu'],
} satisfies AssignmentInput
`
}

const spec = `import { check, expect, randomPath } from '#spec-kit'

check('server.builds', 'the Dockerfile builds', ({ build }) => {
  expect(build).toHaveBuilt()
})

check('server.starts', 'a container of the image answers HTTP', ({ start }) => {
  expect(start).toHaveStarted()
})

check('server.healthz', 'answers GET /healthz with 200', async ({ server }) => {
  const answers = await server.get('/healthz')
  // A path that nobody serves: who answers it with 200, too, answers everything.
  const control = await server.get(randomPath())
  expect(answers).toAnswer(200, control)
})
`

function readme({ id, cgrade }: AssignmentSettings): string {
  return `# Assignment \`${id}\`

\`assignment.ts\` says what there is and what it is worth, \`server.spec.ts\` how it is judged. Try them on a folder with a
Dockerfile:

\`\`\`sh
${cgrade} check path/to/homework --assignment path/to/${id}
\`\`\`

All that a check may ask is in cgrade's \`docs/writing-specs.md\`.
`
}
