import type { Fault } from '../../model/feedback.ts'
import type { Dockerfile } from './dockerfile.ts'
import { maxExpanded } from './dockerfile-size.ts'

const maxStages = 20
const maxInstructions = 300
/** The engine itself ends at 127, those of the base image among them. */
const maxLayers = 100
const maxPorts = 4096
const maxVolumes = 64

/** More than any homework has, and more than an engine should be made to chew. */
export function findExcess({ stages, steps, size }: Dockerfile, path: string): Fault | undefined {
  const past = (count: number, most: number, what: string) =>
    count > most ? `${count} ${what}, more than the ${most}` : undefined
  const excess =
    past(stages.length, maxStages, 'stages (`FROM`)') ??
    past(steps.length, maxInstructions, 'instructions') ??
    past(size.layers, maxLayers, 'steps in one image that add a layer') ??
    past(size.ports, maxPorts, 'exposed ports') ??
    past(size.volumes, maxVolumes, 'volumes') ??
    (size.expanded > maxExpanded ? `variables that come to more than the ${maxExpanded / 1024} KiB of text` : undefined)
  if (excess === undefined) return undefined
  return {
    reason: 'build.dockerfile-limit',
    message: `\`${path}\` has ${excess} that are built here.`,
    hint: 'Leave out what the image does not need, and join commands with `&&` in one `RUN`.',
    location: { file: path },
  }
}

export function findForbiddenFlag({ forbiddenFlags }: Dockerfile, path: string): Fault | undefined {
  const [found] = forbiddenFlags
  if (found === undefined) return undefined
  const { line, keyword, flag } = found
  return {
    reason: 'build.forbidden-flag',
    message: `Line ${line} of \`${path}\` asks for \`${keyword} ${flag}\`, which no submission gets here: a build has no keys, no devices and no rights of the machine that grades.`,
    hint: `Leave \`${flag}\` out; what the step needs must be in what you handed in, or be fetched by the step itself.`,
    location: { file: path, line },
  }
}

/** Folders of the kernel: a container that works in them is a known way out of it, and a volume hides them. */
export function findForbiddenPath({ places }: Dockerfile, path: string): Fault | undefined {
  const found = places.find((place) => isOfKernel(place.path) && !isUsual(place))
  if (found === undefined) return undefined
  const { line, keyword } = found
  const place = found.path.slice(0, 200)
  return {
    reason: 'build.forbidden-path',
    message: `Line ${line} of \`${path}\` sets \`${keyword} ${place}\`, but \`/proc\`, \`/sys\` and \`/dev\` belong to the kernel: they are not part of an image.`,
    hint: 'Use a folder of your own, such as `/app`.',
    location: { file: path, line },
  }
}

function isOfKernel(path: string): boolean {
  return /^\/(?:proc|sys|dev)(?:\/|$)/.test(path)
}

/** Images that start systemd declare the first. */
function isUsual({ keyword, path }: Dockerfile['places'][number]): boolean {
  return keyword === 'VOLUME' && (path === '/sys/fs/cgroup' || path === '/dev/shm')
}
