import type * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import { NewerPlanError } from '#shared/plan/migrate.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import type { Instant } from '#shared/plan/values.ts'
import { unwatched, type Watch } from '../operation/watch.ts'
import type { Clock } from '../time/clock.ts'
import type { LogContent, PlanLog, Storage } from '../storage/contracts.ts'
import type { Checkpoints } from './checkpoints.ts'
import { documentOf } from './desk.ts'
import type { Peer, Seat } from './peer.ts'
import { openFreezes, type Freezes, type RowName } from './freezes.ts'
import type { LargeJudge } from './largeJudge.ts'
import { raisePlan } from './raising.ts'
import { maxTailToMerge } from './rest.ts'
import { openRoom, type Census, type Report, type Room } from './room.ts'
import type { Scrub } from './scrub.ts'
import type { Admission } from './verdict.ts'
import type { Writing } from './writing.ts'

/** How long a plan stays open after the last peer left. */
const keptMs = 30_000
/** How long a plan that could not be read is left alone, whoever asks. */
const retryAfterMs = 5_000
/** How long the health check tells that a plan in memory was not the stored one. */
const toldForMs = 60 * 60_000

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
  /**
   * Waits until the plan is loaded. Rejects with {@link UnreadablePlanError}, or when the rooms are closed. `epoch`: the one the
   * peer was let in with, which may be over by now.
   */
  join(planId: string, peer: Peer, epoch?: string): Promise<Seat>
  /** Refuses every change of the row, by anyone, until the returned function is called. */
  freeze(planId: string, row: RowName): () => void
  /** Whether some plan could not be opened when it was last tried. */
  isAnyUnreadable(): boolean
  /** Whether what was in memory of some plan was not what is stored, within the last hour. */
  hasDiffered(): boolean
  /** What anybody has of this plan may not be what is stored: it begins another epoch, and whoever has it open comes back to that. */
  renew(planId: string, why: string): Promise<void>
  /**
   * Nobody is in the plan, and nothing is written to it, while `work` rewrites what is stored of it: who is there is told to come back,
   * who comes waits. `work` tells the epoch when it has begun one. Rejects as `work` does.
   */
  hold<T>(planId: string, work: (begun: (epoch: string) => void) => Promise<T>): Promise<T>
  /** Of each plan that is open now. */
  census(): readonly Census[]
  /** Sends everybody away with «restarting», and resolves when all that was admitted is settled. */
  close(): Promise<void>
}

interface RoomsParts {
  readonly storage: Pick<Storage, 'log' | 'newEpoch'>
  readonly admit: Admission
  /** These stay the caller's to close. */
  readonly judge: LargeJudge
  readonly checkpoints: Checkpoints
  readonly clock: Clock
  readonly report: Report
  /** Nothing is compared with what is stored, unless said. It stays the caller's to close. */
  readonly scrub?: Pick<Scrub, 'compare'>
  /** A plan has been let go by all, and is on disk as it was in memory. */
  readonly onLeft?: (planId: string) => void
  /** Everything can be saved, and nobody looks, unless said. */
  readonly writing?: Pick<Writing, 'isBarred' | 'subscribe'>
  readonly watch?: Watch
}

