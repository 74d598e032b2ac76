import { after, isNothing, noContents } from './contents.ts'
import { deviceCopyName, type DeviceChanges, type DeviceContents } from './deviceCopy.ts'
import type { SessionEdges } from './edges.ts'
import type { RescueCause } from './left.ts'
import { mending } from './mending.ts'
import type { KeptChange, RescueRecord } from './records.ts'

export interface OfMember { readonly memberId: string, readonly planId: string }

/** The copies of one member's plan on this device and in this page, of whatever epoch. */
export async function copiesOf({ listCopies, carried }: SessionEdges, whose: OfMember): Promise<readonly string[]> {
  const prefix = deviceCopyName({ ...whose, epoch: '' })
  const names = new Set([...await listCopies().catch(() => []), ...carried.names()])
  return [...names].filter(name => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'))
}

/** All that lies in a copy, with what this page has for it and the device has not. Null when it cannot be read. */
export async function readCopy({ openCopy }: SessionEdges, name: string, unwritten: DeviceChanges): Promise<DeviceContents | null> {
  const opened = await openCopy(name)
  const contents = opened.ok ? await opened.copy.read().catch(() => null) : null
  if (opened.ok)
    opened.copy.close()
  return contents || !isNothing(unwritten) ? after(contents ?? noContents, unwritten) : null
}

/**
 * Everything unsent in a copy as changes: its outbox on what was confirmed there, and each record on both. With them go those
 * that were changes already.
 */
export async function unsentIn(
  { confirmed, outbox, records, changes }: DeviceContents, name: string, cause: RescueCause,
): Promise<readonly KeptChange[]> {
  const unsent = recordOf(outbox, name, cause)
  if (!unsent && records.length === 0)
    return changes
  const { resolve } = await mending()
  const ground = [...confirmed, ...outbox.map(({ update }) => update)]
  return [
    ...changes,
    ...unsent ? resolve(unsent, confirmed) : [],
    ...records.flatMap(record => resolve(record, ground)),
  ]
}

/** An outbox as a record. Its id follows from what is in it, so that doing this twice gives the same. */
export function recordOf(outbox: DeviceContents['outbox'], tab: string, cause: RescueCause): RescueRecord | null {
  const [first] = outbox
  return first ? { id: `outbox-${first.id}`, tab, at: first.at, cause, named: [], entries: outbox, dropped: [] } : null
}
