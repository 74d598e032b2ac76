import { equalityDeep } from 'lib0/function'
import {
  addRowAgain, dropMember, placeRow, putMember, restoreRow, setCell, spliceTexts, textOf, trashRow, type Outcome,
} from '#shared/plan/commands.ts'
import { toPlace } from '#shared/plan/kinds.ts'
import { placeField } from '#shared/plan/order.ts'
import { rowMap, type Plan } from '#shared/plan/plan.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import { refusalOfCells, type NewCells } from '#shared/plan/rows.ts'
import type { LeftReason } from './left.ts'
import { mergeSplices } from './mergeText.ts'
import type { KeptChange } from './records.ts'
import { emptyPlain, partRow } from './resolve.ts'

/** What became of a change: it stands in the plan now, or some of it is left. Nothing of it is in both. */
export interface Written {
  readonly isWritten: boolean
  readonly left: readonly KeptChange[]
}

/**
 * Writes a change into the live plan as ordinary commands, three-way: `base` is what it was made on, `mine` what it made, and
 * what stands there now is theirs. Texts hold both people's changes after it, sets are taken member by member, and a plain
 * value is written only where nobody else has given the cell another, unless the person insists (C17).
 */
export function writeChange(plan: Plan, change: KeptChange, { insists = false } = {}): Written {
  return change.field === '' ? writeRow(plan, change, insists) : toWritten(change, writeCell(plan, change, insists))
}

const written: Written = { isWritten: true, left: [] }
const leave = (change: KeptChange, why: LeftReason): Written => ({ isWritten: false, left: [{ ...change, why }] })

/** Null: it stands in the plan. Else what is left of it, and why. */
type Rest = null | LeftReason | { readonly why: LeftReason, readonly base: unknown, readonly mine: unknown, readonly isWritten: boolean }
function toWritten(change: KeptChange, rest: Rest): Written {
  if (rest === null)
    return written
  if (typeof rest === 'string')
    return leave(change, rest)
  const { isWritten, ...parts } = rest
  return { isWritten, left: [{ ...change, ...parts }] }
}
const toRest = (outcome: Outcome): Rest => outcome.ok ? null : outcome.refusal

function writeRow(plan: Plan, change: KeptChange, insists: boolean): Written {
  const { register, row, mine } = change
  if (typeof mine !== 'object' || mine === null)
    return leave(change, change.cause)
  const isThere = rowMap(plan.doc, register, row) !== null
  const cells = mine as Readonly<Record<string, unknown>>
  const isApart = (field: string) => field !== 'deletedAt' && (isThere || refusalOfCells(register, newCells({ [field]: cells[field] })) !== null)
  const [whole, ...parts] = partRow({ cell: change, mine }, cells, isApart)
    .map(part => ({ ...change, field: part.cell.field, base: part.base, mine: part.mine, id: idOf(change, part.cell.field) }))
  if (!whole)
    return written
  if (!isThere) {
    const { place, deletedAt, ...rest } = whole.mine as Readonly<Record<string, unknown>>
    const field = placeField(register)
    const outcome = addRowAgain(plan, register, row, newCells(rest), {
      place: field ? toPlace(field, place) : null,
      deletedAt: typeof deletedAt === 'number' ? deletedAt : null,
    })
    if (!outcome.ok)
      return leave(change, outcome.refusal)
  }
  const left = parts.flatMap(part => toWritten(part, writeCell(plan, part, insists)).left)
  return { isWritten: true, left }
}
const idOf = ({ id }: KeptChange, field: string) => field === '' ? id : `${id}/${field}`
/** A row's cells as they were read are what a new row is made of. */
const newCells = ({ place: _place, deletedAt: _deletedAt, ...cells }: Readonly<Record<string, unknown>>) => cells as NewCells

function writeCell(plan: Plan, change: KeptChange, insists: boolean): Rest {
  const { register, row, field: name, mine } = change
  const field = fieldOf(register, name)
  const theirs = readCellPlain(plan.doc, change)
  const base = change.base ?? emptyPlain(field)
  if (!rowMap(plan.doc, register, row))
    return 'row-is-gone'
  if (equalityDeep(theirs, mine))
    return null
  const isTheirs = !equalityDeep(theirs, base)
  if (isTheirs && !insists && isUncertain(change))
    return 'changed-since'
  if (field?.kind === 'text')
    return writeText(plan, change, String(base), mine)
  if (field?.kind === 'set')
    return typeof mine === 'object' ? writeMembers(plan, change, base, theirs, insists) : 'not-valid'
  if (isTheirs && !insists)
    return 'changed-since'
  if (field?.kind === 'richText')
    return change.why ?? change.cause
  if (field?.kind === 'place')
    return toRest(placeRow(plan, register, row, mine))
  if (name === 'deletedAt' && (mine === null || typeof mine === 'number'))
    return toRest(mine === null ? restoreRow(plan, register, row) : trashRow(plan, register, row))
  return toRest(setCell(plan, change, mine))
}

/** Of what went before, another document tells: what was ours may stand there already. */
const isUncertain = ({ cause }: KeptChange) => cause === 'other-epoch' || cause === 'differs'

function writeText(plan: Plan, change: KeptChange, base: string, mine: unknown): Rest {
  const theirs = textOf(plan, change)?.toJSON()
  if (theirs === undefined || typeof mine !== 'string')
    return 'not-valid'
  return toRest(spliceTexts(plan, change, mergeSplices(base, mine, theirs)))
}

type Members = Readonly<Record<string, unknown>>
const toMembers = (value: unknown): Members => typeof value === 'object' && value !== null ? value as Members : {}

function writeMembers(plan: Plan, change: KeptChange, before: unknown, now: unknown, insists: boolean): Rest {
  const [base, mine, theirs] = [toMembers(before), toMembers(change.mine), toMembers(now)]
  let why: LeftReason | null = null
  let isWritten = false
  const leftOver: string[] = []
  for (const member of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    const [was, ours, stands] = [base[member], mine[member], theirs[member]]
    if (equalityDeep(was, ours) || equalityDeep(ours, stands))
      continue
    const refusal = !insists && !equalityDeep(was, stands) ? 'changed-since' : toRest(writeMember(plan, change, member, ours))
    if (typeof refusal === 'string') {
      why = refusal
      leftOver.push(member)
    }
    else {
      isWritten = true
    }
  }
  const only = (members: Members) => Object.fromEntries(Object.entries(members).filter(([member]) => leftOver.includes(member)))
  return why === null ? null : { why, base: only(base), mine: only(mine), isWritten }
}

function writeMember(plan: Plan, change: KeptChange, member: string, roles: unknown): Outcome {
  if (roles === undefined)
    return dropMember(plan, change, member)
  return roles === true || typeof roles === 'string' || isWords(roles) ? putMember(plan, change, member, roles) : { ok: false, refusal: 'not-valid' }
}
const isWords = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(part => typeof part === 'string')
