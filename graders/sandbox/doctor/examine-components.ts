import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { version as kernelVersionText } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import { runOnHost } from '../host.ts'
import { readChangelog } from './debian-changelog.ts'
import type { ComponentName } from './known-holes.ts'
import type { Component } from './match-holes.ts'

/** Of `GET /info` and `GET /version`, what is needed of them; podman answers in the same form. */
export interface EngineTold {
  KernelVersion?: string
  DefaultRuntime?: string
  Components?: { Name: string; Version?: string; Details?: { GitCommit?: string } }[]
}

/** Everything whose holes we know, with its version: what the engine tells, and what we bring. */
export async function examineComponents(engine: Engine, told: EngineTold): Promise<Component[]> {
  const signature = engine.local ? await readFile('/proc/version_signature', 'utf8').catch(() => '') : ''
  const kernelTexts = engine.local ? `${kernelVersionText()} ${signature}` : ''
  const [ofEngine, git, ...brought] = await Promise.all([
    Promise.all(componentsOf(engine, told, kernelTexts).map((one) => withChangelog(one, engine.local))),
    gitHere(),
    ...(['undici', 'tar', 'tar-fs'] as const).map(broughtPackage),
  ])
  const node: Component = { name: 'node', version: process.versions.node, changelog: undefined }
  return [...ofEngine, node, ...brought.flat(), ...git]
}

/** What the engine says of itself; a runtime that is not told has no version, so that nothing is taken for safe. */
export function componentsOf(
  engine: Pick<Engine, 'name' | 'version'>,
  told: EngineTold,
  kernelTexts: string,
): Component[] {
  const named = (pattern: RegExp) => told.Components?.find(({ Name }) => pattern.test(Name))
  const runtime = runtimeOf(told)
  const containerd = named(/^containerd$/i)
  const components: [ComponentName, string | undefined][] = [
    // podman is no Docker: the table has no holes of it, and it builds by buildah.
    ...(engine.name === 'docker'
      ? ([
          ['engine', engine.version],
          ['engine (BuildKit)', engine.version],
        ] as [ComponentName, string][])
      : []),
    ...(containerd === undefined ? [] : ([['containerd', packageVersion(containerd)]] as [ComponentName, string][])),
    [runtime.name, runtime.version],
    ['kernel', kernelOf(told.KernelVersion, kernelTexts)],
  ]
  return components.map(([name, version]) => ({ name, version, changelog: undefined }))
}

function runtimeOf(told: EngineTold): { name: 'runc' | 'crun'; version: string | undefined } {
  const chosen = told.DefaultRuntime ?? 'runc'
  const component = told.Components?.find(({ Name }) => /^(runc|crun|oci runtime)/i.test(Name))
  const text = `${component?.Name ?? ''} ${component === undefined ? '' : packageVersion(component)}`
  const name = /crun/.test(`${text} ${chosen}`) ? 'crun' : 'runc'
  // gVisor, Kata and others are not what the table is about.
  if (!chosen.includes(name)) return { name, version: undefined }
  return { name, version: /\d+\.\d+[^\s]*/.exec(text)?.[0] }
}

/** Debian tells the whole version of its package as the commit. */
function packageVersion({ Version = '', Details }: NonNullable<EngineTold['Components']>[number]): string {
  const commit = Details?.GitCommit ?? ''
  return Version !== '' && commit.startsWith(Version) ? commit : Version
}

/**
 * Kernels of Debian and Ubuntu tell the upstream version beside the release alone: `6.1.0-18-amd64` is 6.1.76,
 * `5.15.0-91-generic` is 5.15.131.
 */
export function kernelOf(release: string | undefined, texts: string): string | undefined {
  if (release === undefined) return undefined
  const [, debian] = /Debian (\d[\w.+~-]{1,60})/.exec(texts) ?? []
  const [, ubuntu] = /Ubuntu \S{1,80} (\d+\.\d+\.\d+)/.exec(texts) ?? []
  if (debian !== undefined) return `${debian}+debian`
  return ubuntu === undefined ? release : `${ubuntu}-ubuntu`
}

const packagesOf: Partial<Record<ComponentName, string>> = {
  engine: 'docker.io',
  'engine (BuildKit)': 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  crun: 'crun',
  git: 'git',
}

async function withChangelog(component: Component, isHere: boolean): Promise<Component> {
  const packageName = packagesOf[component.name]
  if (!isHere || packageName === undefined || component.version === undefined) return component
  return { ...component, changelog: await readChangelog(packageName, component.version) }
}

async function gitHere(): Promise<Component[]> {
  const asked = await runOnHost('git', ['--version'], { asRoot: false, timeoutMs: 3_000 })
  const version = asked.ran ? /\d+\.\d+\.\d+/.exec(asked.stdout)?.[0] : undefined
  if (version === undefined) return []
  return [await withChangelog({ name: 'git', version, changelog: undefined }, true)]
}

/** Found as Node would find it, without loading it; none where nothing brings it. */
async function broughtPackage(name: 'undici' | 'tar' | 'tar-fs'): Promise<Component[]> {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    const text = await readFile(join(folder, name, 'package.json'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    return [{ name, version: (JSON.parse(text) as { version?: string }).version, changelog: undefined }]
  }
  return []
}
