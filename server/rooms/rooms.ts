import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { NewerPlanError } from '#shared/plan/migrate.ts'
import { newDocument } from '#shared/plan/plan.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'
import type { LogContent, PlanLog, Storage } from '../storage/contracts.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Peer, Seat } from './peer.ts'
import { openFreezes, type Freezes, type RowName } from './freezes.ts'
import type { LargeJudge } from './largeJudge.ts'
import { raisePlan } from './raising.ts'
import { openRoom, type Report, type Room } from './room.ts'
import type { Admission } from './verdict.ts'

/** How long a plan stays open after the last peer left. */
const keptMs = 30_000
/** How long a plan that could not be read is left alone, whoever asks. */
const retryAfterMs = 5_000

/** The plan cannot be opened for now. What is wrong has been reported, once for all who came. */
export class UnreadablePlanError extends Error {
  override readonly name = 'UnreadablePlanError'
  /** What those who came are closed with: whether they are to come back, and where not, why. */
  readonly code: number

  constructor(planId: string, cause: unknown) {
    super(`plan ${planId}`, { cause })
    this.code = cause instanceof NewerPlanError ? closeCode.newerPlan : closeCode.comeBack
  }
}

/** The plans that are open in this process, each once. */
export interface Rooms {
  /** Waits until the plan is loaded. Rejects with {@link UnreadablePlanError}, or when the rooms are closed. */
  join(planId: string, peer: Peer): Promise<Seat>
  /** Refuses every change of the row, by anyone, until the returned function is called. */
  freeze(planId: string, row: RowName): () => void
  /** Whether some plan could not be opened when it was last tried. */
  isAnyUnreadable(): boolean
  /** Sends everybody away with «restarting», and resolves when all that was admitted is settled. */
  close(): Promise<void>
}

interface RoomsParts {
  readonly storage: Pick<Storage, 'log'>
  readonly admit: Admission
  /** These stay the caller's to close. */
  readonly judge: LargeJudge
  readonly checkpoints: Checkpoints
  readonly clock: Clock
  readonly report: Report
}

export function openRooms({ storage, admit, judge, checkpoints, clock, report }: RoomsParts): Rooms {
  const open = new Map<string, Promise<Room>>()
  const freezes = new Map<string, Freezes>()
  /** When each plan that cannot be opened was last tried, and what came of it. */
  const unreadable = new Map<string, { readonly triedAt: Instant, readonly error: UnreadablePlanError }>()
  let isClosed = false

  function freezesOf(planId: string): Freezes {
    const known = freezes.get(planId) ?? openFreezes()
    freezes.set(planId, known)
    return known
  }

  /** One load per plan however many ask, and nobody is let in before it is complete (S8). */
  function openOnce(planId: string): Promise<Room> {
    const known = open.get(planId)
    if (known)
      return known
    const last = unreadable.get(planId)
    if (last && Math.abs(clock.now() - last.triedAt) < retryAfterMs)
      return Promise.reject(last.error)
    const forget = () => open.get(planId) === loading && open.delete(planId)
    const loading = load(planId, forget).then((room) => {
      unreadable.delete(planId)
      return room
    }, (cause: unknown) => {
      forget()
      const error = new UnreadablePlanError(planId, cause)
      unreadable.set(planId, { triedAt: clock.now(), error })
      report(`plan ${planId}: ${cause instanceof NewerPlanError ? 'not opened' : 'reading failed'}`, cause)
      throw error
    })
    open.set(planId, loading)
    return loading
  }

  async function load(planId: string, forget: () => void): Promise<Room> {
    const log = storage.log(planId)
    const [content, owners] = await Promise.all([log.load(), log.owners()])
    const ground = isReadyToServe(content) ? content : await toDocument(content, log)
    let stopWaiting: (() => void) | null = null

    function dropWhenIdle(): void {
      stopWaiting?.()
      stopWaiting = clock.after(keptMs, () => {
        if (!room.isIdle())
          return dropWhenIdle()
        forget()
        void room.close(closeCode.comeBack).then(() => checkpoints.make(log))
      })
    }

    const room = openRoom({
      ground, tail: content.tail.length, log, owners, admit, judge, clock,
      freezes: freezesOf(planId),
      report: (what, error) => report(`plan ${planId}: ${what}`, error),
      onGrown: () => checkpoints.make(log),
      onEmpty: dropWhenIdle,
      onDropped: forget,
    })
    if (content.tail.length > worthKeeping)
      void checkpoints.make(log)
    return room
  }

  async function toDocument({ checkpoint, tail }: LogContent, log: PlanLog): Promise<Y.Doc> {
    const doc = newDocument()
    doc.transact(() => (checkpoint ? [checkpoint.update, ...tail] : tail).forEach(update => Y.applyUpdate(doc, update)))
    await raisePlan(doc, log, clock.now())
    return doc
  }

  return {
    async join(planId, peer) {
      const room = await openOnce(planId)
      if (isClosed)
        throw new Error('the rooms are closed')
      return room.join(peer)
    },
    freeze: (planId, row) => freezesOf(planId).freeze(row),
    isAnyUnreadable: () => unreadable.size > 0,
    async close() {
      isClosed = true
      const rooms = await Promise.allSettled(open.values())
      open.clear()
      const leaving: Promise<void>[] = []
      for (const result of rooms) {
        if (result.status === 'fulfilled')
          leaving.push(result.value.close(closeCode.restarting))
      }
      await Promise.all(leaving)
    },
  }
}

/** With a longer tail than this a document is made at once: merging bytes costs more than it. */
const maxTailToMerge = 1_000
/** A log with as many updates is read faster with a checkpoint from the first. */
const worthKeeping = 100

/** Whether those who come can be answered from what is stored: the plan needs no migration, and is soon put together. */
const isReadyToServe = ({ checkpoint, tail }: LogContent) => checkpoint?.schemaVersion === schemaVersion && tail.length <= maxTailToMerge
