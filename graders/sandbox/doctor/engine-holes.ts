import type { KnownHole } from './known-holes.ts'

const nvd = (id: string) => `https://nvd.nist.gov/vuln/detail/${id}`
const advisory = (id: string) => `https://github.com/advisories/${id}`
const mobyAdvisory = (id: string) => `https://github.com/moby/moby/security/advisories/${id}`

/** Of the engine, and of what it starts containers with. */
export const engineHoles: KnownHole[] = [
  {
    component: 'runc',
    ids: ['CVE-2019-5736'],
    allows: 'the program of an image overwrites runc itself and becomes root of this machine',
    reach: 'escape',
    fixedIn: ['1.0.0-rc7'],
    source: nvd('CVE-2019-5736'),
  },
  {
    component: 'runc',
    ids: ['CVE-2021-30465'],
    allows: 'containers that share a volume swap a link in and mount folders of this machine',
    reach: 'escape',
    fixedIn: ['1.0.0-rc95'],
    source: nvd('CVE-2021-30465'),
  },
  {
    component: 'runc',
    ids: ['CVE-2024-21626'],
    allows: 'an image with `WORKDIR /proc/self/fd/...` stands in the file system of this machine',
    reach: 'escape',
    since: '1.0.0-rc93',
    fixedIn: ['1.1.12'],
    source: nvd('CVE-2024-21626'),
  },
  {
    component: 'runc',
    ids: ['CVE-2024-45310'],
    allows: 'containers that share a volume make empty files on this machine',
    reach: 'limited',
    fixedIn: ['1.1.14', '1.2.0-rc.3'],
    source: nvd('CVE-2024-45310'),
  },
  {
    component: 'runc',
    ids: ['CVE-2025-31133', 'CVE-2025-52565', 'CVE-2025-52881'],
    allows: 'an image that races with its own start writes to files of the kernel, and from there to this machine',
    reach: 'escape',
    fixedIn: ['1.2.8', '1.3.3', '1.4.0-rc.3'],
    source: nvd('CVE-2025-31133'),
  },
  {
    component: 'runc',
    ids: ['CVE-2026-41579'],
    allows:
      'an image whose `/dev` is a link touches a few files of this machine (not useful under Docker, says its analysis)',
    reach: 'limited',
    fixedIn: ['1.3.6', '1.4.3', '1.5.0-rc.3'],
    source: advisory('GHSA-xjvp-4fhw-gc47'),
  },
  {
    component: 'crun',
    ids: ['CVE-2022-27650'],
    allows: 'a program in a container gets back capabilities that it should not inherit',
    reach: 'limited',
    fixedIn: ['1.4.4'],
    source: nvd('CVE-2022-27650'),
  },
  {
    component: 'containerd',
    ids: ['CVE-2020-15257'],
    allows: 'containers in the network of the host command containerd; cgrade starts none there',
    reach: 'unused',
    fixedIn: ['1.3.9', '1.4.3'],
    source: nvd('CVE-2020-15257'),
  },
  {
    component: 'containerd',
    ids: ['CVE-2024-25621'],
    allows: 'other users of this machine look into folders of containerd',
    reach: 'limited',
    fixedIn: ['1.7.29', '2.0.7', '2.1.5', '2.2.0'],
    source: nvd('CVE-2024-25621'),
  },
  {
    component: 'containerd',
    ids: ['CVE-2024-40635'],
    allows: 'an image with a huge `USER` number runs as root of its container, which cgrade allows anyway',
    reach: 'limited',
    fixedIn: ['1.6.38', '1.7.27', '2.0.4'],
    source: nvd('CVE-2024-40635'),
  },
  {
    component: 'containerd',
    ids: ['CVE-2026-53489', 'CVE-2026-53492'],
    allows: 'restoring a checkpoint of a stranger reads files of this machine; cgrade restores none',
    reach: 'unused',
    since: '2.1.0',
    fixedIn: ['2.1.9', '2.2.5', '2.3.2'],
    source: advisory('GHSA-rgh6-rfwx-v388'),
  },
  {
    component: 'engine',
    ids: ['CVE-2024-24557'],
    allows: 'one image poisons the layer cache for another; cgrade builds without that cache',
    reach: 'unused',
    fixedIn: ['24.0.9', '25.0.2'],
    source: mobyAdvisory('GHSA-xw73-rw38-6vjc'),
  },
  {
    component: 'engine',
    ids: ['CVE-2024-29018'],
    allows:
      'a container without a way out still sends messages through the name server of this machine; cgrade names one that does not exist',
    reach: 'unused',
    fixedIn: ['23.0.11', '25.0.5', '26.0.0-rc.3'],
    source: mobyAdvisory('GHSA-mq39-4gv4-mvpx'),
  },
  {
    component: 'engine',
    ids: ['CVE-2024-41110', 'CVE-2026-34040'],
    allows: 'an authorization plug-in of the engine is bypassed; cgrade relies on none',
    reach: 'unused',
    fixedIn: ['29.3.1'],
    source: mobyAdvisory('GHSA-x744-4wpc-v9h2'),
  },
  {
    component: 'engine',
    ids: ['CVE-2026-41567', 'CVE-2026-41568', 'CVE-2026-42306'],
    allows:
      'a program that races while files are copied into or out of its container makes empty files on this machine, or covers some; cgrade copies only for root exercises, and never compressed',
    reach: 'limited',
    fixedIn: ['29.5.1'],
    source: mobyAdvisory('GHSA-rg2x-37c3-w2rh'),
  },
  {
    component: 'engine (BuildKit)',
    ids: ['CVE-2024-23651', 'CVE-2024-23652', 'CVE-2024-23653'],
    allows: 'a Dockerfile reads or removes files of this machine; cgrade builds with the classic builder',
    reach: 'unused',
    fixedIn: ['25.0.2'],
    source: nvd('CVE-2024-23652'),
  },
  {
    component: 'engine (BuildKit)',
    ids: ['CVE-2026-33747', 'CVE-2026-33748'],
    allows: 'a foreign frontend writes outside of the build; cgrade takes none, and builds with the classic builder',
    reach: 'unused',
    fixedIn: ['29.3.1'],
    source: advisory('GHSA-4c29-8rgm-jvjj'),
  },
  {
    component: 'engine (BuildKit)',
    ids: ['GHSA-7236-3392-c5c6', 'GHSA-hw3h-2gp9-cxpv'],
    allows:
      'a foreign frontend switches seccomp off (fixed in BuildKit 0.31.2; engines do not tell theirs); cgrade takes none',
    reach: 'unused',
    fixedIn: [],
    source: advisory('GHSA-7236-3392-c5c6'),
  },
]
