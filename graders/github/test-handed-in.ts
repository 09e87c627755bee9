import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quickDockerfile, quickServer } from '../test-runs.ts'
import { root } from './test-course.ts'
import type { Changes } from './test-repositories.ts'

/** Test support: what students hand in by pull requests. */

const corpus = join(root, 'submissions/corpus/cncamp-module3')
const hostile = join(root, 'submissions/hostile/H11-speaks-to-the-runner/submission')
export const broken = 'FROM scratch\nCOPY nothere /hs\nENTRYPOINT ["/hs"]\n'

export async function serverOf(student: string): Promise<Changes> {
  const folder = `submissions/${student}`
  return { [`${folder}/Dockerfile`]: quickDockerfile, [`${folder}/hs`]: await readFile(quickServer) }
}

/** Root work that takes seconds: a program that fills its memory, a script that makes a root. */
export async function rootWorkOf(student: string): Promise<Changes> {
  const folder = `submissions/${student}`
  const script = await readFile(join(corpus, 'right-chroot-sh-line/submission/chroot/chroot.sh'))
  return {
    [`${folder}/3.1/Dockerfile`]: 'FROM busybox\nCMD ["tail", "/dev/zero"]\n',
    [`${folder}/cgrade.yml`]: 'memory:\n  dockerfile: 3.1/Dockerfile\n',
    [`${folder}/chroot/chroot.sh`]: script,
  }
}

export async function hostileOf(student: string): Promise<Changes> {
  const names = ['Dockerfile', 'server.py']
  const texts = await Promise.all(names.map((name) => readFile(join(hostile, name))))
  return Object.fromEntries(names.map((name, index) => [`submissions/${student}/${name}`, texts[index]]))
}
