import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ours, readRecording, recordings, theirs } from './recorded-builds.ts'

test.each([
  ['go-undefined', 'build.compile-error', 'main.go:4', /undefined: hello/],
  ['go-syntax-in-package', 'build.compile-error', 'cmd/server/main.go:4', /syntax error/],
  ['go-error-with-network-words', 'build.compile-error', 'main.go:4', /cannot use "dial tcp/],
  ['go-compile-after-failed-network', 'build.compile-error', 'main.go:4', /undefined: hello/],
  ['go-undeclared-module', 'build.compile-error', 'main.go:3', /go mod tidy/],
  ['go-missing-sum', 'build.compile-error', 'main.go:3', /go\.sum/],
  ['go-not-in-std', 'build.compile-error', 'main.go:3', /import path/],
  ['go-version-too-new', 'build.compile-error', 'Dockerfile:4', /older Go than `go\.mod` asks for/],
  ['go-bad-module-file', 'build.compile-error', 'Dockerfile:4', /unknown directive: foo/],
  ['go-vendor-inconsistent', 'build.compile-error', 'Dockerfile:4', /go mod vendor/],
  ['go-no-module-file', 'build.missing-file', 'Dockerfile:4', /No `go\.mod` was handed in/],
  ['go-output-not-copied', 'build.missing-file', 'Dockerfile:6', /go build -o bin\/server/],
  ['go-test-fails', 'build.command-failed', 'Dockerfile:4', /no such host/],
  ['go-proxy-of-student', 'build.command-failed', 'Dockerfile:5', /`127\.0\.0\.1:7890`.*your own machine/],
  ['go-out-of-memory', 'build.out-of-memory', 'Dockerfile:4', /signal: killed/],
  ['out-of-memory', 'build.out-of-memory', 'Dockerfile:2', /more memory/],
  ['cgo-error', 'build.compile-error', 'malloc.go:3', /nope\.h/],
  ['gcc-error', 'build.compile-error', 'malloc.c:3', /undeclared/],
  ['gcc-link-error', 'build.compile-error', 'Dockerfile:3', /undefined reference/],
  ['make-error', 'build.compile-error', 'cmd/main.go:3', /undefined: x/],
  ['python-syntax', 'build.compile-error', 'server.py:1', /SyntaxError/],
  ['node-syntax', 'build.compile-error', 'server.js:2', /SyntaxError/],
  ['python-module-missing', 'build.command-failed', 'Dockerfile:3', /No module named 'flask'/],
  ['pip-unknown-package', 'build.command-failed', 'Dockerfile:2', /flaskk==9/],
  ['apt-unknown-package', 'build.command-failed', 'Dockerfile:2', /Unable to locate package curll/],
  ['curl-localhost', 'build.command-failed', 'Dockerfile:2', /`127\.0\.0\.1:8080`/],
  ['disk-full', 'build.command-failed', 'Dockerfile:2', /No space left/],
  ['command-not-found', 'build.command-failed', 'Dockerfile:2', /no command `apk`/],
  ['command-not-found-own-script', 'build.command-failed', 'Dockerfile:3', /WORKDIR/],
  ['script-not-executable', 'build.command-failed', 'Dockerfile:3', /chmod \+x/],
  ['script-with-crlf', 'build.command-failed', 'Dockerfile:3', /Windows line ends/],
  ['exec-form-not-found', 'build.command-failed', 'Dockerfile:2', /`\/app\/build\.sh` is not there/],
  ['no-shell-in-scratch', 'build.command-failed', 'Dockerfile:2', /has no shell/],
  ['unknown-user', 'build.command-failed', 'Dockerfile:3', /no user `app`/],
  ['false-after-output', 'build.command-failed', 'Dockerfile:2', /can't open '\/nope'/],
  ['onbuild-trigger-fails', 'build.command-failed', 'Dockerfile:3', /exit code 4/],
  ['copy-host-binary', 'build.missing-binary', 'Dockerfile:2', /built on your own machine/],
  ['copy-jar-glob', 'build.missing-binary', 'Dockerfile:2', /target\/\*\.jar/],
  ['copy-missing-second', 'build.missing-file', 'Dockerfile:3', /`conf\/app\.yaml`/],
  ['copy-outside-context', 'build.wrong-context', 'Dockerfile:2', /outside the build context/],
  ['copy-many-to-file', 'build.dockerfile-syntax', 'Dockerfile:2', /must be a directory/],
  ['copy-from-unknown-index', 'build.dockerfile-syntax', 'Dockerfile:3', /index out of bounds/],
  ['copy-one-word', 'build.dockerfile-syntax', 'Dockerfile:3', /at least two arguments/],
  ['env-without-value', 'build.dockerfile-syntax', 'Dockerfile:2', /ENV must have two arguments/],
  ['unknown-flag', 'build.dockerfile-syntax', 'Dockerfile:2', /Unknown flag: form/],
  ['expose-not-a-port', 'build.dockerfile-syntax', 'Dockerfile:2', /Invalid containerPort: http/],
  ['expose-too-big', 'build.dockerfile-syntax', 'Dockerfile:2', /99999/],
  ['bad-base-name', 'build.dockerfile-syntax', 'Dockerfile:1', /lowercase/],
  ['bad-base-name-two-colons', 'build.dockerfile-syntax', 'Dockerfile:1', /invalid reference format/],
  ['bad-stage-name', 'build.dockerfile-syntax', 'Dockerfile:1', /can't start with a number/],
  ['stage-name-twice', 'build.dockerfile-syntax', 'Dockerfile:2', /already used/],
  ['unclosed-variable', 'build.dockerfile-syntax', 'Dockerfile:2', /substitution/],
  ['workdir-over-file', 'build.dockerfile-syntax', 'Dockerfile:2', /not a directory/],
  ['copy-over-file', 'build.dockerfile-syntax', 'Dockerfile:2', /not a directory/],
  ['chown-unknown-user', 'build.dockerfile-syntax', 'Dockerfile:2', /no such user: app/],
  ['stopsignal-unknown', 'build.dockerfile-syntax', 'Dockerfile:2', /Invalid signal/],
] as const)("%s is the student's: %s at %s", (name, reason, place, words) => {
  const fault = theirs(readRecording(name))
  const { file, line } = fault.location ?? {}
  expect([fault.reason, `${file}:${line}`]).toEqual([reason, place])
  expect(`${fault.message} ${fault.hint}`).toMatch(words)
  expect(fault.reproduce).toBe('docker build .')
  const [evidence] = fault.evidence ?? []
  expect(evidence?.kind).toBe('build-log')
  expect(evidence?.text.split('\n').length).toBeLessThanOrEqual(40)
  expect(evidence?.text).not.toMatch(/\[91m|Removing intermediate|\/var\/lib\/docker/)
})

test.each([
  ['go-network-none', 'build.network'],
  ['go-network-none-tidy', 'build.network'],
  ['go-network-no-such-host', 'build.network'],
  ['go-network-get', 'build.network'],
  ['go-network-direct', 'build.network'],
  ['go-checksum', 'build.network'],
  ['apt-network', 'build.network'],
  ['apt-network-two-steps', 'build.network'],
  ['pip-network', 'build.network'],
  ['git-network', 'build.network'],
  ['from-unreachable-registry', 'base-image.unavailable'],
  ['from-missing-id', 'base-image.unavailable'],
  ['copy-from-missing-image', 'base-image.unavailable'],
  ['needs-mount', 'build.unsupported'],
  ['needs-chmod', 'build.unsupported'],
  ['needs-heredoc', 'build.unsupported'],
  ['engine-without-bridge', 'engine.failed'],
] as const)("%s is the host's: %s", (name, code) => {
  const error = ours(readRecording(name))
  expect(error.code).toBe(code)
  expect(error.remedy).toBeTruthy()
})

test('every recording is judged in a test', () => {
  const tests = ['explain-build.test.ts', 'build-failure-stand-in.test.ts']
  const source = tests.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('')
  const names = readdirSync(recordings).map((file) => file.replace('.txt', ''))
  expect(names.filter((name) => !source.includes(`'${name}'`))).toEqual([])
})

describe('what a step prints does not move the blame', () => {
  test('to the host, by words of a network failure or a full disk', () => {
    for (const name of ['echo-no-such-host', 'program-prints-no-such-host', 'fake-step-lines']) {
      expect(theirs(readRecording(name)).reason).toBe('build.command-failed')
    }
  })

  test("to another step, by lines that look like the engine's", () => {
    const fault = theirs(readRecording('fake-step-lines'))
    expect(fault.location?.line).toBe(2)
    expect(fault.actual).toBe('exit code 3')
  })

  test('to the registry, by a compile error that quotes one', () => {
    const failure = readRecording('go-undefined')
    const log = failure.log.replace('undefined: hello', 'toomanyrequests: no space left on device: manifest unknown')
    expect(theirs({ ...failure, log }).reason).toBe('build.compile-error')
  })
})

test('names the context in which a missing source would be found', () => {
  const fault = theirs(
    readRecording('copy-wrong-context', {
      dockerfilePath: 'docker/Dockerfile',
      contextPath: 'docker',
      contextPaths: new Set(['Dockerfile']),
      submissionPaths: ['docker/Dockerfile', 'go.mod', 'src/main.go', 'old/go.mod'],
    }),
  )
  expect(fault).toMatchObject({ reason: 'build.wrong-context', location: { file: 'docker/Dockerfile', line: 2 } })
  expect(fault.hint).toContain('`docker build -f docker/Dockerfile .`')
  expect(fault.reproduce).toBe('docker build docker')
})

test("a download without network is the student's where the assignment says that builds are offline", () => {
  for (const name of ['go-network-none', 'go-network-none-tidy', 'pip-network']) {
    const fault = theirs(readRecording(name, { network: 'none' }))
    expect(fault.reason).toBe('build.command-failed')
    expect(fault.message).toContain('no network')
  }
})

test('a full disk of the host is ours, said by the engine or by a step', () => {
  const failure = readRecording('false-after-output')
  const log = failure.log.replace(
    "cat: can't open '/nope': No such file or directory",
    'write /x: no space left on device',
  )
  expect(ours({ ...failure, log }).code).toBe('disk.full')
  const engineMessage = 'failed to copy files: write /var/lib/docker/overlay2/x: no space left on device'
  expect(ours({ ...failure, engineMessage }).code).toBe('disk.full')
})

test('finds the step when the middle of a long log was cut out', () => {
  const failure = readRecording('go-undefined')
  const [head = ''] = failure.log.split('Step 2/8')
  const tail = failure.log.slice(failure.log.indexOf('Step 4/8'))
  const log = `${head}\n[... 123456 characters left out ...]\n${tail}`
  expect(theirs({ ...failure, log }).location).toEqual({ file: 'main.go', line: 4 })
})

test('tells the folder and the file in the command that shows the same', () => {
  const moved = { dockerfilePath: 'module3/my docker/Dockerfile', contextPath: 'module3' }
  const fault = theirs(readRecording('false-after-output', moved))
  expect(fault.reproduce).toBe("docker build -f 'module3/my docker/Dockerfile' module3")
  expect(fault.location).toEqual({ file: 'module3/my docker/Dockerfile', line: 2 })
})

test('keeps the evidence small and to the end of the output', () => {
  const failure = readRecording('false-after-output')
  const flood = Array.from({ length: 50_000 }, (_, at) => `line ${at} ${'x'.repeat(300)}`).join('\n')
  const text = theirs({ ...failure, log: failure.log.replace('one', flood) }).evidence?.[0]?.text ?? ''
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8 * 1024)
  expect(text).toContain('/nope')
  expect(text).not.toContain('line 4000 ')
})

test.each([
  [
    'failed to solve: process "/bin/sh -c CGO_ENABLED=0 go build -o httpserver ." did not complete successfully: exit code: 1',
  ],
  ['executor failed running [/bin/sh -c CGO_ENABLED=0 go build -o httpserver .]: exit code: 1'],
])('understands BuildKit: %s', (engineMessage) => {
  const log = [
    '#5 [build 1/4] FROM docker.io/library/golang:1.24',
    '#5 CACHED',
    '#8 [build 4/4] RUN CGO_ENABLED=0 go build -o httpserver .',
    '#8 0.512 # example.com/httpserver',
    '#8 0.512 ./main.go:4:10: undefined: hello',
    '#8 ERROR: exit code: 1',
  ].join('\n')
  const fault = theirs({ ...readRecording('go-undefined'), log, engineMessage })
  expect([fault.reason, fault.location]).toEqual(['build.compile-error', { file: 'main.go', line: 4 }])
})

test('says what it knows when no step can be found', () => {
  const engineMessage = "The command '/bin/sh -c something else' returned a non-zero code: 5"
  const fault = theirs({ ...readRecording('go-undefined'), log: '', engineMessage })
  expect(fault.reason).toBe('build.command-failed')
  expect(fault.message).toContain('exit code 5')
})
