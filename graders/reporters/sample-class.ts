// Test support: a whole class, made of sample grades, the same each time.
import type { CheckRecord, ExerciseRecord, Grade } from '../model/grade.ts'
import type { Similarity } from '../model/similarity.ts'
import { mulberry32 } from './hostile-text.ts'
import {
  sampleCheck,
  sampleGraded,
  samplePartial,
  sampleRejected,
  sampleUngraded,
  sampleUnreachable,
} from './sample-grades.ts'

const family = ['Li', 'Wang', 'Zhang', '王', '陈', 'Müller', 'Okafor', '刘', 'Silva', "O'Brien"]
const given = ['Wei', 'Min', '小明', '芳', 'Ana', 'Jürgen', 'Adaeze', '丽', 'João', 'Siobhán', '伟', 'Yu']
const more = {
  memory: [
    ['builds', 4],
    ['grows', 4],
    ['oom-killed', 8],
    ['cgroup-script', 4],
  ],
  chroot: [
    ['jail', 8],
    ['confined', 3],
    ['image-rootfs', 4],
  ],
  registry: [['pushed', 5]],
} as const

/** So many grades with seventeen checks each; of every kind, however few there are. */
export function sampleClass(size: number): Grade[] {
  return Array.from({ length: size }, (_, index) => sampleStudent(index, mulberry32(index * 7919 + 13)))
}

function sampleStudent(index: number, random: () => number): Grade {
  const id = `${family[index % family.length]}-${given[(index * 7) % given.length]}-${1000 + index}`
  const grade = sampleOf(id, index, random)
  grade.durationMs = 4000 + random() * 30_000
  for (const phase of grade.exercises.flatMap(({ phases }) => phases)) phase.durationMs *= 0.3 + 2.2 * random() ** 3
  if (index % 23 === 4)
    grade.flags.push({ code: 'unusual-base', message: 'Its base image is `example.org/go`, which is not on the list.' })
  if (index % 3 === 0)
    grade.submission.delivery = { name: `${given[(index * 7) % given.length]} ${family[index % family.length]}` }
  if (grade.status === 'graded' && index % 41 === 5) {
    const times = { submittedAt: '2026-11-21T18:00:00Z', dueAt: '2026-11-20T16:00:00Z' }
    grade.late = {
      ...times,
      daysLate: 2,
      percent: 20,
      points: grade.score * 0.2,
      score: Math.round(grade.score * 80) / 100,
    }
  }
  return grade
}

function sampleOf(id: string, index: number, random: () => number): Grade {
  if (index % 97 === 2) return sampleUngraded(id)
  if (index % 53 === 11) return sampleRejected(id)
  if (index % 9 === 5) return withMore(sampleUnreachable(id), random)
  if (index % 4 === 1) return withMore(samplePartial(id), random)
  const toError = {
    outcome: 'failed',
    reason: 'log.no-status',
    message: 'No line of the access log shows the status 200.',
  } as const
  const hidden = { visibility: 'hidden', outcome: random() < 0.4 ? 'failed' : 'passed' } as const
  const changes = random() < 0.3 ? { 'httpserver.log-status': toError } : {}
  return withMore(sampleGraded(id, { ...changes, 'network.container-ip': hidden }), random)
}

function withMore(grade: Grade, random: () => number): Grade {
  for (const [exercise, checks] of Object.entries(more)) {
    const isMissing = random() < 0.3
    const records = checks.map(([name, maxPoints]): CheckRecord => {
      const base = {
        ...sampleCheck('httpserver.builds'),
        id: `${exercise}.${name}`,
        title: `does ${name} as asked`,
        maxPoints,
        points: maxPoints,
      }
      const { points: _points, ...unscored } = base
      if (isMissing)
        return { ...unscored, outcome: 'skipped', unavailable: 'nothing was handed in', message: 'Not judged.' }
      return random() < 0.2
        ? { ...base, outcome: 'failed', points: 0, message: `The ${name} is not there: ${exercise} found nothing.` }
        : base
    })
    const record: ExerciseRecord = { id: exercise, title: exercise, found: {}, phases: [], checks: records }
    grade.exercises.push(record)
  }
  if (grade.status !== 'graded') return grade
  const counted = grade.exercises.flatMap(({ checks }) => checks).filter(({ unavailable }) => unavailable === undefined)
  grade.score = counted.reduce((sum, { points }) => sum + (points ?? 0), 0)
  grade.maxScore = counted.reduce((sum, { maxPoints }) => sum + maxPoints, 0)
  return grade
}

export function sampleSimilarity(grades: Grade[]): Similarity {
  const ids = grades.map(({ submission }) => submission.id)
  const two = (from: number): string[] => ids.slice(from, from + 2)
  return {
    schema: 'cgrade/similarity/v1',
    compared: grades.length,
    notes: [],
    groups: [
      {
        kind: 'normalised',
        why: 'same file `server.go` but for comments, white space and case',
        submissionIds: two(0),
        file: 'server.go',
      },
      {
        kind: 'tokens',
        why: '91 % of the smaller program is in the other one, too',
        submissionIds: two(1),
        percent: 91,
      },
    ],
  }
}
