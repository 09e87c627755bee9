import type { DoctorFacts } from '../sandbox/doctor/doctor.ts'
import type { EngineFacts } from '../sandbox/doctor/examine-engine.ts'
import type { HostFacts } from '../sandbox/doctor/examine-host.ts'
import { firewallFinding } from './diagnose-firewall.ts'
import { diskFinding, type Finding } from './finding.ts'

/** The findings about the engine; just one where none answers. */
export function diagnoseEngine({ host, engine }: DoctorFacts): Finding[] {
  if (!engine.reachable) return [unreachable(engine.problem, engine.named)]
  return [
    engineFinding(engine),
    limitsFinding(engine),
    reachFinding(engine),
    buildLimitsFinding(engine),
    firewallFinding(engine.firewall),
    baseImagesFinding(engine, host),
    ...(engine.root === undefined ? [] : [diskFinding('engine-disk', engine.root, 10, 2)]),
    leftOverFinding(engine),
  ]
}

function unreachable(problem: string, named: string | undefined): Finding {
  return {
    id: 'engine',
    state: 'missing',
    title: 'Container engine',
    seen: named === undefined ? problem : `${problem} DOCKER_HOST names \`${named}\`.`,
    means: 'Nothing can be built or booted without one.',
    fix:
      named === undefined
        ? 'Start Docker, Docker Desktop, or podman with its API socket; on Debian and Ubuntu `./grade` provides an engine.'
        : 'Start that engine, or unset DOCKER_HOST to use the one of this machine.',
  }
}

function engineFinding(engine: EngineFacts): Finding {
  const { name, version, apiVersion, endpoint, from, os, storageDriver, cgroupVersion, cgroupDriver } = engine
  const cgroup = `cgroup v${cgroupVersion} (${cgroupDriver})`
  const rootless = engine.rootless ? ', rootless' : ''
  const seen = `${name} ${version} (API ${apiVersion}) at ${endpoint} (${from}), ${storageDriver}, ${cgroup}${rootless}`
  const finding: Finding = { id: 'engine', state: 'ok', title: 'Container engine', seen }
  if (os === 'linux') return finding
  return {
    ...finding,
    state: 'missing',
    means: `It runs ${os} containers; the homework is about Linux.`,
    fix: 'Switch the engine to Linux containers.',
  }
}

function limitsFinding({ limits, trial, rootless, cgroupVersion }: EngineFacts): Finding {
  const off = Object.entries(limits).flatMap(([what, inForce]) => (inForce ? [] : [what]))
  const finding: Finding = {
    id: 'limits',
    state: 'ok',
    title: 'Limits on containers',
    seen: `memory, swap, cpu and pids${trial.tried ? ', seen in force on a container' : ', says the engine'}`,
  }
  const missing = trial.tried ? trial.limitMissing : undefined
  if (off.length === 0 && missing === undefined) return finding
  // Swap is the one that hosts commonly lack, and memory stays bounded without it.
  const tolerable = missing === undefined && off.every((what) => what === 'swap')
  return {
    ...finding,
    state: tolerable ? 'warning' : 'missing',
    seen: missing ?? `the engine cannot limit ${off.join(', ')}`,
    means: tolerable
      ? 'A program may swap beyond its memory limit and slow the others down.'
      : 'A student program could take this machine down, so none is started.',
    fix: tolerable
      ? 'Boot the kernel with `swapaccount=1`, or switch swap off.'
      : rootless && cgroupVersion === 1
        ? 'A rootless engine needs cgroup v2 with delegation for limits; use the engine of root.'
        : 'Use a kernel with the memory, cpu and pids cgroup controllers switched on.',
  }
}

function reachFinding({ trial, local, rootless, endpoint }: EngineFacts): Finding {
  const finding: Finding = { id: 'reach', state: 'ok', title: 'Containers from here', seen: '' }
  if (trial.tried && trial.limitMissing === undefined && trial.processSeen && trial.addressReached) {
    return { ...finding, seen: `a container of ${trial.image} was seen in /proc and reached at its address` }
  }
  if (!trial.tried && local) {
    return { ...finding, seen: `the engine runs on this machine; not tried on a container: ${trial.why}` }
  }
  if (trial.tried && trial.limitMissing !== undefined) {
    return { ...finding, state: 'warning', seen: 'not tried: limits are not in force' }
  }
  const where = rootless ? 'a rootless engine' : local ? 'this engine' : `the engine at ${endpoint}`
  const seen = `the processes or addresses of containers of ${where} cannot be reached from here`
  return {
    ...finding,
    state: 'warning',
    seen,
    means: 'A relay container reaches each server instead, which is slower; nothing is lost.',
    fix: 'Nothing has to be done. It is quicker on the Linux machine on which the engine itself runs.',
  }
}

function buildLimitsFinding({ limitsBuildProcesses, cgroupDriver }: EngineFacts): Finding {
  const buildKit =
    'Dockerfiles that need BuildKit (here-documents, bind or secret mounts) stay ungraded: it builds without limits.'
  const finding: Finding = { id: 'build-limits', state: 'ok', title: 'Limits on builds', seen: '', means: buildKit }
  if (limitsBuildProcesses) return { ...finding, seen: 'memory, cpu, processes and time, by the classic builder' }
  return {
    ...finding,
    state: 'warning',
    seen: 'memory, cpu and time, by the classic builder; not the number of processes',
    means: `A build may start as many processes as the machine allows. ${buildKit}`,
    fix:
      cgroupDriver === 'cgroupfs'
        ? 'Run as root on the machine of the engine.'
        : 'Use an engine with the cgroupfs driver, as root.',
  }
}

function baseImagesFinding({ registry, baseImages, localImages }: EngineFacts, host: HostFacts): Finding {
  const finding: Finding = { id: 'base-images', state: 'ok', title: 'Base images', seen: '' }
  const prepared = baseImages.length === 0 ? 'none prepared' : `${baseImages.length} prepared`
  if (registry.reachable) return { ...finding, seen: `${prepared}; ${registry.seen}` }
  const seen = `${prepared}; no registry (${registry.seen})`
  if (host.tools.mmdebstrap !== undefined && host.rights !== 'none') {
    const means = 'Missing ones are made from Debian packages as stand-ins, and the reports say so.'
    return { ...finding, seen, means, fix: '`cgrade images --mirror <host>` or `--load <tar>` brings the real ones.' }
  }
  return {
    ...finding,
    state: baseImages.length + localImages > 0 ? 'warning' : 'missing',
    seen,
    means: 'A submission whose base image is not on this machine stays ungraded.',
    fix: '`cgrade images --mirror <host>`, `cgrade images --load <tar>`, or install `mmdebstrap` for stand-ins.',
  }
}

function leftOverFinding({ leftOver }: EngineFacts): Finding {
  const { inUse, abandoned } = leftOver
  const parts = [
    ...(inUse > 0 ? [`${inUse} objects of a run that goes on`] : []),
    ...(abandoned > 0 ? [`${abandoned} objects of runs that were killed`] : []),
  ]
  const finding: Finding = { id: 'left-over', state: 'ok', title: 'Left over', seen: parts.join(', ') || 'nothing' }
  if (abandoned === 0) return finding
  return {
    ...finding,
    state: 'warning',
    means: 'They take disk and memory.',
    fix: 'The next run removes them by itself.',
  }
}
