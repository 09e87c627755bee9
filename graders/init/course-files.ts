import { type CallerSettings, gradeCourse, publishCourse } from './caller-workflows.ts'
import { configExample } from './config-example.ts'
import type { NewFile } from './new-file.ts'

export interface CourseSettings extends CallerSettings {
  /** Who must approve changes outside of submissions, as CODEOWNERS writes it; unknown: left to the course. */
  staff: string | undefined
}

/** A course repository: one folder per student, graded by pull request. */
export function courseFiles(settings: CourseSettings): NewFile[] {
  return [
    gradeCourse(settings),
    publishCourse(settings),
    { path: '.github/CODEOWNERS', text: codeOwners(settings.staff) },
    { path: '.gitattributes', text: gitAttributes },
    { path: '.gitignore', text: gitIgnore },
    { path: 'README.md', text: readme(settings) },
    { path: 'submissions/README.md', text: submissionsReadme },
  ]
}

function codeOwners(staff: string | undefined): string {
  const owner = staff ?? '@your-organisation/your-team'
  const hint =
    staff === undefined
      ? '# Put your team or account into the next line and take its first two characters away.\n# '
      : ''
  return `# Whatever is no submission belongs to staff: a pull request that changes it needs their review.
${hint}* ${owner}
# Students change their own folders.
/submissions/
`
}

/** Scripts and Dockerfiles keep the line ends that Linux wants, on whatever system they were written. */
export const gitAttributes = `*.sh text eol=lf
Dockerfile text eol=lf
Dockerfile.* text eol=lf
*.dockerfile text eol=lf
Makefile text eol=lf
`

export const gitIgnore = `# Reports of cgrade on your own machine.
/reports/
.DS_Store
Thumbs.db
`

function readme({ pin }: CourseSettings): string {
  return `# Homework

Every student hands in a folder below [submissions/](submissions/README.md) by pull request. GitHub builds what is in
it, starts it, looks at it from outside, and writes the points and the reasons beside the pull request.

## For students

1. Fork this repository: the **Fork** button, top right.
2. Put your work into a folder of your own: [submissions/README.md](submissions/README.md) tells how.
3. Open a pull request. A teacher may have to approve the first run.
4. Read the check \`cgrade\` at the end of the pull request: what works, what does not, what to do. Push again as
   often as you like; each push is graded anew.

What you see there is feedback. The grade comes from a run of staff after the deadline, by the same rules.

To look at your work before you hand it in, on Linux with Node 20 or newer:

\`\`\`sh
git clone https://github.com/${pin.repository}.git cgrade
./cgrade/grade check submissions/YOUR-FOLDER
\`\`\`

## For staff

\`.github/workflows/grade.yml\` grades, \`.github/workflows/publish.yml\` writes the check and the comment. Both call
[cgrade](https://github.com/${pin.repository}/blob/${pin.commit}/docs/github.md) at one commit; that page tells which
settings this repository needs, and how hidden checks are graded.
`
}

const submissionsReadme = `# Submissions

One folder per student. Name it after your account on GitHub, in small letters:

\`\`\`
submissions/
└── your-account/
    ├── Dockerfile
    └── ... all that it needs to build
\`\`\`

- Change nothing outside of your folder. A pull request that does gets no valid score.
- Commit what the build needs: the source, \`go.mod\`, and a program that you built beforehand, if the Dockerfile copies one.
- The Dockerfile may lie deeper, the port may be any, the program any language. All of that is found out.
- Where something is not found, say it in a file \`cgrade.yml\` in your folder; every line of it is optional:

${configExample}

- No passwords, no keys: whoever can see this repository can read them.
`
