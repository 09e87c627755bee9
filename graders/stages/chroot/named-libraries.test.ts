import { expect, test } from 'vitest'
import { foreignFolders, namedLibraries } from './named-libraries.ts'

test('libraries that are named by path are found, lists in braces too', () => {
  const script = `cp /lib64/{ld-linux-x86-64.so.2,libc.so.6,libtinfo.so.5} $j/lib64
cp /lib/x86_64-linux-gnu/libselinux.so.1 "$j/lib/x86_64-linux-gnu/"
# cp /lib64/libdl.so.2 $j/lib64`
  expect(namedLibraries(script)).toEqual([
    '/lib64/ld-linux-x86-64.so.2',
    '/lib64/libc.so.6',
    '/lib64/libtinfo.so.5',
    '/lib/x86_64-linux-gnu/libselinux.so.1',
  ])
})

test('what lies in the new root, or is asked of ldd, is not named', () => {
  const script =
    "mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64,etc,var}\nlist=`ldd /bin/ls | egrep -o '/lib.*\\.[0-9]'`\ncp x /tmp/j/lib64/libc.so.6 $j/lib64/libc.so.6"
  expect(namedLibraries(script)).toEqual([])
})

test('a loader at its place of everywhere is no sign of another system', () => {
  expect(foreignFolders(['/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libc.so.6'])).toEqual([])
  expect(foreignFolders(['/lib64/ld-linux-x86-64.so.2', '/lib64/libc.so.6'])).toEqual(['/lib64'])
})
