import { randomBytes } from 'node:crypto'
import * as Y from 'yjs'
import type { Cell, Instant, MemberId } from '#shared/plan/values.ts'
import { memberKey, rowMap } from '#shared/plan/plan.ts'
import { readCellPlain, toJson } from '#shared/plan/read.ts'
import { isRegisterName } from '#shared/plan/registers.ts'
import type { Touch } from '#shared/plan/touches.ts'
import type { ChangeLine } from '../storage/contracts.ts'

/** One person's changes of one cell within this time are one line. */
const foldMs = 30_000
const maxOpenLines = 2_000

type Target = Cell & Pick<Touch, 'member' | 'collides'>

/** Turns updates into lines «who, when, which cell, before, after», from the document before and after (S7). */
export interface ChangeLines {
  /** Applies an update through `apply`, in one transaction, and notes what it changes. */
  around(apply: (transaction: Y.Transaction) => void, touches: readonly Touch[], by: MemberId, at: Instant): void
  /** The lines of all that has changed since they were last taken, oldest first. What one wrote in one cell since then is one of them. */
  take(): ChangeLine[]
  /** Says nothing of what has changed in these cells since then: they may hold what was never admitted. */
  forget(touches: readonly Touch[]): void
}

/** A cell that somebody writes in, and what stood there before. */
interface Writing { readonly target: Target, readonly by: MemberId, readonly from: Instant, until: Instant, readonly before: unknown }

export function openChangeLines(doc: Y.Doc): ChangeLines {
  /** The last line of each cell, while it can still grow. */
  const open = new Map<string, ChangeLine>()
  /** By cell. What a cell says is read when a writing begins and when it ends, not at each letter. */
  const writings = new Map<string, Writing>()
  let ready: ChangeLine[] = []

  function addLine({ target, by, from, until }: Omit<Writing, 'before'>, values: Values): void {
    const { register, row, field, member } = target
    const cell = nameOf(target)
    const last = open.get(cell)
    const grows = last !== undefined && last.by === by && from - last.from <= foldMs && from >= last.from
    const line: ChangeLine = {
      ...(grows ? last : { id: randomBytes(8).toString('hex'), by, register, row, field, member, from, before: values.before }),
      until,
      after: values.after,
      ...('lost' in values ? { lost: values.lost } : {}),
    }
    open.delete(cell)
    open.set(cell, line)
    ready.push(line)
  }

  function forgetOld(at: Instant): void {
    for (const [cell, line] of open) {
      if (open.size <= maxOpenLines && at - line.from <= foldMs)
        return
      open.delete(cell)
    }
  }

  /** What a cell says now is what somebody has made of it. */
  function settle(cell: string, writing: Writing): void {
    writings.delete(cell)
    const values = toValues(writing.before, readTarget(doc, writing.target), false, null)
    if (values)
      addLine(writing, values)
  }

  function note(target: Target, by: MemberId, at: Instant): void {
    const cell = nameOf(target)
    const known = writings.get(cell)
    if (known && known.by === by && !target.collides && at - known.from <= foldMs && at >= known.from) {
      known.until = at
      return
    }
    if (known)
      settle(cell, known)
    if (!target.collides)
      writings.set(cell, { target, by, from: at, until: at, before: readTarget(doc, target) })
  }

  /** Where two chose at once, one value has lost: it is collected when the transaction ends, so that it is looked for in it. */
  function applyCollisions(apply: (transaction: Y.Transaction) => void, targets: readonly Target[], by: MemberId, at: Instant): void {
    const before = targets.map(target => readTarget(doc, target))
    const held = Y.decodeStateVector(Y.encodeStateVector(doc))
    let losers: readonly unknown[] = []
    doc.transact((transaction) => {
      apply(transaction)
      losers = targets.map(target => readLoser(doc, target, held))
    })
    targets.forEach((target, n) => {
      const values = toValues(before[n], readTarget(doc, target), true, losers[n])
      if (values)
        addLine({ target, by, from: at, until: at }, values)
    })
  }

  return {
    around(apply, touches, by, at) {
      const targets = touches.filter(isReadable)
      targets.forEach(target => note(target, by, at))
      const collisions = targets.filter(({ collides }) => collides)
      if (collisions.length > 0)
        applyCollisions(apply, collisions, by, at)
      else
        doc.transact(apply)
      forgetOld(at)
    },
    take() {
      for (const [cell, writing] of writings)
        settle(cell, writing)
      const lines = ready
      ready = []
      return lines
    },
    forget: touches => touches.filter(isReadable).forEach(target => writings.delete(nameOf(target))),
  }
}

interface Values { readonly before: unknown, readonly after: unknown, readonly lost?: unknown }

/** What to write of a cell; null when nothing changed and nothing lost. */
function toValues(before: unknown, after: unknown, collides: boolean, loser: unknown): Values | null {
  const isChanged = !isSame(before, after)
  if (!collides)
    return isChanged ? { before, after } : null
  const lost = isChanged ? before : loser ?? null
  if (isSame(lost, after))
    return isChanged ? { before, after } : null
  return { before, after, lost }
}

const nameOf = ({ register, row, field, member }: Target) => JSON.stringify([register, row, field, member])
const isSame = (a: unknown, b: unknown) => a === b || ((typeof a !== 'string' || typeof b !== 'string') && JSON.stringify(a) === JSON.stringify(b))

function isReadable(touch: Touch): touch is Touch & Target {
  return isRegisterName(touch.register) && touch.row !== ''
}

/** A cell's plain value; for the row itself, whether it is there. */
function readTarget(doc: Y.Doc, target: Target): unknown {
  return target.field === '' ? rowMap(doc, target.register, target.row) !== null || null : readCellPlain(doc, target)
}

/** The value that came with this transaction and did not win: it stands to the left of the winner, deleted. */
function readLoser(doc: Y.Doc, { register, row, field, member }: Target, held: ReadonlyMap<number, number>): unknown {
  const key = member === null ? field : memberKey(field, member)
  for (let item = rowMap(doc, register, row)?._map.get(key)?.left ?? null; item; item = item.left) {
    const isNew = item.id.clock >= (held.get(item.id.client) ?? 0)
    if (isNew && item.content instanceof Y.ContentAny)
      return toJson(item.content.getContent().at(-1))
  }
  return null
}
