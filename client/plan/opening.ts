import * as Y from 'yjs'
import type { DeviceContents, DeviceCopy, TabId } from './deviceCopy.ts'
import type { SessionEdges } from './edges.ts'
import { openMemoryCopy } from './memoryCopy.ts'
import { lockOf } from './tabs.ts'

/** What a session begins from: the copy it writes to, what lay there (null when there is nothing to read), and its own name, held. */
export interface Device {
  readonly copy: DeviceCopy
  readonly contents: DeviceContents | null
  /** Lets go of the tab's name, so that others may take over what it left. */
  readonly release: () => void
}

/** The device's copy, or one in memory where the browser gives none that can be read. */
export async function openDevice({ openCopy, tabs }: SessionEdges, name: string, tab: TabId): Promise<Device> {
  const opened = await openCopy(name)
  const contents = opened.ok ? await opened.copy.read().catch(() => null) : null
  if (opened.ok && !contents)
    opened.copy.close()
  // Before anything of ours lies there: what stands under a free name is taken over.
  const release = await tabs.hold(lockOf(name, tab)).catch(() => () => {})
  return { copy: opened.ok && contents ? opened.copy : openMemoryCopy(), contents, release }
}

/** Loads the confirmed bytes into a new document, and writes them anew as one record when they have become many. */
export async function loadConfirmed(doc: Y.Doc, origin: object, { copy, contents }: Device): Promise<void> {
  if (!contents)
    return
  load(doc, origin, contents.confirmed)
  if (contents.confirmed.length > compactBeyond)
    await copy.compact(contents.through, Y.encodeStateAsUpdate(doc)).catch(() => { /* the many records hold the same */ })
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
