/** Which tabs of this browser are alive. A tab's name is held for as long as the page lives, however it ends. */
export interface Tabs {
  /** Holds a name until the returned function is called. */
  hold(name: string): Promise<() => void>
  /** Does `work` while holding the name, at once; null when a living tab holds it. */
  ifFree<T>(name: string, work: () => Promise<T>): Promise<T | null>
  /** Does `work` when the name becomes free. Nothing is done once `signal` is aborted. */
  whenFree(name: string, signal: AbortSignal, work: () => Promise<void>): void
}

/**
 * The browser's Web Locks. Where it has none every other tab counts as closed: two tabs may then send the same update, which
 * does no more than once.
 */
export function browserTabs(): Tabs {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks as LockManager | undefined
  if (!locks)
    return { hold: () => Promise.resolve(() => {}), ifFree: (_name, work) => work(), whenFree: () => {} }
  return {
    hold: name => new Promise((resolve, reject) => {
      locks.request(name, () => new Promise<void>((release) => {
        resolve(() => release())
      })).catch(reject)
    }),
    ifFree: (name, work) => locks.request(name, { ifAvailable: true }, lock => lock ? work() : null),
    whenFree(name, signal, work) {
      locks.request(name, { signal }, work).catch((error: unknown) => {
        if (!signal.aborted)
          throw error
      })
    },
  }
}
