import { watchScript } from '../../sandbox/observer/watch-script.ts'
import { growFile, sceneFolder } from './fast-malloc.ts'

/** Beside a script in a virtual machine, where nobody outside sees what happens while it runs. */
export interface MachineScene {
  cgroup: 1 | 2
  askedBytes: { least: number; most: number }
  /** Names under which our program runs. */
  names: string[]
}

export const watcherFile = `${sceneFolder}/watcher`
export const scriptPidFile = `${sceneFolder}/script.pid`
/** Paths of groups that our program was in, a line each. */
const heldFile = `${sceneFolder}/held`
const settledFile = `${sceneFolder}/settled`

/** Last line of what is observed: without it the machine was lost before all was told. */
export const lookedMark = 'all groups were looked at'

/**
 * Does in the machine what \`GroupWatch\` does from outside of a container: as soon as our program is in a group with the limit
 * it is told to take memory; a script that still waits a while after the kill is ended. It puts a process of its own into that
 * group, so that the kernel's counters stay there to be read. What it notes is not proof of anything: that is read afterwards.
 */
export function writeWatcher({ cgroup, askedBytes, names }: MachineScene): string {
  const limitFile = cgroup === 1 ? 'memory.limit_in_bytes' : 'memory.max'
  return `#!/usr/bin/perl
use strict; use warnings; no warnings 'uninitialized';
my $root = '${groupRoot(cgroup)}';
my %ours = map { $_ => 1 } qw(${names.filter((name) => /^[\w.-]+$/.test(name)).join(' ')});
my (%held, $ready, $grown, $killed);
sub text { open(my $file, '<', $_[0]) or return ''; local $/; my $all = <$file>; $all =~ s/\\s+$//; $all }
sub note { open(my $file, '>>', $_[0]) or return; print $file "$_[1]\\n"; close $file }
sub below {
  my ($folder) = @_;
  opendir(my $open, "$root$folder") or return;
  map { "$folder/$_" } grep { !/^\\.\\.?$/ && "$folder/$_" ne '/user.slice' && -d "$root$folder/$_" } readdir $open;
}
sub holds { grep { $ours{text("/proc/$_/comm")} } split /\\s+/, text("$root$_[0]/cgroup.procs") }
sub limit {
  my ($path) = @_; my $least;
  for (; $path ne ''; $path =~ s{/[^/]*$}{}) {
    my $own = text("$root$path/${limitFile}");
    $least = $own if $own =~ /^\\d+$/ and (!defined $least or $own < $least);
  }
  $least;
}
sub end_script {
  note('${settledFile}', 'yes');
  my $pid = text('${scriptPidFile}');
  # With all that it started.
  kill 'KILL', -$pid, $pid if $pid =~ /^\\d+$/ and $pid > 1;
  exit;
}
while (1) {
  my @waiting = below(''); my $seen = 0;
  while (defined(my $path = shift @waiting) and $seen++ < 64) {
    push @waiting, below($path) if @waiting < 64;
    if (holds($path)) {
      note('${heldFile}', substr($path, 1)) unless $held{$path}++;
      my $limit = limit($path);
      next unless defined $limit and $limit >= ${askedBytes.least} and $limit <= ${askedBytes.most};
      $ready ||= time; $grown = $path, last if defined $grown;
      next if time - $ready < 1;
      $grown = $path;
      unless (fork) { open(my $file, '>', "$root$path/cgroup.procs"); print $file $$; close $file; $0 = 'sleep'; exec 'sleep', '1000' }
      select(undef, undef, undef, 0.2);
      note('${growFile}', '');
    } elsif (defined $grown and $path eq $grown) { $killed ||= time }
  }
  # More groups than any honest script makes.
  end_script() if $seen >= 60 or ($killed and time - $killed > 2);
  select(undef, undef, undef, 0.1);
}
`
}

/** \`sh -e\`, before the script. */
export function prepareMachineScene(resident: boolean): string {
  const quiet = '</dev/null >/dev/null 2>&1 &'
  const start = `cd ${sceneFolder}\nCGRADE_RESIDENT=1 setsid ./malloc ${quiet}
tries=0
while [ ! -s malloc.pid ] && [ $tries -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); done
[ -s malloc.pid ]
sleep 1`
  return `setsid ${watcherFile} ${quiet}\n${resident ? start : ''}\n`
}

/**
 * After the script, outside of its root: our program takes memory if it sits in a group and has not yet, and then the kernel's
 * files are shown, in the words of an observer.
 */
export function observeMachineScene({ cgroup, names }: MachineScene): string {
  const root = groupRoot(cgroup)
  return `set -- ${cgroup} cgroupfs
${watchScript}
ours=" ${names.filter((name) => /^[\w.-]+$/.test(name)).join(' ')} "
holding() {
  find ${root} -mindepth 1 -type d ! -path '${root}/user.slice*' | head -n 64 | while IFS= read -r folder; do
    for pid in $(head -n 200 "$folder/cgroup.procs"); do
      case "$ours" in *" $(cat "/proc/$pid/comm") "*) echo "held \${folder#${root}/}"; break ;; esac
    done
  done
}
here=$(holding)
if [ -n "$here" ]; then
  echo "$here"
  [ -e /student${growFile} ] || sleep 1
  : >/student${growFile}
  tries=0
  while [ -n "$(holding)" ] && [ $tries -lt 60 ]; do sleep 0.2; tries=$((tries + 1)); done
  [ -z "$(holding)" ] || echo alive
fi
[ ! -e /student${settledFile} ] || echo settled
[ ! -f /student${heldFile} ] || head -n 64 /student${heldFile} | sed 's/^/held /'
list_groups ${root} | head -c 48000
echo ${lookedMark}
`
}

function groupRoot(cgroup: 1 | 2): string {
  return cgroup === 1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup'
}
