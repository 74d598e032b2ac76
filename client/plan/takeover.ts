import type { DeviceContents, DeviceCopy, TabId, UnsentEntry } from './deviceCopy.ts'
import { inTime } from './opening.ts'
import { lockOf, type Tabs } from './tabs.ts'

/** Takes over what closed tabs left unsent. A living tab keeps its own, and is watched until it goes, however late it came. */
export interface Takeover {
  /** Looks for what is free now. What fails is tried again at the next look. */
  look(): Promise<void>
}

export interface TakeoverOptions {
  readonly copy: DeviceCopy
  readonly tabs: Tabs
  /** The name of the copy, which its tabs have in common. */
  readonly group: string
  /** This tab, whose name is held. */
  readonly tab: TabId
  readonly signal: AbortSignal
  readonly mayTake: () => boolean
  /** Entries that are ours now, in the order they were made, and all that the device had confirmed when they were taken. */
  readonly onTaken: (entries: readonly UnsentEntry[], confirmed: readonly Uint8Array[]) => void
  /** Another tab has gone. */
  readonly onGone: () => void
}

/** Begins with what was read at the opening. */
export async function openTakeover(options: TakeoverOptions, contents: DeviceContents): Promise<Takeover> {
  const { copy, tabs, group, tab, signal, mayTake, onTaken, onGone } = options
  const watched = new Set<TabId>()
  let last = Promise.resolve()
  let next: Promise<void> | null = null

  /** One look at a time; who asks during one waits for the next. */
  function look(): Promise<void> {
    next ??= last = last.then(async () => {
      next = null
      if (!signal.aborted)
        await takeFree(await copy.read())
    }).catch(() => { /* the device fails us; what lies there stays */ })
    return next
  }

  async function takeFree({ outbox, confirmed }: DeviceContents) {
    const taken = new Map<string, UnsentEntry>()
    for (const other of new Set(outbox.map(entry => entry.tab))) {
      if (other === tab || signal.aborted || !mayTake())
        continue
      // One that fails keeps none of the others from being taken, and is tried again at the next look.
      const entries = await tabs.ifFree(lockOf(group, other), () => copy.takeOver(other, tab)).catch(() => failed)
      entries?.forEach(entry => taken.set(entry.id, entry))
      if (!entries)
        watch(other)
    }
    // Between tabs the order is that of the copy; what came after it was read comes last.
    const inOrder = new Set([...outbox.map(({ id }) => id), ...taken.keys()])
    if (taken.size > 0 && !signal.aborted)
      onTaken([...inOrder].map(id => taken.get(id)).filter(entry => entry !== undefined), confirmed)
  }

  function watch(other: TabId) {
    if (other === tab || watched.has(other))
      return
    watched.add(other)
    // All who watch are told, one after another; the last of them finds the name free.
    tabs.whenFree(lockOf(group, other), signal, () => {
      watched.delete(other)
      void look()
      onGone()
      return Promise.resolve()
    })
  }

  last = takeFree(contents).catch(() => { /* as in every look */ })
  // A device that does not answer holds nobody up: what it gives later is taken then.
  await inTime(last)
  tabs.meet(group, tab, signal, watch)
  return { look }
}

const failed: readonly UnsentEntry[] = []
