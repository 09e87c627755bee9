import { check, expect } from '#spec-kit'

check('httpserver.builds', 'the Dockerfile builds an image from what was handed in', ({ build }) => {
  expect(build).toHaveBuilt()
})

check('httpserver.serves', 'a container of the image starts and answers HTTP from outside', ({ start }) => {
  expect(start).toHaveStarted()
})
