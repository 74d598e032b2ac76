import type { Cell, Instant, MemberId } from '#shared/plan/values.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import type { UnsentChange } from './unsent.ts'

export type TabId = string
export type EntryId = string

/** One update of our own that the server has not acknowledged. */
export interface UnsentEntry {
  readonly id: EntryId
  /** The tab that is to send it. */
  readonly tab: TabId
  readonly at: Instant
  /** The cells it changed; `field` is `''` for a row that was added. */
  readonly cells: readonly Cell[]
  readonly update: Uint8Array
}

/** What the server would not take: the words for people, the bytes for the record. Never loaded into a live document. */
export interface AsideEntry {
  readonly id: EntryId
  readonly at: Instant
  readonly reason: CloseReason
  readonly changes: readonly UnsentChange[]
  readonly updates: readonly Uint8Array[]
}

export interface DeviceContents {
  /** Bytes the server has released or acknowledged, oldest first. */
  readonly confirmed: readonly Uint8Array[]
  /** The place of the last of them; see {@link DeviceCopy.compact}. */
  readonly through: number
  /** Every tab's unsent updates, oldest first. */
  readonly outbox: readonly UnsentEntry[]
  readonly aside: readonly AsideEntry[]
}

export interface DeviceChanges {
  readonly confirmed: readonly Uint8Array[]
  readonly added: readonly UnsentEntry[]
  /** Entries that leave the outbox. One that is not there is gone already. */
  readonly gone: readonly EntryId[]
  readonly aside: readonly AsideEntry[]
}

/** `full`: the device has no room. `closed`: somebody took the storage from us. */
export type WriteFailure = 'full' | 'closed' | 'failed'
export type WriteResult = { readonly ok: true } | { readonly ok: false, readonly failure: WriteFailure }

/** One member's copy of one plan and epoch on this device, shared by the browser's tabs. It never looks inside an update. */
export interface DeviceCopy {
  /** Whether what is written outlives the page. Where it does not, nothing is said to be kept on the device (C3). */
  readonly lasts: boolean
  read(): Promise<DeviceContents>
  /** Writes all of it or nothing. Tells `ok` once the device has it; writes reach it in the order of the calls. */
  write(changes: DeviceChanges): Promise<WriteResult>
  /** Gives the unsent entries of one tab to another, and tells which, oldest first. They keep their place in the order. */
  takeOver(from: TabId, to: TabId): Promise<readonly UnsentEntry[]>
  /** Puts one record in place of the confirmed ones up to `through`; it must hold all that they held. */
  compact(through: number, merged: Uint8Array): Promise<void>
  close(): void
}

export type OpenResult =
  | { readonly ok: true, readonly copy: DeviceCopy }
  | { readonly ok: false, readonly failure: 'absent' | 'blocked' | 'failed' }

/** One database for each member, plan and epoch: nothing is ever merged across them. */
export function deviceCopyName({ memberId, planId, epoch }: { memberId: MemberId, planId: string, epoch: string }): string {
  return ['plantavle', memberId, planId, epoch].join('/')
}

/** Opens the copy in the browser's IndexedDB, making it when it is not there. */
export async function openDeviceCopy(name: string, { patienceMs = 3_000 } = {}): Promise<OpenResult> {
  if (typeof indexedDB === 'undefined')
    return { ok: false, failure: 'absent' }
  try {
    const db = await openDatabase(name, patienceMs)
    return db ? { ok: true, copy: copyIn(db) } : { ok: false, failure: 'blocked' }
  }
  catch {
    return { ok: false, failure: 'failed' }
  }
}

const stores = ['confirmed', 'outbox', 'aside'] as const

/** Null when the browser neither opens nor refuses it in time. A database that opens later is closed again. */
function openDatabase(name: string, patienceMs: number): Promise<IDBDatabase | null> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      resolve(null)
    }, patienceMs)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('confirmed', { autoIncrement: true })
      request.result.createObjectStore('outbox', { keyPath: 'order', autoIncrement: true }).createIndex('id', 'id', { unique: true })
      request.result.createObjectStore('aside', { keyPath: 'id' })
    }
    request.onsuccess = () => {
      clearTimeout(timer)
      if (isLate)
        request.result.close()
      else
        resolve(request.result)
    }
    request.onerror = () => {
      clearTimeout(timer)
      reject(request.error ?? new Error('the database did not open'))
    }
  })
}

function copyIn(db: IDBDatabase): DeviceCopy {
  // Somebody wipes the device: let them, rather than hold the old copy open.
  db.onversionchange = () => db.close()

  /** Runs `work` in one transaction over all stores, and gives what its answer reads once the transaction is complete. */
  function inOne<T>(mode: IDBTransactionMode, work: (transaction: IDBTransaction) => () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(stores, mode, { durability: 'strict' })
      const answer = work(transaction)
      transaction.oncomplete = () => resolve(answer())
      transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'))
    })
  }

  return {
    lasts: true,

    read: () => inOne('readonly', (transaction) => {
      const confirmed = transaction.objectStore('confirmed').getAll() as IDBRequest<Uint8Array[]>
      const keys = transaction.objectStore('confirmed').getAllKeys()
      const outbox = transaction.objectStore('outbox').getAll() as IDBRequest<UnsentEntry[]>
      const aside = transaction.objectStore('aside').getAll() as IDBRequest<AsideEntry[]>
      return () => ({ confirmed: confirmed.result, through: Number(keys.result.at(-1) ?? 0), outbox: outbox.result, aside: aside.result })
    }),

    async write({ confirmed, added, gone, aside }) {
      try {
        await inOne('readwrite', (transaction) => {
          const outbox = transaction.objectStore('outbox')
          confirmed.forEach(update => transaction.objectStore('confirmed').add(update))
          added.forEach(entry => outbox.add(entry))
          for (const id of gone) {
            const place = outbox.index('id').getKey(id)
            place.onsuccess = () => {
              if (place.result !== undefined)
                outbox.delete(place.result)
            }
          }
          aside.forEach(entry => transaction.objectStore('aside').put(entry))
          return () => null
        })
        return { ok: true }
      }
      catch (error) {
        return { ok: false, failure: failureOf(error) }
      }
    },

    takeOver: (from, to) => inOne('readwrite', (transaction) => {
      const taken: UnsentEntry[] = []
      const walk = transaction.objectStore('outbox').openCursor()
      walk.onsuccess = () => {
        const cursor = walk.result
        if (!cursor)
          return
        const entry = cursor.value as UnsentEntry
        if (entry.tab === from) {
          const mine = { ...entry, tab: to }
          cursor.update(mine)
          taken.push(mine)
        }
        cursor.continue()
      }
      return () => taken
    }),

    compact: (through, merged) => inOne('readwrite', (transaction) => {
      const confirmed = transaction.objectStore('confirmed')
      confirmed.delete(IDBKeyRange.upperBound(through))
      confirmed.add(merged)
      return () => undefined
    }),

    close: () => db.close(),
  }
}

function failureOf(error: unknown): WriteFailure {
  const name = error instanceof DOMException ? error.name : ''
  return name === 'QuotaExceededError' ? 'full' : name === 'InvalidStateError' ? 'closed' : 'failed'
}
