import { expect, test } from 'vitest'
import { parseDockerfile } from './dockerfile.ts'

function parsed(text: string) {
  const result = parseDockerfile(text)
  if (!result.ok) throw new Error(`refused: ${result.fault.message}`)
  return result.dockerfile
}

function faultOf(text: string) {
  const result = parseDockerfile(text, 'httpserver/Dockerfile')
  if (result.ok) throw new Error('accepted')
  return result.fault
}

test('reads stages, their names, bases and parents', () => {
  const { stages } = parsed(
    'FROM golang:1.17 AS Build\nRUN true\nfrom build as test\nFROM scratch\nCOPY --from=0 /a /a\n',
  )
  expect(stages).toEqual([
    { index: 0, name: 'Build', base: 'golang:1.17', from: { kind: 'image' }, line: 1 },
    { index: 1, name: 'test', base: 'build', from: { kind: 'stage', index: 0 }, line: 3 },
    { index: 2, base: 'scratch', from: { kind: 'scratch' }, line: 4 },
  ])
})

test.each([
  ['a default', `ARG V=1.17\nFROM golang:\${V}-alpine\n`, 'golang:1.17-alpine'],
  ['a default in the reference', `ARG V\nFROM golang:\${V:-1.18}\n`, 'golang:1.18'],
  ['an alternative', `ARG SLIM=1\nFROM debian:12\${SLIM:+-slim}\n`, 'debian:12-slim'],
  ['a default made of a default', 'ARG V=1.17\nARG IMAGE="golang:$V"\nFROM $IMAGE\n', 'golang:1.17'],
  ['a reference in a default', `ARG A=alpine\nFROM \${B:-\${A}:3}\n`, 'alpine:3'],
  ['a platform argument of BuildKit', 'FROM --platform=$BUILDPLATFORM golang:1.21\n', 'golang:1.21'],
])('resolves %s in FROM', (_, text, base) => {
  expect(parsed(text).stages[0]?.base).toBe(base)
})

test('does not see the ARG of a stage in a later FROM', () => {
  const fault = faultOf('FROM alpine\nARG V=3\nFROM $V\n')
  expect(fault).toMatchObject({
    reason: 'build.dockerfile-syntax',
    location: { file: 'httpserver/Dockerfile', line: 3 },
  })
  expect(fault.hint).toContain('before the first `FROM`')
})

test('resolves sources of COPY from ENV and ARG, and leaves what the base may set', () => {
  const { copies } = parsed(
    `ARG TOP=top\nFROM a AS one\nENV DIR=/src X=$DIR\nFROM one\nARG TOP\nARG BIN=app\nCOPY --from=one \${DIR}/$BIN $GOPATH/$TOP "\${X}/y" /\n`,
  )
  expect(copies).toEqual([
    { line: 7, keyword: 'COPY', from: 'one', stage: 1, sources: ['/src/app', '$GOPATH/top', '$DIR/y'] },
  ])
})

test('reads the JSON form of COPY, and flags written on continuation lines', () => {
  const { copies } = parsed(
    'FROM a\nCOPY ["my file", "b", "/x/"]\nADD --chown=1:1 \\\n  a.tar \\\n  # a comment\n  /x\n',
  )
  expect(copies.map(({ sources }) => sources)).toEqual([['my file', 'b'], ['a.tar']])
})

test('tells the ports and the entry point of the image that comes out', () => {
  const dockerfile = parsed(
    'FROM a AS base\nEXPOSE 81 5353/udp\nCMD ["old"]\nFROM a\nEXPOSE 9\nFROM base\nENV PORT=8080\nEXPOSE $PORT/tcp 90-92\nENTRYPOINT ["/httpserver", "-v"]\n',
  )
  expect(dockerfile.exposedPorts).toEqual([81, 8080, 90, 91, 92])
  expect(dockerfile.entry).toEqual({ entrypoint: '/httpserver -v', shellForm: false })
})

test('tells the shell form, and takes JSON with single quotes for it as the engine does', () => {
  expect(parsed('FROM a\nCMD ./httpserver -p 80\n').entry).toEqual({ cmd: './httpserver -p 80', shellForm: true })
  expect(parsed("FROM a\nENTRYPOINT ['/x']\n").entry.shellForm).toBe(true)
})

test('numbers steps as the engine does: each instruction, ARG before FROM too', () => {
  const { steps } = parsed('# syntax=docker/dockerfile:1\nARG A=1\n\nFROM a\nRUN one \\\n\n  # c\n  two\nCMD x')
  expect(steps.map(({ line, keyword }) => [line, keyword])).toEqual([
    [2, 'ARG'],
    [4, 'FROM'],
    [5, 'RUN'],
    [9, 'CMD'],
  ])
  expect(steps[2]?.text).toBe('RUN one   two')
})

