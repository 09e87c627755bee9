import { stripVTControlCharacters } from 'node:util'
import type { TerminalText } from '../model/encoded.ts'
import type { Grade } from '../model/grade.ts'
import { guardLines } from './escape.ts'
import { renderStudent } from './terminal-student.ts'

/**
 * What differs between two runs of the same submission, and what stands for it in a transcript; applied in this order.
 */
export const variations: { name: string; pattern: RegExp; replacement: string }[] = [
  { name: 'a folder of ours', pattern: /\/tmp\/cgrade[^\s'"`:,)]*/g, replacement: '<tmp>' },
  {
    name: 'time in RFC 3339',
    pattern: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/g,
    replacement: '<time>',
  },
  { name: "time of Go's log", pattern: /\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?/g, replacement: '<time>' },
  {
    name: 'time of HTTP and of cookies',
    pattern: /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d[ -][A-Z][a-z]{2}[ -]\d{4} \d\d:\d\d:\d\d GMT/g,
    replacement: '<time>',
  },
  {
    name: 'time of an access log',
    pattern: /\b\d\d\/[A-Z][a-z]{2}\/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?/g,
    replacement: '<time>',
  },
  {
    name: 'time of syslog and asctime',
    pattern:
      /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?: [A-Z]{3,4})?(?: \d{4})?\b/g,
    replacement: '<time>',
  },
  { name: 'time in the name of a log file', pattern: /\b20\d{6}-\d{6}\.\d{1,7}\b/g, replacement: '<time>' },
  { name: 'length of an answer', pattern: /\b(Content-Length: )\d{1,9}\b/gi, replacement: '$1<n>' },
  { name: 'time of day', pattern: /\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, replacement: '<time>' },
  { name: 'date', pattern: /\b20\d\d[-/]\d\d[-/]\d\d\b/g, replacement: '<date>' },
  // `X-Cedar-3f9a1c: amber-77d0e4b2a1`, `/amber-77d0e4b2a1`, `v31.7.4821-e19c02`: what the spec kit draws by lot.
  { name: 'header name of a probe', pattern: /\b(X[-_])[a-z]{3,8}[-_][0-9a-f]{6}\b/gi, replacement: '$1<name>' },
  { name: 'header value or path of a probe', pattern: /\b[a-z]{3,8}-[0-9a-f]{10}\b/gi, replacement: '<word>' },
  { name: 'value of VERSION', pattern: /\bv\d{1,2}\.\d{1,2}\.\d{4}-[0-9a-f]{6}\b/gi, replacement: '<version>' },
  { name: 'image', pattern: /\bsha256:[0-9a-f]{6,64}(?![0-9a-f])/g, replacement: 'sha256:<id>' },
  // `used only 0.9 MB`; round ones are limits, which are the same every time.
  { name: 'measured size', pattern: /(?<![\d.])\d{1,7}\.\d{1,2} ?[kKMG]i?B\b/g, replacement: '<size>' },
  {
    name: 'reading of a memory cgroup',
    pattern: /\b(memory\.[a-z_.]{1,40}: (?:[a-z_]{1,40} )?)\d{1,20}\b/g,
    replacement: '$1<n>',
  },
  { name: 'pointer', pattern: /\b0x[0-9a-f]{6,16}\b/g, replacement: '0x<address>' },
  // 104960000 bytes are the handout's limit, not a name.
  {
    name: 'container, image, nonce',
    pattern: /(?<![0-9A-Za-z])(?!104960000\b)[0-9a-f]{8,64}(?![0-9A-Za-z])/gi,
    replacement: '<id>',
  },
  {
    name: 'address of a container or of the probe',
    pattern: /(?<![\d.])(?!127\.|0\.0\.0\.0)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.]{0,16}\d)/g,
    replacement: '<ip>',
  },
  {
    name: 'port of a probe',
    pattern: /(<ip>\]?:|\bport["'`]?[:=]? ?["'`]?)(?:3[2-9]\d{3}|[45]\d{4}|6[0-5]\d{3})\b/gi,
    replacement: '$1<port>',
  },
  { name: 'process', pattern: /\b(pid["'`]?[:=]? ?)(?!1\b)\d{1,7}\b/gi, replacement: '$1<pid>' },
  {
    name: 'duration',
    pattern: /(?<![\w.])(?:\d+ ?(?:min|m) ?)?\d+(?:\.\d+)? ?(?:ns|µs|μs|us|ms|s|seconds?)(?![\w-])/g,
    replacement: '<duration>',
  },
]

/** Until nothing changes, so that doing it twice is doing it once; no placeholder matches again, so it ends. */
export function normalise(text: string): string {
  const steadier = variations.reduce((rest, { pattern, replacement }) => rest.replace(pattern, replacement), text)
  return steadier === text ? text : normalise(steadier)
}

/** The student's view at 80 columns without colour, the same for every run: what the corpus records. */
export function renderTranscript(grade: Grade): TerminalText {
  // Before the layout, or the length of an address would decide where a line breaks.
  const steady: Grade = JSON.parse(JSON.stringify(grade), (key, value) => {
    // A drawing is never the same twice.
    if (key === 'memory' && typeof value === 'object') return undefined
    return typeof value === 'string' ? normalise(stripVTControlCharacters(value)) : value
  })
  // Takes words away and puts placeholders of ours in; a line may begin elsewhere then.
  return guardLines(steadyBlocks(normalise(renderStudent(steady, { columns: 80, color: false }))) as TerminalText)
}

/** Quoted lines of a block in one order, each once: headers come out of a map, in another order every time. */
function steadyBlocks(text: string): string {
  return text.replace(/(?:^ +│.*\n)+/gm, (block) => {
    const lines = block.split('\n').filter((line) => line !== '')
    return `${[...new Set(lines)].sort().join('\n')}\n`
  })
}
