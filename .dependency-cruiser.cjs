/** Imports go one way (docs/architecture.md): each layer knows those below it, and nothing else. */
const layer = (name) => `^graders/${name}/`
const below = {
  model: [],
  sandbox: ['model'],
  probes: ['sandbox', 'model'],
  'spec-kit': ['probes', 'sandbox', 'model'],
  stages: ['spec-kit', 'probes', 'sandbox', 'model'],
  reporters: ['model'],
  store: ['model'],
  github: ['reporters', 'sandbox', 'model'],
  init: ['model'],
}
const tests = '\\.test\\.ts$|/test-[a-z-]+\\.ts$|^graders/hostile/'

module.exports = {
  forbidden: [
    ...Object.entries(below).map(([name, allowed]) => ({
      name: `${name}-looks-down-only`,
      severity: 'error',
      from: { path: layer(name), pathNot: tests },
      to: { path: '^(graders|specs)/', pathNot: [name, ...allowed].map(layer) },
    })),
    {
      name: 'the-queue-looks-down-only',
      severity: 'error',
      from: { path: layer('queue'), pathNot: tests },
      to: { path: '^(graders/(commands|reporters|github|init|hostile)/|graders/cli|specs/)' },
    },
    {
      name: 'only-commands-know-the-queue',
      severity: 'error',
      from: { path: '^graders/', pathNot: ['^graders/(commands|queue)/', tests] },
      to: { path: layer('queue') },
    },
    {
      name: 'grade-and-batch-know-no-command',
      severity: 'error',
      from: { path: '^graders/(grade|batch|retries|failed-by-time|workbench|engine-bench)\\.ts$' },
      to: { path: '^graders/(commands|reporters|store|cli)' },
    },
    {
      name: 'specs-know-the-spec-kit-only',
      severity: 'error',
      from: { path: '^specs/' },
      to: { pathNot: ['^graders/spec-kit/index\\.ts$', '^specs/[^/]+/'] },
    },
    {
      name: 'only-the-sandbox-starts-processes-and-talks-to-the-engine',
      comment: 'DESIGN section 3: the only door. Tests may use both.',
      severity: 'error',
      from: { path: '^graders/', pathNot: ['^graders/sandbox/', tests] },
      to: { path: '(^|/)(dockerode|testcontainers|execa|child_process)(/|$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-cli-imports-commands',
      severity: 'error',
      from: { path: '^graders/', pathNot: ['^graders/(cli\\.ts|commands/)', tests] },
      to: { path: '^graders/(commands/|cli\\.ts)' },
    },
    {
      name: 'nothing-needs-the-bench',
      severity: 'error',
      from: { path: '^(graders|specs)/' },
      to: { path: '^bench/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
