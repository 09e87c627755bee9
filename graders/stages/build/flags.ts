import type { Flag } from '../../model/grade.ts'
import { isMirror, parseImageReference } from '../../sandbox/bases/image-reference.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { foreignImages } from '../dockerfile/gate-dockerfile.ts'

/** What staff should look at, though it is no fault: an unusual base image, a program that was fetched instead of handed in. */
export function flagsOf(dockerfile: Dockerfile, trustedBases: string[]): Flag[] {
  const flags: Flag[] = []
  for (const stage of dockerfile.stages) {
    if (stage.from.kind !== 'image' || trustedBases.includes(repositoryOf(stage.base))) continue
    flags.push({
      code: 'unusual-base',
      message: `Line ${stage.line}: base image \`${stage.base}\` is not on the course's list.`,
    })
  }
  for (const { name, line } of foreignImages(dockerfile)) {
    if (trustedBases.includes(repositoryOf(name))) continue
    flags.push({
      code: 'unusual-base',
      message: `Line ${line}: files are copied out of the image \`${name}\`, which is not on the course's list.`,
    })
  }
  for (const step of dockerfile.steps) {
    if (
      step.keyword !== 'RUN' ||
      !/\bgit\s+clone\b|\bgo\s+(install|get)\s+\S+@|\b(curl|wget)\b[^|&;]*\.(go|zip|tar|tgz)/.test(
        step.text.slice(0, 4_000),
      )
    )
      continue
    flags.push({
      code: 'fetched-program',
      message: `Line ${step.line}: the build fetches a program: ${step.text.slice(0, 120)}`,
    })
  }
  return flags
}

/** Mirrors lead to the same official images; an unknown registry may call whatever it likes `library/golang`. */
function repositoryOf(image: string): string {
  const reference = parseImageReference(image)
  if (reference === undefined) return image
  const { registry, path } = reference
  const isOfficial = path.startsWith('library/') && (registry === 'docker.io' || isMirror(registry))
  if (isOfficial) return path.slice('library/'.length)
  return registry === 'docker.io' ? path : `${registry}/${path}`
}
