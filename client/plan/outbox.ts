import * as Y from 'yjs'
import { limits } from '#shared/protocol/limits.ts'
import { merged } from '#shared/plan/merged.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'
import type { EntryId, UnsentEntry } from './deviceCopy.ts'
import { cellKey } from './unsent.ts'

/** Some of the outbox as one update for the wire. */
export interface Piece { readonly entries: readonly UnsentEntry[], readonly update: Uint8Array }

/**
 * Own updates the server has not acknowledged, in the order they were made. An update stays until it is acknowledged,
 * however many connections have carried it (C4).
 */
export interface Outbox {
  readonly entries: readonly UnsentEntry[]
  add(entries: readonly UnsentEntry[]): void
  /** The same, but neither these nor what comes after them waits to be sent until they are let go. */
  hold(entries: readonly UnsentEntry[]): void
  letGo(entries: readonly UnsentEntry[]): void
  /** What this connection has not carried yet, in order, in pieces well under the limits; each is made when it is asked for. */
  waiting(): Iterable<Piece>
  /** The piece went out as sync update number `nth` (from 1) of this connection. */
  sent(piece: Piece, nth: number): void
  /** The first `count` sync updates of this connection are on the server's disk: takes out what they carried. */
  acknowledge(count: number): readonly UnsentEntry[]
  /** A new connection: it has carried nothing. */
  startConnection(): void
  /** Takes out what this connection carried from its sync update number `nth` on, and all that it has not carried. */
  takeFrom(nth: number): readonly UnsentEntry[]
  /** The first sync update of this connection that no frame can hold; the first of all where none can be told. */
  firstTooBig(): number
  /** How many cells are changed. Thirty letters in one cell are one change. */
  countCells(isCounted?: (id: EntryId) => boolean): number
}

/** A cell that was changed, and when. */
export interface ChangedCell { readonly cell: Cell, readonly at: Instant }

export function cellsIn(entries: readonly UnsentEntry[]): readonly ChangedCell[] {
  return entries.flatMap(({ cells, at }) => cells.map(cell => ({ cell, at })))
}

export function openOutbox(): Outbox {
  const entries: UnsentEntry[] = []
  /** What this connection carries, oldest first. All that is not here stands after it. */
  let carried: { readonly nth: number, readonly count: number, readonly bytes: number }[] = []
  const held = new Set<EntryId>()
  const carriedCount = () => carried.reduce((sum, { count }) => sum + count, 0)

  return {
    get entries() {
      return entries
    },
    add(more) {
      entries.push(...more)
    },
    hold(more) {
      entries.push(...more)
      more.forEach(({ id }) => held.add(id))
    },
    letGo: more => more.forEach(({ id }) => held.delete(id)),
    waiting() {
      const rest = entries.slice(carriedCount())
      const stop = held.size === 0 ? -1 : rest.findIndex(({ id }) => held.has(id))
      return inPieces(stop < 0 ? rest : rest.slice(0, stop))
    },
    sent({ entries: { length }, update }, nth) {
      carried.push({ nth, count: length, bytes: update.length })
    },
    acknowledge(count) {
      const durable = carried.filter(({ nth }) => nth <= count).reduce((sum, piece) => sum + piece.count, 0)
      carried = carried.filter(({ nth }) => nth > count)
      return entries.splice(0, durable)
    },
    startConnection() {
      carried = []
    },
    takeFrom(nth) {
      carried = carried.filter(piece => piece.nth < nth)
      return entries.splice(carriedCount())
    },
    firstTooBig: () => carried.find(({ bytes }) => bytes >= limits.maxFrameBytes - maxFrameHead)?.nth ?? 1,
    countCells(isCounted = () => true) {
      const cells = new Set<string>()
      for (const entry of entries) {
        if (isCounted(entry.id))
          keysOf(entry).forEach(key => cells.add(key))
      }
      return cells.size
    },
  }
}

/** A long outbox is counted at every letter, so the keys of an entry's cells are made once. */
const keys = new WeakMap<UnsentEntry, readonly string[]>()
function keysOf(entry: UnsentEntry): readonly string[] {
  const made = keys.get(entry) ?? entry.cells.map(cellKey)
  keys.set(entry, made)
  return made
}

/** What stands before the update in its frame. */
const maxFrameHead = 16

/** Merging many small updates costs more than in proportion, so a piece holds at most this many. */
const maxEntriesInPiece = 100
/** The server takes 64 client ids that are new to it; what closed tabs of many days left may bring as many. */
const maxClientsInPiece = 32

function* inPieces(entries: readonly UnsentEntry[]): Iterable<Piece> {
  let group: UnsentEntry[] = []
  let bytes = 0
  let clients = new Set<number>()
  for (const entry of entries) {
    const both = new Set([...clients, ...clientsOf(entry)])
    const isFull = group.length >= maxEntriesInPiece || bytes + entry.update.length > limits.maxBytesPerTransaction || both.size > maxClientsInPiece
    if (isFull && group.length > 0) {
      yield toPiece(group)
      group = []
      bytes = 0
    }
    clients = group.length === 0 ? clientsOf(entry) : both
    bytes += entry.update.length
    group.push(entry)
  }
  if (group.length > 0)
    yield toPiece(group)
}

const toPiece = (entries: readonly UnsentEntry[]): Piece => ({ entries, update: merged(entries.map(({ update }) => update)) })

/** The client ids an entry brings structs of. */
const clientIds = new WeakMap<UnsentEntry, Set<number>>()
function clientsOf(entry: UnsentEntry): Set<number> {
  const made = clientIds.get(entry) ?? new Set(Y.parseUpdateMeta(entry.update).to.keys())
  clientIds.set(entry, made)
  return made
}
