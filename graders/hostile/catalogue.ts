/** The attacks that the suite is about, in groups; what each is stands in `docs/threat-model.md` and in the titles of its tests. */

export interface AttackGroup {
  title: string
  first: number
  last: number
}

export const attackGroups: AttackGroup[] = [
  { title: 'Forged verdicts, stolen tests', first: 1, last: 10 },
  { title: "GitHub's log and file commands", first: 11, last: 18 },
  { title: 'Reports and terminals', first: 19, last: 27 },
  { title: 'Folders, archives, git', first: 28, last: 40 },
  { title: 'Dockerfile and build', first: 41, last: 61 },
  { title: 'Resources at run time', first: 62, last: 74 },
  { title: 'HTTP', first: 75, last: 82 },
  { title: 'Network and neighbours', first: 83, last: 88 },
  { title: 'Scripts that want root', first: 89, last: 94 },
]

/** Why a test of an attack is missing; completes "not automated: ...". */
export const notAutomated: Record<string, string> = {}

/** Why no test takes the defence away and shows that the attack succeeds; completes "no control: ...". */
export const withoutControl: Record<string, string> = {
  H74: 'nothing is switched on against it: no rule looks at orphans, zombies or the number of a process, and an honest server loses nothing by them',
}

export function attackIds({ first, last }: AttackGroup): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `H${String(first + index).padStart(2, '0')}`)
}
