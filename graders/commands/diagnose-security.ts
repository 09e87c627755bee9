import { type SecurityLevel, securityLevels } from '../model/security-level.ts'
import type { SecurityFacts } from '../sandbox/doctor/examine-security.ts'
import { firewallFinding } from './diagnose-firewall.ts'
import { diagnoseHoles } from './diagnose-holes.ts'
import { diagnoseKernel } from './diagnose-kernel.ts'
import type { Finding } from './finding.ts'

/** A finding about what holds a submission. `missing`: below `basic`; `warning`: below `strict`, or worth knowing. */
export interface SecurityFinding extends Finding {
  /** The level that is not reached because of it; undefined: none needs it. */
  lackingFor?: SecurityLevel
}

/** What the facts mean for submissions of strangers: first what could let one out, then what would hold it if it tried. */
export function diagnoseSecurity(facts: SecurityFacts): SecurityFinding[] {
  return [
    ...diagnoseHoles(facts.components),
    limitsFinding(facts),
    seccompFinding(facts),
    userNamespaceFinding(facts),
    moduleFinding(facts),
    {
      ...firewallFinding(facts.firewall),
      ...(facts.firewall.available ? {} : lacks('strict')),
      id: 'security.firewall',
    },
    diskFinding(facts),
    buildProcessesFinding(facts),
    cgroupFinding(facts),
    ...(facts.kernel === undefined ? [] : diagnoseKernel(facts.kernel)),
  ]
}

/** What keeps this machine below a level; what `basic` lacks, `strict` lacks, too. */
export function lackingFor(level: SecurityLevel, findings: SecurityFinding[]): SecurityFinding[] {
  const needed = securityLevels.slice(0, securityLevels.indexOf(level) + 1)
  return findings.filter((finding) => finding.lackingFor !== undefined && needed.includes(finding.lackingFor))
}

/** The highest level that nothing is missing for. */
export function levelReached(findings: SecurityFinding[]): SecurityLevel | undefined {
  return securityLevels.findLast((level) => lackingFor(level, findings).length === 0)
}

function lacks(level: SecurityLevel): Pick<SecurityFinding, 'state' | 'label' | 'lackingFor'> {
  return { state: level === 'basic' ? 'missing' : 'warning', label: `missing for ${level}`, lackingFor: level }
}

function limitsFinding({ limits }: SecurityFacts): SecurityFinding {
  const off = Object.entries(limits).flatMap(([what, inForce]) => (inForce ? [] : [what]))
  const finding: SecurityFinding = {
    id: 'security.limits',
    state: 'ok',
    title: 'Limits',
    seen: 'memory, cpu, processes',
  }
  if (off.length === 0) return finding
  return {
    ...finding,
    ...lacks('basic'),
    seen: `the engine cannot limit ${off.join(', ')}`,
    means: 'One submission can take this machine down, and the others with it.',
    fix: 'Use a kernel with the memory, cpu and pids cgroup controllers, and an engine that may use them.',
  }
}

function seccompFinding({ confinement }: SecurityFacts): SecurityFinding {
  const finding: SecurityFinding = { id: 'security.seccomp', state: 'ok', title: 'Seccomp', seen: '' }
  if (confinement.seccomp === 'default') return { ...finding, seen: "the engine's own profile" }
  if (confinement.seccomp === 'custom') {
    return {
      ...finding,
      state: 'warning',
      seen: 'a profile of this machine',
      means: 'cgrade cannot tell whether it still keeps a program from making namespaces, keys and mounts.',
      fix: 'Remove `seccomp-profile` from `daemon.json`, or see that it allows nothing that the default one refuses.',
    }
  }
  return {
    ...finding,
    ...lacks('basic'),
    seen: 'containers run without it',
    means: 'A program may make any call to the kernel; several known ways out need just that.',
    fix: 'Use a kernel with seccomp filters, and an engine without `"seccomp-profile": "unconfined"`.',
  }
}

function userNamespaceFinding({ confinement }: SecurityFacts): SecurityFinding {
  const finding: SecurityFinding = { id: 'security.user-namespaces', state: 'ok', title: 'User namespaces', seen: '' }
  if (confinement.userNamespaces === 'rootless') return { ...finding, seen: 'a rootless engine' }
  if (confinement.userNamespaces === 'remapped') return { ...finding, seen: 'users of containers are remapped' }
  return {
    ...finding,
    ...lacks('strict'),
    seen: 'users of containers are users of this machine',
    means: 'Root in a container is root of this machine, held by capabilities, seccomp and mounts alone.',
    fix: 'Set `"userns-remap": "default"` in `/etc/docker/daemon.json` and restart the engine, or use a rootless one.',
  }
}

function moduleFinding({ confinement }: SecurityFacts): SecurityFinding {
  const finding: SecurityFinding = { id: 'security.module', state: 'ok', title: 'Security module', seen: '' }
  if (confinement.module !== undefined) return { ...finding, seen: confinement.module }
  return {
    ...finding,
    ...lacks('strict'),
    seen: 'neither AppArmor nor SELinux confines containers',
    means: 'What seccomp lets through to files of the kernel has no second lock.',
    fix: 'Boot a kernel with AppArmor (Debian and Ubuntu have it: `apt-get install apparmor`) or SELinux, restart the engine.',
  }
}

function diskFinding({ disk }: SecurityFacts): SecurityFinding {
  const finding: SecurityFinding = { id: 'security.disk', state: 'ok', title: 'Disk of the engine', seen: '' }
  const watched = 'What builds and containers write is looked at every second, and ended past its limit.'
  if (disk?.itsOwn === true) return { ...finding, seen: `${disk.folder} is a file system of its own`, means: watched }
  return {
    ...finding,
    ...lacks('strict'),
    seen:
      disk?.itsOwn === false
        ? `${disk.folder} shares the file system of this machine`
        : 'cannot be looked at from here; cannot tell whether it is one of its own',
    means: `${watched} What is written within a second can still fill the disk.`,
    fix: 'Put `data-root` of the engine on a file system of its own.',
  }
}

function buildProcessesFinding({ limitsBuildProcesses }: SecurityFacts): SecurityFinding {
  const seen = limitsBuildProcesses ? 'counted and limited' : 'not limited'
  const finding: SecurityFinding = { id: 'security.builds', state: 'ok', title: 'Processes of builds', seen }
  if (limitsBuildProcesses) return finding
  return {
    ...finding,
    ...lacks('strict'),
    means: 'A `RUN` line may start as many processes as the machine allows.',
    fix: 'Run as root on the machine of an engine with the cgroupfs driver.',
  }
}

function cgroupFinding({ cgroupVersion, kernel }: SecurityFacts): SecurityFinding {
  const finding: SecurityFinding = { id: 'security.cgroup', state: 'ok', title: 'Cgroups', seen: `v${cgroupVersion}` }
  if (cgroupVersion === 1) {
    return {
      ...finding,
      state: 'warning',
      seen: 'v1',
      means: 'Its `release_agent` starts programs as root; only mounts and seccomp keep containers from it.',
      fix: 'Boot with `systemd.unified_cgroup_hierarchy=1`, where root exercises need not be judged on v1.',
    }
  }
  if (kernel?.nsdelegate !== false) return finding
  return {
    ...finding,
    state: 'warning',
    seen: 'v2, mounted without `nsdelegate`',
    means: 'A script that is given cgroups of its own could raise the limits of its namespace; cgrade caps the parent.',
    fix: '`mount -o remount,nsdelegate /sys/fs/cgroup`.',
  }
}
