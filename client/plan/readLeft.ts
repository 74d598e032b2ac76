import { isNothing, joined, noChanges } from './contents.ts'
import type { DeviceChanges, DeviceContents } from './deviceCopy.ts'
import { browserEdges, type SessionEdges } from './edges.ts'
import type { LeftChange, RescueCause } from './left.ts'
import { mending } from './mending.ts'
import { copiesOf, readCopy, recordOf, unsentIn, type OfMember } from './otherEpochs.ts'
import { oldestFirst, toLeft } from './records.ts'
import { lockOf, type Tabs } from './tabs.ts'
import { cellKey } from './unsent.ts'

export interface LeftOnDevice extends OfMember {
  /** Why the plan cannot be opened: what stands as the reason of what has not been refused by itself. */
  readonly why: RescueCause
  readonly edges?: Partial<SessionEdges>
}

/**
 * Everything of one member's that this device holds and the plan does not, oldest first, with no session: for when the plan is
 * not to be had any more (C26). Nothing is changed; a session that can be opened later goes on where the last one ended.
 */
export async function readLeft({ memberId, planId, why, edges: given = {} }: LeftOnDevice): Promise<readonly LeftChange[]> {
  const edges = { ...browserEdges(), ...given }
  const all = await Promise.all((await copiesOf(edges, { memberId, planId })).map(async (name) => {
    const contents = await look(edges, name)
    return contents ? unsentIn(contents, name, why) : []
  }))
  return all.flat().sort(oldestFirst).map(toLeft)
}

/** Takes changes that {@link readLeft} has told off the device for good. */
export async function forgetLeft({ ids, why, edges: given = {}, ...whose }: LeftOnDevice & { readonly ids: readonly string[] }): Promise<void> {
  const edges = { ...browserEdges(), ...given }
  for (const name of await copiesOf(edges, whose)) {
    const contents = await look(edges, name)
    const changes = contents && await without(edges.tabs, name, contents, { ids: new Set(ids), why })
    if (changes && !isNothing(changes))
      await write(edges, name, changes)
  }
}

function look(edges: SessionEdges, name: string): Promise<DeviceContents | null> {
  const unwritten = edges.carried.take(name)
  edges.carried.leave(name, unwritten)
  return readCopy(edges, name, unwritten)
}

/** Changes leave; a record, and an outbox that becomes one, is told what of it has been dropped. */
async function without(
  tabs: Tabs,
  name: string,
  { confirmed, outbox, records, changes }: DeviceContents,
  { ids, why }: { ids: ReadonlySet<string>, why: RescueCause },
): Promise<DeviceChanges> {
  const gone = changes.map(({ id }) => id).filter(id => ids.has(id))
  const free = []
  for (const entry of outbox) {
    if (await tabs.ifFree(lockOf(name, entry.tab), () => Promise.resolve(true)))
      free.push(entry)
  }
  const unsent = recordOf(free, name, why)
  const ground = [...confirmed, ...outbox.map(({ update }) => update)]
  const known = [...unsent ? [{ record: unsent, on: confirmed }] : [], ...records.map(record => ({ record, on: ground }))]
  const { resolve } = await mending()
  const shortened = known.flatMap(({ record, on }) => {
    const dropped = resolve(record, on).filter(({ id }) => ids.has(id)).map(cellKey)
    return dropped.length > 0 ? [{ ...record, dropped: [...record.dropped, ...dropped] }] : []
  })
  const left = shortened.some(({ id }) => id === unsent?.id) ? free.map(({ id }) => id) : []
  return { ...noChanges, gone: [...gone, ...left], records: shortened }
}

async function write({ openCopy, carried }: SessionEdges, name: string, changes: DeviceChanges): Promise<void> {
  const opened = await openCopy(name)
  const result = opened.ok ? await opened.copy.write(changes) : opened
  if (opened.ok)
    opened.copy.close()
  if (!result.ok || carried.names().includes(name))
    carried.leave(name, joined(noChanges, changes))
}
