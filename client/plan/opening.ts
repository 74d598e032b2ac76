import * as Y from 'yjs'
import { after, noContents } from './contents.ts'
import type { DeviceChanges, DeviceContents, DeviceCopy, TabId } from './deviceCopy.ts'
import type { SessionEdges } from './edges.ts'
import { openMemoryCopy } from './memoryCopy.ts'
import { lockOf } from './tabs.ts'

/** What a session begins from: the copy it writes to, what lay there, and its own name, held. */
export interface Device {
  readonly copy: DeviceCopy
  /** With what an earlier session of this page could not write. */
  readonly contents: DeviceContents
  /** That, to be written now. Its entries are this tab's. */
  readonly unwritten: DeviceChanges
  /** The browser gives no storage: the copy is in this page's memory, and goes with it. */
  readonly isInMemory: boolean
  /** Lets go of the tab's name, so that others may take over what it left. */
  readonly release: () => void
}

/** The device's copy, or one in memory where the browser gives none that can be read. */
export async function openDevice({ openCopy, tabs, carried }: SessionEdges, name: string, tab: TabId): Promise<Device> {
  const opened = await openCopy(name)
  const contents = opened.ok ? await inTime(opened.copy.read()) : null
  if (opened.ok && !contents)
    opened.copy.close()
  // Before anything of ours lies there: what stands under a free name is taken over.
  const release = await tabs.hold(lockOf(name, tab)).catch(() => () => {})
  const left = carried.take(name)
  const unwritten = { ...left, added: left.added.map(entry => ({ ...entry, tab })) }
  return {
    copy: opened.ok && contents ? opened.copy : openMemoryCopy(),
    contents: after(contents ?? noContents, unwritten),
    unwritten,
    isInMemory: !opened.ok || !contents,
    release,
  }
}

/** What the device has not done within this time does not hold up the opening; null when it fails. */
export function inTime<T>(work: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), patienceMs)
    work.then(resolve, () => resolve(null)).finally(() => clearTimeout(timer))
  })
}
const patienceMs = 3_000

/** Loads the confirmed bytes into a new document, and writes them anew as one record when they have become many. */
export async function loadConfirmed(doc: Y.Doc, origin: object, copy: DeviceCopy, { confirmed, through }: DeviceContents): Promise<void> {
  load(doc, origin, confirmed)
  if (confirmed.length > compactBeyond)
    await inTime(copy.compact(through, Y.encodeStateAsUpdate(doc)))
}

export function load(doc: Y.Doc, origin: object, updates: readonly Uint8Array[]): void {
  doc.transact(() => {
    for (const update of updates) {
      try {
        Y.applyUpdate(doc, update, origin)
      }
      catch {
        // A damaged record keeps no other from being read; the server has what was confirmed.
      }
    }
  }, origin)
}

/** Above this many confirmed records the copy is written anew as one. */
const compactBeyond = 200
