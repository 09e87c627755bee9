import * as z from 'zod'
import { latePolicySchema } from './late-policy.ts'
import { notALevel, securityLevels } from './security-level.ts'

/** What is asked, as data. A TA changes points, limits and credits here and never touches the graders. */
const checkRuleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/, 'expected `<exercise>.<check>` in lower case'),
  points: z.number().nonnegative(),
  visibility: z.enum(['public', 'hidden']).default('public'),
})
export type CheckRule = z.infer<typeof checkRuleSchema>

/** A fixed value, or one that is made anew for every boot, so that no submission can know it. */
const environmentValueSchema = z.union([z.string(), z.strictObject({ random: z.enum(['version', 'word']) })])
export type EnvironmentValue = z.infer<typeof environmentValueSchema>

const memoryQuestionSchema = z.strictObject({
  /** The program runs once under this limit, swap included, and once without it. */
  limitBytes: z.int().positive(),
  /** Both runs go on at once for so long; a program may take a minute for each block. */
  timeoutMs: z.int().positive().default(240_000),
  /** What protects this machine in the run without the limit. */
  capBytes: z
    .int()
    .positive()
    .default(512 * 1024 ** 2),
  /** From the start of a handed-in script to its end. */
  scriptTimeoutMs: z.int().positive().default(60_000),
})
export type MemoryQuestion = z.infer<typeof memoryQuestionSchema>

/** `harbor.example.edu`, `localhost:5000`, `http://10.0.0.5:5000`. */
const registryHostSchema = z.string().regex(/^(?:http:\/\/)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/, {
  error:
    'expected the host of a registry in lower case, like `harbor.example.edu`, `localhost:5000` or `http://10.0.0.5:5000`',
})

const registryQuestionSchema = z.strictObject({
  /** Registries that are asked beside the public ones. They may have private addresses, and speak plain HTTP where they say so. */
  hosts: z.array(registryHostSchema).max(50).default([]),
  /** False: just `hosts` are asked. */
  publicHosts: z.boolean().default(true),
  /** What the pushed image must run on, whatever machine grades. */
  platform: z
    .string()
    .regex(/^linux\/[a-z0-9]+$/, { error: 'expected `linux/<architecture>`, like `linux/amd64`' })
    .default('linux/amd64'),
  /** Names of images in the handout, without tag: nobody is judged by them. */
  examples: z.array(z.string()).default([]),
  /** Also pull it, start it, and ask it what the server was asked. It is run as the server is, and taken in before that within the limits of a build. */
  pull: z.boolean().default(false),
  /** For all questions about one image. */
  timeoutMs: z.int().positive().max(300_000).default(30_000),
})
export type RegistryQuestion = z.infer<typeof registryQuestionSchema>

const exerciseSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  /**
   * What is looked at: a server in a container; a program that fills its memory cgroup, and the script that makes one;
   * scripts that make a root for chroot.
   */
  kind: z.enum(['server', 'memory', 'chroot']).default('server'),
  memory: memoryQuestionSchema.optional(),
  /** Also look for what the student says to have seen in the container's network namespace. */
  evidence: z.boolean().default(false),
  /** Also look up the image that the student says to have pushed. */
  registry: registryQuestionSchema.optional(),
  /** A required exercise that we cannot build or boot makes the grade `ungraded`. */
  required: z.boolean().default(true),
  /** Judged on the container of that other exercise instead of one of its own. */
  uses: z.string().optional(),
  /** Environment variables of its container. */
  env: z.record(z.string(), environmentValueSchema).default({}),
  /** The checks that stand for the phases: when one fails, the checks after it are skipped because of it. */
  phaseChecks: z.strictObject({ build: z.string().optional(), boot: z.string().optional() }).default({}),
  checks: z.array(checkRuleSchema).min(1),
})
export type Exercise = z.infer<typeof exerciseSchema>

const intakeLimitsSchema = z.strictObject({
  totalBytes: z
    .int()
    .positive()
    .default(200 * 1024 * 1024),
  fileBytes: z
    .int()
    .positive()
    .default(100 * 1024 * 1024),
  entries: z.int().positive().default(20_000),
  depth: z.int().positive().default(40),
})
export type IntakeLimits = z.infer<typeof intakeLimitsSchema>

