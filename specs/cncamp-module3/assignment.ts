import type { AssignmentInput } from '#spec-kit'

/** As in the handout, which means 100 MiB and writes 100 times 1024 times 1025. */
const memoryLimitBytes = 104_960_000

/** Module 3 of the cloud-native course: what is asked, how much it is worth, and what a submission may use. */
export default {
  id: 'cncamp-module3',
  title: 'Cloud-native course, module 3: an HTTP server in a container',
  exercises: [
    {
      id: 'httpserver',
      title: 'Exercise 3.2: the HTTP server in a container',
      env: { VERSION: { random: 'version' } },
      phaseChecks: { build: 'httpserver.builds', boot: 'httpserver.serves' },
      checks: [
        { id: 'httpserver.builds', points: 10 },
        { id: 'httpserver.serves', points: 10 },
        { id: 'httpserver.header-echo', points: 12 },
        { id: 'httpserver.version', points: 8 },
        { id: 'httpserver.log-client-ip', points: 5 },
        { id: 'httpserver.log-status', points: 5 },
        { id: 'httpserver.healthz', points: 5 },
      ],
    },
    {
      id: 'network',
      title: 'Exercise 3.2: the container seen through its network namespace',
      uses: 'httpserver',
      phaseChecks: { build: 'httpserver.builds', boot: 'httpserver.serves' },
      evidence: true,
      checks: [
        { id: 'network.container-ip', points: 3 },
        { id: 'network.student-evidence', points: 2 },
      ],
    },
    {
      id: 'memory',
      title: 'Exercise 3.1: a memory cgroup that is full',
      kind: 'memory',
      required: false,
      memory: { limitBytes: memoryLimitBytes },
      phaseChecks: { build: 'memory.builds' },
      checks: [
        { id: 'memory.builds', points: 4 },
        { id: 'memory.grows', points: 4 },
        { id: 'memory.oom-killed', points: 8 },
        { id: 'memory.cgroup-script', points: 4 },
      ],
    },
    {
      id: 'chroot',
      title: 'Exercise 3.3: another root',
      kind: 'chroot',
      required: false,
      checks: [
        { id: 'chroot.jail', points: 8 },
        { id: 'chroot.confined', points: 3 },
        { id: 'chroot.image-rootfs', points: 4 },
      ],
    },
    {
      id: 'registry',
      title: 'Exercise 3.2: the image pushed to a registry',
      uses: 'httpserver',
      required: false,
      phaseChecks: { build: 'httpserver.builds' },
      registry: { examples: ['cr7258/http-server'] },
      checks: [{ id: 'registry.pushed', points: 5 }],
    },
  ],
  // Share of the points for an access log by its stream. The task says standard output; Go's `log` writes to standard error.
  settings: { stdoutCredit: 1, stderrCredit: 1, memoryLimitBytes },
  trustedBases: [
    'golang',
    'alpine',
    'busybox',
    'debian',
    'ubuntu',
    'scratch',
    'python',
    'node',
    'gcc',
    'buildpack-deps',
    'gcr.io/distroless/static',
    'gcr.io/distroless/static-debian10',
    'gcr.io/distroless/static-debian11',
    'gcr.io/distroless/static-debian12',
    'gcr.io/distroless/static-debian13',
    'gcr.io/distroless/base',
    'gcr.io/distroless/base-debian10',
    'gcr.io/distroless/base-debian11',
    'gcr.io/distroless/base-debian12',
    'gcr.io/distroless/base-debian13',
  ],
} satisfies AssignmentInput
