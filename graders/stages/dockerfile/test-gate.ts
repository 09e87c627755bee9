import { type BaseSettings, parseDockerfile } from './dockerfile.ts'
import { foreignImages, gateDockerfile } from './gate-dockerfile.ts'
import { rewriteDockerfile } from './rewrite-dockerfile.ts'

/** Test support: what comes of a hostile Dockerfile before the engine sees any of it. */

export const id = `sha256:${'a'.repeat(64)}`

/** The reason of the refusal, by parser or gate. */
export function refusalOf(text: string, bases?: ReadonlyMap<number, BaseSettings>): string | undefined {
  const parsed = parseDockerfile(text, 'Dockerfile', bases)
  return parsed.ok ? gateDockerfile(parsed.dockerfile)?.reason : parsed.fault.reason
}

/** What the engine is sent; undefined where it is asked nothing. */
export function sentFor(text: string): string | undefined {
  const parsed = parseDockerfile(text)
  if (!parsed.ok || gateDockerfile(parsed.dockerfile) !== undefined) return undefined
  const { dockerfile } = parsed
  return rewriteDockerfile(dockerfile, {
    stageBases: new Map(dockerfile.stages.map(({ index }) => [index, id])),
    foreignImages: new Map(foreignImages(dockerfile).map(({ name }) => [name, id])),
    architecture: 'x86_64',
  }).text
}

/** As BuildKit finds the frontend that it would pull: leading comment lines of either kind, whatever their case. */
export function frontendOf(text: string): string | undefined {
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const found = /^(?:#|\/\/)\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/.exec(line.trim())
    if (found === null) return undefined
    if (found[1]?.toLowerCase() === 'syntax') return found[2]
  }
  return undefined
}
