import { deleteDeviceCopy, listDeviceCopies, openDeviceCopy } from '../../../client/plan/deviceCopy.ts'
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

/** A copy is made, listed, and deleted: whether it is listed before, and after. */
async function playList(): Promise<readonly boolean[]> {
  const name = 'plantavle/m1/p1/e1'
  const result = await openDeviceCopy(name)
  if (!result.ok)
    throw new Error(result.failure)
  const isListed = (await listDeviceCopies()).includes(name)
  result.copy.close()
  deleteDeviceCopy(name)
  let isGone = false
  while (!isGone)
    isGone = !(await listDeviceCopies()).includes(name)
  return [isListed, !isGone]
}

/** Two tabs: news that one tells is heard by the other, and a living one is known of. */
async function playNews(): Promise<readonly unknown[]> {
  const tabs = browserTabs()
  const ended = new AbortController()
  const before = await tabs.isAnyAlive('news')
  const release = await tabs.hold(lockOf('news', 'a'))
  const heard = new Promise<string>(resolve => tabs.hear('news', ended.signal, () => resolve('heard')))
  tabs.hear('news', ended.signal, () => {}).tell()
  const seen = [before, await tabs.isAnyAlive('news'), await heard]
  release()
  ended.abort()
  return seen
}

Object.assign(globalThis, { keepPromise, playTabs, playMeeting, playList, playNews })
