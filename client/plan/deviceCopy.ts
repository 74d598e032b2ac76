import type { Cell, Instant, MemberId } from '#shared/plan/values.ts'
import type { KeptChange, RescueRecord } from './records.ts'

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
  /** A rescue wrote it. Refused again with no cell named, it is not written a third time. */
  readonly again?: true
}

export interface DeviceContents {
  /** Bytes the server has released or acknowledged, oldest first. */
  readonly confirmed: readonly Uint8Array[]
  /** The place of the last of them; see {@link DeviceCopy.compact}. */
  readonly through: number
  /** Every tab's unsent updates, oldest first. */
  readonly outbox: readonly UnsentEntry[]
  /** What may never be sent as it was; then, cell by cell, as values. */
  readonly records: readonly RescueRecord[]
  readonly changes: readonly KeptChange[]
}

/** Carried out in the order of declaration, but that what is put stays. */
export interface DeviceChanges {
  readonly confirmed: readonly Uint8Array[]
  /** Entries for the outbox. One that is there already stays as it is. */
  readonly added: readonly UnsentEntry[]
  /** Entries, records and changes that leave. One that is not there is gone already. */
  readonly gone: readonly EntryId[]
  /** Records and changes that leave for what this write puts. Where one is not there any more, nothing is written. */
  readonly taken: readonly EntryId[]
  /** Each takes the place of one with its id. */
  readonly records: readonly RescueRecord[]
  readonly changes: readonly KeptChange[]
  /** What was confirmed before is not to be trusted, and leaves. */
  readonly confirmedGone: boolean
}

/** `full`: the device has no room. `closed`: somebody took the storage from us. `overtaken`: what was to be taken is gone. */
export type WriteFailure = 'full' | 'closed' | 'failed' | 'overtaken'
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

/** The names of the copies on this device. Empty where the browser does not tell. */
export async function listDeviceCopies(): Promise<readonly string[]> {
  if (typeof indexedDB === 'undefined' || !('databases' in indexedDB))
    return []
  const databases = await indexedDB.databases().catch(() => [])
  return databases.map(({ name }) => name).filter(name => name !== undefined)
}

/** Deletes a copy. It is gone once nobody has it open any more. */
export function deleteDeviceCopy(name: string): void {
  indexedDB.deleteDatabase(name)
}

const stores = ['confirmed', 'outbox', 'records', 'changes'] as const

const version = 1
function lay(db: IDBDatabase): void {
  db.createObjectStore('confirmed', { autoIncrement: true })
  db.createObjectStore('outbox', { keyPath: 'order', autoIncrement: true }).createIndex('id', 'id', { unique: true })
  db.createObjectStore('records', { keyPath: 'id' })
  db.createObjectStore('changes', { keyPath: 'id' })
}

/** Null when the browser neither opens nor refuses it in time. A database that opens later is closed again. */
function openDatabase(name: string, patienceMs: number): Promise<IDBDatabase | null> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      resolve(null)
    }, patienceMs)
    request.onupgradeneeded = () => lay(request.result)
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
      const records = transaction.objectStore('records').getAll() as IDBRequest<RescueRecord[]>
      const changes = transaction.objectStore('changes').getAll() as IDBRequest<KeptChange[]>
      return () => ({
        confirmed: confirmed.result,
        through: Number(keys.result.at(-1) ?? 0),
        outbox: outbox.result,
        records: records.result,
        changes: changes.result,
      })
    }),

    async write(changes) {
      let isOvertaken = false
      try {
        await inOne('readwrite', (transaction) => {
          take(transaction, changes.taken, () => {
            isOvertaken = true
            transaction.abort()
          })
          put(transaction, changes)
          remove(transaction, changes.gone)
          return () => null
        })
        return { ok: true }
      }
      catch (error) {
        return { ok: false, failure: isOvertaken ? 'overtaken' : failureOf(error) }
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

/** Records and changes leave; `onMissing` hears of one that is not there. */
function take(transaction: IDBTransaction, ids: readonly EntryId[], onMissing: () => void): void {
  const [records, changes] = [transaction.objectStore('records'), transaction.objectStore('changes')]
  for (const id of ids) {
    const asRecord = records.getKey(id)
    const asChange = changes.getKey(id)
    asChange.onsuccess = () => {
      if (asRecord.result === undefined && asChange.result === undefined)
        onMissing()
    }
    records.delete(id)
    changes.delete(id)
  }
}

function put(transaction: IDBTransaction, { confirmed, added, records, changes, confirmedGone }: DeviceChanges): void {
  if (confirmedGone)
    transaction.objectStore('confirmed').clear()
  confirmed.forEach(update => transaction.objectStore('confirmed').add(update))
  for (const entry of added) {
    transaction.objectStore('outbox').add(entry).onerror = (event) => {
      // It is there already, since a write that was thought to have failed had not.
      if ((event.target as IDBRequest).error?.name === 'ConstraintError') {
        event.preventDefault()
        event.stopPropagation()
      }
    }
  }
  records.forEach(record => transaction.objectStore('records').put(record))
  changes.forEach(change => transaction.objectStore('changes').put(change))
}

function remove(transaction: IDBTransaction, ids: readonly EntryId[]): void {
  const outbox = transaction.objectStore('outbox')
  for (const id of ids) {
    const place = outbox.index('id').getKey(id)
    place.onsuccess = () => {
      if (place.result !== undefined)
        outbox.delete(place.result)
    }
    transaction.objectStore('records').delete(id)
    transaction.objectStore('changes').delete(id)
  }
}

function failureOf(error: unknown): WriteFailure {
  const name = error instanceof DOMException ? error.name : ''
  return name === 'QuotaExceededError' ? 'full' : name === 'InvalidStateError' ? 'closed' : 'failed'
}
