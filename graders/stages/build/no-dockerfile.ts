import type { Fault } from '../../model/feedback.ts'
import type { Submission } from '../../model/submission.ts'

/** There is nothing to build. */
export function noDockerfile(submission: Submission): Fault {
  const files = submission.entries.filter((entry) => entry.kind === 'file').map((entry) => entry.path)
  return {
    reason: 'build.no-dockerfile',
    message: `No Dockerfile was handed in; looked through ${files.length} ${files.length === 1 ? 'file' : 'files'}.`,
    expected: 'a file called `Dockerfile`, or `NAME.Dockerfile`, anywhere in the submission',
    actual: files.slice(0, 8).join('\n') + (files.length > 8 ? '\n...' : ''),
    hint: 'Hand in the Dockerfile and the source code. If it has another name, say so in `cgrade.yml`: `httpserver: { dockerfile: path/to/it }`.',
  }
}
