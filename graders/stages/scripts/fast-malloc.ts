import type { ExtraFile } from './pack-snapshot.ts'

/** Where our own things lie in a sandbox; not the folder that a script runs in. */
export const sceneFolder = '/opt/cgrade'
/** When this file is there, `malloc` takes memory. */
export const growFile = `${sceneFolder}/grow`

/**
 * What stands for the course's `malloc`, which takes a hundred megabytes a minute: it waits with a few, and takes the rest at
 * once when it is asked to. The interpreter lets `ps`, `pidof` and `pgrep` see it under the name of its file. Of several the
 * last is there: a script that starts its own would otherwise find two. Started in the foreground it goes on in the
 * background, as in a second terminal. It stays well above the limit that is asked for, and goes no further.
 */
function writeProgram(askedBytes: number): string {
  const blocks = Math.ceil((askedBytes * 1.6) / 1024 ** 2)
  return `#!/usr/bin/perl
my $path = $0;
my ($name) = $path =~ m{([^/]{1,15})[^/]*$};
$0 = "$path";
if (open(my $file, '>', '/proc/self/comm')) { print $file $name; close $file }
my $note = '${sceneFolder}/malloc.pid';
if (open(my $file, '<', $note)) { my $old = <$file>; kill('KILL', $old) if $old and $old > 1 and $old != $$; close $file }
$| = 1;
print "Allocating 100Mb memory, raw memory is 104960000\\n";
my $alone = ($SIG{INT} // '') eq 'IGNORE' || getpgrp() == $$ || $ENV{CGRADE_RESIDENT};
unless ($alone) {
  exit 0 if fork;
  open(STDIN, '<', '/dev/null'); open(STDOUT, '>', '/dev/null'); open(STDERR, '>', '/dev/null');
}
if (open(my $file, '>', $note)) { print $file $$; close $file }
my @held = map { 'x' x 1048576 } 1 .. 16;
select(undef, undef, undef, 0.03) until -e '${growFile}';
while (@held < ${blocks}) { push @held, 'x' x 1048576 }
print "Allocating 200Mb memory, raw memory is 209920000\\n";
sleep 3600 while 1;
`
}

/** Commands that make \`malloc\` from its source: they put ours there instead. */
const compilers: Record<string, string> = {
  go: `name=malloc
case "\${1-}" in
  build | install)
    shift
    while [ $# -gt 0 ]; do
      case "$1" in
        -o) name=$2; shift ;;
        -o=*) name=\${1#-o=} ;;
        *.go) [ "$name" != malloc ] || [ "\${1##*/}" = main.go ] || { name=\${1##*/}; name=\${name%.go}; } ;;
      esac
      shift
    done
    [ ! -d "$name" ] || name=$name/malloc
    cp ${sceneFolder}/malloc "$name" ;;
  run) exec ${sceneFolder}/malloc ;;
  *) exit 0 ;;
esac`,
  gcc: `name=a.out
while [ $# -gt 0 ]; do
  case "$1" in -o) name=$2; shift ;; -o?*) name=\${1#-o} ;; esac
  shift
done
cp ${sceneFolder}/malloc "$name"`,
}

/** Files of the sandbox, with paths from its root. */
export function sceneFiles(askedBytes: number): ExtraFile[] {
  const commands = { go: compilers.go, gcc: compilers.gcc, cc: compilers.gcc }
  return [
    { path: `${sceneFolder.slice(1)}/malloc`, content: writeProgram(askedBytes), executable: true },
    ...Object.entries(commands).map(([name, body]) => ({
      path: `usr/local/bin/${name}`,
      content: `#!/bin/sh\n${body}\n`,
      executable: true,
    })),
  ]
}

/** The program itself, for the folder of a script, where \`./malloc\` may be called. */
export function programFile(path: string, askedBytes: number): ExtraFile {
  return { path, content: writeProgram(askedBytes), executable: true }
}

const starts = [
  // ./malloc & , nohup /root/malloc > log & , sudo ./malloc, cgexec -g memory:demo ./malloc
  /(?:^|[;&|({]|\b(?:then|do|else|nohup|exec|sudo|setsid|time)\s)\s{0,40}(?:[A-Z_]{1,40}=\S{0,200}\s{1,40}){0,8}(?:\.{0,2}\/)?(?:[\w.~-]{1,100}\/){0,20}malloc(?:\s|$|[;&>])/m,
  /\b(?:nohup|sudo|setsid|exec|cgexec|timeout)\b[^\n|;]{0,500}\s(?:\S{0,300}\/)?malloc(?:\s|$|[;&>])/m,
  /\bgo\s+run\b/,
]

/** Whether the script starts a \`malloc\` of its own, so that none may be there before. */
export function startsItsOwn(script: string): boolean {
  const commands = script.replace(/^[^\S\n]*#.*$/gm, '')
  return (
    starts.some((pattern) => pattern.test(commands)) || builtNamesIn(script).some((name) => isCalled(commands, name))
  )
}

/** Names under which the program may run: \`malloc\`, and what the script builds it as. */
export function programNames(script: string): string[] {
  return [...new Set(['malloc', ...builtNamesIn(script)])].map((name) => name.slice(0, 15))
}

function builtNamesIn(script: string): string[] {
  const built = script.matchAll(/\b(?:go\s+build|gcc|cc)\b[^\n;|&]{0,500}?\s-o[=\s]{0,8}(\S+)/g)
  return [...built].map(([, path = '']) => path.slice(path.lastIndexOf('/') + 1).replace(/["']/g, '')).filter(Boolean)
}

function isCalled(commands: string, name: string): boolean {
  const builds = /^.*\b(?:go\s+build|gcc|cc)\b[^\n;&]*/gm
  const words = commands.replace(builds, '').split(/[\s;&|()]+/)
  return words.some((word) => word.includes('/') && word.endsWith(`/${name}`))
}