test.each([
  ['a byte order mark', '\uFEFFFROM a\n'],
  ['CRLF line ends', 'FROM a\r\nRUN b \\\r\n  c\r\n'],
  ['another escape character', '# escape=`\nFROM a\nCOPY x c:\\\nRUN b `\n c\n'],
  ['lower case', 'from a as b\n'],
  ['a keyword broken in two', 'FR\\\nOM a\n'],
  ['comments and blank lines in a continuation', 'FROM a\nRUN b \\\n# c\n\n  d\n'],
  ['no line end at the end', 'FROM a\nCMD b \\'],
])('accepts %s', (_, text) => {
  expect(parseDockerfile(text).ok).toBe(true)
})

test.each([
  ['nothing', '', undefined, /is empty/],
  ['comments only', '# hello\n\n', undefined, /is empty/],
  ['an unknown instruction', 'FROM a\nFORM b\n', 2, /`FORM` - did you mean `FROM`/],
  ['a lower-case typo', 'FROM a\nentripoint x\n', 2, /did you mean `ENTRYPOINT`/],
  ['a shell command', 'FROM a\nRUN a &&\n  go build\n', 3, /needs `RUN` in front/],
  ['a doubled backslash, which continues nothing', 'FROM a\nRUN a \\\\\n  wget b\n', 3, /end that line with/],
  ['no FROM', 'ARG A=1\n', undefined, /Begin with `FROM/],
  ['an instruction before FROM', 'RUN a\nFROM b\n', 1, /Begin with `FROM/],
  ['FROM without image', 'FROM a\nFROM --platform=x\n', 2, /Name the image/],
  ['FROM with a comment behind it', 'FROM a # the base\n', 1, /a comment needs a line of its own/],
  ['UTF-16', 'F\0R\0O\0M\0', 1, /UTF-8/],
])('refuses %s', (_, text, line, words) => {
  const fault = faultOf(text)
  expect(fault.reason).toBe('build.dockerfile-syntax')
  expect(fault.location).toEqual(
    line === undefined ? { file: 'httpserver/Dockerfile' } : { file: 'httpserver/Dockerfile', line },
  )
  expect(`${fault.message} ${fault.hint}`).toMatch(words)
})

test('H57: refuses a Dockerfile past 64 KiB without reading it', () => {
  expect(faultOf(`FROM a\n${'#'.repeat(70_000)}\n`).message).toContain('more than the 65536')
})

test.each([
  ['RUN --mount=type=bind,target=/x ls', ['RUN with --mount=type=bind']],
  ['RUN --mount=target=/x ls', ['RUN with --mount=type=bind']],
  ['RUN --mount=type=secret,id=a cat', ['RUN with --mount=type=secret']],
  ['RUN --mount=type=cache,from=other,target=/x ls', ['RUN with --mount=type=cache']],
  ['RUN --mount=type=cache,target=/x ls', []],
  ['COPY --link a b', []],
  ['COPY --chmod=755 a b', ['COPY with --chmod']],
  ['ADD --checksum=sha256:1 a b', ['ADD with --checksum']],
  ['COPY --form=x a b', []],
  ['RUN <<EOF\necho hi\nEOF', ['RUN with a here-document (<<EOF)']],
  ['COPY <<-"conf" /etc/conf\n\tport 80\n\tconf', ['COPY with a here-document (<<conf)']],
  ['RUN cat <<EOF > x', []],
  ['RUN echo $((1<<3))', []],
  ['ONBUILD RUN --mount=type=ssh git', ['RUN with --mount=type=ssh']],
])('knows what needs BuildKit: %j', (instruction, features) => {
  expect(parsed(`FROM a\n${instruction}\n`).needsBuildKit.map(({ feature }) => feature)).toEqual(features)
})

test('reads no instructions and no sources inside a here-document', () => {
  const dockerfile = parsed('FROM a\nCOPY <<one b <<two /x/\nFROM x\none\nADD http://x y\ntwo\nCMD c\n')
  expect(dockerfile.steps.map(({ line, keyword }) => [line, keyword])).toEqual([
    [1, 'FROM'],
    [2, 'COPY'],
    [7, 'CMD'],
  ])
  expect(dockerfile.copies[0]?.sources).toEqual(['b'])
})

test.each([
  ['RUN go build -o x .', 'cgo1'],
  ['RUN CGO_ENABLED=0 GOOS=linux go build .', 'cgo0'],
  ['ENV CGO_ENABLED 0\nRUN cd src && go install ./...', 'cgo0'],
  ['ENV CGO_ENABLED=0\nFROM b\nRUN go build', 'cgo1'],
  ['RUN go env -w CGO_ENABLED=0\nRUN go build -trimpath', 'cgo0-trimpath'],
  ['RUN go mod download', undefined],
  ['RUN cargo build', undefined],
])('guesses how Go compiles: %j', (lines, variant) => {
  expect(parsed(`FROM a\n${lines}\n`).goVariant).toBe(variant)
})
