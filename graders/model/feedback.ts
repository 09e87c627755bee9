import * as z from 'zod'

/**
 * Stable codes for what a submission did wrong; other programs and the corpus match on them. Never renamed, only added.
 */
export const reasons = [
  'intake.empty',
  'intake.link-outside',
  'intake.special-file',
  'intake.too-large',
  'intake.too-many-files',
  'intake.too-deep',
  'intake.bad-config',
  'intake.archive-path',
  'intake.archive-ambiguous',
  'intake.archive-damaged',
  'intake.archive-encrypted',
  'intake.archive-format',
  'intake.saved-image',
  'intake.git-not-found',
  'intake.git-no-commit',
  'intake.git-no-folder',
  'intake.git-limit',
  'build.no-dockerfile',
  'build.dockerfile-syntax',
  'build.missing-file',
  'build.missing-binary',
  'build.wrong-context',
  'build.compile-error',
  'build.command-failed',
  'build.unknown-base',
  'build.remote-add',
  'build.foreign-from',
  'build.forbidden-flag',
  'build.forbidden-path',
  'build.network-policy',
  'build.dockerfile-limit',
  'build.disk',
  'build.too-large',
  'build.timeout',
  'build.log-too-large',
  'build.out-of-memory',
  'boot.cannot-start',
  'boot.wrong-architecture',
  'boot.exited',
  'boot.out-of-memory',
  'boot.too-many-processes',
  'boot.disk',
  'boot.log-too-large',
  'boot.never-listened',
  'boot.loopback-only',
  'boot.other-port',
  'boot.not-http',
  'boot.https-only',
  'boot.no-answer',
  'echo.none',
  'echo.body-only',
  'echo.prefixed',
  'echo.altered',
  'echo.unreliable',
  'version.none',
  'version.constant',
  'version.body-only',
  'log.silent',
  'log.to-file',
  'log.no-client-ip',
  'log.no-status',
  'log.constant-status',
  'log.reduced-stream',
  'log.without-requests',
  'healthz.not-200',
  'healthz.no-answer',
  'stop.before-signal',
  'stop.not-in-time',
  'stop.exit-code',
  'stop.request-cut',
  'stop.still-serves',
  'network.no-address',
  'network.other-address',
  'network.script-shows-nothing',
  'network.mount-namespace-too',
  'memory.no-growth',
  'memory.not-touched',
  'memory.too-slow',
  'memory.ends-early',
  'memory.not-killed',
  'memory.only-exit-code',
  'memory.killed-elsewhere',
  'cgroup-script.failed',
  'cgroup-script.no-group',
  'cgroup-script.no-process',
  'cgroup-script.no-limit',
  'cgroup-script.other-limit',
  'cgroup-script.not-killed',
  'chroot.no-root',
  'chroot.no-bash',
  'chroot.no-ls',
  'chroot.missing-library',
  'chroot.wrong-list',
  'chroot.more-commands',
  'chroot.sees-outside',
  'chroot.too-large',
  'rootfs.no-root',
  'rootfs.not-unpacked',
  'rootfs.no-shell',
  'registry.bad-name',
  'registry.not-found',
  'registry.no-image',
  'registry.other-platform',
  'registry.other-config',
  'registry.other-image',
  'registry.does-not-serve',
  'registry.no-echo',
  'script.failed',
  'script.timeout',
  'expectation.failed',
  'expectation.too-late',
] as const

export type Reason = (typeof reasons)[number]

export const evidenceSchema = z.strictObject({
  kind: z.enum([
    'http',
    'log',
    'build-log',
    'sockets',
    'container',
    'files',
    'script',
    'kernel',
    'memory',
    'registry',
    'note',
  ]),
  /** Untrusted text of the submission, bounded to 8 KiB; encode per sink. */
  text: z.string(),
  /** Only of kind `memory`: what a report draws. */
  memory: z
    .strictObject({
      limitBytes: z.number().positive().optional(),
      /** False: the program ran without it, and the line only shows what is asked about. */
      isInForce: z.boolean().optional(),
      killed: z.boolean(),
      samples: z.array(z.strictObject({ atMs: z.number().nonnegative(), bytes: z.number().nonnegative() })),
    })
    .optional(),
})
export type Evidence = z.infer<typeof evidenceSchema>

export const locationSchema = z.strictObject({
  /** Path inside the submission, with `/`. */
  file: z.string(),
  /** 1-based. */
  line: z.int().positive().optional(),
})
export type Location = z.infer<typeof locationSchema>

export const feedbackShape = {
  /** What was seen, one or two sentences. */
  message: z.string(),
  /** A stable code of `reasons`. */
  reason: z.enum(reasons).optional(),
  /** What to do. */
  hint: z.string().optional(),
  expected: z.string().optional(),
  actual: z.string().optional(),
  /** Shell commands with which the student sees the same thing. */
  reproduce: z.string().optional(),
  evidence: z.array(evidenceSchema).optional(),
  location: locationSchema.optional(),
}
export const feedbackSchema = z.strictObject(feedbackShape)
export type Feedback = z.infer<typeof feedbackSchema>

/** A fault of the submission: always with its reason. */
export type Fault = Feedback & { reason: Reason }
