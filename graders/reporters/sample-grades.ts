// Test support: grades of every kind, as the pipeline writes them.
import type { CheckRecord, Grade, GradesFile } from '../model/grade.ts'

const startedAt = '2026-11-23T15:13:04.512Z'

const titles = {
  'httpserver.builds': ['builds from the Dockerfile that was handed in', 10, 'The image was built.'],
  'httpserver.serves': ['starts and answers HTTP from outside', 10, 'It answers on port 8080.'],
  'httpserver.header-echo': [
    'writes the headers of a request into the response headers',
    12,
    'All 5 headers came back from `/`, 3 times out of 3.',
  ],
  'httpserver.version': [
    'sends the value of the environment variable VERSION in a response header',
    8,
    'The response header `version` carries VERSION, for 2 random values.',
  ],
  'httpserver.log-client-ip': [
    "logs the client's address on standard output",
    5,
    'The access log shows our address 172.18.0.1, on standard output.',
  ],
  'httpserver.log-status': [
    'logs the status code of the response on standard output',
    5,
    'The access log shows the status 200, on standard output.',
  ],
  'httpserver.healthz': ['answers GET /healthz with 200', 5, 'GET /healthz was answered with 200.'],
  'network.container-ip': [
    "shows the container's address inside its network namespace",
    3,
    'eth0 has the address that the engine gave: 172.18.0.2.',
  ],
} as const satisfies Record<string, readonly [string, number, string]>

export type SampleCheckId = keyof typeof titles
export const sampleCheckIds = Object.keys(titles) as SampleCheckId[]

/** A passed check of the assignment; what a test is about goes on top. */
export function sampleCheck(id: SampleCheckId, on: Partial<CheckRecord> = {}): CheckRecord {
  const [title, maxPoints, message] = titles[id]
  const points = on.outcome === undefined || on.outcome === 'passed' ? maxPoints : 0
  const base = { id, title, outcome: 'passed', points, maxPoints, visibility: 'public' } as const
  const check: CheckRecord = { ...base, message, durationMs: 41.7, ...on }
  if (check.outcome === 'errored' || check.unavailable !== undefined) delete check.points
  return check
}

type Changes = Partial<Record<SampleCheckId, Partial<CheckRecord>>>

function exercisesOf(changes: Changes): Grade['exercises'] {
  const checksOf = (exercise: string) =>
    sampleCheckIds.filter((id) => id.startsWith(`${exercise}.`)).map((id) => sampleCheck(id, changes[id]))
  return [
    {
      id: 'httpserver',
      title: 'HTTP server',
      found: {
        dockerfile: 'httpserver/Dockerfile',
        context: 'httpserver',
        port: 8080,
        routes: ['/', '/healthz'],
        notes: ['2 Dockerfiles are there; this one stands beside `go.mod`, the other is `old/Dockerfile`.'],
      },
      phases: [
        { name: 'build', outcome: 'passed', startedAt, durationMs: 12_345 },
        { name: 'boot', outcome: 'passed', startedAt: '2026-11-23T15:13:16.857Z', durationMs: 812 },
        { name: 'specs', outcome: 'passed', startedAt: '2026-11-23T15:13:17.669Z', durationMs: 1204.4 },
      ],
      checks: checksOf('httpserver'),
    },
    { id: 'network', title: 'Network namespace', found: {}, phases: [], checks: checksOf('network') },
  ]
}

const base = (id: string) => ({
  submission: { id, digest: 'a'.repeat(64), source: `submissions/examples/${id}` },
  flags: [],
  startedAt,
  durationMs: 14_600,
})

/** Graded; score and maximum are those of its checks. */
export function sampleGraded(id: string, changes: Changes = {}): Grade {
  const exercises = exercisesOf(changes)
  const checks = exercises.flatMap((exercise) => exercise.checks)
  const counted = checks.filter((check) => check.unavailable === undefined)
  return {
    status: 'graded',
    ...base(id),
    exercises,
    score: checks.reduce((sum, check) => sum + (check.points ?? 0), 0),
    maxScore: counted.reduce((sum, check) => sum + check.maxPoints, 0),
  }
}

export function sampleRejected(
  id: string,
  message = '`Dockerfile` is a link to `/dev/zero`, out of the submission.',
): Grade {
  const { submission, ...rest } = base(id)
  const hint = 'Hand in the file itself instead of a link to it.'
  return {
    status: 'rejected',
    submission: { id: submission.id, source: submission.source },
    ...rest,
    exercises: [],
    score: 0,
    maxScore: 58,
    rejection: { code: 'intake.link-outside', message, hint },
  }
}

