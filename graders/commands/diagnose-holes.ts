import type { ComponentName } from '../sandbox/doctor/known-holes.ts'
import { type Component, type OpenHole, openHoles } from '../sandbox/doctor/match-holes.ts'
import type { SecurityFinding } from './diagnose-security.ts'

const howToRenew: Record<ComponentName, string> = {
  engine: 'Install a current engine, as Docker packages it: https://docs.docker.com/engine/install/.',
  'engine (BuildKit)': 'Install a current engine: its BuildKit comes with it.',
  containerd: 'Install a current `containerd.io`, or the updates of your distribution.',
  runc: 'Install a current `containerd.io`, which brings runc, or put a current runc in its place, and restart the engine.',
  crun: 'Install the updates of your distribution.',
  kernel: 'Install the updates of your distribution and boot the new kernel.',
  node: 'Install a current Node.js; `./grade` uses the one of `package.json`.',
  undici: '`npm update undici`, or a newer cgrade.',
  tar: '`npm update tar`, or a newer cgrade.',
  'tar-fs': '`npm update tar-fs`, or a newer cgrade.',
  git: 'Install the updates of your distribution.',
}

/** For each component one line, and one for each hole of it that a submission could use. */
export function diagnoseHoles(components: Component[]): SecurityFinding[] {
  return components.flatMap((component) => {
    const holes = openHoles(component)
    const reached = holes.filter(({ reach }) => reach !== 'unused')
    return [componentFinding(component, holes), ...reached.map((hole) => holeFinding(component, hole))]
  })
}

function componentFinding(component: Component, holes: OpenHole[]): SecurityFinding {
  const { name, version, changelog } = component
  const unused = holes.filter(({ reach }) => reach === 'unused').flatMap(({ ids }) => ids)
  const looked = changelog === undefined ? '' : `; what ${changelog.distribution} closed was read in its changelog`
  return {
    id: `security.${idOf(name)}`,
    state: 'ok',
    title: name,
    seen: version === undefined ? 'it does not tell its version' : `${version}${looked}`,
    ...(unused.length === 0
      ? {}
      : { means: `Open or unknown, but in parts that cgrade does not use: ${unused.join(', ')}.` }),
  }
}

/** A way out counts against `basic`, unless its distribution may have closed it: then against `strict`. */
function holeFinding(component: Component, hole: OpenHole): SecurityFinding {
  const isWayOut = hole.reach === 'escape'
  const level = hole.state === 'may-be-closed' ? 'strict' : 'basic'
  const [id = ''] = hole.ids
  const tracker = `Look at https://security-tracker.debian.org/tracker/${id}, or at the tracker of your distribution. `
  return {
    id: `security.${id.toLowerCase()}`,
    state: isWayOut && level === 'basic' ? 'missing' : 'warning',
    label: isWayOut ? `a way out, ${labels[hole.state]}` : labels[hole.state],
    title: component.name,
    seen: `${hole.ids.join(', ')}, fixed in ${hole.fixedIn.join(', ') || 'no version that we know'}; ${versionFor(component, hole)}`,
    means: `With it, ${hole.allows}. More: ${hole.source}`,
    fix: (hole.state === 'may-be-closed' ? tracker : '') + howToRenew[component.name],
    ...(isWayOut ? { lackingFor: level } : {}),
  }
}

const labels: Record<OpenHole['state'], string> = {
  open: 'open',
  'may-be-closed': 'may be closed',
  'cannot-tell': 'cannot tell',
}

function versionFor({ version, changelog }: Component, hole: OpenHole): string {
  if (version === undefined) return 'this one does not tell its version'
  if (hole.state === 'may-be-closed') return `this is ${version}, into which its distribution may have put the fix`
  if (changelog === undefined) return `this is ${version}`
  return `this is ${changelog.version}, whose changelog does not name it`
}

function idOf(name: ComponentName): string {
  return name.replace(/[ (]+/g, '-').replace(')', '').toLowerCase()
}
