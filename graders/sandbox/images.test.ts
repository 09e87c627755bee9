import { describe, expect, test } from 'vitest'
import { connectEngine, roleLabel } from './engine.ts'
import { listImages, removeImage } from './images.ts'

// Which image another grader removes at which moment cannot be chosen, so the engine's own answer to it is played here.
const lost = Object.assign(new Error('(HTTP code 500) server error - unrecognized image ID sha256:2b5547'), {
  statusCode: 500,
})

describe('an image that another grader removes meanwhile', () => {
  test('does not cost the list of all others', async () => {
    let asked = 0
    const docker = {
      listImages: async () => {
        asked += 1
        if (asked < 3) throw lost
        return []
      },
    }
    expect(await listImages(docker)).toEqual([])
    expect(asked).toBe(3)
  })

  test('is removed', async () => {
    const docker = { getImage: () => ({ remove: () => Promise.reject(lost) }) }
    await removeImage({ docker: docker as never }, 'sha256:2b5547')
  })
})

test('another failure of the engine is told', async () => {
  const broken = Object.assign(new Error('(HTTP code 500) server error - no space left'), { statusCode: 500 })
  await expect(listImages({ listImages: () => Promise.reject(broken) })).rejects.toBe(broken)
})

test('the list can be narrowed by label', async () => {
  const { docker } = await connectEngine()
  const bases = await listImages(docker, { label: [`${roleLabel}=base`] })
  expect(bases.every(({ Labels }) => Labels?.[roleLabel] === 'base')).toBe(true)
  expect(await listImages(docker, { all: true, label: [`${roleLabel}=no-such-role`] })).toEqual([])
})
