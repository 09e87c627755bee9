import { type CallerSettings, gradeStudent } from './caller-workflows.ts'
import { configExample } from './config-example.ts'
import { gitAttributes, gitIgnore } from './course-files.ts'
import type { NewFile } from './new-file.ts'

/** A repository that is one submission itself. Nothing publishes there: its owner could change what publishes. */
export function studentFiles(settings: CallerSettings): NewFile[] {
  return [
    gradeStudent(settings),
    { path: '.gitattributes', text: gitAttributes },
    { path: '.gitignore', text: gitIgnore },
    { path: 'README.md', text: readme(settings) },
  ]
}

function readme({ pin }: CallerSettings): string {
  return `# My homework

Put your work here: a Dockerfile and all that it needs to build. Every push is built, started and looked at from
outside.

To see what came of it: **Actions**, then the newest run of **grade**. Its page shows the points, and for each check
that did not pass what was seen and what to do. The file \`cgrade-grades\` at the bottom of that page holds the same.

What you see is feedback. The grade comes from a run of staff after the deadline, by the same rules.

To look at your work before you push, on Linux with Node 20 or newer:

\`\`\`sh
git clone https://github.com/${pin.repository}.git ../cgrade
../cgrade/grade check .
\`\`\`

The Dockerfile may lie deeper, the port may be any, the program any language. Where something is not found, say it in
a file \`cgrade.yml\`; every line of it is optional:

${configExample}

Leave \`.github/\` as it is: what it shows you is then what the staff will see.
`
}
