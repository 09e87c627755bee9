import { expect, test } from 'vitest'
import { parseDockerfile } from '../dockerfile/dockerfile.ts'
import { ours, readRecording, theirs } from './recorded-builds.ts'

test('a stand-in is blamed for what the real image has', () => {
  const usedStandIns = ['golang:1.22-alpine', 'golang:1.12', 'golang:1.24']
  for (const name of ['stand-in-apk-package', 'stand-in-go-without-module', 'go-no-module-file-old']) {
    expect(ours(readRecording(name, { usedStandIns })).code).toBe('base-image.stand-in-gap')
  }
})

test('a stand-in is not blamed for a program that does not compile', () => {
  const usedStandIns = ['golang:1.22-alpine', 'golang:1.24']
  for (const name of ['stand-in-apk-ignored', 'go-undefined', 'go-error-with-network-words']) {
    expect(theirs(readRecording(name, { usedStandIns })).reason).toBe('build.compile-error')
  }
  expect(theirs(readRecording('go-no-module-file', { usedStandIns })).reason).toBe('build.missing-file')
  expect(theirs(readRecording('command-not-found-own-script', { usedStandIns: ['busybox'] })).reason).toBe(
    'build.command-failed',
  )
})

test('a stand-in is not blamed for a command that the real image has as little', () => {
  const fault = theirs(readRecording('stand-in-command', { usedStandIns: ['golang:1.22-alpine'] }))
  expect(fault.message).toContain('no command `python3`')
})

test('a stand-in of another stage is not blamed', () => {
  const parsed = parseDockerfile(
    'FROM golang:1.12 AS build\nRUN true\nFROM golang:1.24-alpine\nRUN apk add --no-cache gcc && go build\n',
  )
  if (!parsed.ok) throw new Error('refused')
  const { log, engineMessage } = readRecording('command-not-found')
  const later = `Step 1/5 : FROM x\nStep 2/5 : RUN true\n${log.replaceAll('Step 1/3', 'Step 3/5').replaceAll('Step 2/3', 'Step 4/5')}`
  const failure = { ...readRecording('command-not-found'), log: later, engineMessage, dockerfile: parsed.dockerfile }
  expect(ours({ ...failure, usedStandIns: ['golang:1.24-alpine'] }).code).toBe('base-image.stand-in-gap')
  expect(theirs({ ...failure, usedStandIns: ['golang:1.12'] }).location?.line).toBe(4)
})

test("a stand-in is blamed for system files that a COPY --from does not find, not for the student's", () => {
  const failure = readRecording('go-output-not-copied', { usedStandIns: ['golang:1.24'] })
  expect(theirs(failure).reason).toBe('build.missing-file')
  const parsed = parseDockerfile(failure.dockerfile.text.replace('/src/httpserver /', '/usr/share/zoneinfo /'))
  if (!parsed.ok) throw new Error('refused')
  const engineMessage = 'COPY failed: stat usr/share/zoneinfo: file does not exist'
  expect(ours({ ...failure, dockerfile: parsed.dockerfile, engineMessage }).code).toBe('base-image.stand-in-gap')
})

test.each([
  ['golang:1.22', 'go: go.mod requires go >= 1.22 (running go 1.19.8; GOTOOLCHAIN=local)'],
  [
    'golang:1.17',
    "go: installing executables with 'go get' in module mode is deprecated.\n'go get' is no longer supported outside a module.",
  ],
  [
    'golang:1.17',
    '../go/pkg/mod/golang.org/x/sys@v0.0.0-2020/unix/syscall.go:25:3: //go:linkname must refer to declared function or variable',
  ],
  ['golang:1.24', 'cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH'],
  ['golang:1.24', 'malloc.c:1:10: fatal error: stdlib.h: No such file or directory'],
  ['golang:1.24-alpine', '/bin/sh: 1: apk: not found'],
  ['golang:1.24', '/bin/sh: 1: git: not found'],
  ['golang:1.24', 'E: Unable to locate package libfoo'],
  ['golang:1.24', 'sed: unrecognized option: q'],
  ['golang:1.24', 'error: externally-managed-environment'],
])('a stand-in for %s is blamed for %j', (base, output) => {
  const failure = readRecording('go-undefined', { usedStandIns: [base] })
  const parsed = parseDockerfile(
    failure.dockerfile.text.replace('golang:1.24', base).replace('RUN ', 'RUN sed -i s/a/b/ x; '),
  )
  if (!parsed.ok) throw new Error('refused')
  const log = failure.log.replace(/# example[^\n]*\n[^\n]*\n[^\n]*/, output)
  expect(ours({ ...failure, log, dockerfile: parsed.dockerfile }).code).toBe('base-image.stand-in-gap')
})

test.each([
  ['golang:1.22', 'go: go.mod requires go >= 1.30 (running go 1.24.4; GOTOOLCHAIN=local)'],
  ['golang', 'go: go.mod file not found in current directory or any parent directory'],
  ['golang:1.17', 'main.go:3:8: no required module provides package github.com/gin-gonic/gin; to add it:'],
  ['golang:1.17-alpine', 'cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH'],
  ['golang:1.17', 'malloc.c:1:10: fatal error: mine.h: No such file or directory'],
  ['golang:1.17', '/bin/sh: 1: httpserverr: not found'],
  ['golang:1.17', '/bin/sh: 1: apk: not found'],
  ['golang:1.17-alpine', '/bin/sh: apt-get: not found'],
  ['golang:1.17-alpine', '/bin/sh: git: not found'],
])('a stand-in for %s is not blamed for %j', (base, output) => {
  const failure = readRecording('go-undefined', { usedStandIns: [base] })
  const parsed = parseDockerfile(failure.dockerfile.text.replace('golang:1.24', base))
  if (!parsed.ok) throw new Error('refused')
  const log = failure.log.replace(/# example[^\n]*\n[^\n]*\n[^\n]*/, output)
  expect(theirs({ ...failure, log, dockerfile: parsed.dockerfile }).reason).toMatch(/^build\./)
})
