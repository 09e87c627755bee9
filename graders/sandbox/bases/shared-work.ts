export interface SharedWork<T> {
  /** The value under that key: made once, by the first who asks; everybody else waits for the same. */
  share(key: string, signal: AbortSignal, make: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Stops what is being made, and waits for it. */
  close(): Promise<void>
}

interface Making<T> {
  made: Promise<T>
  stop: AbortController
  waiting: number
}

/**
 * One who gives up does not take the work from the others: it stops only when nobody waits for it any more. A failure is
 * remembered where `isFinal` says that another attempt would only fail again.
 */
export function createSharedWork<T>(isFinal: (thrown: unknown) => boolean): SharedWork<T> {
  const all = new Map<string, Making<T>>()

  function begin(key: string, make: (signal: AbortSignal) => Promise<T>): Making<T> {
    const stop = new AbortController()
    const making: Making<T> = { made: make(stop.signal), stop, waiting: 0 }
    all.set(key, making)
    making.made.catch((thrown: unknown) => {
      if ((stop.signal.aborted || !isFinal(thrown)) && all.get(key) === making) all.delete(key)
    })
    return making
  }

  async function share(key: string, signal: AbortSignal, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    const known = all.get(key)
    const making = known === undefined || known.stop.signal.aborted ? begin(key, make) : known
    making.waiting += 1
    try {
      return await orAborted(making.made, signal)
    } finally {
      making.waiting -= 1
      if (making.waiting === 0 && signal.aborted) making.stop.abort(signal.reason)
    }
  }

  async function close(): Promise<void> {
    for (const { stop } of all.values()) stop.abort(new Error('The run is over.'))
    await Promise.allSettled([...all.values()].map(({ made }) => made))
  }

  return { share, close }
}

function orAborted<T>(made: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    made.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
