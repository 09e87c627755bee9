import type { Flag } from '../../model/grade.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'

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

/** Mirrors and the registry's own name lead to the same official images. */
function repositoryOf(image: string): string {
  const [name = ''] = image.split('@')
  const withoutTag = name.replace(/:[^:/]+$/, '')
  const official = /^(?:[a-z0-9.-]+\.[a-z]{2,}(?::\d+)?\/)?library\/([^/]+)$/.exec(withoutTag)
  return official?.[1] ?? withoutTag.replace(/^docker\.io\//, '')
}
