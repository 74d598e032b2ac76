import { equalityDeep } from 'lib0/function'
import * as Y from 'yjs'
import type { Field } from '#shared/plan/fields.ts'
import { memberKey, newDocument, rowMap } from '#shared/plan/plan.ts'
import { readCellPlain, readRow, toJson } from '#shared/plan/read.ts'
import { readTouches } from '#shared/plan/touches.ts'
import { fieldOf, fieldsOf, isRegisterName } from '#shared/plan/registers.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'
import { refusalReasons } from '#shared/protocol/frames.ts'
import { rowName } from '../text/naming.ts'
import type { UnsentEntry } from './deviceCopy.ts'
import { mergeInGroups } from './journal.ts'
import type { RescueCause } from './left.ts'
import type { KeptChange, RescueRecord } from './records.ts'
import { cellKey } from './unsent.ts'

/**
 * What a record's entries would have made of each cell, as values, each cell once and oldest first. `ground` is what they rest
 * on; those that `isIn` says the plan holds after all count as part of it. A cell that reads as before is no change.
 *
 * The cells that the refusal named are left, and where it named none of these, those that a rescue had written: each refusal
 * leaves something, and comes to an end (C18). But a row that is not as rows are laid now, since a page of an older kind laid it, is
 * laid anew, once (D36).
 */
export function resolve(
  record: RescueRecord, ground: readonly Uint8Array[], isIn: (entry: UnsentEntry) => boolean = () => false,
): readonly KeptChange[] {
  const readable = record.entries.filter(isReadable)
  const before = docOf([...ground, ...readable.filter(isIn).map(({ update }) => update)])
  const entries = readable.filter(entry => !isIn(entry))
  const then = docOf([Y.encodeStateAsUpdate(before), ...entries.map(({ update }) => update)])
  const ours = oursAmongTheirs(before, then, entries)
  const found = [...groupByRow(touchedCells(entries)).values()].flatMap(cells => changesInRow(before, then, cells, ours))
  const changes = withUnread(then, entries, found)
    .flatMap(change => apart(change, record))
    .filter(({ cell }) => !record.dropped.includes(cellKey(cell)))
  const namesOurs = changes.some(({ cell }) => isNamed(cell, record))
  const isLeft = (cell: Cell, again: boolean) => isNamed(cell, record)
    ? !isToBeLaidAnew(cell, again, record)
    : again && !namesOurs && isJudgement(record.cause)
  const kept = changes.map(({ cell, base, mine, since, again, isWhole }): KeptChange => ({
    ...cell,
    id: `${record.id}/${JSON.stringify([cell.register, cell.row, cell.field])}`,
    at: record.at,
    since,
    cause: record.cause,
    rowName: nameOf(then, cell) || nameOf(before, cell),
    base,
    mine,
    why: !isWhole || isLeft(cell, again) ? record.cause : null,
  }))
  before.destroy()
  then.destroy()
  return kept
}

/** Whether a document holds what an update put in. One that only takes out is not told: taking out twice does no more. */
export function isHeldBy(doc: Y.Doc, { update }: UnsentEntry): boolean {
  const { to } = Y.parseUpdateMeta(update)
  return to.size > 0 && [...to].every(([client, clock]) => Y.getState(doc.store, client) >= clock)
}

/** Bytes that the device has damaged tell nothing. */
function isReadable({ update }: UnsentEntry): boolean {
  try {
    Y.decodeUpdate(update)
    return true
  }
  catch {
    return false
  }
}

interface Touched { readonly cell: Cell, readonly since: Instant, readonly again: boolean }
interface Change extends Touched { readonly base: unknown, readonly mine: unknown }
/** `isWhole`: all that was written there could be read. What could not is words alone, and is never written in the plan. */
interface ReadChange extends Change { readonly isWhole: boolean }

/** The server looked at what we sent and would not have it. */
const isJudgement = (cause: RescueCause) => cause === 'too-big' || refusalReasons.some(reason => reason === cause)

function isNamed({ register, row, field }: Cell, { named }: RescueRecord): boolean {
  return named.some(cell => cell.register === register && cell.row === row && (cell.field === field || cell.field === ''))
}

