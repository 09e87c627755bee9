import type { NamespaceFacts } from '../model/verdict.ts'
import { runOnHost } from '../sandbox/host.ts'

/**
 * IPv4 and IPv6 addresses in the network namespace of a container's first process, read with the host's own `ip`: only
 * the network namespace is entered, so nothing of the image runs. `stillRuns` is asked again after the reading, because
 * the pid of a container that died may already belong to another process.
 */
export async function namespaceAddresses(pid: number, stillRuns: () => Promise<boolean>): Promise<NamespaceFacts> {
  const command = `nsenter -t ${pid} -n ip -j addr`
  if (process.platform !== 'linux') return { observed: false, why: 'this machine is not the container host' }
  const entered = await runOnHost('nsenter', ['-t', String(pid), '-n', 'ip', '-j', 'addr'], { asRoot: true })
  if (!entered.ran) return { observed: false, why: entered.why }
  if (!(await stillRuns())) return { observed: true, addresses: [], command }
  if (entered.exitCode !== 0) return { observed: false, why: `\`${command}\` failed: ${entered.stderr.slice(0, 200)}` }
  return { observed: true, addresses: parseAddresses(entered.stdout), command }
}

function parseAddresses(json: string): { interface: string; address: string }[] {
  const links = JSON.parse(json) as { ifname: string; addr_info?: { local?: string }[] }[]
  return links.flatMap((link) =>
    (link.addr_info ?? []).flatMap((entry) =>
      entry.local === undefined ? [] : [{ interface: link.ifname, address: entry.local }],
    ),
  )
}

/** Reads lines of `ip -o addr`: `2: eth0    inet 10.20.30.4/22 brd ...`. */
export function parseAddressLines(text: string): { interface: string; address: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, link = '', family = '', range = ''] = line.split(/\s+/, 4)
    return family.startsWith('inet') ? [{ interface: link, address: range.split('/')[0] ?? '' }] : []
  })
}
