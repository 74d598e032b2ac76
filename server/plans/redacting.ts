import { crc32 } from 'node:zlib'
import * as Y from 'yjs'
import { newDocument, rowMap } from '#shared/plan/plan.ts'
import { readHead } from '#shared/plan/read.ts'
import { clearCells, openRedaction, type RedactedCell } from '#shared/plan/redact.ts'
import { headId } from '#shared/plan/registers.ts'
import { isComplete, isSameCopy, openCopy } from '../rooms/copies.ts'
import { periodOf } from '../rooms/listing.ts'
import type { LogRow, PlanPeriod } from '../storage/contracts.ts'
import type { RewrittenRow } from '../storage/redactions.ts'

/** What some cells of a plan have ever held, to be taken out of all of its log. */
export interface RedactJob { readonly kind: 'redact', readonly rows: readonly Pick<LogRow, 'through' | 'update'>[], readonly cells: readonly RedactedCell[] }

export type RedactJobResult =
  | {
    readonly ok: true
    /** Those rows that held something of it. */
    readonly rows: readonly RewrittenRow[]
    /** The plan's title and period then, where the cells are among them. */
    readonly title?: string
    readonly period?: PlanPeriod
  }
  | { readonly ok: false, readonly refusal: 'no-such-row' | 'nothing-there' | 'unsound', readonly cell: RedactedCell | null }

/**
 * The rows of a log as they are to be. What they come to is compared with the plan as it would be if somebody had emptied the cells: the
 * same rows, the same other cells, the same deletions. Where it is not the same, nothing is to be written.
 */
export function redactRows({ rows, cells }: RedactJob): RedactJobResult {
  const no = (refusal: 'no-such-row' | 'nothing-there' | 'unsound', cell: RedactedCell | null = null) => ({ ok: false, refusal, cell }) as const
  const updates = rows.map(({ update }) => update)
  const all = newDocument({ gc: false })
  all.transact(() => updates.forEach(update => Y.applyUpdate(all, update)))
  if (!isComplete(all))
    return no('unsound')
  const unknown = cells.find(({ register, row }) => rowMap(all, register, row) === null)
  if (unknown)
    return no('no-such-row', unknown)

  const redaction = openRedaction(all, cells)
  const rewritten = updates.map(update => redaction.rewrite(update))
  const empty = cells.find((_cell, n) => redaction.counts()[n] === 0)
  if (empty)
    return no('nothing-there', empty)
  all.destroy()

  const wanted = openCopy(updates)
  clearCells(wanted.doc, cells)
  const found = openCopy(rewritten.map((update, n) => update ?? updates[n] ?? new Uint8Array()))
  if (!isComplete(found.doc) || !isSameCopy(found, wanted))
    return no('unsound')
  const isInHead = (...fields: readonly string[]) => cells.some(({ register, row, field }) => register === 'plan' && row === headId && fields.includes(field))
  return {
    ok: true,
    rows: rows.flatMap(({ through, update }, n) => {
      const now = rewritten[n]
      return now ? [{ through, update: now, of: crc32(update) }] : []
    }),
    ...isInHead('title') && { title: readHead(found.doc)?.title ?? '' },
    ...isInHead('periodFrom', 'periodTo') && { period: periodOf(found.doc) },
  }
}
