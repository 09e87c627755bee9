/** Some work goes on side by side; some is done with nothing beside it. */
export interface Gate {
  beside<T>(work: () => Promise<T>): Promise<T>
  /** Waits until all else has ended, and lets nothing begin before it has. */
  alone<T>(work: () => Promise<T>): Promise<T>
}

export function createGate(): Gate {
  const running = new Set<Promise<unknown>>()
  let before: Promise<unknown> = Promise.resolve()
  return {
    async beside(work) {
      for (let seen: unknown; seen !== before; ) {
        seen = before
        await before
      }
      const mine = work()
      const ended = mine.catch(() => {}).finally(() => running.delete(ended))
      running.add(ended)
      return mine
    },
    alone(work) {
      const mine = before.then(async () => {
        await Promise.all(running)
        return work()
      })
      before = mine.catch(() => {})
      return mine
    },
  }
}
