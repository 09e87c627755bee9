import { expect, test } from 'vitest'
import { imageNamed, nameLayer } from './hand-out-image.ts'

const id = '2461e071255f4a5cc48606b1b674e9113f7595485867bcc837e24d9ee13ef06b'

test('the layer is called as the script calls it', () => {
  expect(nameLayer(`cd /tmp/x/${id}\ntar -xf layer.tar`, 'seed')).toEqual({ layerId: id, isNamed: true })
  expect(nameLayer('cd /tmp/x/2461e*', 'seed').layerId).toMatch(/^2461e[0-9a-f]{59}$/)
  expect(nameLayer('cd /tmp/x/*/', 'seed')).toEqual({
    layerId: expect.stringMatching(/^[0-9a-f]{64}$/),
    isNamed: false,
  })
  const other = 'f'.repeat(64)
  expect(nameLayer(`cat blobs/sha256/${other}\ntar -xf blobs/sha256/${id} -C r`, 'seed').layerId).toBe(id)
})

test('the image is called as the script calls it', () => {
  expect(imageNamed('docker pull busybox:1.36\n')).toBe('busybox:1.36')
  expect(imageNamed('docker image pull -q docker.io/library/busybox')).toBe('docker.io/library/busybox')
  expect(imageNamed('docker save x -o y')).toBe('busybox')
})
