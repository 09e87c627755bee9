import type { Evidence } from '../model/feedback.ts'
import type { ImageSettings, PushedImage, PushedTrial } from '../model/observations.ts'
import type { Verdict } from '../model/verdict.ts'
import { compareSettings, type SettingsDifference } from './compare-settings.ts'
import { failedBy, judged, passed } from './judgement.ts'

/** Whether the image in the registry is what the Dockerfile builds, as far as its configuration tells. */
export function judgePushed(pushed: PushedImage): Verdict {
  const { name, location, seen, platform } = pushed
  const wire = { location, reproduce: `docker manifest inspect --verbose ${name}` }
  switch (seen.found) {
    case 'image':
      return judgeSettings(pushed, seen.digest, seen.settings)
    case 'nothing':
      return failedBy({
        ...wire,
        reason: 'registry.not-found',
        message: `\`${name}\` is not in its registry, or it is not public.`,
        expected: 'an image that anybody can pull, without signing in',
        actual: tellTags(seen.answer, seen.tags),
        hint: `Push it (\`docker login\`, \`docker push ${name}\`) and make the repository public, or correct its name where you wrote it down.`,
        // As somebody who has never signed in.
        reproduce: `docker --config "$(mktemp -d)" pull ${name}`,
      })
    case 'no-image':
      return failedBy({
        ...wire,
        reason: 'registry.no-image',
        message: `What lies under \`${name}\` is no image that can be started: ${seen.problem}.`,
        expected: 'an image, as `docker push` makes one',
        actual: seen.problem,
        hint: `Build it anew and push it again: \`docker build -t ${name} .\`, \`docker push ${name}\`.`,
      })
    case 'other-platform':
      return failedBy({
        ...wire,
        reason: 'registry.other-platform',
        message: `\`${name}\` does not run on ${platform}: it is in the registry for ${list(seen.platforms)} only.`,
        expected: platform,
        actual: seen.platforms.join('\n') || 'no platform',
        hint: `On a Mac with its own processor, say for which one to build: \`docker buildx build --platform ${platform} -t ${name} --push .\`.`,
      })
  }
}

function judgeSettings(pushed: PushedImage, digest: string, settings: ImageSettings): Verdict {
  const { name, location, own, platform, trial } = pushed
  const { differences, startsSameProgram } = compareSettings(own, settings)
  const evidence = [settingsEvidence(name, digest, platform, settings)]
  if (differences.length === 0 && trial !== undefined) return judgeTrial(pushed, trial, evidence)
  if (differences.length === 0) {
    const message = `\`${name}\` is in its registry for ${platform}, and starts as your Dockerfile says.`
    return { ...passed(message, evidence), location }
  }
  const wire = {
    expected: differences.map(({ expected }) => expected).join('\n'),
    actual: differences.map(({ actual }) => actual).join('\n'),
    reproduce: `docker pull ${name}\ndocker image inspect --format '{{json .Config}}' ${name}`,
    hint: `Build the image from the Dockerfile that you hand in, and push that one: \`docker build -t ${name} .\`, \`docker push ${name}\`.`,
    evidence,
    location,
  }
  if (startsSameProgram) {
    const message = `\`${name}\` is in its registry, and its ${list(kindsOf(differences))} ${differences.length === 1 ? 'is' : 'are'} not what your Dockerfile says.`
    return judged(0.5, 'registry.other-config', { ...wire, message })
  }
  const message = `\`${name}\` is in its registry, and it is another image than your Dockerfile builds: it starts another program.`
  return failedBy({ ...wire, reason: 'registry.other-image', message })
}

function judgeTrial({ name, location, platform }: PushedImage, trial: PushedTrial, evidence: Evidence[]): Verdict {
  const wire = {
    reproduce: `docker pull ${name}\ndocker run --rm -P ${name}`,
    hint: `Build the image anew from what you hand in, and push that one: \`docker build -t ${name} .\`, \`docker push ${name}\`.`,
    location,
  }
  if (!trial.serves) {
    const { expected, actual, message } = trial.fault
    return judged(0.5, 'registry.does-not-serve', {
      ...wire,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      message: `\`${name}\` is in its registry with the right configuration, and a container of it does not serve: ${message}`,
      evidence: [...evidence, ...(trial.fault.evidence ?? [])],
    })
  }
  if (trial.echo < trial.ownEcho) {
    return judged(0.5, 'registry.no-echo', {
      ...wire,
      message: `\`${name}\` serves, and does not write the headers of a request into its response as the server does that you handed in.`,
      expected: 'the answers of the server that was built from what you handed in',
      actual: 'fewer of the headers came back',
      evidence: [...evidence, ...trial.evidence],
    })
  }
  const message = `\`${name}\` is in its registry for ${platform}, starts as your Dockerfile says, and answers as your server does.`
  return { ...passed(message, evidence), location }
}

function kindsOf(differences: SettingsDifference[]): string[] {
  return [...new Set(differences.map(({ what }) => what))]
}

function settingsEvidence(name: string, digest: string, platform: string, settings: ImageSettings): Evidence {
  const { entrypoint, command, env, ports } = settings
  const text = [
    `${name} (${platform})`,
    digest,
    `ENTRYPOINT ${JSON.stringify(entrypoint)}`,
    `CMD ${JSON.stringify(command)}`,
    ...env.slice(0, 40).map((one) => `ENV ${one}`),
    ...(ports.length === 0 ? [] : [`EXPOSE ${ports.slice(0, 40).join(' ')}`]),
  ]
  return { kind: 'registry', text: text.join('\n').slice(0, 4_000) }
}

function tellTags(answer: string, tags: string[]): string {
  return tags.length === 0
    ? `the registry answers ${answer}`
    : `the registry answers ${answer}; the repository has the tags ${tags.join(', ')}`
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? 'nothing') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
