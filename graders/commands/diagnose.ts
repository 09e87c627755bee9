import type { DoctorFacts } from '../sandbox/doctor/doctor.ts'
import type { HostFacts, ToolName } from '../sandbox/doctor/examine-host.ts'
import { diagnoseEngine } from './diagnose-engine.ts'
import { machineFinding } from './diagnose-machine.ts'
import { observerFinding } from './diagnose-observer.ts'
import { diskFinding, type Finding } from './finding.ts'

/** What the facts mean for grading, in the order in which a person would put things right. */
export function diagnose(facts: DoctorFacts): Finding[] {
  return [
    nodeFinding(facts.host.nodeVersion),
    ...diagnoseEngine(facts),
    ...(facts.engine.reachable ? [observerFinding(facts.engine)] : []),
    ...(facts.machine === undefined ? [] : [machineFinding(facts.machine)]),
    toolsFinding(facts.host),
    ...(facts.host.temporary === undefined ? [] : [diskFinding('temporary-disk', facts.host.temporary, 1, 0.2)]),
  ]
}

export function canGradeHttpserver(findings: Finding[]): boolean {
  return findings.every((finding) => finding.state !== 'missing')
}

/** As `engines` of package.json and bin/cgrade.js have it. */
function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const finding: Finding = { id: 'node', state: 'ok', title: 'Node.js', seen: version }
  if (major > 22 || (major === 22 && minor >= 22)) return finding
  return {
    ...finding,
    state: 'missing',
    means: 'The libraries that drive the engine need Node.js 22.22 or newer.',
    fix: 'Call `./grade`, which gets a current one through npm, or install Node.js 24.',
  }
}

const toolUses: Record<ToolName, string> = {
  ip: '`network.container-ip` is read with it',
  nsenter: '`network.container-ip` is read with it',
  iptables: 'an engine on this machine cannot keep networks apart without it',
  mmdebstrap: 'stand-ins for base images are made with it',
}

function toolsFinding({ platform, tools }: HostFacts): Finding {
  const names = Object.keys(toolUses) as ToolName[]
  const lacking = names.filter((name) => tools[name] === undefined)
  const seen = names.filter((name) => !lacking.includes(name)).join(', ') || 'none of them'
  const finding: Finding = { id: 'tools', state: 'ok', title: 'Tools of this machine', seen }
  // Elsewhere the engine brings its own Linux, and none of these is ours to call.
  if (lacking.length === 0 || platform !== 'linux') return finding
  const packages = [...new Set(lacking.map((name) => toolPackages[name]))].join(' ')
  return {
    ...finding,
    state: 'warning',
    seen: `no ${lacking.join(', no ')}`,
    means: `${lacking.map((name) => `${name}: ${toolUses[name]}`).join('; ')}.`,
    fix: `On Debian and Ubuntu: \`apt-get install ${packages}\`.`,
  }
}

const toolPackages: Record<ToolName, string> = {
  ip: 'iproute2',
  nsenter: 'util-linux',
  iptables: 'iptables',
  mmdebstrap: 'mmdebstrap',
}
