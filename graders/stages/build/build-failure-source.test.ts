import { expect, test } from 'vitest'
import { parseDockerfile } from '../dockerfile/dockerfile.ts'
import type { BuildFailure } from './build-failure.ts'
import { findMissingSource, findWhere } from './build-failure-source.ts'

function failureOf(dockerfileText: string, change: Partial<BuildFailure> = {}): BuildFailure {
  const parsed = parseDockerfile(dockerfileText)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  return {
    log: '',
    engineMessage: 'COPY failed: no source files were specified',
    dockerfile: parsed.dockerfile,
    dockerfilePath: 'Dockerfile',
    contextPath: '.',
    contextPaths: new Set(),
    submissionPaths: [],
    usedStandIns: [],
    network: 'default',
    ...change,
  }
}

test.each([
  ['the second file', 'COPY main.go go.sum /x/', ['main.go'], 'go.sum'],
  ['a pattern', 'COPY *.go *.jar /x/', ['main.go'], '*.jar'],
  ['a pattern in a folder', 'COPY src/* conf/*.yml /x/', ['src/a', 'conf/b.yaml'], 'conf/*.yml'],
  ['a folder', 'COPY ./src ./web/ /x/', ['src/a/b'], './web/'],
])('finds that %s is missing', (_, instruction, files, missing) => {
  const failure = failureOf(`FROM a\n${instruction}\n`, { contextPaths: new Set(files) })
  const [copy] = failure.dockerfile.copies
  expect(copy && findMissingSource(failure, copy)).toBe(missing)
})

test.each<[string, string, Partial<BuildFailure>, object]>([
  ['outside', '../lib', {}, { kind: 'outside' }],
  ['outside by a detour', 'src/../../lib', {}, { kind: 'outside' }],
  [
    'ignored by .dockerignore',
    'bin/app',
    { submissionPaths: ['.dockerignore', 'bin/app'] },
    { kind: 'ignored', ignoreFile: '.dockerignore' },
  ],
  [
    'ignored by the ignore file of the Dockerfile',
    'src/',
    { dockerfilePath: 'b.Dockerfile', submissionPaths: ['.dockerignore', 'b.Dockerfile.dockerignore', 'src/a'] },
    { kind: 'ignored', ignoreFile: 'b.Dockerfile.dockerignore' },
  ],
  ['lost by us', 'main.go', { submissionPaths: ['main.go'] }, { kind: 'lost' }],
  [
    'in the folder above',
    'main.go',
    { contextPath: 'docker', dockerfilePath: 'docker/Dockerfile', submissionPaths: ['docker/Dockerfile', 'main.go'] },
    { kind: 'other-context', context: '.', found: 'main.go' },
  ],
  [
    'in the folder below that has the other sources too',
    'main.go',
    { submissionPaths: ['Dockerfile', 'a/main.go', 'module2/main.go', 'module2/go.mod'] },
    { kind: 'other-context', context: 'module2', found: 'module2/main.go' },
  ],
  [
    'a pattern with matches elsewhere',
    '*.go',
    { contextPath: 'docker', submissionPaths: ['docker/Dockerfile', 'server/main.go'] },
    { kind: 'other-context', context: 'server', found: 'server/*.go' },
  ],
  ['written in another case', 'Main.go', { submissionPaths: ['main.go'] }, { kind: 'other-case', found: 'main.go' }],
  [
    'built on the host, by its folder',
    'bin/amd64/server',
    { submissionPaths: ['main.go', '.gitignore'] },
    { kind: 'host-built', ignoredByGit: true },
  ],
  ['built on the host, by its extension', 'app.jar', {}, { kind: 'host-built', ignoredByGit: false }],
  [
    'built on the host, by its bare name',
    './httpserver',
    { submissionPaths: ['main.go'] },
    { kind: 'host-built', ignoredByGit: false },
  ],
  [
    'built on the host, though a folder has its name',
    'httpserver',
    {
      contextPath: 'httpserver',
      dockerfilePath: 'httpserver/Dockerfile',
      submissionPaths: ['httpserver/Dockerfile', 'httpserver/main.go'],
    },
    { kind: 'host-built', ignoredByGit: false },
  ],
  [
    'built on the host, though a folder has the name of the program that starts',
    'server',
    { submissionPaths: ['cmd/server/main.go'] },
    { kind: 'host-built', ignoredByGit: false },
  ],
  ['no program, by its extension', 'config/app.yaml', {}, { kind: 'nowhere' }],
  ['no program, by its name', 'static', {}, { kind: 'nowhere' }],
  [
    'in another folder',
    'config/app.yaml',
    { submissionPaths: ['conf/app.yaml'] },
    { kind: 'elsewhere', found: 'conf/app.yaml' },
  ],
])('knows a source that is %s', (_, source, change, where) => {
  const failure = failureOf(`FROM a\nCOPY go.mod ${source} /x/\nENTRYPOINT ["/x/server"]\n`, change)
  expect(findWhere(failure, source)).toEqual(where)
})

test('answers at once for a pattern that would keep a regular expression busy for ever', () => {
  const pattern = `${'[a-z]*'.repeat(12)}Q`
  const files = Array.from({ length: 200 }, (_, at) => `${'a'.repeat(60)}${at}`)
  const failure = failureOf(`FROM a\nCOPY ${pattern} /x/\n`, { contextPaths: new Set(files), submissionPaths: files })
  const [copy] = failure.dockerfile.copies
  expect(copy && findMissingSource(failure, copy)).toBe(pattern)
  expect(findWhere(failure, pattern).kind).toBe('nowhere')
})
