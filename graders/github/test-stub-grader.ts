/**
 * Test support: stands in for `./grade`, so that what the workflows do around it is seen at once. It prints its words, its
 * environment and commands for the runner; files in the folder that it is to grade say how it ends and what it answers.
 */
export const stubGrader = `#!/bin/bash
words=("$@")
last=\${words[-1]}
for ((i = 0; i < \${#words[@]}; i++)); do
  if [ "\${words[i]}" = --out ]; then out=\${words[i + 1]}; fi
  if [ "\${words[i]}" = --exercises ]; then part=-\${words[i + 1]}; fi
done
if [ "$1" != report ]; then
  printf 'called: %s\\n' "$*"
  env | sed 's/^/sees: /'
  printf '::error::forged\\n::add-mask::graded\\n::set-output name=score::100\\n##[warning]forged\\n'
fi
case $1 in
  check | batch)
    for file in "$last/no-grades" "$last/no-grades$part"; do if [ -f "$file" ]; then exit "$(cat "$file")"; fi; done
    mkdir -p "$out"
    cat "$last/outputs" >"$out/grades.json" 2>/dev/null || printf 'status=graded\\nscore=1.5\\nmax-score=2\\n' >"$out/grades.json"
    exit "$(cat "$last/exit-code" 2>/dev/null || echo 0)"
    ;;
  merge)
    mkdir -p "$out"
    cat "$last" >"$out/grades.json"
    ! grep -q '^score=0$' "$last"
    ;;
  report)
    case $* in
      *github-outputs*) cat "$2/grades.json" ;;
      *github-summary*) echo 'the summary' >"$2/summary.md" ;;
      *github-annotations*) echo "::warning file=Dockerfile,line=1::below \${words[-1]}" ;;
      *classroom-notices*) echo '::notice title=Autograding complete::Points 1/2' ;;
      *classroom*) if grep -q '^score=66$' "$2/grades.json"; then printf 'result=e30=\\nscore=100\\n'; else echo 'result=e30='; fi ;;
    esac
    ;;
esac
`

/** A workflow of its own that uses the action once with each of these inputs, whatever became of those before. */
export function usingAction(each: Record<string, string>[]): string {
  const checkout = 'actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10'
  return JSON.stringify({
    name: 'direct',
    on: 'pull_request',
    permissions: {},
    jobs: {
      direct: {
        'runs-on': 'ubuntu-24.04',
        permissions: { contents: 'read' },
        steps: [
          { uses: checkout, with: { repository: 'cgrade/cgrade', path: 'cgrade', 'persist-credentials': false } },
          { uses: checkout, with: { path: 'submission', 'persist-credentials': false } },
          ...each.map((inputs, index) => ({
            name: `use ${index}`,
            uses: './cgrade',
            with: { checkout: 'submission', ...inputs },
            'continue-on-error': true,
          })),
        ],
      },
    },
  })
}

/** What the stub was called with, by its log; of a path only the end that says which it is. */
export function wordsIn(log: string): string[] {
  const line = /^called: (.*)$/m.exec(log)?.[1] ?? ''
  const known = /^\/.*\/(?=(?:submission|specs|parts)\/)/
  return line.split(' ').map((word) => word.replace(known, '').replace(/^\/.*\//, ''))
}
