import type { NetworkEvidence, Observation } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import { isForeign, readSnapshotText } from '../intake/snapshot-text.ts'
import { readTranscript, type ShownTranscript } from './readme-transcript.ts'

type InFile = ShownTranscript & { file: string }

const maxFiles = 40
const maxBytes = 256 * 1024
const ranks = ['own', 'no-ip-inside', 'handout', 'host', 'picture']

/** The student's own transcript of `ip addr` seen with nsenter, in what was handed in as text; a script that is a session is one, too. */
export function findTranscript(submission: Submission, session: string | undefined): Observation<NetworkEvidence> {
  const [best] = listTexts(submission, session)
    .flatMap((file): InFile[] => {
      const shown = readTranscript(readSnapshotText(submission, file, maxBytes))
      return shown === undefined ? [] : [{ ...shown, file }]
    })
    .sort((a, b) => ranks.indexOf(a.shows) - ranks.indexOf(b.shows))
  if (best === undefined) return { state: 'unavailable', why: whyNothing(submission) }
  const at = `\`${best.file}\` line ${best.line}`
  switch (best.shows) {
    case 'own': {
      const { file, line, text, address, link } = best
      return { state: 'seen', facts: { kind: 'transcript', file, line, text: text.slice(0, 4_000), address, link } }
    }
    case 'no-ip-inside':
      return {
        state: 'failed',
        fault: {
          reason: 'network.mount-namespace-too',
          message: `${at} enters the container's file system as well (\`-m\` or \`-a\`), and there is no \`ip\` in it.`,
          hint: 'Enter the network namespace alone: `nsenter -t <pid> -n ip addr` uses the `ip` of your machine. Paste what it prints.',
          evidence: [{ kind: 'script', text: best.text.slice(0, 4_000) }],
          location: { file: best.file, line: best.line },
        },
      }
    case 'handout':
      return { state: 'unavailable', why: `${at} shows the example of the handout (\`${best.link}\`); ${howTo}` }
    case 'host':
      return {
        state: 'unavailable',
        why: `${at} shows the interfaces of the machine itself, not of a container; ${howTo}`,
      }
    case 'picture':
      return { state: 'unavailable', why: `${at} shows it as a picture, which cannot be read here; ${howTo}` }
  }
}

const howTo =
  'to have it counted, paste the text that `nsenter -t <pid> -n ip addr` printed for your container into `README.md`'

function whyNothing({ entries }: Submission): string {
  const unread = entries.find(
    ({ kind, path }) =>
      kind === 'file' && /\.(?:png|jpe?g|gif|webp|bmp|pdf|docx?|pages)$/i.test(path) && !isForeign(path),
  )
  if (unread === undefined) return `nothing was handed in for it; ${howTo}, or hand in the commands as \`nsenter.sh\``
  return `nothing was handed in for it that can be read here (\`${unread.path}\` is a picture or a document); ${howTo}`
}

/** READMEs first, then what lies nearer to the root. */
function listTexts({ entries }: Submission, session: string | undefined): string[] {
  const rank = (path: string) => (isReadme(path) ? 0 : 1_000) + path.split('/').length
  const texts = entries.flatMap((entry) =>
    entry.kind === 'file' && entry.bytes > 0 && !isForeign(entry.path) && isText(entry.path) ? [entry.path] : [],
  )
  const ordered = texts.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, maxFiles)
  return session === undefined || ordered.includes(session) ? ordered : [...ordered, session]
}

function isText(path: string): boolean {
  return isReadme(path) || /\.(?:md|markdown|mdx|txt|log|out|rst|adoc|org)$/i.test(path)
}

function isReadme(path: string): boolean {
  return /(?:^|\/)readme(?:\.(?!zip|pdf|docx?|html?)[\w.-]+)?$/i.test(path)
}
