/** What is known of a run's pace at one moment. */
export interface Pace {
  /** How long those took that are finished, the latest last. */
  tookMs: number[]
  /** How long those have been under way that are now: one for each slot in use. */
  underWayMs: number[]
  /** Not begun. */
  waiting: number
  /** How long those took that will be repeated one by one, with nothing beside them. */
  aloneMs: number[]
}

export interface TimeLeft {
  fromMs: number
  toMs: number
}

/** What was long ago (the first builds wait for base images) says little about what comes. */
const recent = 60
const fewest = 4
/** An estimate that is right four times out of five, where the times are spread as they usually are. */
const deviations = 1.3
/** Of one that has taken longer than others do, nobody knows how long it will take. */
const shareOfOverdue = 0.25

/**
 * How long the rest takes, from how long the finished ones took and how many are under way at once; undefined as long as too few have
 * finished for the slots in use. One that is under way for longer than usual counts with what it has taken by now: while a base
 * image is prepared, or everything hangs, the estimate grows.
 */
export function estimateTimeLeft({ tookMs, underWayMs, waiting, aloneMs }: Pace): TimeLeft | undefined {
  const slots = underWayMs.length
  if (waiting + slots + aloneMs.length === 0) return undefined
  if (slots === 0 && waiting > 0) return undefined
  if (tookMs.length < Math.max(fewest, slots / 2)) return undefined
  const finished = tookMs.slice(-recent)
  const usualMs = meanOf(finished)
  const known = [...finished, ...underWayMs.filter((ms) => ms > usualMs)]
  const [meanMs, deviationMs] = [meanOf(known), deviationOf(known)]
  const restsMs = underWayMs.map((ms) => Math.max(meanMs - ms, meanMs * shareOfOverdue))
  const workMs = waiting * meanMs + restsMs.reduce((sum, ms) => sum + ms, 0)
  const alone = aloneMs.reduce((sum, ms) => sum + ms, 0)
  // Slots do not run empty at the same moment: the last ends later than the average, by half of what one takes.
  const tailMs = waiting > 0 ? (meanMs / 2) * (1 - 1 / slots) : 0
  const besideMs = slots === 0 ? 0 : Math.max(workMs / slots + tailMs, ...restsMs)
  const left = waiting + slots
  const spreadMs =
    slots === 0
      ? alone / 2
      : (deviations * deviationMs * Math.sqrt(left + left ** 2 / known.length)) / slots + tailMs / 2
  const expectedMs = besideMs + alone
  return { fromMs: Math.max(expectedMs - spreadMs, expectedMs / 2), toMs: expectedMs + spreadMs }
}

/** `12 to 15 min left`, `about 3 min left`; never a number that it cannot know. */
export function sayTimeLeft({ fromMs, toMs }: TimeLeft): string {
  if (toMs < 60_000) return 'less than a minute left'
  if (toMs >= 100 * 60_000) {
    const [from, to] = [Math.round(fromMs / 3_600_000), Math.round(toMs / 3_600_000)]
    return from === to ? `about ${to} h left` : `${Math.max(1, from)} to ${Math.max(2, to)} h left`
  }
  const from = Math.max(1, Math.floor(fromMs / 60_000))
  const to = Math.ceil(toMs / 60_000)
  return to - from <= Math.max(0, to * 0.1) ? `about ${to} min left` : `${from} to ${to} min left`
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function deviationOf(values: number[]): number {
  const mean = meanOf(values)
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)))
}
