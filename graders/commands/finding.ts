const gib = 1024 ** 3

export interface Finding {
  id: string
  /** `missing`: httpserver cannot be graded without it; `warning`: something is reduced. */
  state: 'ok' | 'warning' | 'missing'
  /** Printed before what was seen, instead of the state. */
  label?: string
  title: string
  /** What was seen. */
  seen: string
  /** What it means for grading. */
  means?: string
  fix?: string
}

export function diskFinding(
  id: string,
  space: { folder: string; freeBytes: number },
  enoughGib: number,
  leastGib: number,
): Finding {
  const freeGib = space.freeBytes / gib
  const seen = `${freeGib < 10 ? freeGib.toFixed(1) : Math.round(freeGib)} GiB free in ${space.folder}`
  const title = id === 'engine-disk' ? 'Disk of the engine' : 'Temporary disk'
  if (freeGib >= enoughGib) return { id, state: 'ok', title, seen }
  return {
    id,
    state: freeGib < leastGib ? 'missing' : 'warning',
    title,
    seen,
    means: 'A full disk breaks builds: those submissions stay ungraded.',
    fix:
      id === 'engine-disk'
        ? '`docker system prune` removes what nothing uses.'
        : 'Set TMPDIR to a folder with more room.',
  }
}
