/** What shells and kernels say when a script about cgroups goes wrong, and what to do about it. */
const complaints: { said: RegExp; hint: string }[] = [
  {
    said: /write error: Invalid argument|cannot write[^\n]{0,300}Invalid argument/i,
    hint: 'The kernel refused what was written ("Invalid argument"): `cgroup.procs` takes one process id at a time, as a number, and the limit is a number of bytes. Look at what you write with `cat` first; `echo ps -ef | grep ...` writes words, not a process id.',
  },
  {
    said: /Device or resource busy/i,
    hint: 'On cgroup v2 a cgroup that has processes of its own cannot hand controllers to its children ("Device or resource busy"): write `+memory` into `cgroup.subtree_control` of the parent, and the process into the child.',
  },
  {
    said: /write error: No such process/i,
    hint: 'The process id was of a process that had already ended ("No such process"), such as the `grep` itself: leave that out with `grep -v grep`.',
  },
  {
    said: /(?:memory\.\w+|cgroup\.\w+): (?:Permission denied|No such file or directory)/i,
    hint: 'A file of the cgroup was not there: the kernel makes them in a new folder below `/sys/fs/cgroup/memory` (v1) or `/sys/fs/cgroup` (v2), and nowhere else. Check the folder that the script is in at that line.',
  },
  {
    said: /cgroup\S{0,255}: (?:No such file or directory|Read-only file system)/i,
    hint: 'The folder is not the one of the memory cgroups: that is `/sys/fs/cgroup/memory` on cgroup v1 and `/sys/fs/cgroup` on cgroup v2.',
  },
]

/** What explains only that a script came nowhere. */
const breakOffs: typeof complaints = [
  {
    said: /syntax error|unexpected (?:token|end of file|EOF)/i,
    hint: 'The shell could not read the script: see its message, and run `bash -n` on the file.',
  },
  {
    said: /\S: (?:command )?not found/,
    hint: 'A command of the script is not there on a plain Debian: use the files below `/sys/fs/cgroup` as in the handout.',
  },
]

/** Undefined: nothing that is known. */
export function explainComplaint(output: string): string | undefined {
  return complaints.find(({ said }) => said.test(output))?.hint
}

export function explainBreakOff(output: string): string | undefined {
  return explainComplaint(output) ?? breakOffs.find(({ said }) => said.test(output))?.hint
}

/** Commands with which the student sees the same thing. */
export function cgroupCommands(cgroupVersion: 1 | 2, askedBytes: number): string {
  const [root, limit, swap] =
    cgroupVersion === 1
      ? ['/sys/fs/cgroup/memory/memorydemo', 'memory.limit_in_bytes', 'memory.swappiness']
      : ['/sys/fs/cgroup/memorydemo', 'memory.max', 'memory.swap.max']
  const counter = cgroupVersion === 1 ? 'memory.oom_control' : 'memory.events'
  return [
    './malloc &',
    'sudo bash cgroup.sh',
    `cat ${root}/cgroup.procs ${root}/${limit} ${root}/${swap}`,
    `grep oom_kill ${root}/${counter}   # counts up when malloc is killed at ${askedBytes} bytes`,
  ].join('\n')
}

export function lastLinesOf(output: string, count: number): string {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n')
    .slice(-4_000)
}
