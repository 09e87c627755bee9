import type { KnownHole } from './known-holes.ts'

const nvd = (id: string) => `https://nvd.nist.gov/vuln/detail/${id}`

/** Of the kernel below the containers, and of what cgrade itself runs with. */
export const hostHoles: KnownHole[] = [
  {
    component: 'kernel',
    ids: ['CVE-2022-0492'],
    allows:
      'a process with a user namespace of its own becomes root through cgroup v1; default seccomp keeps it from having one',
    reach: 'limited',
    fixedIn: ['4.9.301', '4.14.266', '4.19.229', '5.4.177', '5.10.97', '5.15.20', '5.16.6', '5.17'],
    source: nvd('CVE-2022-0492'),
  },
  {
    component: 'kernel',
    ids: ['CVE-2022-0847'],
    allows: 'a program overwrites files it may only read ("Dirty Pipe"): base images of others, and runc',
    reach: 'escape',
    since: '5.8',
    fixedIn: ['5.10.102', '5.15.25', '5.16.11', '5.17'],
    source: nvd('CVE-2022-0847'),
  },
  {
    component: 'kernel',
    ids: ['CVE-2024-1086'],
    allows: 'a process with a user namespace of its own becomes root; default seccomp keeps it from having one',
    reach: 'limited',
    fixedIn: ['4.19.307', '5.4.269', '5.10.210', '5.15.149', '6.1.76', '6.6.15', '6.7.3', '6.8'],
    source: nvd('CVE-2024-1086'),
  },
  {
    component: 'node',
    ids: ['CVE-2026-111497'],
    allows: 'a Brotli answer writes outside of its buffer; cgrade never decompresses what a server answers',
    reach: 'unused',
    fixedIn: ['22.23.4', '24.22.1', '26.12.1'],
    source: nvd('CVE-2026-111497'),
  },
  {
    component: 'undici',
    ids: ['CVE-2026-22036'],
    allows: 'an answer with thousands of encodings fills memory; cgrade never decompresses answers',
    reach: 'unused',
    fixedIn: ['6.23.0', '7.18.2'],
    source: nvd('CVE-2026-22036'),
  },
  {
    component: 'undici',
    ids: ['CVE-2026-1525', 'CVE-2026-1527'],
    allows: 'requests and answers are taken apart wrongly',
    reach: 'limited',
    fixedIn: ['6.24.0', '7.24.0'],
    source: nvd('CVE-2026-1525'),
  },
  {
    component: 'tar',
    ids: ['CVE-2026-23745', 'CVE-2026-26960'],
    allows: 'links in an archive lead out of the folder that it is unpacked into',
    reach: 'limited',
    fixedIn: ['7.5.8'],
    source: 'https://github.com/advisories/GHSA-83g3-92jg-28cx',
  },
  {
    component: 'tar-fs',
    ids: ['CVE-2025-59343'],
    allows:
      'links in an archive lead out of the folder that it is unpacked into; only testcontainers has it, and unpacks nothing here',
    reach: 'unused',
    fixedIn: ['1.16.6', '2.1.4', '3.1.1'],
    source: nvd('CVE-2025-59343'),
  },
  {
    component: 'git',
    ids: ['CVE-2024-32020', 'CVE-2024-32021', 'CVE-2025-48384'],
    allows:
      'cloning a repository of a stranger runs or links what it should not; cgrade never runs git in a submission',
    reach: 'unused',
    fixedIn: ['2.43.7', '2.44.4', '2.45.4', '2.46.4', '2.47.3', '2.48.2', '2.49.1', '2.50.1'],
    source: nvd('CVE-2025-48384'),
  },
]
