import type { RunEvent } from './test-runner.ts'
import { type Inputs, type Permissions, triggersOf, type Workflow } from './test-workflow-file.ts'

/** Test support: what GitHub looks at before it starts a workflow or one that is called; a fault here is thrown. */

export function expectTrigger(workflow: Workflow, event: RunEvent): void {
  const filter = triggersOf(workflow)[event.name]
  if (filter === undefined) throw new Error(`this workflow does not start on ${event.name}`)
  const { workflows, types, branches, inputs: _typed, ...others } = filter as Record<string, string[]>
  if (Object.keys(others).length > 0) throw new Error(`filters that are not understood here: ${Object.keys(others)}`)
  const action = String(event.payload.action)
  if (types !== undefined && !types.includes(action)) throw new Error(`this workflow does not start on ${action}`)
  if (branches !== undefined && !branches.includes('main')) throw new Error(`this workflow starts on ${branches}`)
  const source = (event.payload.workflow_run as { name?: string } | undefined)?.name
  if (workflows !== undefined && !workflows.includes(source ?? '')) throw new Error(`${source} starts nothing here`)
}

/** A text is no boolean: GitHub refuses the call. */
export function typeInputs(known: Inputs, given: Record<string, string>): Record<string, unknown> {
  const unknown = Object.keys(given).find((name) => !(name in known))
  if (unknown !== undefined) throw new Error(`the workflow that is called has no input \`${unknown}\``)
  const typed = Object.entries(known).map(([name, { type, default: usual, required }]) => {
    const value = given[name] ?? usual
    if (value === undefined && required) throw new Error(`the workflow that is called needs the input \`${name}\``)
    if (type !== 'boolean') return [name, value ?? '']
    if (!['true', 'false', 'undefined'].includes(String(value)))
      throw new Error(`\`${name}\` is ${value}, not a boolean`)
    return [name, String(value) === 'true']
  })
  return Object.fromEntries(typed)
}

const ranks = ['none', 'read', 'write']

/** A job cannot have more than the one that called it; GitHub starts nothing then. */
export function narrow(asked: Permissions, granted: Permissions, id: string): Permissions {
  for (const [name, level] of Object.entries(asked)) {
    if (ranks.indexOf(level) > ranks.indexOf(granted[name] ?? 'none')) {
      throw new Error(`the job ${id} asks for \`${name}: ${level}\` and is allowed \`${granted[name] ?? 'none'}\``)
    }
  }
  return asked
}

export function readOnly(permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.entries(permissions).map(([name, level]) => [name, level === 'write' ? 'read' : level]),
  )
}
