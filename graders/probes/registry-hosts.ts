import { BlockList, isIP } from 'node:net'

/** Registries where anybody may publish an image; `*` is one part of a name. */
const publicHosts = [
  'docker.io',
  'ghcr.io',
  'quay.io',
  'gcr.io',
  '*.gcr.io',
  '*.pkg.dev',
  'public.ecr.aws',
  'registry.gitlab.com',
  'codeberg.org',
  '*.azurecr.io',
  'registry.*.aliyuncs.com',
  '*.*.cr.aliyuncs.com',
  '*.*.personal.cr.aliyuncs.com',
  'ccr.ccs.tencentyun.com',
  'hkccr.ccs.tencentyun.com',
  '*.tencentcloudcr.com',
  'swr.*.myhuaweicloud.com',
  '*.*.cr.volces.com',
  'hub.c.163.com',
].map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[a-z0-9-]{1,63}')}$`))

/** Where a registry is asked. */
export interface RegistryDoor {
  /** As in the names of images: `docker.io`, `localhost:5000`. */
  registry: string
  origin: string
  /** Hosts that the assignment names: they alone may have addresses that are not public, and answer without TLS. */
  trusted: ReadonlySet<string>
}

/** How the registry of an image is reached; undefined: it is none of those that are asked. `named`: as in the assignment. */
export function openDoor(registry: string, named: readonly string[], asksPublic: boolean): RegistryDoor | undefined {
  const host = registry.toLowerCase()
  const entry = named.find((one) => one.replace(/^http:\/\//, '') === host)
  if (entry !== undefined) {
    const trusted = new Set([hostOf(host)])
    const isPlain = entry.startsWith('http://') || isLoopbackName(hostOf(host))
    return { registry: host, origin: `${isPlain ? 'http' : 'https'}://${host}`, trusted }
  }
  if (!asksPublic || !publicHosts.some((pattern) => pattern.test(host))) return undefined
  const answering = host === 'docker.io' ? 'registry-1.docker.io' : host
  return { registry: host, origin: `https://${answering}`, trusted: new Set() }
}

function hostOf(registry: string): string {
  return registry.replace(/:\d+$/, '')
}

/** As engines see it: there they speak HTTP. */
function isLoopbackName(host: string): boolean {
  return host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

const notPublic = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv4')
}
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')
/** Parts of it that lead elsewhere: Teredo and documentation, 6to4. */
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv6')
}

/** An address on the internet: not of this machine, its network, a metadata service, or one that is mapped to such. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublic.check(address, 'ipv4')
    case 6:
      return globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
    default:
      return false
  }
}
