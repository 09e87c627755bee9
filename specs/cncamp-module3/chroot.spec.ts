import { check, expect } from '#spec-kit'

check(
  'chroot.jail',
  'the handed-in script makes a root in which bash and ls run, and `ls /` lists just it',
  ({ jail }) => {
    expect(jail).toHoldBashAndLs()
  },
)

check('chroot.confined', 'nothing but bash and ls runs in that root, and nothing outside of it is seen', ({ jail }) => {
  expect(jail).toBeConfined()
})

check(
  'chroot.image-rootfs',
  'the handed-in script unpacks an image into a root that chroot can enter',
  ({ rootfs }) => {
    expect(rootfs).toBeAnUnpackedImage()
  },
)
