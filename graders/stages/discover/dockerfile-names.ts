/** Copies and templates kept beside the real one; nobody builds from them. */
const asideEndings = [
  'bak',
  'old',
  'orig',
  'save',
  'tmpl',
  'template',
  'tpl',
  'j2',
  'example',
  'sample',
  'swp',
  'disabled',
]
/** Notes on Dockerfiles, ignore lists and programs that handle them. */
const otherEndings = [
  'md',
  'dockerignore',
  'rego',
  'go',
  'py',
  'js',
  'ts',
  'sh',
  'json',
  'yml',
  'yaml',
  'html',
  'lock',
  'png',
]

/** `Dockerfile` in any case, `web.Dockerfile`, `Dockerfile.web`, `Dockerfile-web`, `Dockerfile2`, `Containerfile`. */
export function isDockerfileName(name: string): boolean {
  return hasDockerfileWord(name) && !isAsideName(name) && !hasEnding(name, otherEndings)
}

/** Looked at only when there is nothing better. */
export function isAsideName(name: string): boolean {
  return hasDockerfileWord(name) && (hasEnding(name, asideEndings) || name.endsWith('~') || name.startsWith('.'))
}

export function isPlainName(name: string): boolean {
  return ['dockerfile', 'containerfile'].includes(name.toLowerCase())
}

function hasDockerfileWord(name: string): boolean {
  const words = name.toLowerCase().split(/[\s._~()-]/)
  return words.some((word) => /^(?:dockerfile|containerfile)\d*$/.test(word))
}

function hasEnding(name: string, endings: string[]): boolean {
  const lower = name.toLowerCase()
  return endings.some((ending) => lower.endsWith(`.${ending}`))
}
