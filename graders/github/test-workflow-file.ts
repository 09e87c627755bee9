import { parse } from 'yaml'
import * as z from 'zod'

/** Test support: the parts of workflows and actions that our runner carries out; anything else is refused, not passed over. */

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const condition = z.union([z.string(), z.boolean()])
const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))
export type Permissions = z.infer<typeof permissions>

const stepSchema = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  if: condition.optional(),
  uses: z.string().optional(),
  with: texts.optional(),
  run: z.string().optional(),
  shell: z.literal('bash').optional(),
  env: texts.optional(),
  'working-directory': z.string().optional(),
  'continue-on-error': z.boolean().optional(),
  'timeout-minutes': z.number().positive().optional(),
})
export type Step = z.infer<typeof stepSchema>

const jobSchema = z.strictObject({
  name: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  if: condition.optional(),
  permissions: permissions.optional(),
  concurrency: z.unknown().optional(),
  env: texts.optional(),
  outputs: texts.optional(),
  'runs-on': z.string().optional(),
  'timeout-minutes': z.number().positive().optional(),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal('bash') }) }).optional(),
  steps: z.array(stepSchema).optional(),
  uses: z.string().optional(),
  with: texts.optional(),
})
export type Job = z.infer<typeof jobSchema>

const inputSchema = z.strictObject({
  description: z.string().optional(),
  required: z.boolean().optional(),
  default: z.union([z.string(), z.boolean(), z.number()]).optional(),
  type: z.enum(['string', 'boolean', 'number']).optional(),
})
export type Inputs = Record<string, z.infer<typeof inputSchema>>
const outputSchema = z.strictObject({ description: z.string().optional(), value: z.string() })

const callSchema = z.strictObject({
  inputs: z.record(z.string(), inputSchema).default({}),
  outputs: z.record(z.string(), outputSchema).default({}),
})

const workflowSchema = z.strictObject({
  name: z.string().optional(),
  'run-name': z.string().optional(),
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  permissions: permissions.optional(),
  concurrency: z.unknown().optional(),
  env: texts.optional(),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal('bash') }) }).optional(),
  jobs: z.record(z.string(), jobSchema),
})
export type Workflow = z.infer<typeof workflowSchema>

const actionSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  author: z.string().optional(),
  branding: z.unknown().optional(),
  inputs: z.record(z.string(), inputSchema).default({}),
  outputs: z.record(z.string(), outputSchema).default({}),
  runs: z.strictObject({ using: z.literal('composite'), steps: z.array(stepSchema) }),
})
export type Action = z.infer<typeof actionSchema>

export function readWorkflow(text: string): Workflow {
  return workflowSchema.parse(parse(text))
}

export function readAction(text: string): Action {
  return actionSchema.parse(parse(text))
}

/** What a workflow that others call takes and gives. */
export function readCall({ on }: Workflow): z.infer<typeof callSchema> {
  if (typeof on !== 'object' || Array.isArray(on) || !('workflow_call' in on)) {
    throw new Error('this workflow cannot be called: it has no `on: workflow_call`')
  }
  return callSchema.parse(on.workflow_call ?? {})
}

/** The events that start a workflow, with their filters. */
export function triggersOf({ on }: Workflow): Record<string, Record<string, unknown>> {
  if (typeof on === 'string') return { [on]: {} }
  if (Array.isArray(on)) return Object.fromEntries(on.map((name) => [name, {}]))
  return Object.fromEntries(
    Object.entries(on).map(([name, filter]) => [name, (filter ?? {}) as Record<string, unknown>]),
  )
}
