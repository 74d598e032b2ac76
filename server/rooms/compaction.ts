import { LogReadError, type Storage, type StoredPlan } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'
import type { ReplayEnd, ReplayRange, ReplayStep } from './replay.ts'
import type { ReplayAnswer, ReplayQuestion } from './replayWorker.ts'
import { openThread } from './thread.ts'

/** What is older than this is kept in fewer rows. */
export const foldAfterMs = 30 * 24 * 60 * 60 * 1_000
/** A sitting ends where somebody changes nothing in a cell for longer: a break in a meeting is shorter, and two meetings a day lie further apart. */
const sittingMs = 30 * 60 * 1_000
/** How many rows one turn of the storage is about: commits wait no longer than for one. */
const linesAtOnce = 200
const rowsAtOnce = 500
/** Between two turns, so that what people write has the disk most of the time. */
const betweenTurnsMs = 25
/** With fewer old updates than these a plan is left as it is. */
const worthwhile = 100
const dayMs = 24 * 60 * 60 * 1_000
const firstLookMs = 10 * 60 * 1_000

/** Keeps logs short, and looks that each is whole: in the background, one plan at a time (S44, S45, S50). */
export interface Compaction {
  /** The plan is at rest: it is looked at when its turn has come, and at most once a day. */
  look(planId: string): Promise<void>
  /** Folds the change lines of all plans that are old enough. */
  foldLines(): Promise<void>
  /** Does what changes stored rows otherwise, while no log is looked through. Rejects as it does. */
  aside<T>(work: () => Promise<T>): Promise<T>
  /** Whether the log of some plan could not be read through when it was last tried. */
  isAnyDamaged(): boolean
  /** Resolves when what it is at is settled. May be called twice. */
  close(): Promise<void>
}

interface CompactionParts {
  readonly storage: Pick<Storage, 'log' | 'plans' | 'foldLines'>
  /** Timers and all. */
  readonly clock: Clock
  readonly report: (what: string, error: unknown) => void
  /** The log of a plan does not come to what its checkpoint says: who has the plan open may have been given something else. */
  readonly onDiffering: (planId: string) => Promise<void>
  /** Nothing can be saved for now. */
  readonly isBarred?: () => boolean
}

export function openCompaction({ storage, clock, report, onDiffering, isBarred = () => false }: CompactionParts): Compaction {
  const thread = openThread<ReplayQuestion, ReplayAnswer>({
    file: new URL('./replayWorker.ts', import.meta.url), what: 'compaction', clock,
  })
  /** When each plan was last looked at, and how far its checkpoint reached. */
  const looked = new Map<string, { readonly at: number, readonly through: number }>()
  const damaged = new Set<string>()
  let last: Promise<void> = Promise.resolve()
  let isClosed = false
  let stopPausing = () => {}
  let stopWaiting = clock.after(firstLookMs, lookAtAll)

  const pause = () => new Promise<void>((resolve) => {
    const stop = clock.after(betweenTurnsMs, resolve)
    stopPausing = () => {
      stop()
      resolve()
    }
  })
  const mayGoOn = () => !isClosed && !isBarred()

  function inTurn(what: string, work: () => Promise<void>): Promise<void> {
    last = last.then(() => mayGoOn() ? work() : undefined).catch((error: unknown) => {
      if (!isClosed)
        report(what, error)
    })
    return last
  }

  function lookAtAll(): void {
    stopWaiting = clock.after(dayMs, lookAtAll)
    void inTurn('folding change lines failed', foldNow)
    storage.plans().then((plans: readonly StoredPlan[]) => plans.forEach(({ planId }) => void self.look(planId)), (error: unknown) => {
      if (!isClosed)
        report('the plans could not be looked at', error)
    })
  }

  async function foldNow(): Promise<void> {
    while (mayGoOn() && await storage.foldLines(clock.now() - foldAfterMs, sittingMs, linesAtOnce))
      await pause()
  }

  async function lookNow(planId: string): Promise<void> {
    const before = looked.get(planId)
    if (before && Math.abs(clock.now() - before.at) < dayMs)
      return
    const log = storage.log(planId)
    const { checkpoint, compactedThrough } = await log.extent()
    // What could not be looked at is looked at again.
    looked.set(planId, { at: clock.now(), through: 0 })
    if (!checkpoint)
      return
    const range = { after: compactedThrough, through: checkpoint.through, before: clock.now() - foldAfterMs }
    const [last] = await log.rows(compactedThrough + worthwhile - 1, 1)
    const isWorthwhile = last !== undefined && last.at < range.before && last.through <= range.through
    if (!isWorthwhile && before?.through === checkpoint.through)
      return
    const end = await replay(planId, isWorthwhile ? range : { ...range, before: -Infinity })
    const isSame = end?.stateHash === checkpoint.stateHash && Buffer.compare(end.stateVector, checkpoint.stateVector) === 0
    if (end && end.isComplete && isSame) {
      damaged.delete(planId)
      looked.set(planId, { at: clock.now(), through: checkpoint.through })
    }
    else if (end) {
      await onDiffering(planId)
    }
  }

  /** Null where it was ended on the way: what has been put together by then stays so. */
  async function replay(planId: string, range: ReplayRange): Promise<ReplayEnd | null> {
    const log = storage.log(planId)
    let compactedThrough = range.after
    let unlike = 0
    await thread.ask({ kind: 'begin', range })
    for (let at = 0; at < range.through;) {
      const rows = (await log.rows(at, rowsAtOnce)).filter(({ through }) => through <= range.through)
      const step = await thread.ask({ kind: 'rows', rows }) as ReplayStep
      if (!mayGoOn() || rows.length === 0)
        return null
      if (step.through > compactedThrough)
        await log.compact(step.runs, compactedThrough = step.through)
      unlike += step.unlike
      at = rows.at(-1)?.through ?? range.through
      await pause()
    }
    if (unlike > 0)
      report(`plan ${planId}: ${unlike} times neighbours would not have come to the same, and are left as they are`, null)
    return await thread.ask({ kind: 'end' }) as ReplayEnd
  }

  const self: Compaction = {
    look: planId => inTurn(`plan ${planId}: its log could not be looked through`, () => lookNow(planId).catch((error: unknown) => {
      if (error instanceof LogReadError)
        damaged.add(planId)
      else
        looked.delete(planId)
      throw error
    }).finally(() => thread.rest())),
    foldLines: () => inTurn('folding change lines failed', foldNow),
    aside(work) {
      const working = last.then(work)
      last = working.then(() => {}, () => {})
      return working
    },
    isAnyDamaged: () => damaged.size > 0,
    async close() {
      isClosed = true
      stopWaiting()
      stopPausing()
      await thread.close()
      await last
    },
  }
  return self
}
