/** The name a living tab holds. */
export const lockOf = (group: string, tab: string) => `${group}#${tab}`

/** Which tabs of this browser are alive. A tab's name is held for as long as the page lives, however it ends. */
export interface Tabs {
  /** Holds a name until the returned function is called. */
  hold(name: string): Promise<() => void>
  /** Does `work` while holding the name, at once; null when a living tab holds it. */
  ifFree<T>(name: string, work: () => Promise<T>): Promise<T | null>
  /** Does `work` when the name becomes free. Nothing is done once `signal` is aborted. */
  whenFree(name: string, signal: AbortSignal, work: () => Promise<void>): void
  /** Tells of the group's other tabs, those that live now and each that comes, and tells them of `tab`, whose name is held. */
  meet(group: string, tab: string, signal: AbortSignal, onTab: (tab: string) => void): void
  /** Hears that another tab has news under this name, and tells the others of its own. No content goes along. */
  hear(name: string, signal: AbortSignal, onNews: () => void): { tell(): void }
  /** Whether a tab of the group lives. */
  isAnyAlive(group: string): Promise<boolean>
}

/**
 * The browser's Web Locks. Where it has none every other tab counts as closed: two tabs may then send the same update, which
 * does no more than once.
 */
export function browserTabs(): Tabs {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks as LockManager | undefined
  if (!locks)
    return {
      hold: () => Promise.resolve(() => {}),
      ifFree: (_name, work) => work(),
      whenFree: () => {},
      meet: () => {},
      hear,
      isAnyAlive: () => Promise.resolve(false),
    }
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
    meet(group, tab, signal, onTab) {
      if (signal.aborted || typeof BroadcastChannel === 'undefined')
        return
      // Listening before asking who is there, and named before telling: of two that come at once, neither misses the other.
      const channel = new BroadcastChannel(group)
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string')
          onTab(data)
      }
      signal.addEventListener('abort', () => channel.close())
      channel.postMessage(tab)
      locks.query().then(({ held = [] }) => {
        for (const { name = '' } of held) {
          if (name.startsWith(lockOf(group, '')))
            onTab(name.slice(lockOf(group, '').length))
        }
      }, () => { /* who is not told of is found by the next look */ })
    },
    hear,
    async isAnyAlive(group) {
      const { held = [] } = await locks.query()
      return held.some(({ name = '' }) => name.startsWith(lockOf(group, '')))
    },
  }
}

function hear(name: string, signal: AbortSignal, onNews: () => void): { tell(): void } {
  if (signal.aborted || typeof BroadcastChannel === 'undefined')
    return { tell: () => {} }
  const channel = new BroadcastChannel(name)
  channel.onmessage = onNews
  signal.addEventListener('abort', () => channel.close())
  return { tell: () => signal.aborted || channel.postMessage('news') }
}
