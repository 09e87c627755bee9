import type { EngineFacts } from '../sandbox/doctor/examine-engine.ts'
import type { Finding } from './finding.ts'

const howToGetOne =
  'Run as root, or with sudo that asks nothing, on the Linux machine of the engine; elsewhere a container of cgrade can look once `cgrade images busybox` has prepared its base.'

/** Who looks at kernel facts, and which checks that leaves out. */
export function observerFinding({ observer, trial }: EngineFacts): Finding {
  const finding: Finding = { id: 'observer', state: 'ok', title: 'Kernel facts', seen: '' }
  if (observer.kind === undefined) {
    return {
      ...finding,
      state: 'warning',
      seen: `nobody can look at them: ${observer.why}`,
      means:
        '`memory.*` (but `memory.builds`), `chroot.*` and `network.container-ip` cannot be observed; their points leave the maximum.',
      fix: howToGetOne,
    }
  }
  const seen =
    observer.kind === 'host'
      ? `read on this machine, because ${observer.because}`
      : `read by a container of cgrade, because ${observer.because}`
  if (trial.tried && trial.limitMissing === undefined && !trial.namespaceEntered) {
    return {
      ...finding,
      state: 'warning',
      seen: `${seen}; network namespaces cannot be entered`,
      means: '`network.container-ip` cannot be observed; its points leave the maximum.',
      fix: 'Install the Debian packages `util-linux` and `iproute2`.',
    }
  }
  if (observer.cannotDelegate !== undefined) {
    return {
      ...finding,
      state: 'warning',
      seen: `${seen}; ${observer.cannotDelegate}`,
      means:
        '`memory.*`, `chroot.*` and `network.*` are observed, but a handed-in `cgroup.sh` has no cgroups to work on: `memory.cgroup-script` leaves the maximum.',
      fix: 'Grade with `--kernel v1` or `--kernel v2`, which gives such scripts a machine of their own, or run as root on the machine of the engine.',
    }
  }
  return { ...finding, seen: `${seen}: \`memory.*\`, \`chroot.*\` and \`network.*\` can be observed` }
}
