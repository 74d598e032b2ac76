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

type Target = Cell & { readonly member: string | null }

/** Turns updates into lines «who, when, which cell, before, after», from the document before and after (S7). */
export interface ChangeLines {
  /** Applies an update through `apply`, in one transaction, and says what changed. */
  around(apply: (transaction: Y.Transaction) => void, touches: readonly Touch[], by: MemberId, at: Instant): ChangeLine[]
}

export function openChangeLines(doc: Y.Doc): ChangeLines {
  /** The last line of each cell, while it can still grow. */
  const open = new Map<string, ChangeLine>()

  function toLine({ register, row, field, member }: Target, by: MemberId, at: Instant, values: Values): ChangeLine {
    const cell = JSON.stringify([register, row, field, member])
    const last = open.get(cell)
    const grows = last !== undefined && last.by === by && at - last.from <= foldMs && at >= last.from
    const line: ChangeLine = {
      ...(grows ? last : { id: randomBytes(8).toString('hex'), by, register, row, field, member, from: at, before: values.before }),
      until: at,
      after: values.after,
      ...('lost' in values ? { lost: values.lost } : {}),
    }
    open.delete(cell)
    open.set(cell, line)
    return line
  }

  function forgetOld(at: Instant): void {
    for (const [cell, line] of open) {
      if (open.size <= maxOpenLines && at - line.from <= foldMs)
        return
      open.delete(cell)
    }
  }

  return {
    around(apply, touches, by, at) {
      const targets = touches.filter(isReadable)
      const before = targets.map(target => readTarget(doc, target))
      const held = Y.decodeStateVector(targets.some(({ collides }) => collides) ? Y.encodeStateVector(doc) : noStateVector)
      const losers: unknown[] = []
      // One transaction around it, since what lost is collected when the transaction ends.
      doc.transact((transaction) => {
        apply(transaction)
        targets.forEach((target, n) => {
          if (target.collides)
            losers[n] = readLoser(doc, target, held)
        })
      })
      forgetOld(at)
      const lines: ChangeLine[] = []
      targets.forEach((target, n) => {
        const values = toValues(before[n], readTarget(doc, target), target.collides, losers[n])
        if (values)
          lines.push(toLine(target, by, at, values))
      })
      return lines
    },
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

const noStateVector = Uint8Array.of(0)
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
