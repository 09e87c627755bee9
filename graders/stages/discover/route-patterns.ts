const methods = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|ANY) +(?=\/)/
const maxLength = 200

/** A path that a server which registers this pattern answers; undefined when it is none. */
export function pathOfPattern(pattern: string): string | undefined {
  const path = pattern
    .slice(0, 2 * maxLength)
    .replace(methods, '')
    .split(/[ ?#]/, 1)[0]
  if (path === undefined || !path.startsWith('/') || path.startsWith('//')) return undefined
  const filled = path.split('/').map(fillSegment).join('/')
  return filled.length <= maxLength && /^[!-~]+$/.test(filled) && !/[{}<>()*$^|\\"'`%]/.test(filled)
    ? filled
    : undefined
}

/** `:id`, `{id}`, `{id:[0-9]+}`, `<int:id>`, `*any`: whatever the framework, something that fits. */
function fillSegment(segment: string): string {
  if (segment === '{$}') return ''
  if (segment === '*' || segment === '**') return 'x'
  if (segment.startsWith(':') || segment.startsWith('*')) return 'x'
  return segment.replace(/\{[^{}]*\}|<[^<>]*>/g, (placeholder) => (/int|\\d|\[0-9\]/.test(placeholder) ? '1' : 'x'))
}

/** Puts the prefix of a group in front, with one slash between them. */
export function joinPatterns(prefix: string, pattern: string): string {
  if (prefix === '') return pattern
  const method = methods.exec(pattern)?.[0] ?? ''
  const path = pattern.slice(method.length)
  const base = prefix.replace(/\/+$/, '')
  return `${method}${base}${path === '' || path.startsWith('/') ? '' : '/'}${path}`
}

/** Folders of the system that a program names without serving them. */
const systemFolders = new Set([
  'etc',
  'var',
  'usr',
  'bin',
  'sbin',
  'lib',
  'lib64',
  'dev',
  'proc',
  'sys',
  'tmp',
  'root',
  'opt',
  'mnt',
  'media',
  'boot',
  'home',
  'srv',
  'run',
])
const fileEnding = /\.(?:log|txt|ya?ml|json|toml|ini|conf|sh|pid|sock|so|go|py|js|key|crt|pem|html?|css|tmpl|db)$/i

/** Whether a string that is not registered as a route looks like the path of a file. */
export function looksLikeFile(path: string): boolean {
  return systemFolders.has(path.split('/')[1] ?? '') || fileEnding.test(path)
}
