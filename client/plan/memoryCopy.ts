import { after } from './contents.ts'
import type { DeviceCopy, UnsentEntry } from './deviceCopy.ts'
import type { KeptChange, RescueRecord } from './records.ts'

/** What a copy in memory holds. Two copies over one memory are two tabs of one browser. */
export interface DeviceMemory {
  confirmed: readonly { readonly place: number, readonly update: Uint8Array }[]
  outbox: readonly UnsentEntry[]
  records: readonly RescueRecord[]
  changes: readonly KeptChange[]
  places: number
}

export const emptyMemory = (): DeviceMemory => ({ confirmed: [], outbox: [], records: [], changes: [], places: 0 })

/**
 * A copy in the page's own memory, for a browser that gives us no storage: the session works, and nothing is said to be
 * kept. `lasts` is for one whose memory outlives the sessions that use it.
 */
export function openMemoryCopy({ memory = emptyMemory(), lasts = false } = {}): DeviceCopy {
  let isClosed = false
  const keep = (update: Uint8Array) => ({ place: ++memory.places, update })

  return {
    lasts,

    read: () => Promise.resolve({
      confirmed: memory.confirmed.map(record => record.update),
      through: memory.confirmed.at(-1)?.place ?? 0,
      outbox: memory.outbox,
      records: memory.records,
      changes: memory.changes,
    }),

    write(changes) {
      if (isClosed)
        return Promise.resolve({ ok: false, failure: 'closed' })
      const isThere = new Set([...memory.records, ...memory.changes].map(({ id }) => id))
      if (!changes.taken.every(id => isThere.has(id)))
        return Promise.resolve({ ok: false, failure: 'overtaken' })
      const { outbox, records, changes: kept } = after({ ...memory, confirmed: [], through: 0 }, changes)
      const confirmed = [...changes.confirmedGone ? [] : memory.confirmed, ...changes.confirmed.map(keep)]
      Object.assign(memory, { outbox, records, changes: kept, confirmed })
      return Promise.resolve({ ok: true })
    },

    takeOver(from, to) {
      const taken = memory.outbox.filter(entry => entry.tab === from).map(entry => ({ ...entry, tab: to }))
      memory.outbox = memory.outbox.map(entry => taken.find(({ id }) => id === entry.id) ?? entry)
      return Promise.resolve(taken)
    },

    compact(through, merged) {
      memory.confirmed = [...memory.confirmed.filter(record => record.place > through), keep(merged)]
      return Promise.resolve()
    },

    close() {
      isClosed = true
    },
  }
}
