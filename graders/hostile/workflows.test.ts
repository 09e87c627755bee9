import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

/** Test support: our workflows as text. What a pull request can choose must not become part of a script. */

const folder = fileURLToPath(new URL('../../.github/workflows/', import.meta.url))

interface Step {
  uses?: string
  run?: string
}
interface Workflow {
  on: unknown
  permissions?: unknown
  jobs: Record<string, Step & { steps?: Step[] }>
}

/** What is wrong with a workflow, a line each. */
function findFlaws(text: string): string[] {
  const workflow = parse(text) as Workflow
  const steps = Object.values(workflow.jobs).flatMap((job) => [job, ...(job.steps ?? [])])
  const triggers = JSON.stringify(workflow.on)
  return [
    ...steps.flatMap(({ uses }) =>
      uses === undefined || uses.startsWith('./') || /@[\da-f]{40}$/.test(uses) ? [] : [`${uses} can be moved`],
    ),
    ...steps.flatMap(({ run }) =>
      /\$\{\{[^}]*(?:github\.(?:event|head_ref|ref_name)|inputs\.)/.test(run ?? '')
        ? [`a script is made of: ${run}`]
        : [],
    ),
    ...(workflow.permissions === undefined ? ['it has all permissions that the repository gives'] : []),
    ...(/\bsecrets\b/.test(text) ? ['it uses secrets'] : []),
    ...(/pull_request_target|workflow_run/.test(triggers) ? ['it runs with our rights on the work of others'] : []),
  ]
}

describe('H18: names that a pull request chooses', () => {
  test('are part of no script of our workflows, which have no secrets and can be moved by nobody', async () => {
    const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name))
    expect(names).not.toEqual([])
    for (const name of names) expect([name, findFlaws(await readFile(`${folder}${name}`, 'utf8'))]).toEqual([name, []])
  })
})

test('H18 control: a workflow that gives the name of a branch to a shell is found out, with all that is wrong', () => {
  const careless = `
on: pull_request_target
jobs:
  grade:
    steps:
      - uses: actions/checkout@v4
      - run: echo "\${{ github.event.pull_request.title }}" "\${{ secrets.TOKEN }}"
  branch:
    steps:
      - run: git switch \${{ github.head_ref }}
`
  expect(findFlaws(careless)).toHaveLength(6)
})
