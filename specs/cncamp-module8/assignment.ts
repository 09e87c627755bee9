import type { AssignmentInput } from '#spec-kit'

/** Module 8 of the cloud-native course: the HTTP server of module 3, made ready for Kubernetes. README.md is the handout. */
export default {
  id: 'cncamp-module8',
  title: 'Cloud-native course, module 8: an HTTP server that is ready for Kubernetes',
  exercises: [
    {
      id: 'httpserver',
      title: 'The server in a container',
      env: { GREETING: { random: 'word' } },
      phaseChecks: { build: 'httpserver.builds', boot: 'httpserver.serves' },
      checks: [
        { id: 'httpserver.builds', points: 5 },
        { id: 'httpserver.serves', points: 5 },
      ],
    },
    {
      id: 'config',
      title: 'Part 1: configuration comes from the environment',
      uses: 'httpserver',
      phaseChecks: { build: 'httpserver.builds', boot: 'httpserver.serves' },
      checks: [
        { id: 'config.port', points: 10 },
        { id: 'config.greeting', points: 10 },
        { id: 'config.debug-log', points: 5 },
        { id: 'config.quiet-log', points: 5 },
      ],
    },
    {
      id: 'health',
      title: 'Part 2: alive, and ready',
      uses: 'httpserver',
      phaseChecks: { build: 'httpserver.builds', boot: 'httpserver.serves' },
      checks: [
        { id: 'health.alive', points: 5 },
        { id: 'health.ready', points: 5 },
        { id: 'health.not-ready-yet', points: 10 },
      ],
    },
    {
      id: 'shutdown',
      title: 'Part 3: a graceful end',
      uses: 'httpserver',
      phaseChecks: { build: 'httpserver.builds', boot: 'httpserver.serves' },
      checks: [
        { id: 'shutdown.exits-in-time', points: 15 },
        { id: 'shutdown.finishes-request', points: 10 },
        { id: 'shutdown.not-ready', points: 5 },
        { id: 'shutdown.turns-away', points: 5 },
        { id: 'shutdown.exit-code', points: 5 },
      ],
    },
  ],
  // Seconds. The grace is below the 30 of Kubernetes, so that nobody waits long for a server that never ends.
  settings: { graceSeconds: 10, workSeconds: 3, warmUpSeconds: 4, longWarmUpSeconds: 20, readySlackSeconds: 30 },
  routes: ['/'],
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
    'gcr.io/distroless/static-debian12',
    'gcr.io/distroless/static-debian13',
    'gcr.io/distroless/base',
    'gcr.io/distroless/base-debian12',
    'gcr.io/distroless/base-debian13',
  ],
} satisfies AssignmentInput
