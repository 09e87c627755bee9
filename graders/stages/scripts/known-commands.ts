/** First words by which a line is taken for a command, not for output or prose. */
const programs = new Set(
  `alias apt apt-get awk base64 bash brew busybox cat cd cgclassify cgcreate cgdelete cgexec cgget cgset chmod chown
  chroot clear cp crictl ctr curl cut date declare df dirname dmesg dnf docker dpkg du echo egrep env eval exec export
  fgrep file find free gcc go grep gunzip gzip head host hostname hostnamectl id ifconfig install ip jq kill killall
  kubectl last ldd less ll ln local ls lsblk lsns make mkdir mkfs mktemp mount mv netstat nerdctl nohup nsenter od
  pgrep ping pkill podman popd printf ps pstree pushd pwd read readlink realpath rm rmdir route sed seq set setsid sh
  skopeo sleep sort source ss stat strace stress su sudo swapoff sync sysctl systemctl systemd-run tail tar taskset tee
  test time timeout top touch tr tree trap type ulimit umask umount uname uniq unset unshare unzip uptime vi vim vmstat
  wait watch wc wget which who whoami xargs yum zcat`.split(/\s+/),
)

const keywords = new Set(['if', 'for', 'while', 'until', 'case', 'function', '{', '(', '[', '[[', '((', '.', ':', '!'])

/** `ls -l`, `sudo ls`, `PATH=/bin ls`, `./malloc &`: not `bin  dev  etc` nor `1: lo: <LOOPBACK>`. */
export function isCommandLine(line: string): boolean {
  const word = firstWord(line)
  if (word === '') return false
  return isKnownCommand(word) || keywords.has(word) || /^[A-Za-z_]\w*\+?=/.test(word) || /^(?:\.{0,2}|~)\/\S/.test(word)
}

export function isKnownCommand(word: string): boolean {
  return programs.has(word)
}

export function firstWord(line: string): string {
  return /^\s*([^\s;|&]*)/.exec(line)?.[1] ?? ''
}

export function isComment(line: string): boolean {
  return /^\s*(?:#|$)/.test(line)
}
