import * as decoding from 'lib0/decoding'
import type { Cut, Slice } from './piece.ts'
import { newSkimmed, skimStruct, type Skimmed } from './skim.ts'

/** After so many structs others get their turn: some milliseconds. */
const structsAtOnce = 4_000
/** What a client's part of a piece costs besides its bytes, at most. */
const partBytes = 24

/** How far one client's structs have been dealt out. */
interface Cursor {
  readonly client: number
  /** Where its next struct stands: in the bytes, and in time. */
  at: number
  clock: number
  left: number
  /** It waits for another's structs. */
  isWaiting: boolean
}

/**
 * Finds how to cut an update in pieces of at most `maxBytes` (a struct that is larger is one alone), each of which can be applied at once
 * when those before it have been: whatever a struct rests on stands in its piece or an earlier one, or not in this update. What is
 * deleted is said last (S53). Throws where there is a gap, or what no document of ours holds.
 *
 * Works some milliseconds at a time: null says that there is more to do.
 */
export function* findCuts(update: Uint8Array, maxBytes: number): Generator<Cut | null, void> {
  const cursors = new Map<number, Cursor>()
  const deletionsAt = yield* survey(update, cursors)
  const decoder = decoding.createDecoder(update)
  const skimmed = newSkimmed()
  const cut = openCut(maxBytes)
  let worked = 0

  for (const first of cursors.values()) {
    const stack = [{ cursor: first, until: Infinity }]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { cursor, until } = top
      cursor.isWaiting = false
      if (cursor.left === 0 || cursor.clock > until) {
        stack.pop()
        continue
      }
      if (++worked % structsAtOnce === 0)
        yield null
      decoder.pos = cursor.at
      skimStruct(decoder, skimmed)
      const before = whoComesBefore(cursor, skimmed, cursors)
      if (before) {
        cursor.isWaiting = true
        if (before.cursor.isWaiting)
          throw new Error('structs rest on each other')
        stack.push(before)
        continue
      }
      const slice = { client: cursor.client, clock: cursor.clock, count: 1, from: cursor.at, end: decoder.pos }
      if (cut.isFullWith(slice))
        yield cut.finish()
      cut.take('structs', slice)
      cursor.at = decoder.pos
      cursor.clock += skimmed.length
      cursor.left--
    }
  }
  for (const slice of readDeletions(update, deletionsAt)) {
    if (++worked % structsAtOnce === 0)
      yield null
    if (cut.isFullWith(slice))
      yield cut.finish()
    cut.take('deletions', slice)
  }
  yield cut.finish()
}

/** Whose turn it is before the struct that has been skimmed, and until when. */
function whoComesBefore({ client }: Cursor, { rests, clients, clocks }: Skimmed, cursors: ReadonlyMap<number, Cursor>) {
  for (let n = 0; n < rests; n++) {
    const cursor = clients[n] === client ? undefined : cursors.get(clients[n] ?? 0)
    const until = clocks[n] ?? 0
    if (cursor && cursor.left > 0 && cursor.clock <= until)
      return { cursor, until }
  }
  return null
}

type Growing = { -readonly [key in keyof Slice]: Slice[key] }

function openCut(maxBytes: number) {
  const parts = { structs: new Map<number, Growing>(), deletions: new Map<number, Growing>() }
  let size = 0

  return {
    isFullWith: ({ from, end }: Slice) => size > 0 && size + end - from + partBytes > maxBytes,
    /** Where the client has a part already this lies right behind it. */
    take(what: keyof typeof parts, slice: Slice): void {
      const part = parts[what].get(slice.client)
      size += slice.end - slice.from + (part ? 0 : partBytes)
      if (!part) {
        parts[what].set(slice.client, { ...slice })
        return
      }
      part.end = slice.end
      part.count += slice.count
    },
    finish(): Cut {
      const cut = { structs: [...parts.structs.values()], deletions: [...parts.deletions.values()] }
      parts.structs.clear()
      parts.deletions.clear()
      size = 0
      return cut
    },
  }
}

/** Finds where each client's structs begin, and gives where the deletions do. */
function* survey(update: Uint8Array, cursors: Map<number, Cursor>): Generator<null, number> {
  const decoder = decoding.createDecoder(update)
  const skimmed = newSkimmed()
  let worked = 0
  for (let sections = decoding.readVarUint(decoder); sections > 0; sections--) {
    const structs = decoding.readVarUint(decoder)
    const client = decoding.readVarUint(decoder)
    const clock = decoding.readVarUint(decoder)
    if (cursors.has(client))
      throw new Error('a client stands there twice')
    cursors.set(client, { client, at: decoder.pos, clock, left: structs, isWaiting: false })
    for (let left = structs; left > 0; left--) {
      skimStruct(decoder, skimmed)
      if (++worked % structsAtOnce === 0)
        yield null
    }
  }
  return decoder.pos
}

/** One by one, each client's side by side. */
function* readDeletions(update: Uint8Array, at: number): Generator<Slice> {
  const decoder = decoding.createDecoder(update)
  decoder.pos = at
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    const client = decoding.readVarUint(decoder)
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const from = decoder.pos
      decoding.readVarUint(decoder)
      decoding.readVarUint(decoder)
      yield { client, clock: 0, count: 1, from, end: decoder.pos }
    }
  }
}
