import { randomBytes } from 'node:crypto'
import type { AdminCommandName } from '../access/rules.ts'
import type { PlanThread } from '../plans/planThread.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { LogRow, PlanLog, Storage } from '../storage/contracts.ts'
import type { CellToRedact } from '../storage/redactions.ts'
import { printable } from '../texts/sentences.ts'
import type { Clock } from '../time/clock.ts'
import { cellName, readCells } from './redactCells.ts'
import { Refused } from './refused.ts'
import type { Options } from './requests.ts'
import { openWiping } from './wiping.ts'

/** Keeps everybody out of a plan while what is stored of it is rewritten. */
export type HoldPlan = Rooms['hold']

export interface RedactParts {
  readonly storage: Storage
  readonly thread: PlanThread
  readonly clock: Clock
  /** Of the server that runs; where none does nobody is in any plan. */
  readonly hold?: HoldPlan
}
type RedactCommandName = Extract<AdminCommandName, `redact${string}` | 'plan erase'>

/** What has been taken out, in figures. */
export interface Redacted {
  readonly planId: string
  readonly cells: readonly string[]
  /** Rows of the log that have been rewritten, and lines of the change log. */
  readonly updates: number
  readonly lines: number
  readonly epoch: string
  /** The database file holds no remains either. */
  readonly isWiped: boolean
}

/** A plan that is gone, and how many rows it had in all tables. */
export interface Erased { readonly planId: string, readonly rows: number, readonly isWiped: boolean }

/** How often a log is read anew that had grown meanwhile. Nobody is in the plan: once is enough. */
const tries = 3
const rowsAtOnce = 1_000

/** Takes words out of a plan for good: out of its log, its change lines and the file they lie in (S61–S68). */
export function redactCommands({ storage, thread, clock, hold = (_planId, work) => work(() => {}) }: RedactParts) {
  const { redactions } = storage
  const wipe = openWiping({ storage, clock })

  /** What is to be written; refused where there is nothing to take out. */
  async function rewrite(planId: string, cells: readonly CellToRedact[]) {
    const rows = await allRows(storage.log(planId))
    const found = await thread.run({ kind: 'redact', rows: rows.map(({ through, update }) => ({ through, update })), cells })
    if (!found.ok)
      throw new Refused(found.refusal === 'unsound' ? 'unsound-log' : found.refusal, found.cell ? cellName(found.cell) : planId)
    const { ok: _ok, ...rewritten } = found
    return { ...rewritten, through: rows.at(-1)?.through ?? 0 }
  }

  async function redact(planId: string, cells: readonly CellToRedact[], by: string, why: string): Promise<Omit<Redacted, 'isWiped'>> {
    for (let left = tries; left > 0; left--) {
      const rewritten = await rewrite(planId, cells)
      const epoch = randomBytes(16).toString('hex')
      const lines = await redactions.write({ planId, cells, ...rewritten, epoch, at: clock.now(), by, why })
      if (lines !== null)
        return { planId, cells: cells.map(nameToTell), updates: rewritten.rows.length, lines, epoch }
    }
    throw new Error(`the log of plan ${planId} was written to while nobody was to be in it`)
  }

  async function findPlan(planId: string): Promise<string> {
    if (!await storage.plan(planId))
      throw new Refused('no-such-plan', planId)
    return planId
  }

  return {
    /** All of a plan, from every table; that it was, when and why is kept. */
    'plan erase': async ({ plan = '', sure = '', why = '' }): Promise<Erased> => {
      const planId = await findPlan(plan)
      if (sure !== planId)
        throw new Refused('plan-not-sure', planId)
      const reason = readWords('why', why)
      const done = await hold(planId, async (begun) => {
        const rows = await redactions.erase(planId, clock.now(), reason)
        begun('erased')
        return { planId, rows }
      })
      return { ...done, isWiped: await wipe() }
    },
    'redact': async ({ plan = '', cell, comment, by = '', why = '' }): Promise<Redacted> => {
      if (comment !== undefined)
        throw new Refused('no-comments-yet', comment)
      if (cell === undefined)
        throw new Refused('missing-option', 'cell')
      const planId = await findPlan(plan)
      const cells = readCells(cell)
      const [whose, reason] = [readWords('by', by), readWords('why', why)]
      // Nobody is sent away for what is refused.
      await rewrite(planId, cells)
      const done = await hold(planId, async (begun) => {
        const redacted = await redact(planId, cells, whose, reason)
        begun(redacted.epoch)
        return redacted
      })
      return { ...done, isWiped: await wipe() }
    },
    'redact list': async ({ plan = '' }) => (await redactions.list(await findPlan(plan)))
      .map(({ at, by, why, oldEpoch, newEpoch, ...cell }) => ({ cell: cellName(cell), at, by, why, oldEpoch, newEpoch })),
  } satisfies { readonly [C in RedactCommandName]: (options: Options) => Promise<unknown> }
}

/** A member that is itself words is not said again. */
const nameToTell = (cell: CellToRedact) => cellName(cell.isMemberWords ? { ...cell, member: null } : cell)

async function allRows(log: PlanLog): Promise<readonly LogRow[]> {
  const rows: LogRow[] = []
  for (;;) {
    const more = await log.rows(rows.at(-1)?.through ?? 0, rowsAtOnce)
    if (more.length === 0)
      return rows
    rows.push(...more)
  }
}

const maxChars = 500

/** Words of the operator's that are kept: on one line, and not without end. */
function readWords(option: 'by' | 'why', given: string): string {
  const words = given.trim()
  if (words === '' || words.length > maxChars || printable(words) !== words)
    throw new Refused('unfit-words', option)
  return words
}