/** What Go students in China and elsewhere have in `GOPROXY`, and the checksums of their modules. */
export const moduleProxies = [
  'proxy.golang.org',
  'sum.golang.org',
  'goproxy.cn',
  'goproxy.io',
  'mirrors.aliyun.com',
] as const
const hostNameSchema = z.string().regex(/^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/, {
  error: 'expected the name of a host in lower case, like `proxy.golang.org`',
})
const buildNetworkSchema = z.union([
  z.enum(['default', 'none']),
  z.literal('modules').transform(() => ({ modules: [...moduleProxies] as string[] })),
  z.strictObject({ modules: z.array(hostNameSchema).min(1).max(50) }),
])
export type BuildNetworkPolicy = z.output<typeof buildNetworkSchema>

const buildLimitsSchema = z.strictObject({
  timeoutMs: z.int().positive().default(300_000),
  memoryBytes: z
    .int()
    .positive()
    .default(2 * 1024 ** 3),
  cpus: z.number().positive().default(2),
  pids: z.int().positive().default(512),
  /** Build output past this ends the build. */
  logBytes: z
    .int()
    .positive()
    .default(16 * 1024 * 1024),
  /** What all steps together may write, kept in the image or not. */
  diskBytes: z
    .int()
    .positive()
    .default(3 * 1024 ** 3),
  /** Of the image that comes out, its base left out. */
  imageBytes: z
    .int()
    .positive()
    .default(1536 * 1024 ** 2),
  /**
   * `default`: the grading host should reach the internet; `none`: the handout says that builds work offline; `modules`,
   * or `{ modules: [host, ...] }`: builds reach these hosts by HTTP and HTTPS, and nothing else.
   */
  network: buildNetworkSchema.default('default'),
  /** How many Dockerfiles are tried, best first, when the first does not end in a running server. */
  candidates: z.int().positive().default(3),
})
export type BuildLimits = z.infer<typeof buildLimitsSchema>

const bootLimitsSchema = z.strictObject({
  /** From start to the first HTTP answer; a program that computes nothing meanwhile is given up much earlier. */
  timeoutMs: z.int().positive().default(60_000),
  /** One HTTP exchange, all of it. Servers of later modules sleep up to 2 s before they answer. */
  requestTimeoutMs: z.int().positive().default(8_000),
  memoryBytes: z
    .int()
    .positive()
    .default(512 * 1024 ** 2),
  cpus: z.number().positive().default(1),
  pids: z.int().positive().default(256),
  /** Log kept by the engine and by us, per container. */
  logBytes: z
    .int()
    .positive()
    .default(8 * 1024 * 1024),
  /** Growth of the container's own file system past this ends it. */
  diskBytes: z
    .int()
    .positive()
    .default(512 * 1024 ** 2),
  /** No capabilities and a read-only root, as in the strict profile. */
  strict: z.boolean().default(false),
})
export type BootLimits = z.infer<typeof bootLimitsSchema>

export const assignmentSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string(),
  exercises: z.array(exerciseSchema).min(1),
  limits: z
    .strictObject({
      intake: intakeLimitsSchema.prefault({}),
      build: buildLimitsSchema.prefault({}),
      boot: bootLimitsSchema.prefault({}),
      /** A machine that is below this level grades nothing: see `cgrade doctor --security`. */
      requireSecurity: z.enum(securityLevels, { error: ({ input }) => notALevel(String(input)) }).optional(),
    })
    .prefault({}),
  /** What lateness costs; without it, nothing. */
  late: latePolicySchema.optional(),
  /** For the specs' own use: shares of credit and the like. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Base images that need no second look by staff: repository names without tag. */
  trustedBases: z.array(z.string()).default([]),
  /** Routes that are always tried, before those found in the source. */
  routes: z.array(z.string().startsWith('/')).default(['/', '/healthz']),
})
export type Assignment = z.infer<typeof assignmentSchema>
export type AssignmentInput = z.input<typeof assignmentSchema>

/** Every check of the assignment in the order of the handout, with its exercise. */
export function checkRules(assignment: Assignment): { exercise: Exercise; rule: CheckRule }[] {
  return assignment.exercises.flatMap((exercise) => exercise.checks.map((rule) => ({ exercise, rule })))
}

/** Those that a run judges; `ids` undefined: all. */
export function judgedExercises({ exercises }: Assignment, ids: readonly string[] | undefined): Exercise[] {
  return exercises.filter(({ id }) => ids?.includes(id) ?? true)
}

/** Full marks, where everything counts. */
export function maximumOf(exercises: readonly Exercise[]): number {
  return exercises.flatMap(({ checks }) => checks).reduce((total, { points }) => total + points, 0)
}
