const longestTail = 64 * 1024

/**
 * A failure that the stand-in can have caused, as the end of a sentence; undefined when the log has none. Only to be asked
 * where the failing step ran on a stand-in: then the failure is ours, never the student's.
 */
export function isStandInGap(logTail: string): string | undefined {
  for (const line of logTail.slice(-longestTail).split('\n')) {
    const text = line.slice(0, 400)
    for (const gap of gaps) {
      const match = gap.pattern.exec(text)
      if (match !== null) return gap.say(match[1] ?? '')
    }
  }
  return undefined
}

/** Commands that the official images bring and the stand-ins do not. */
const leftOut =
  'hg|svn|bzr|ssh|gpg|unzip|xz|file|patch|autoconf|automake|libtool|python2|python|python3|perl|yarn|corepack'

const gaps: { pattern: RegExp; say(found: string): string }[] = [
  { pattern: /cgrade-stand-in: (.{1,200})/, say: (found) => found },
  { pattern: /E: Unable to locate package ([\w.+:-]{1,80})/, say: (found) => `Debian has no package \`${found}\`` },
  {
    pattern: /E: Package '([\w.+:-]{1,80})' has no installation candidate/,
    say: (found) => `Debian has no package \`${found}\``,
  },
  {
    pattern: /E: Version '[^']{1,80}' for '([\w.+:-]{1,80})' was not found/,
    say: (found) => `Debian has another version of \`${found}\``,
  },
  {
    pattern: new RegExp(`(?:^|[\\s/:])(${leftOut}): (?:command )?not found`),
    say: (found) => `the stand-in has no \`${found}\``,
  },
  {
    pattern: /error: command '((?:[\w.+-]{1,40}-)?g?cc)' failed/,
    say: (found) => `the stand-in has no \`${found}\``,
  },
  {
    pattern: new RegExp(`exec: "(${leftOut})": executable file not found`),
    say: (found) => `the stand-in has no \`${found}\``,
  },
]
