import type { ImageSettings, OwnSettings } from '../../model/observations.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { readEnv } from '../dockerfile/dockerfile-variables.ts'
import { argumentsOf } from '../dockerfile/dockerfile-words.ts'

/** Values of these change with every release: an older image is as good. */
const namesRelease = /(?:^|_)(?:VERSION|VER|COMMIT|REVISION|SHA|BUILD|RELEASE|TAG|DATE|TIME|TIMESTAMP)$/i

/** Of the settings of the image that was built, those that the Dockerfile itself makes, and how much of them is the same everywhere. */
export function readOwnSettings(dockerfile: Dockerfile, built: ImageSettings): OwnSettings {
  const { entry, declaredArgs, exposedPorts } = dockerfile
  const told = stepsOfImage(dockerfile)
  const isBlank = entry.entrypoint === undefined && entry.cmd === undefined
  const { env, pathFolders } = readOwnEnv(told, declaredArgs, built)
  const portsVary = told.some(({ keyword, text }) => keyword === 'EXPOSE' && refersTo(text, declaredArgs))
  return {
    ...(entry.entrypoint !== undefined || isBlank ? { entrypoint: built.entrypoint } : {}),
    // The engine forgets the command of a base where the entry point is changed.
    ...(entry.cmd !== undefined || entry.entrypoint !== undefined || isBlank ? { command: built.command } : {}),
    env,
    pathFolders,
    ports: portsVary ? [] : built.ports.filter((port) => exposedPorts.some((own) => port === `${own}/tcp`)),
  }
}

/** Instructions of the last stage and of those that it is built FROM, in order. */
function stepsOfImage({ stages, steps }: Dockerfile): Dockerfile['steps'] {
  const wanted = new Set<number>()
  for (let stage = stages.at(-1); stage !== undefined; ) {
    wanted.add(stage.index)
    stage = stage.from.kind === 'stage' ? stages[stage.from.index] : undefined
  }
  let index = -1
  return steps.filter(({ keyword }) => {
    if (keyword === 'FROM') index += 1
    return wanted.has(index)
  })
}

function readOwnEnv(steps: Dockerfile['steps'], declaredArgs: string[], built: ImageSettings) {
  const escapeChar = '\\'
  const values = new Map(built.env.map((one) => [one.split('=', 1)[0] ?? '', one.slice(one.indexOf('=') + 1)]))
  const varying = new Set(declaredArgs)
  const own = new Map<string, OwnSettings['env'][number]>()
  const pathFolders = new Set<string>()
  for (const { keyword, text } of steps) {
    if (keyword !== 'ENV') continue
    for (const [name, written] of readEnv(argumentsOf(text), escapeChar)) {
      const value = values.get(name)
      if (value === undefined) continue
      if (name === 'PATH') {
        for (const folder of written.replaceAll(/["']/g, '').split(':')) {
          if (folder !== '' && !folder.includes('$')) pathFolders.add(folder)
        }
        continue
      }
      const varies = namesRelease.test(name) || refersTo(written, [...varying]) || refersElsewhere(written, own)
      if (varies) varying.add(name)
      own.set(name, { name, value, fixed: !varies })
    }
  }
  return { env: [...own.values()], pathFolders: [...pathFolders] }
}

function refersTo(text: string, names: readonly string[]): boolean {
  return referencesIn(text).some((name) => names.includes(name))
}

/** To a variable of the base. */
function refersElsewhere(text: string, own: ReadonlyMap<string, unknown>): boolean {
  return referencesIn(text).some((name) => !own.has(name))
}

function referencesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name)
}
