import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Submission } from '../../model/submission.ts'
import { takeIn } from './intake.ts'
import { assignment } from './test-submission.ts'

let base: string
let alice: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-hostile-folders-'))
  alice = join(base, 'alice')
  mkdirSync(alice)
  writeFileSync(join(alice, 'main.go'), 'package main')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const submit = () => takeIn({ id: 'alice', path: alice }, assignment.limits.intake, join(base, 'work'))

async function accept(): Promise<Submission> {
  const intake = await submit()
  if (!intake.ok) throw new Error(intake.fault.message)
  return intake.submission
}

async function refuse() {
  const intake = await submit()
  if (intake.ok) throw new Error('accepted')
  expect(readdirSync(join(base, 'work'))).toEqual([])
  return intake.fault
}

describe('H33: links to what was not handed in', () => {
  test.each([
    ['Dockerfile', '/etc/shadow'],
    ['main2.go', '/proc/self/environ'],
    ['sibling', '../bob'],
    ['way', '/proc/self/root'],
    ['cgrade.yml', '../bob/secret'],
  ])('H33: %s -> %s is refused, and nothing of it is read', async (name, target) => {
    mkdirSync(join(base, 'bob'))
    writeFileSync(join(base, 'bob/secret'), 'canary-of-bob')
    symlinkSync(target, join(alice, name))
    const fault = await refuse()
    expect(fault.reason).toBe('intake.link-outside')
    expect(JSON.stringify(fault)).not.toContain('canary-of-bob')
  })

  test('H33 control: a copy that follows links brings the neighbour along', () => {
    mkdirSync(join(base, 'bob'))
    writeFileSync(join(base, 'bob/secret'), 'canary-of-bob')
    symlinkSync('../bob', join(alice, 'sibling'))
    cpSync(alice, join(base, 'copy'), { recursive: true, dereference: true })
    expect(readFileSync(join(base, 'copy/sibling/secret'), 'utf8')).toBe('canary-of-bob')
  })
})

describe('H34: what never ends or fills the disk', () => {
  test('H34: a FIFO is refused without being opened', async () => {
    execFileSync('mkfifo', [join(alice, 'go.mod')])
    expect((await refuse()).reason).toBe('intake.special-file')
  })

  test('H34: a file of a terabyte with nothing in it is refused by what it claims', async () => {
    writeFileSync(join(alice, 'disk.img'), '')
    truncateSync(join(alice, 'disk.img'), 1024 ** 4)
    expect((await refuse()).reason).toBe('intake.too-large')
  })

  test('H34 control: who opens a FIFO waits', () => {
    execFileSync('mkfifo', [join(alice, 'go.mod')])
    expect(() => execFileSync('cat', [join(alice, 'go.mod')], { timeout: 500 })).toThrow()
  })
})

describe('H35: changes while it is graded', () => {
  test('H35: what is changed after intake changes neither the copy nor its digest', async () => {
    const first = await accept()
    const before = first.digest
    writeFileSync(join(alice, 'main.go'), 'package evil')
    writeFileSync(join(alice, 'late.go'), 'package late')
    expect(readFileSync(join(first.root, 'main.go'), 'utf8')).toBe('package main')
    expect(readdirSync(first.root)).toEqual(['main.go'])
    expect((await accept()).digest).not.toBe(before)
  })

  test('H35: a folder that is swapped for a link, again and again, never brings a neighbour along', async () => {
    mkdirSync(join(base, 'bob'))
    writeFileSync(join(base, 'bob/secret'), 'canary-of-bob')
    mkdirSync(join(alice, 'src'))
    for (let i = 0; i < 200; i++) writeFileSync(join(alice, `src/f${i}`), 'mine')
    writeFileSync(join(alice, 'src/secret'), 'mine')
    let ended = false
    const swapping = (async () => {
      while (!ended) {
        renameSync(join(alice, 'src'), join(base, 'aside'))
        symlinkSync('../bob', join(alice, 'src'))
        await new Promise(setImmediate)
        rmSync(join(alice, 'src'))
        renameSync(join(base, 'aside'), join(alice, 'src'))
        await new Promise(setImmediate)
      }
    })()
    try {
      for (let i = 0; i < 50; i++) {
        const intake = await submit()
        if (!intake.ok) continue
        const copied = join(intake.submission.root, 'src/secret')
        if (existsSync(copied)) expect(readFileSync(copied, 'utf8')).toBe('mine')
      }
    } finally {
      ended = true
      await swapping
    }
  })

  test('H35: a file that grows while it is read is cut at the limit', async () => {
    const growing = setInterval(() => appendFileSync(join(alice, 'main.go'), Buffer.alloc(4096)), 0)
    try {
      const intake = await submit()
      if (intake.ok) expect(intake.submission.entries).toHaveLength(1)
    } finally {
      clearInterval(growing)
    }
  })
})

describe('H36: git configuration that runs commands', () => {
  function plant(): string {
    const canary = join(base, 'canary')
    execFileSync('git', ['init', '-q', alice])
    writeFileSync(join(alice, '.gitattributes'), '* filter=evil\n')
    const evil = `touch ${canary}; false`
    const config = `[core]\n\tfsmonitor = "${evil}"\n\tsshCommand = "${evil}"\n\thooksPath = hooks\n\tpager = "${evil}"\n[filter "evil"]\n\tclean = "${evil}"\n\tsmudge = "${evil}"\n\trequired = true\n`
    appendFileSync(join(alice, '.git/config'), config)
    return canary
  }

  test('H36: a folder with such a `.git` is graded from its files, and nothing runs', async ({ skip }) => {
    if (!hasGit()) return skip('there is no git here')
    const canary = plant()
    const { entries } = await accept()
    expect(entries.map(({ path }) => path)).toEqual(['.gitattributes', 'main.go'])
    expect(existsSync(canary)).toBe(false)
  })

  test('H36 control: git itself obeys it', ({ skip }) => {
    if (!hasGit()) return skip('there is no git here')
    const canary = plant()
    try {
      execFileSync('git', ['-C', alice, '-c', 'safe.directory=*', 'status'], { stdio: 'ignore', timeout: 10_000 })
    } catch {}
    expect(existsSync(canary)).toBe(true)
  })
})

describe('H37: submodules', () => {
  test('H37: `.gitmodules` is a file like any other, and nothing is fetched', async () => {
    const canary = join(base, 'canary')
    mkdirSync(join(base, 'bob'))
    writeFileSync(join(base, 'bob/secret'), 'canary-of-bob')
    const module = (name: string, url: string) => `[submodule "${name}"]\n\tpath = ${name}\n\turl = ${url}\n`
    writeFileSync(
      join(alice, '.gitmodules'),
      module('a', `ext::sh -c touch% ${canary}`) + module('b', 'file:///etc') + module('c', '../bob'),
    )
    for (const name of ['a', 'b', 'c']) mkdirSync(join(alice, name))
    // What a submodule leaves behind is a file named `.git` that points elsewhere.
    writeFileSync(join(alice, 'c/.git'), 'gitdir: ../../bob\n')
    const { entries } = await accept()
    expect(entries.map(({ path }) => path)).toEqual(['.gitmodules', 'a', 'b', 'c', 'main.go'])
    expect(existsSync(canary)).toBe(false)
  })
})

function hasGit(): boolean {
  try {
    execFileSync('git', ['--version'])
    return true
  } catch {
    return false
  }
}