/** A row that lacks what the declaration has got since is named as a whole. What a rescue laid already is not tried again. */
const isToBeLaidAnew = ({ field }: Cell, again: boolean, { cause }: RescueRecord) => field === '' && cause === 'not-valid' && !again

export function docOf(updates: readonly Uint8Array[]): Y.Doc {
  // What lost against another's value is read here as well, and so not collected.
  const doc = newDocument({ gc: false })
  doc.transact(() => {
    for (const update of updates) {
      try {
        Y.applyUpdate(doc, update)
      }
      catch {
        // A damaged update keeps no other from being read.
      }
    }
  })
  return doc
}

function touchedCells(entries: readonly UnsentEntry[]): ReadonlyMap<string, Touched> {
  const cells = new Map<string, Touched>()
  for (const { cells: touched, at, again = false } of entries) {
    for (const cell of touched) {
      const key = JSON.stringify([cell.register, cell.row, cell.field])
      const known = cells.get(key)
      cells.set(key, { cell, since: Math.min(at, known?.since ?? at), again: again || (known?.again ?? false) })
    }
  }
  return cells
}

function groupByRow(cells: ReadonlyMap<string, Touched>): ReadonlyMap<string, readonly Touched[]> {
  const rows = new Map<string, Touched[]>()
  for (const touched of cells.values()) {
    const key = JSON.stringify([touched.cell.register, touched.cell.row])
    rows.set(key, [...rows.get(key) ?? [], touched])
  }
  return rows
}

function changesInRow(before: Y.Doc, then: Y.Doc, cells: readonly Touched[], ours: ReadonlyMap<string, Collision>): readonly Change[] {
  const [first] = cells
  if (!first || !rowMap(then, first.cell.register, first.cell.row))
    return []
  const { register, row } = first.cell
  if (!rowMap(before, register, row)) {
    const [since, again] = [Math.min(...cells.map(cell => cell.since)), cells.some(cell => cell.again)]
    return [{ cell: { register, row, field: '' }, since, again, base: null, mine: cellsOfRow(then, { register, row }) }]
  }
  const named = cells.flatMap(touched => touched.cell.field !== ''
    ? [touched]
    : [...fieldsOf(register).map(([field]) => field), 'deletedAt'].map(field => ({ ...touched, cell: { register, row, field } })))
  return named
    .map((touched) => {
      const [base, mine] = [readCellPlain(before, touched.cell), readCellPlain(then, touched.cell)]
      return { ...touched, ...amongTheirs(base, mine, ours.get(JSON.stringify([register, row, touched.cell.field]))) }
    })
    .filter(({ base, mine }) => !equalityDeep(base, mine))
}

/** What we gave a cell, or members of it, that somebody else had given another value meanwhile. */
type Collision = readonly { readonly member: string | null, readonly value: unknown }[]

/**
 * The plain values we wrote without having seen the one that stands on the ground. Which of the two a document shows is chance;
 * that there are two is not.
 */
function oursAmongTheirs(before: Y.Doc, then: Y.Doc, entries: readonly UnsentEntry[]): ReadonlyMap<string, Collision> {
  const collisions = new Map<string, Collision>()
  const update = mergeAll(entries.map(entry => entry.update))
  const clients = new Set(update ? Y.parseUpdateMeta(update).to.keys() : [])
  for (const { register, row, field, member, collides } of update ? readTouches(before, update).cells : []) {
    const map = collides && isRegisterName(register) ? rowMap(then, register, row) : null
    const item = map && ownItem(map._map.get(member === null ? field : memberKey(field, member)), clients)
    if (!item)
      continue
    const key = JSON.stringify([register, row, field])
    collisions.set(key, [...collisions.get(key) ?? [], { member, value: toJson(item.content.getContent().at(-1)) }])
  }
  return collisions
}

/** The last of our items among those that a map has had under one key. */
function ownItem(winner: Y.Item | undefined, clients: ReadonlySet<number>): Y.Item | null {
  for (let item: Y.Item | null = winner ?? null; item; item = item.left) {
    if (clients.has(item.id.client) && !(item.content instanceof Y.ContentDeleted))
      return item
  }
  return null
}

