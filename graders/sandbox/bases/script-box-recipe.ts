import type { OwnRecipe } from './own-image.ts'
import { systemPath } from './stand-in-recipe.ts'

/** What the handout's scripts call, and what people put around it. */
export const scriptBoxPackages = [
  ...[
    'bash',
    'procps',
    'psmisc',
    'grep',
    'mawk',
    'gawk',
    'sed',
    'findutils',
    'util-linux',
    'coreutils',
    'file',
    'tree',
  ],
  ...['tar', 'gzip', 'bzip2', 'xz-utils', 'jq', 'less', 'iproute2', 'net-tools', 'cgroup-tools', 'busybox-static'],
]

/** A command of ours in the place of one that cannot work in a sandbox; the script goes on as it would elsewhere. */
const commands: Record<string, string> = {
  // Everybody is root already: options go, the command stays.
  sudo: `while :; do
  case "\${1-}" in
    -u | -g | -U | -h | -p | -C | -D | -R | -T) shift 2 || exit 1 ;;
    --user | --group | --host | --prompt | --chdir) shift 2 || exit 1 ;;
    -u?* | -g?*) shift ;;
    -i | -s | --login | --shell) shift; [ $# -gt 0 ] || set -- bash ;;
    -[ABEHKPSVbeknv]* | --*) shift ;;
    *=*) export "$1"; shift ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || exit 0
exec "$@"`,
  // Drawn once: there is no terminal.
  top: 'exec /usr/bin/top -b -n 1 -w 120',
  ...Object.fromEntries(
    ['apt', 'apt-get', 'yum', 'dnf', 'apk'].map((name) => [
      name,
      `echo "${name}: nothing is installed in this sandbox, which has no network and has the usual tools already" >&2`,
    ]),
  ),
  ...Object.fromEntries(
    ['systemctl', 'service', 'docker', 'podman', 'kubectl', 'git', 'curl', 'wget'].map((name) => [
      name,
      `echo "${name}: not there in this sandbox" >&2; exit 1`,
    ]),
  ),
}

/** Runs once, as root, in the image that has the packages. */
export const scriptBoxDressing = `set -eu
${Object.entries(commands)
  .map(
    ([name, body]) =>
      `cat > /usr/local/bin/${name} <<'end of ${name}'\n#!/bin/sh\n${body}\nend of ${name}\nchmod 755 /usr/local/bin/${name}\n`,
  )
  .join('')}
mkdir -p /home/student
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/*.log
`

/** Debian for a student's scripts: the commands of the handout, and nothing that builds or downloads. */
export function scriptBoxRecipe(): OwnRecipe {
  const settings = { env: { PATH: systemPath, LANG: 'C.UTF-8', HOME: '/root' }, workdir: '/home/student' }
  const parent: OwnRecipe['parent'] = {
    kind: 'bootstrap',
    tag: 'script-box-parts:bookworm',
    sentence: 'Debian bookworm with the tools that scripts of the handout call',
    suite: 'bookworm',
    packages: scriptBoxPackages,
    hook: '',
    settings,
  }
  const sentence = 'Debian bookworm, dressed for scripts'
  return { kind: 'dress', tag: 'script-box:bookworm', sentence, parent, script: scriptBoxDressing, settings }
}
