import type { DeviceChanges, DeviceContents } from './deviceCopy.ts'

/** A write that changes nothing, and a copy that holds nothing. */
export const noChanges: DeviceChanges = { confirmed: [], added: [], gone: [], taken: [], records: [], changes: [], confirmedGone: false }
export const noContents: DeviceContents = { confirmed: [], through: 0, outbox: [], records: [], changes: [] }

export const isNothing = ({ confirmedGone, ...lists }: DeviceChanges) =>
  !confirmedGone && Object.values(lists).every((list: readonly unknown[]) => list.length === 0)

/** What a copy holds once a write has reached it. Writing the same again makes no difference. */
export function after(contents: DeviceContents, { confirmed, added, gone, taken, records, changes, confirmedGone }: DeviceChanges): DeviceContents {
  const isThere = new Set(contents.outbox.map(({ id }) => id))
  const leave = new Set(gone)
  const stays = ({ id }: { readonly id: string }) => !leave.has(id)
  const put = <T extends { readonly id: string }>(before: readonly T[], then: readonly T[]) => {
    const replaced = new Set([...taken, ...then.map(({ id }) => id)])
    return [...before.filter(({ id }) => !replaced.has(id)), ...then].filter(stays)
  }
  return {
    confirmed: [...confirmedGone ? [] : contents.confirmed, ...confirmed],
    through: contents.through,
    outbox: [...contents.outbox, ...added.filter(({ id }) => !isThere.has(id))].filter(stays),
    records: put(contents.records, records),
    changes: put(contents.changes, changes),
  }
}

/** Two writes as one that takes nothing from anybody: what it takes may be gone already. */
export function joined(first: DeviceChanges, then: DeviceChanges): DeviceChanges {
  const idsOf = ({ added, records, changes }: DeviceChanges) => [...added, ...records, ...changes].map(({ id }) => id)
  const putThen = new Set(idsOf(then))
  const putAtAll = new Set([...idsOf(first), ...putThen])
  const leaveThen = new Set([...then.gone, ...then.taken])
  const stays = ({ id }: { readonly id: string }) => !leaveThen.has(id) && !putThen.has(id)
  return {
    confirmed: [...then.confirmedGone ? [] : first.confirmed, ...then.confirmed],
    added: [...first.added.filter(stays), ...then.added],
    gone: [
      ...first.gone.filter(id => !putThen.has(id)),
      ...first.taken.filter(id => !putAtAll.has(id)),
      ...then.gone,
      ...then.taken.filter(id => !putThen.has(id)),
    ],
    taken: [],
    records: [...first.records.filter(stays), ...then.records],
    changes: [...first.changes.filter(stays), ...then.changes],
    confirmedGone: then.confirmedGone || first.confirmedGone,
  }
}

/** All that a copy holds, as a write to another. */
export const asChanges = ({ confirmed, outbox, records, changes }: DeviceContents): DeviceChanges =>
  ({ ...noChanges, confirmed, added: outbox, records, changes })
