import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { officialName } from '../dockerfile/public-bases.ts'

const imageTools = new RegExp(
  `^(?:${[
    'apk apt apt-get aptitude dpkg yum dnf microdnf rpm zypper pacman opkg update-ca-certificates',
    'go gofmt gcc g\\+\\+ cc c\\+\\+ clang make cmake ld ar strip pkg-config autoconf automake bison upx rustc cargo',
    'git hg svn ssh curl wget ping dig nslookup nc netstat ss ip ifconfig iptables openssl gpg rsync',
    'bash ash zsh sh busybox sudo su su-exec gosu tini dumb-init setcap getcap useradd adduser groupadd addgroup usermod',
    'deluser chpasswd passwd tar gzip gunzip bzip2 xz unzip zip jq sed awk gawk grep find xargs tree file which less vi vim nano',
    'python python2 python3 pip pip3 pipenv poetry virtualenv node nodejs npm npx yarn pnpm corepack tsc java javac mvn gradle ant',
    'php composer ruby gem bundle perl ldconfig ldd locale-gen tzselect systemctl service supervisord cron crond nginx mysql redis-cli',
  ]
    .join(' ')
    .replaceAll(' ', '|')}|docker-[\\w-]+|x86_64-[\\w-]+|a2en\\w+)$`,
)

/** A tool that some image has; a name that is none is the student's own program or a slip of the pen. */
export function isImageTool(command: string): boolean {
  return imageTools.test(command)
}

const notInDebian = /^(?:apk|yum|dnf|microdnf|rpm|zypper|pacman)$/
const notInAlpine =
  /^(?:apt|apt-get|aptitude|dpkg|yum|dnf|microdnf|bash|zsh|git|hg|svn|ssh|gpg|gcc|g\+\+|cc|c\+\+|clang|make|cmake|curl|perl|ruby|php|sudo|python[23]?|pip3?|node|npm|npx|yarn|java|javac|useradd|groupadd|usermod)$/
const notInBusybox =
  /^(?:apk|apt|apt-get|dpkg|yum|dnf|go|bash|git|gcc|make|curl|python[23]?|pip3?|perl|node|npm|java|useradd)$/

/** Whether the real image of that name has the tool, or the Dockerfile installs it. */
export function hasTool(base: string, command: string, dockerfile: Dockerfile): boolean {
  const word = new RegExp(
    `\\b(?:apk|apt|apt-get)\\s.{0,2000}(?:${escapeForPattern(command)}|build-base|build-essential)(?:\\s|$)`,
    's',
  )
  if (dockerfile.steps.some(({ keyword, text }) => keyword === 'RUN' && word.test(text.slice(0, 8192)))) return true
  const name = officialName(base) ?? base
  if (name === 'python' && /^(?:python|pip)/.test(command)) return true
  if (name === 'node' && /^(?:node|npm|npx|yarn|corepack)/.test(command)) return true
  if (name === 'busybox') return !notInBusybox.test(command)
  if (name === 'alpine' || base.includes('alpine')) return !notInAlpine.test(command)
  if (['golang', 'debian', 'ubuntu', 'python', 'node', 'gcc', 'buildpack-deps'].includes(name))
    return !notInDebian.test(command)
  return true
}

function escapeForPattern(command: string): string {
  return command.slice(0, 100).replace(/[^\w-]/g, '\\$&')
}

/** Users that official images have beside root. */
export function isImageUser(name: string): boolean {
  return /^(?:nobody|nonroot|daemon|www-data|node|nginx|postgres|mysql|redis|mongodb|guest|operator|mail|ftp|games)$/.test(
    name,
  )
}
