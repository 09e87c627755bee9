import type { Fault } from '../../model/feedback.ts'
import type { Submission } from '../../model/submission.ts'

/** There is nothing to build; `leftOut` are Dockerfiles of another exercise. */
export function noDockerfile(submission: Submission, leftOut: string[]): Fault {
  const files = submission.entries.filter((entry) => entry.kind === 'file').map((entry) => entry.path)
  return {
    reason: 'build.no-dockerfile',
    message:
      leftOut.length > 0
        ? onlyOther(leftOut)
        : `No Dockerfile was handed in; looked through ${files.length} ${files.length === 1 ? 'file' : 'files'}.`,
    expected: 'a file called `Dockerfile`, or `NAME.Dockerfile`, anywhere in the submission',
    actual: files.slice(0, 8).join('\n') + (files.length > 8 ? '\n...' : ''),
    hint: 'Hand in the Dockerfile and the source code. If it has another name, say so in `cgrade.yml`: `httpserver: { dockerfile: path/to/it }`.',
  }
}

function onlyOther(leftOut: string[]): string {
  const [path, ...more] = leftOut.map((one) => `\`${one}\``)
  const verb = more.length > 0 ? 'build' : 'builds'
  return `No Dockerfile for the server was handed in: ${[path, ...more.slice(0, 3)].join(', ')} ${verb} the program of the memory exercise.`
}
