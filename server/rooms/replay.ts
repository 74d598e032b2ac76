import { crc32 } from 'node:zlib'
import * as Y from 'yjs'
import type { Instant } from '#shared/plan/values.ts'
import { serverAuthor, type LogRow, type LogRun, type Seq } from '../storage/contracts.ts'
import { isComplete, isSameCopy, openCopy, type Copy } from './copies.ts'

/**
 * How many updates, how many bytes and how long a time one row may stand for. What merging costs grows faster than what is merged;
 * and so finely the plan can still be read as it was.
 */
const maxUpdates = 100
const maxBytes = 64 * 1024
const maxMs = 24 * 60 * 60 * 1_000

/** Which updates may be put together: those after one place up to another, older than a moment. */
export interface ReplayRange { readonly after: Seq, readonly through: Seq, readonly before: Instant }
export interface ReplayStep {
  readonly runs: readonly LogRun[]
  /** Up to here nothing waits to be put together with what comes. */
  readonly through: Seq
  /** How many runs would not have come to the same, and are left as they are. */
  readonly unlike: number
}
/** What all rows come to. `isComplete`: none of them rests on what is not there. */
export interface ReplayEnd { readonly stateVector: Uint8Array, readonly stateHash: string, readonly isComplete: boolean }

/** Reads a log from its first row on, and puts old neighbours together on the way. */
export interface Replay {
  /** The rows that come next. A run is given only when the document of the log with it is the same as of the log with its rows (S45). */
  take(rows: readonly LogRow[]): ReplayStep
  /** Nothing comes any more. */
  end(): ReplayEnd
}

export function openReplay({ after, through, before }: ReplayRange): Replay {
  const plain = openCopy()
  /** Of the log as it would be; null as long as that is the same rows. */
  let compacted: Copy | null = null
  let run: LogRow[] = []
  let bytes = 0
  let settledThrough = 0
  let isYoung = false

  const mayJoin = (row: LogRow) =>
    !isYoung && row.from === row.through && row.from > after && row.through <= through && row.by !== serverAuthor

  function hasRoomFor(row: LogRow): boolean {
    const spanMs = row.at - (run[0]?.at ?? row.at)
    return run.length < maxUpdates && bytes + row.update.byteLength <= maxBytes && spanMs >= 0 && spanMs <= maxMs
  }

  function pass({ update, through }: LogRow): void {
    plain.apply([update])
    compacted?.apply([update])
    settledThrough = isYoung ? settledThrough : through
  }

  /** Null where there are no two to put together; false where they would not come to the same. */
  function settle(): LogRun | null | false {
    const rows = run
    run = []
    bytes = 0
    const [first, second] = rows
    const last = rows.at(-1)
    if (!first || !second || !last) {
      rows.forEach(pass)
      return null
    }
    const updates = rows.map(({ update }) => update)
    const update = Y.mergeUpdates(updates)
    compacted ??= openCopy([Y.encodeStateAsUpdate(plain.doc)])
    plain.apply(updates)
    compacted.apply([update])
    settledThrough = last.through
    if (isComplete(plain.doc) && isComplete(compacted.doc) && isSameCopy(plain, compacted))
      return { from: first.from, through: last.through, update, of: updates.reduce((sum, part) => crc32(part, sum), 0) }
    compacted = null
    return false
  }

  return {
    take(rows) {
      const settled: ReturnType<typeof settle>[] = []
      for (const row of rows) {
        isYoung ||= row.at >= before
        const joins = mayJoin(row)
        if (run.length > 0 && (!joins || !hasRoomFor(row)))
          settled.push(settle())
        if (joins) {
          run.push(row)
          bytes += row.update.byteLength
        }
        else {
          pass(row)
        }
      }
      return {
        runs: settled.filter(one => one !== null && one !== false),
        through: settledThrough,
        unlike: settled.filter(one => one === false).length,
      }
    },
    end() {
      run.forEach(pass)
      return { stateVector: Y.encodeStateVector(plain.doc), stateHash: plain.stateHash(), isComplete: isComplete(plain.doc) }
    },
  }
}
