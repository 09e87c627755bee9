export type ScriptPurpose = 'cgroup' | 'nsenter' | 'chroot' | 'rootfs'

/** By what a script for a purpose is known. */
interface Signs {
  /** Of its name, in lower case and without its ending: the one that is asked for, and others that say the same. */
  name: string
  names: RegExp
  /** Commands, all of them, that are enough whatever the file is called. */
  commands: RegExp[]
  /** Words that are enough in a file whose name fits. */
  words: RegExp
}

const signs: Record<ScriptPurpose, Signs> = {
  cgroup: {
    name: 'cgroup',
    names: /cgroup|memory|memcg|oom|limit|(?<![a-z])mem(?![a-z])/,
    // Written to, that is: a start script that reads `memory.max` is none.
    commands: [
      /(?:>|\btee\b)[^\n]*memory\.(?:limit_in_bytes|max|high)\b|\bcgset\b|\bMemoryMax=|memory\.(?:limit_in_bytes|max)=/,
      /\bcgroup\.procs\b|\/tasks\b|>\s*tasks\b|\bcgexec\b|\bcgclassify\b|\bsystemd-run\b/,
    ],
    words: /cgroup|memory\.(?:limit_in_bytes|max)\b|\bcg(?:create|set|exec|classify)\b|\bsystemd-run\b/,
  },
  nsenter: {
    name: 'nsenter',
    names: /nsenter|netns|network|container-?_?ip|(?<![a-z])(?:ip|ns|net)(?![a-z])/,
    commands: [/\bnsenter\b[^\n]*\s(?:-\w*[na]|--net|--all)|\bip\s+netns\s+exec\b|\bip\s+-n(?:etns)?\s/],
    words: /\bnsenter\b|\bnetns\b|\/ns\/net\b/,
  },
  chroot: {
    name: 'chroot',
    names: /chroot|jail/,
    commands: [/\bchroot\b/, /\bldd\b|\bcp\b|\binstall\b|\bdebootstrap\b|\bbusybox\b/],
    words: /\bchroot\b|\bpivot_root\b|\bldd\b|\bunshare\b/,
  },
  rootfs: {
    name: 'rootfs',
    names: /rootfs|image|busybox|bundle|unpack|layer|(?<![a-z])(?:root|fs)(?![a-z])/,
    commands: [
      /\b(?:docker|podman|nerdctl|ctr)\s+(?:images?\s+)?(?:save|export)\b|\bcontainer\s+export\b|\bskopeo\s+copy\b/,
      /\btar\b|\bchroot\b|\bumoci\b/,
    ],
    words: /\b(?:docker|podman|nerdctl|ctr|skopeo|umoci|buildah|crane)\b|\blayer\b/,
  },
}

const purposes = Object.keys(signs) as ScriptPurpose[]

/** Lines that only build a root from the programs of this machine, and those that take one out of an image. */
const jailCommands = /\bldd\b|\bcp\b[^\n]{0,1000}\bbash\b/
const imageCommands = signs.rootfs.commands[0] as RegExp

export interface Fit {
  /** How good; 0: not for this purpose. */
  rank: number
  name: 'exact' | 'fits' | 'other'
  /** A command of it that was found. */
  command: string | undefined
}

const nowhere: Fit = { rank: 0, name: 'other', command: undefined }

/** How well a file serves a purpose, by its name and its commands. */
export function rankScript(purpose: ScriptPurpose, path: string, commands: string): Fit {
  const { name: wanted, names, commands: needed, words } = signs[purpose]
  const file = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const base = file.replace(/\.\w+$/, '')
  const name = base === wanted ? 'exact' : names.test(base) ? 'fits' : 'other'
  const found = needed.map((pattern) => pattern.exec(commands)?.[0])
  const enough = found.every((command) => command !== undefined)
  const some = words.test(commands)
  const belongs = purposes.find((other) => other !== purpose && signs[other].name === base)
  const nameRank = { exact: 3, fits: 2, other: 0 }[name]
  const rank = enough ? 6 + nameRank : name === 'exact' ? (some ? 5 : 3) : name === 'fits' && some ? 4 : 0
  // A file that is called by the name of another exercise is that one's; the two of 3.3 may share one.
  const shared = (purpose === 'chroot' && belongs === 'rootfs') || (purpose === 'rootfs' && belongs === 'chroot')
  if (rank === 0 || (belongs !== undefined && !shared)) return nowhere
  const fit: Fit = { rank, name, command: shorten(found.find((command) => command !== undefined)) }
  if (purpose !== 'chroot' && purpose !== 'rootfs') return fit
  const jail = jailCommands.test(commands)
  const image = imageCommands.test(commands)
  // Without bash and ls of this machine it is no attempt at a jail, whatever its name, and a jail is no image.
  if (purpose === 'chroot' && (image || shared) && !jail) return nowhere
  if (purpose === 'rootfs' && jail && !image && name !== 'exact') return nowhere
  // Both exercises in one file: it serves where nothing better was handed in.
  const elsewhere = purpose === 'chroot' ? name === 'other' : name !== 'exact'
  return jail && image && elsewhere ? { ...fit, rank: 1 } : fit
}

function shorten(command: string | undefined): string | undefined {
  return command?.trim().replace(/\s+/g, ' ').slice(0, 60)
}
