import { firstWord, isComment, isKnownCommand } from './known-commands.ts'

/** A line of a terminal session that was typed. */
export interface Typed {
  /** Which shell asked for it: `host:vm1`, `$`, `bash-`, `/ #`, `#`. */
  shell: string
  command: string
}

const hostPrompts = [
  // root@vm1:~# ls   (base) me@vm1:~/a$ ls   me@mac dir % ls
  /^\s*(?:\([^()\s]{1,40}\)\s*)?[\w.-]{1,60}@([\w.-]{1,80})(?::[^\s#$%]*(?: [^\s#$%]+){0,8}|\s+[^\s#$%]{1,200})?\s?[#$%](.*)$/,
  // [root@vm1 memory]# ls
  /^\s*(?:\([^()\s]{1,40}\)\s*)?\[[\w.-]{1,60}@([\w.-]{1,80})[^\]]{0,200}\]\s?[#$%](.*)$/,
  // MacBook-Pro:dir me$ ls
  /^\s*([\w.-]{1,80}):[^\s#$%]{1,200} [\w.-]{1,60}[#$%](.*)$/,
]
const otherPrompts: [shell: string, pattern: RegExp][] = [
  ['bash-', /^\s*(?:ba|da|a|z|k)?sh-\d[\d.]*[#$](.*)$/],
  ['➜', /^\s*➜\s+\S+(?:\s+git:\(\S+\)(?:\s+✗)?)?\s+(.*)$/],
  ['└─', /^\s*└─[#$](.*)$/],
  ['/ #', /^\s*[/~] #(.*)$/],
]

/** What stands behind a prompt; `$ls`, without a blank, only where `$ls` cannot be a variable of the script. */
export function readPrompt(line: string, assigned: ReadonlySet<string>): Typed | undefined {
  if (line.length > 4_000) return undefined
  for (const pattern of hostPrompts) {
    const [, host, command] = pattern.exec(line) ?? []
    if (host !== undefined && command !== undefined) return { shell: `host:${host}`, command: command.trim() }
  }
  for (const [shell, pattern] of otherPrompts) {
    const command = pattern.exec(line)?.[1]
    if (command !== undefined) return { shell, command: command.trim() }
  }
  const dollar = /^\s*\$(\s*)(.*)$/.exec(line)
  if (dollar === null) return undefined
  const [, blank, command = ''] = dollar
  if (blank !== '' || command === '') return { shell: '$', command: command.trim() }
  const word = firstWord(command)
  return isKnownCommand(word) && !assigned.has(word) ? { shell: '$', command: command.trim() } : undefined
}

/** `# ls`: a comment as well as what root types; only the caller knows which. */
export function readRootPrompt(line: string): Typed | undefined {
  const command = /^\s*#\s*(.*)$/.exec(line)?.[1]
  if (command === undefined || isComment(command)) return undefined
  const word = firstWord(command)
  const typed = isKnownCommand(word) || /^(?:\.{0,2}|~)\/\w/.test(word) || /^[A-Za-z_]\w*=\S/.test(word)
  return typed ? { shell: '#', command: command.trim() } : undefined
}

/** Names of variables that a script sets anywhere. */
export function assignedIn(script: string): ReadonlySet<string> {
  const names = [...script.matchAll(/\b(\w+)\+?=|\bfor\s+(\w+)/g)].map(([, set, loop]) => set ?? loop ?? '')
  const read = [...script.matchAll(/\bread\s([^\n;]{0,200})/g)].flatMap(([, words = '']) => words.split(/\s+/))
  return new Set([...names, ...read])
}
