/** For every git that we start, beside an environment of ours: nothing that user, system or repository configured starts a program. */
export const gitVariables = {
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  // A clone without all objects would fetch them, by a program that its configuration names.
  GIT_NO_LAZY_FETCH: '1',
  GIT_TERMINAL_PROMPT: '0',
}

/** Settings that stand above those of the repository, whose files and configuration may be a stranger's. */
export const gitSettings: Record<string, string> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.attributesFile': '/dev/null',
}

/** Settings as variables, not as `-c`: a key may have any character in it. */
export function asGitVariables(settings: Record<string, string>): Record<string, string> {
  const named = Object.entries(settings).flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(Object.keys(settings).length), ...Object.fromEntries(named) }
}
