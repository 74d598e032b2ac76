import * as Y from 'yjs'
import { limits } from '#shared/protocol/limits.ts'
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
  /** What this connection has not carried yet, in order, in pieces well under the limits. */
  waiting(): readonly Piece[]
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
  const carriedCount = () => carried.reduce((sum, { count }) => sum + count, 0)

  return {
    get entries() {
      return entries
    },
    add(more) {
      entries.push(...more)
    },
    waiting: () => inPieces(entries.slice(carriedCount())),
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

function inPieces(entries: readonly UnsentEntry[]): readonly Piece[] {
  const groups: UnsentEntry[][] = []
  let bytes = Infinity
  for (const entry of entries) {
    bytes += entry.update.length
    const group = groups.at(-1)
    if (group && bytes <= limits.maxBytesPerTransaction && group.length < maxEntriesInPiece) {
      group.push(entry)
    }
    else {
      groups.push([entry])
      bytes = entry.update.length
    }
  }
  return groups.map(group => ({ entries: group, update: mergeAll(group.map(entry => entry.update)) }))
}

const mergeAll = (updates: readonly Uint8Array[]) => updates.length === 1 && updates[0] ? updates[0] : Y.mergeUpdates([...updates])