export function openRooms({
  storage, admit, judge, checkpoints, clock, report, scrub, onLeft = () => {}, writing = alwaysPossible, watch = unwatched,
}: RoomsParts): Rooms {
  const open = new Map<string, Promise<Room>>()
  const freezes = new Map<string, Freezes>()
  /** When each plan that cannot be opened was last tried, and what came of it. */
  const unreadable = new Map<string, { readonly triedAt: Instant, readonly error: UnreadablePlanError }>()
  /** Plans whose stored bytes were damaged when they were last compared with the room. */
  const damaged = new Set<string>()
  /** Plans that begin another epoch before anybody is let in again: why. And those that have. */
  const toRenew = new Map<string, string>()
  const epochs = new Map<string, string>()
  /** Plans whose stored bytes are being rewritten: each settles when that is over. */
  const held = new Map<string, Promise<void>>()
  let differedAt: Instant = -Infinity
  /** Those that are loaded, and what makes a checkpoint of each. */
  const rooms = new Map<Room, () => Promise<boolean>>()
  let isClosed = false
  const stopHearing = writing.subscribe(() => rooms.forEach((_makeCheckpoint, room) => room.tellWriting()))

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
      damaged.delete(planId)
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

  async function beginEpoch(planId: string): Promise<void> {
    const why = toRenew.get(planId)
    if (why === undefined)
      return
    epochs.set(planId, await storage.newEpoch(planId, why, clock.now()))
    toRenew.delete(planId)
  }

  /** On disk before anybody is sent away, and where it cannot be, before anybody is let in. */
  async function markDiffering(planId: string, why: string): Promise<void> {
    differedAt = clock.now()
    toRenew.set(planId, why)
    watch.note('plan-differed', { planId, why })
    report(`plan ${planId}: another epoch, and nobody goes on with what they have`, why)
    await beginEpoch(planId).catch((error: unknown) => report(`plan ${planId}: the epoch could not be written`, error))
  }

  async function compare(planId: string, log: PlanLog, live: Uint8Array) {
    const comparison = await scrub?.compare(log, live, (what, error) => report(`plan ${planId}: ${what}`, error)) ?? 'same'
    watch.count('compared', comparison)
    if (comparison === 'unreadable')
      damaged.add(planId)
    else if (comparison !== 'unknown')
      damaged.delete(planId)
    return comparison
  }

  /** Sends away whoever is in a plan, and resolves when all that was admitted is settled. */
  async function empty(planId: string): Promise<void> {
    const loading = open.get(planId)
    open.delete(planId)
    const room = await loading?.catch(() => null)
    if (room)
      rooms.delete(room)
    await room?.close(closeCode.comeBack)
  }

  async function load(planId: string, forget: () => void): Promise<Room> {
    await beginEpoch(planId)
    const log = storage.log(planId)
    const [content, owners] = await Promise.all([log.load(), log.owners()])
    const ground = isReadyToServe(content) ? content : await toDocument(planId, content, log)
    let stopWaiting: (() => void) | null = null
    const makeCheckpoint = () => writing.isBarred() ? Promise.resolve(false) : checkpoints.make(log)

    function dropWhenIdle(): void {
      stopWaiting?.()
      stopWaiting = clock.after(keptMs, () => {
        if (!room.isIdle())
          return dropWhenIdle()
        forget()
        rooms.delete(room)
        void room.close(closeCode.comeBack).then(makeCheckpoint).then(() => onLeft(planId))
      })
    }

    const room = openRoom({
      ground, tail: content.tail.length, log, owners, admit, judge, clock,
      freezes: freezesOf(planId),
      report: (what, error) => report(`plan ${planId}: ${what}`, error),
      onGrown: makeCheckpoint,
      onEmpty: dropWhenIdle,
      onDropped() {
        forget()
        rooms.delete(room)
      },
      compare: live => compare(planId, log, live),
      onDiffering: () => markDiffering(planId, 'what was in memory was not what is stored'),
      isBarred: writing.isBarred,
      watch: { count: watch.count, note: (event, facts) => watch.note(event, { planId, ...facts }) },
    })
    rooms.set(room, makeCheckpoint)
    if (content.tail.length > worthKeeping)
      void makeCheckpoint()
    return room
  }

  async function toDocument(planId: string, { checkpoint, tail }: LogContent, log: PlanLog): Promise<Y.Doc> {
    const doc = documentOf(checkpoint ? [checkpoint.update, ...tail] : tail, what => report(`plan ${planId}: ${what}`, null))
    await raisePlan(doc, log, clock.now())
    return doc
  }

  function checkEpoch(planId: string, epoch: string | undefined): void {
    if (epoch !== undefined && epoch !== (epochs.get(planId) ?? epoch))
      throw new UnreadablePlanError(planId, 'it has begun another epoch meanwhile')
  }

  /** So that what has been written lately is soon read at the next start. It is no promise, and has its time. */
  async function makeLastCheckpoints(): Promise<void> {
    const worthIt = [...rooms].filter(([room]) => room.census().uncovered > worthKeeping)
    if (worthIt.length === 0)
      return
    let stopWaiting = () => {}
    const late = new Promise<void>((resolve) => { stopWaiting = clock.after(lastCheckpointsMs, resolve) })
    await Promise.race([late, Promise.all(worthIt.map(([, makeCheckpoint]) => makeCheckpoint()))])
    stopWaiting()
  }

  return {
    async join(planId, peer, epoch) {
      while (held.has(planId)) {
        await held.get(planId)
        checkEpoch(planId, epoch)
      }
      const room = await openOnce(planId)
      if (isClosed)
        throw new Error('the rooms are closed')
      checkEpoch(planId, epoch)
      return room.join(peer)
    },
    freeze: (planId, row) => freezesOf(planId).freeze(row),
    isAnyUnreadable: () => unreadable.size + damaged.size > 0,
    hasDiffered: () => Math.abs(clock.now() - differedAt) < toldForMs,
    async renew(planId, why) {
      await markDiffering(planId, why)
      await empty(planId)
    },
    async hold(planId, work) {
      if (isClosed)
        throw new Error('the rooms are closed')
      // The room that is open now is let go of in this turn: whoever comes from here on waits, and is not waited for.
      const working = Promise.all([held.get(planId), empty(planId)]).then(() => work(epoch => void epochs.set(planId, epoch)))
      const over = working.then(() => {}, () => {}).finally(() => held.get(planId) === over && held.delete(planId))
      held.set(planId, over)
      return await working
    },
    census: () => [...rooms.keys()].map(room => room.census()),
    async close() {
      isClosed = true
      stopHearing()
      const opened = await Promise.allSettled(open.values())
      open.clear()
      const leaving: Promise<void>[] = []
      for (const result of opened) {
        if (result.status === 'fulfilled')
          leaving.push(result.value.close(closeCode.restarting))
      }
      await Promise.all(leaving)
      await makeLastCheckpoints()
    },
  }
}

const alwaysPossible: Pick<Writing, 'isBarred' | 'subscribe'> = { isBarred: () => false, subscribe: () => () => {} }

/** How long ending may take for the sake of the next start. */
const lastCheckpointsMs = 1_500
/** A log with as many updates is read faster with a checkpoint from the first. */
const worthKeeping = 100

/** Whether those who come can be answered from what is stored: the plan needs no migration, and is soon put together. */
const isReadyToServe = ({ checkpoint, tail }: LogContent) => checkpoint?.schemaVersion === schemaVersion && tail.length <= maxTailToMerge