export function sampleUngraded(id: string, message = 'The engine stopped answering while the image was built.'): Grade {
  const exercises = exercisesOf({
    'httpserver.serves': { outcome: 'errored', message: 'cgrade could not start a container.' },
    'httpserver.header-echo': { outcome: 'skipped', because: 'httpserver.serves', message: 'Not tried.' },
  })
  const remedy = 'Start it again (`systemctl start docker`), then grade once more.'
  return { status: 'ungraded', ...base(id), exercises, error: { code: 'engine.failed', message, remedy } }
}

/** Half of the echo, a constant version, the log of a program that wrote colours. */
export function samplePartial(id: string): Grade {
  return sampleGraded(id, {
    'httpserver.header-echo': {
      outcome: 'partial',
      points: 6,
      reason: 'echo.prefixed',
      message: 'All 5 request headers came back, but under other names.',
      expected: 'X-Cedar-7f3a91: amber-58ab11d0c3',
      actual: 'Echo-X-Cedar-7f3a91: amber-58ab11d0c3',
      hint: 'Write each header under the name that it came with: `w.Header().Set(name, value)`.',
      reproduce: "docker run --rm -p 8080:8080 homework\ncurl -i -H 'X-Test: 1' http://localhost:8080/",
      evidence: [
        {
          kind: 'http',
          text: 'GET / HTTP/1.1\r\nX-Cedar-7f3a91: amber-58ab11d0c3\r\n\r\nHTTP/1.1 200 OK\r\nEcho-X-Cedar-7f3a91: amber-58ab11d0c3',
        },
      ],
      location: { file: 'httpserver/main.go', line: 41 },
    },
    'httpserver.version': {
      outcome: 'failed',
      reason: 'version.none',
      message: 'No response header had the value of VERSION.',
      expected: 'a response header with `v31.7.4821-e19c02` when VERSION=v31.7.4821-e19c02',
      actual: 'Content-Type: text/plain\nDate: Mon, 23 Nov 2026 15:13:18 GMT',
      hint: 'Read it when a request comes in: `os.Getenv("VERSION")`.',
      evidence: [
        {
          kind: 'log',
          text: '\u001b[32m2026/11/23 15:13:18 172.18.0.1:49152 GET / 200\u001b[0m\n2026/11/23 15:13:18 启动成功',
        },
      ],
    },
    'httpserver.log-status': {
      message: 'The log is on standard error.',
      hint: 'Docker keeps both streams; the handout asks for standard output.',
    },
    'network.container-ip': {
      outcome: 'skipped',
      unavailable: 'this engine runs on another machine',
      message: 'Not judged here.',
    },
  })
}

/** Boot failed: one failure, the rest is skipped because of it. */
export function sampleUnreachable(id: string): Grade {
  const skipped = { outcome: 'skipped', because: 'httpserver.serves', message: 'The server never answered.' } as const
  const rest = sampleCheckIds.filter((check) => check !== 'httpserver.builds' && check !== 'httpserver.serves')
  return sampleGraded(id, {
    ...Object.fromEntries(rest.map((check) => [check, skipped])),
    'httpserver.serves': {
      outcome: 'failed',
      reason: 'boot.loopback-only',
      message: 'The program listens on 127.0.0.1:8080, which nobody outside the container can reach.',
      expected: 'a socket on 0.0.0.0:8080 or [::]:8080',
      actual: '127.0.0.1:8080',
      hint: 'Listen on `":8080"` instead of `"localhost:8080"`.',
      reproduce:
        'docker build -t homework httpserver\ndocker run --rm -p 8080:8080 homework\ncurl -i http://localhost:8080/healthz',
      evidence: [{ kind: 'sockets', text: 'tcp  127.0.0.1:8080  LISTEN' }],
    },
  })
}

export function sampleFile(grades: Grade[]): GradesFile {
  return {
    schema: 'cgrade/grades/v1',
    run: {
      id: '20261123T151300Z-cncamp-module3',
      assignment: 'cncamp-module3',
      startedAt,
      finishedAt: '2026-11-23T15:16:40.001Z',
      graderVersion: '0.1.0',
      specsDigest: 'b'.repeat(64),
      seed: '4f1d',
      engine: { name: 'docker', version: '20.10.24', cgroup: 1 },
      baseImages: [
        {
          name: 'cgrade/golang:1.19',
          digest: `sha256:${'c'.repeat(64)}`,
          standIn: true,
          standInFor: 'golang:1.17-alpine',
        },
        { name: 'alpine:3.18', digest: `sha256:${'d'.repeat(64)}`, standIn: false },
      ],
    },
    grades,
  }
}

/** One of each kind. */
export function sampleRun(): GradesFile {
  const flagged = sampleGraded('carol')
  flagged.flags.push({ code: 'unusual-base', message: 'Its base image is `example.org/go`, which is not on the list.' })
  return sampleFile([
    sampleGraded('alice'),
    samplePartial('bob-with-a-rather-long-folder-name'),
    flagged,
    sampleUnreachable('王小明-作业三'),
    sampleRejected('dave'),
    sampleUngraded('erin'),
  ])
}
