import { noChanges } from './contents.ts'
import type { DeviceChanges, DeviceContents } from './deviceCopy.ts'
import type { SessionEdges } from './edges.ts'
import type { Journal } from './journal.ts'
import { mending } from './mending.ts'
import { copiesOf, readCopy, unsentIn, type OfMember } from './otherEpochs.ts'
import type { KeptChange, RescueRecord } from './records.ts'
import { lockOf, type Tabs } from './tabs.ts'

/**
 * What a session may load of its copy. What cannot be loaded as it lies becomes changes first: what was unsent in another
 * epoch, and what rests on confirmed bytes that were found to differ from the server's.
 */
export async function settleGround(edges: SessionEdges, { name, lasts, whose, contents, journal }: {
  name: string
  /** What is written under this name outlives the page. */
  lasts: boolean
  whose: OfMember
  contents: DeviceContents
  journal: Journal
}): Promise<DeviceContents> {
  const others = await leaveOtherEpochs(edges, name, whose)
  if (others.changes.length > 0)
    void journal.exchange({ ...noChanges, changes: others.changes }).then(({ ok }) => ok && lasts && others.done())
  else
    others.done()
  const distrusted = await resolveDistrusted(edges.tabs, name, contents)
  if (!distrusted)
    return contents
  void journal.exchange(distrusted)
  return { ...contents, confirmed: [], records: contents.records.filter(({ id }) => !distrusted.taken.includes(id)) }
}

/**
 * What lies unsent in the copies of the plan's other epochs, which no living tab holds: as changes for this epoch's copy, and
 * what to do once they are written there (C21).
 */
async function leaveOtherEpochs(
  edges: SessionEdges, mine: string, whose: OfMember,
): Promise<{ readonly changes: readonly KeptChange[], readonly done: () => void }> {
  const changes: KeptChange[] = []
  const names: string[] = []
  for (const name of await copiesOf(edges, whose)) {
    if (name === mine || await edges.tabs.isAnyAlive(name).catch(() => true))
      continue
    const unwritten = edges.carried.take(name)
    const contents = await readCopy(edges, name, unwritten)
    const unsent = contents && await unsentIn(contents, name, 'other-epoch').catch(() => null)
    if (!unsent) {
      edges.carried.leave(name, unwritten)
      continue
    }
    names.push(name)
    changes.push(...unsent.map(change => change.why === null ? { ...change, cause: 'other-epoch' as const } : change))
  }
  return { changes, done: () => names.forEach(name => edges.deleteCopy(name)) }
}

/**
 * Where a closed tab found that the confirmed bytes are not the server's: the write that clears them, with every record as
 * changes first, since nothing can be put on that ground any more (C23). Null where there is no such finding.
 */
async function resolveDistrusted(tabs: Tabs, name: string, { confirmed, outbox, records }: DeviceContents): Promise<DeviceChanges | null> {
  const found: RescueRecord[] = []
  for (const record of records) {
    if (await tabs.ifFree(lockOf(name, record.tab), () => Promise.resolve(true)))
      found.push(record)
  }
  if (!found.some(({ cause }) => cause === 'differs'))
    return null
  const { resolve } = await mending()
  const ground = [...confirmed, ...outbox.map(({ update }) => update)]
  const changes = found.flatMap(record => resolve(record, ground)).map(change => change.why === null ? { ...change, cause: 'differs' as const } : change)
  return { ...noChanges, taken: found.map(({ id }) => id), changes, confirmedGone: true }
}
