export interface StepSettings {
  kind: 'course' | 'student' | 'staff' | 'assignment'
  /** As the user would write it. */
  folder: string
  calledAs: string
  staff?: string | undefined
}

/** What to do with the files, to be copied and pasted; the first line of a step says what it is for. */
export function nextSteps({ kind, folder, calledAs, staff }: StepSettings): string[] {
  const commit = `Commit and push:\ncd ${quote(folder)} && git add --all && git commit -m "Grade with cgrade" && git push -u origin HEAD`
  switch (kind) {
    case 'course':
      return [
        ...(staff === undefined ? ['Put your team into .github/CODEOWNERS.'] : []),
        commit,
        'On GitHub, Settings > Actions > General:\n"Require approval for all external contributors" and "Read repository contents and packages permissions".',
        'Open a pull request with a folder below submissions/ and look at its checks.',
      ]
    case 'student':
      return [
        commit,
        'On GitHub, Settings > General: tick "Template repository".',
        'Students press "Use this template" and push their work; Actions > grade shows the points.',
      ]
    case 'staff':
      return [
        'On GitHub, see that this repository is private: Settings > General > Danger Zone.',
        commit,
        'On GitHub, Actions > staff-grade > Run workflow: paste the commit of the course repository.',
      ]
    case 'assignment':
      return [
        `Try it on any folder with a Dockerfile:\n${calledAs} check path/to/homework --assignment ${quote(path(folder))}`,
        `Say what is asked and what it is worth: ${folder}/assignment.ts`,
        `Say how it is judged: ${folder}/server.spec.ts (docs/writing-specs.md)`,
      ]
  }
}

/** With a `/` in it, so that it is read as a path. */
function path(folder: string): string {
  return folder.includes('/') || folder.startsWith('.') ? folder : `./${folder}`
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
