import { check, expect } from '#spec-kit'
import assignment from './assignment.ts'

const limitBytes = assignment.settings.memoryLimitBytes

check('memory.builds', 'the program that takes memory builds from what was handed in', ({ build }) => {
  expect(build).toHaveBuilt()
})

check('memory.grows', 'really takes more than 104960000 bytes while nothing limits it', ({ unlimited }) => {
  expect(unlimited).toHaveGrownPast(limitBytes)
})

check('memory.oom-killed', 'is killed by the kernel when its memory cgroup is full', ({ limited }) => {
  expect(limited).toBeOomKilled()
})

check(
  'memory.cgroup-script',
  'the handed-in script puts malloc into a memory cgroup with the limit, and the kernel kills it there',
  ({ cgroupScript }) => {
    expect(cgroupScript).toHaveLimitedMemory(limitBytes)
  },
)
