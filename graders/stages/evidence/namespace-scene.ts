import { createHash } from 'node:crypto'
import type { AskedProcess } from './asked-process.ts'
import { writeDockerStandIn } from './docker-stand-in.ts'

/** A process in network, mount and process namespaces of its own, as a container of a `scratch` image is one. */
export interface NamespaceScene {
  pid: number
  /** Of its `eth0`. It is in the kernel alone: in no file, argument or variable that the script could read. */
  address: string
  words: string[]
}

export function drawScene(asked: AskedProcess, seed: string): NamespaceScene {
  const drawn = createHash('sha256').update(seed).digest()
  const at = (index: number, from: number, below: number) => from + ((drawn[index] ?? 0) % (below - from))
  const address = ['10', at(0, 64, 192), at(1, 1, 255), at(2, 2, 255)].join('.')
  return { pid: asked.pid ?? 20_000 + drawn.readUInt16BE(4), address, words: asked.words }
}

/** Raw calls of Linux on x86-64: unshare 272, mount 165, pivot_root 155, umount2 166. */
const program = `use strict;
my ($wanted, $name, @rest) = @ARGV;
for (1 .. 20) {
  pipe(my $ready, my $tell) or die;
  my $maker = fork // die;
  if ($maker == 0) {
    syscall(272, 0x20000000 | 0x00020000 | 0x40000000 | 0x08000000 | 0x04000000) == 0 or die "unshare: $!";
    open(my $last, '>', '/proc/sys/kernel/ns_last_pid') or die; syswrite($last, $wanted - 1); close $last;
    my $pid = fork // die;
    if ($pid == 0) { serve($name, @rest) }
    kill('KILL', $pid) if $pid != $wanted;
    exit($pid == $wanted ? 0 : 1);
  }
  waitpid($maker, 0);
  exit 0 if $? == 0;
}
die "process number $wanted is taken\\n";

sub serve {
  my ($name, @rest) = @_;
  my ($none, $root, $old, $type, $slash) = ('none', '/run/rootfs', '/run/rootfs/old', 'tmpfs', '/');
  syscall(165, $none, $slash, 0, 0x4000 | 0x40000, 0) == 0 or die "private: $!";
  syscall(165, $none, $root, $type, 0, 0) == 0 or die "tmpfs: $!";
  mkdir $_ for "$root/old", "$root/bin", "$root/proc";
  open(my $file, '>', "$root/bin/$name") or die; close $file; chmod 0755, "$root/bin/$name";
  syscall(155, $root, $old) == 0 or die "pivot: $!";
  chdir '/';
  my ($proc, $gone, $within) = ('proc', '/old', '/proc');
  syscall(165, $proc, $within, $proc, 0, 0);
  syscall(166, $gone, 2) == 0 or die "umount: $!";
  rmdir '/old';
  open(STDIN, '<', '/proc/self/fd/0'); close STDOUT; close STDERR;
  $0 = join "\\0", "/bin/$name", @rest;
  if (open(my $comm, '>', '/proc/self/comm')) { print $comm $name; close $comm }
  $SIG{TERM} = sub { exit 0 };
  sleep 3600 while 1;
}
`

/** Shell commands that set the scene, as root in the machine. */
export function writeScene({ pid, address, words }: NamespaceScene): string {
  const [name = 'http-server', ...rest] = words
  const hardware = ['02', '42', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(
    ':',
  )
  return `mkdir -p /run/rootfs
perl - ${pid} ${words.join(' ')} <<'end of program'
${program}
end of program
for try in 1 2 3 4 5 6 7 8 9 10; do
  case "$(tr '\\0' ' ' </proc/${pid}/cmdline)" in /bin/${name}*) break ;; esac
  sleep 0.1
done
ip link add veth7d21f0 type veth peer name eth0 netns ${pid}
ip link set veth7d21f0 up
nsenter -t ${pid} -n sh -e -c '
  echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
  ip link set lo up
  ip link set eth0 address ${hardware} up
  ip addr add ${address}/16 brd + dev eth0'
cat >/usr/local/bin/docker <<'end of docker'
${writeDockerStandIn(pid, name, rest)}
end of docker
chmod 755 /usr/local/bin/docker
`
}
