import type { AsideEntry, DeviceCopy, UnsentEntry } from './deviceCopy.ts'

/** What a copy in memory holds. Two copies over one memory are two tabs of one browser. */
export interface DeviceMemory {
  confirmed: readonly { readonly place: number, readonly update: Uint8Array }[]
  outbox: readonly UnsentEntry[]
  aside: readonly AsideEntry[]
  places: number
}

export const emptyMemory = (): DeviceMemory => ({ confirmed: [], outbox: [], aside: [], places: 0 })

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
      aside: memory.aside,
    }),

    write({ confirmed, added, gone, aside }) {
      if (isClosed)
        return Promise.resolve({ ok: false, failure: 'closed' })
      memory.confirmed = [...memory.confirmed, ...confirmed.map(keep)]
      memory.outbox = [...memory.outbox, ...added].filter(entry => !gone.includes(entry.id))
      const replaced = new Set(aside.map(({ id }) => id))
      memory.aside = [...memory.aside.filter(({ id }) => !replaced.has(id)), ...aside]
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
