import { openDeviceCopy } from '../../../client/plan/deviceCopy.ts'
import { browserTabs, lockOf } from '../../../client/plan/tabs.ts'
import { promises } from './deviceCopyPromises.ts'

/** Keeps one promise in this page's own IndexedDB, in a database of its own; rejects where it does not hold. */
async function keepPromise(name: string): Promise<void> {
  await promises[name]?.(async () => {
    const result = await openDeviceCopy(name)
    if (!result.ok)
      throw new Error(result.failure)
    return result.copy
  })
}

/** Plays two tabs: what is done while a name is held, at its release, and after. */
async function playTabs(): Promise<readonly string[]> {
  const tabs = browserTabs()
  const seen: string[] = []
  const release = await tabs.hold('tab-a')
  seen.push(await tabs.ifFree('tab-a', () => Promise.resolve('free')) ?? 'held')
  const stopped = new AbortController()
  tabs.whenFree('tab-a', stopped.signal, () => Promise.resolve(void seen.push('never')))
  stopped.abort()
  const freed = new Promise<void>((resolve) => {
    tabs.whenFree('tab-a', new AbortController().signal, () => {
      seen.push('freed')
      resolve()
      return Promise.resolve()
    })
  })
  seen.push('waits')
  release()
  await freed
  // The one who waited lets go when its work is done, a moment from here.
  while (await tabs.ifFree('tab-a', () => Promise.resolve(seen.push('free'))) === null)
    await Promise.resolve()
  return seen
}

/** Two tabs of one group, and one of another: each tells whom it meets. */
async function playMeeting(): Promise<readonly string[]> {
  const seen: string[] = []
  const signal = new AbortController().signal
  const come = (group: string, tab: string, count: number) => new Promise<void>((resolve) => {
    const tabs = browserTabs()
    let left = count
    void tabs.hold(lockOf(group, tab)).then(() => tabs.meet(group, tab, signal, (other) => {
      if (other === tab)
        return
      seen.push(`${tab} meets ${other}`)
      if (--left === 0)
        resolve()
    }))
  })
  void come('another plan', 'c', 1)
  await Promise.all([come('plan', 'a', 1), come('plan', 'b', 1)])
  return [...new Set(seen)].sort()
}

Object.assign(globalThis, { keepPromise, playTabs, playMeeting })
