import type { BuildLimits } from '../model/assignment.ts'

export interface BuildSettings {
  /** Path of the Dockerfile in the context. */
  dockerfile: string
  buildArgs: Record<string, string>
  limits: BuildLimits
  labels: Record<string, string>
}

/**
 * Everything that a build of a submission is told beside its context: nothing here comes from the submission but the path
 * and the names of the arguments. A wider setting is a security change. `cgroupParent`: where its steps run, if we have a say;
 * `network`: what their policy made of it, see `openBuildNetwork`.
 */
export function buildOptionsOf(
  settings: BuildSettings,
  cgroupParent: string | undefined,
  network: { networkmode?: string; extrahosts?: string[] } = {},
) {
  const { limits } = settings
  return {
    dockerfile: settings.dockerfile,
    buildargs: settings.buildArgs,
    labels: settings.labels,
    // No layer of another submission, or of an earlier run.
    nocache: true,
    rm: true,
    forcerm: true,
    pull: undefined,
    memory: limits.memoryBytes,
    memswap: limits.memoryBytes,
    cpuperiod: 100_000,
    cpuquota: Math.round(limits.cpus * 100_000),
    ...network,
    ...(limits.network === 'none' ? { networkmode: 'none' } : {}),
    ...(cgroupParent === undefined ? {} : { cgroupparent: cgroupParent }),
    version: '1',
  }
}
