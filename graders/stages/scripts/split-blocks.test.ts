import { expect, test } from 'vitest'
import { takeBlock } from './split-blocks.ts'

const jail = 'cp /bin/{bash,ls} $path/bin\nldd /bin/ls\nchroot $path /bin/bash\n'
const image = 'docker image save busybox -o b.tar\ntar -xf b.tar\nchroot /tmp/b /bin/sh\n'

test('takes the blocks in either order', () => {
  expect(takeBlock(jail + image, 'jail')).toMatchObject({ text: jail, firstLine: 1 })
  expect(takeBlock(jail + image, 'image')).toMatchObject({ text: image, firstLine: 4 })
  expect(takeBlock(image + jail, 'image')?.text).toBe(image)
  expect(takeBlock(image + jail, 'jail')?.text).toBe(jail)
})

test('keeps the plain values and options that stand before', () => {
  const text = `set -e\npath=/tmp/x\nlist=\`ldd /bin/ls\`\n${jail}${image}`
  expect(takeBlock(text, 'image')?.text).toBe(`set -e\npath=/tmp/x\n${image}`)
})

test('keeps a second look into the jail with it', () => {
  const text = `${jail}chroot $path /bin/ls\n${image}`
  expect(takeBlock(text, 'jail')?.text).toBe(`${jail}chroot $path /bin/ls\n`)
})

test.each([
  ['one block alone', jail],
  ['both in one block', `docker pull busybox\n${jail}`],
  ['functions', `build() {\n${jail}}\nbuild\n${image}`],
  ['a choice', `if [ $1 = a ]; then\n${jail}else\n${image}fi\n`],
  ['a `case`', `case $1 in\n${jail};;\n${image};;\nesac\n`],
])('does not take %s apart', (_, text) => {
  expect(takeBlock(text, 'jail')).toBeUndefined()
})
