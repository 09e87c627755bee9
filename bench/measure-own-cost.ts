import { join } from 'node:path'
import { raceCgrade, raceEngine } from './contestants.ts'
import { type CpuSeconds, totalOf } from './measure.ts'
import { writeQuickSubmissions } from './quick-submissions.ts'
import { renderTable, type Section } from './results.ts'
import type { Scope } from './scope.ts'

const count = 30

/** CPU of grading beyond the same builds and one run each, by who used it, on submissions that need next to nothing themselves. */
export async function measureOwnCost(scope: Scope, jobs: number): Promise<Section> {
  const race = async (name: string, run: typeof raceCgrade, many: number) => {
    const inbox = join(scope.folder, `own-cost-${name}`)
    const submissions = await writeQuickSubmissions(inbox, many, scope.id)
    scope.signal.throwIfAborted()
    process.stderr.write(`Own cost, ${many} submissions: ${name}\n`)
    const { cpu } = await run({
      scope,
      inbox,
      submissions,
      jobs,
      warm: undefined,
    })
    return cpu
  }
  // What starting costs is paid once, however many there are.
  const [some, more] = [await race('cgrade-some', raceCgrade, count), await race('cgrade-more', raceCgrade, 2 * count)]
  const engine = await race('engine', raceEngine, count)
  const perSubmission = (who: keyof CpuSeconds) => (more[who] - some[who]) / count
  const perEngine = (who: keyof CpuSeconds) => engine[who] / count
  const names: Record<keyof CpuSeconds, string> = {
    grader: 'the command itself: Node, iptables',
    dockerd: 'dockerd',
    containerd: 'containerd',
    rest: 'runc and its shims, the programs, the kernel',
  }
  const keys = Object.keys(names) as (keyof CpuSeconds)[]
  const row = (name: string, cgrade: number, alone: number) => [
    name,
    ...[cgrade, alone, cgrade - alone].map((value) => `${Math.round(value * 1000)} ms`),
  ]
  const rows = keys.map((who) => row(names[who], perSubmission(who), perEngine(who)))
  const whole = row('together', (totalOf(more) - totalOf(some)) / count, totalOf(engine) / count)
  return {
    title: `What grading itself costs, ${jobs} at a time`,
    text: [
      renderTable(['CPU per submission', 'cgrade', '(c) the engine alone', 'own cost'], [...rows, whole]),
      '',
      `From ${count} and ${2 * count} submissions that copy one small file into an empty image; starting cgrade is paid once and not in it.`,
    ].join('\n'),
  }
}
