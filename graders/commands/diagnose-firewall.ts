import type { FirewallFacts } from '../sandbox/doctor/examine-firewall.ts'
import type { Finding } from './finding.ts'

/** Whether a submission reaches what listens on this machine. */
export function firewallFinding({ available, seen }: FirewallFacts): Finding {
  const finding: Finding = { id: 'firewall', state: 'ok', title: 'Firewall', seen }
  if (available) return finding
  return {
    ...finding,
    state: 'warning',
    means: 'A server has no way to the internet or to another student, but reaches what listens on this machine.',
    fix: 'Run as root on the machine of the engine, with `iptables` installed; let no service listen on all addresses.',
  }
}