/** A cell's base and ours where another's value stands beside: ours as we gave it, on a base that nothing equals. */
function amongTheirs(base: unknown, mine: unknown, collision: Collision | undefined): { readonly base: unknown, readonly mine: unknown } {
  if (!collision)
    return { base, mine }
  const [first] = collision
  if (first?.member === null)
    return { base: null, mine: first.value }
  const members = collision.map(({ member, value }) => [member, value] as const)
  const changed = (cell: unknown, values: readonly (readonly [string | null, unknown])[]) =>
    ({ ...typeof cell === 'object' ? cell : {}, ...Object.fromEntries(values) })
  return { base: changed(base, members.map(([member]) => [member, null])), mine: changed(mine, members) }
}

function mergeAll(updates: readonly Uint8Array[]): Uint8Array | null {
  let merged = updates
  while (merged.length > 1)
    merged = mergeInGroups(merged)
  return merged[0] ?? null
}

/** A row's cells by field, without the empty ones. */
function cellsOfRow(doc: Y.Doc, { register, row }: Omit<Cell, 'field'>): Readonly<Record<string, unknown>> {
  const fields = [...fieldsOf(register).map(([field]) => field), 'deletedAt']
  const cells = fields.map(field => [field, readCellPlain(doc, { register, row, field })] as const)
  return Object.fromEntries(cells.filter(([, value]) => !isEmpty(value)))
}

const isEmpty = (value: unknown) =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)

/** Of a row that was added, the cells that the refusal named stand apart, so that the row can come without them. */
function apart(change: ReadChange, record: RescueRecord): readonly ReadChange[] {
  const { cell, mine } = change
  if (cell.field !== '' || isNamed(cell, record) || typeof mine !== 'object' || mine === null)
    return [change]
  const isApart = (field: string) => record.named.some(one => one.register === cell.register && one.row === cell.row && one.field === field)
  return partRow(change, mine, isApart)
}

/** A row without some of its cells, and those cells each for itself. */
export function partRow<C extends { readonly mine: unknown }>(
  change: C & { readonly cell: Cell },
  mine: object,
  isApart: (field: string) => boolean,
): readonly (C & { readonly cell: Cell, readonly base: unknown })[] {
  const cells = Object.entries(mine)
  const parted = cells.filter(([field]) => isApart(field) && field !== 'place')
  const { cell } = change
  const single = parted.map(([field, value]) =>
    ({ ...change, cell: { ...cell, field }, base: emptyPlain(fieldOf(cell.register, field)), mine: value as unknown }))
  return [{ ...change, base: null, mine: Object.fromEntries(cells.filter(([field]) => !parted.some(([name]) => name === field))) }, ...single]
}

/** What an empty cell reads as in plain JSON. */
export function emptyPlain(field: Field | undefined): unknown {
  switch (field?.kind) {
    case 'text': return ''
    case 'set': return {}
    case 'richText': return []
    default: return null
  }
}

/**
 * The same, with the words of entries that rest on bytes the device does not have: which place they had in their cell cannot be
 * told, so they and what else was read of that cell stand on the list.
 */
function withUnread(then: Y.Doc, entries: readonly UnsentEntry[], found: readonly Change[]): readonly ReadChange[] {
  const changes = new Map<string, ReadChange>(found.map(change => [cellKey(change.cell), { ...change, isWhole: true }]))
  if (!then.store.pendingStructs)
    return [...changes.values()]
  for (const { cells, at, again = false, update } of entries.filter(entry => !isHeldBy(then, entry))) {
    const words = wordsIn(update)
    cells.forEach((cell, n) => {
      const known = changes.get(cellKey(cell)) ?? { cell, since: at, again, base: null, mine: '' }
      const mine = n > 0 || !words ? known.mine : typeof known.mine === 'string' ? [known.mine, words].filter(Boolean).join('\n') : words
      if (mine !== '')
        changes.set(cellKey(cell), { ...known, mine, isWhole: false })
    })
  }
  return [...changes.values()]
}

function wordsIn(update: Uint8Array): string {
  try {
    return Y.decodeUpdate(update).structs
      .map(struct => struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : '').join('')
  }
  catch {
    return ''
  }
}

function nameOf(doc: Y.Doc, { register, row }: Cell): string {
  return rowName(readRow(doc, register, row) ?? {})
}
