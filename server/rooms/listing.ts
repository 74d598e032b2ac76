import type * as Y from 'yjs'
import { readHead } from '#shared/plan/read.ts'
import { headId } from '#shared/plan/registers.ts'
import type { Touch } from '#shared/plan/touches.ts'
import type { LogEntry, PlanPeriod } from '../storage/contracts.ts'

/** What a list of plans says of this one, as far as the touched cells have made it another: its title, and the years it is for. */
export function changedListing(doc: Y.Doc, cells: readonly Touch[]): Pick<LogEntry, 'title' | 'period'> {
  const isTouched = (...fields: readonly string[]) =>
    cells.some(({ register, row, field }) => register === 'plan' && row === headId && (field === '' || fields.includes(field)))
  return {
    title: isTouched('title') ? readHead(doc)?.title ?? null : null,
    ...(isTouched('periodFrom', 'periodTo') ? { period: periodOf(doc) } : {}),
  }
}

export function periodOf(doc: Y.Doc): PlanPeriod {
  const head = readHead(doc)
  return { from: head?.periodFrom ?? null, to: head?.periodTo ?? null }
}
