import * as Y from 'yjs'
import { rowMap } from '#shared/plan/plan.ts'
import type { Cell } from '#shared/plan/values.ts'
import { cellAt } from './unsent.ts'

export type AuthoredKind = 'added' | 'trashed' | 'restored' | 'moved' | 'wrote' | 'changed'
/** A stretch of a text by the document's own ids. */
export interface TextPart { readonly client: number, readonly clock: number, readonly length: number }

export interface Authored {
  readonly cell: Cell
  readonly kind: AuthoredKind
  /** The client id of what is new; null where things were only taken out. */
  readonly client: number | null
  readonly parts: readonly TextPart[]
}

/** Who put what: the new items of a transaction, by the type they stand in and their key (null: in order). */
type Authors = Map<unknown, Map<string | null, Y.Item[]>>

/** What a transaction changed, once for each cell and author. `laid` keeps the rows that are laid but not alive yet. */
export function authoredIn(transaction: Y.Transaction, laid: Map<string, number>): readonly Authored[] {
  const authors = authorsIn(transaction)
  const changes = new Map<string, Authored>()
  const newRows = new Set<string>()
  const add = (change: Authored) => {
    const { cell, client } = change
    const key = JSON.stringify([cell.register, cell.row, cell.field, client])
    changes.set(key, { ...change, parts: [...changes.get(key)?.parts ?? [], ...change.parts] })
  }
  for (const [type, keys] of transaction.changed) {
    for (const key of keys) {
      const cell = cellAt(transaction.doc, type, key)
      if (cell === null)
        continue
      const items = authors.get(type)?.get(key) ?? []
      const row = `${cell.register}/${cell.row}`
      if (cell.field === '') {
        const [item] = items
        if (item) {
          newRows.add(row)
          laid.set(row, item.id.client)
        }
      }
      else if (key === null) {
        textChanges(cell, items).forEach(add)
      }
      else {
        valueChange(cell, type as Y.AbstractType<unknown>, key, transaction).forEach(add)
      }
    }
  }
  return rowChanges(transaction, [...changes.values()], newRows, laid)
}

function authorsIn({ doc, beforeState, afterState }: Y.Transaction): Authors {
  const authors: Authors = new Map()
  for (const [client, after] of afterState) {
    const before = beforeState.get(client) ?? 0
    const structs = doc.store.clients.get(client)
    if (after <= before || !structs)
      continue
    for (let n = Y.findIndexSS(structs, before); n < structs.length; n++) {
      const item = structs[n]
      if (!(item instanceof Y.Item))
        continue
      const byKey = authors.get(item.parent) ?? new Map<string | null, Y.Item[]>()
      const items = byKey.get(item.parentSub) ?? []
      items.push(item)
      authors.set(item.parent, byKey.set(item.parentSub, items))
    }
  }
  return authors
}

/** Inside a text: one change for each who wrote; what was only taken out is nobody's. */
function textChanges(cell: Cell, items: readonly Y.Item[]): readonly Authored[] {
  const clients = [...new Set(items.map(({ id }) => id.client))]
  if (clients.length === 0)
    return [{ cell, kind: 'wrote', client: null, parts: [] }]
  return clients.map(client => ({
    cell, client, kind: 'wrote',
    parts: items.filter(({ id }) => id.client === client).map(({ id, length }) => ({ client, clock: id.clock, length })),
  }))
}

/** A plain value or a set's member; none where somebody's value lost against the one that stands. */
function valueChange(cell: Cell, type: Y.AbstractType<unknown>, key: string, { beforeState }: Y.Transaction): readonly Authored[] {
  const item = type._map.get(key)
  if (!item)
    return []
  const isNew = item.id.clock >= (beforeState.get(item.id.client) ?? 0)
  if (!isNew && !item.deleted)
    return []
  const kind = cell.field === 'place' ? 'moved' : 'changed'
  return [{ cell, kind, client: isNew ? item.id.client : null, parts: [] }]
}

/** A row that came is one change, whatever stands in it; one that is laid and still in the trash is none yet. */
function rowChanges(
  { doc }: Y.Transaction, changes: readonly Authored[], newRows: ReadonlySet<string>, laid: Map<string, number>,
): readonly Authored[] {
  const rest = changes.filter(({ cell }) => !newRows.has(`${cell.register}/${cell.row}`) && cell.field !== 'deletedAt')
  const moved = changes.filter(({ cell }) => cell.field === 'deletedAt' && !newRows.has(`${cell.register}/${cell.row}`))
  const came = [...newRows].map((row): Authored => {
    const [register = '', id = ''] = row.split('/')
    return { cell: { register, row: id, field: 'deletedAt' } as Cell, kind: 'added', client: laid.get(row) ?? null, parts: [] }
  })
  return [...rest, ...[...came, ...moved].flatMap(({ cell, client }): readonly Authored[] => {
    const row = `${cell.register}/${cell.row}`
    const isTrashed = rowMap(doc, cell.register, cell.row)?.has('deletedAt') ?? false
    const whole = { cell: { ...cell, field: '' }, parts: [] }
    const author = laid.get(row)
    if (author === undefined)
      return [{ ...whole, kind: isTrashed ? 'trashed' : 'restored', client }]
    if (isTrashed)
      return []
    laid.delete(row)
    return [{ ...whole, kind: 'added', client: author }]
  })]
}

/** Where the new parts of a text stand in it now, in UTF-16 units, neighbours as one; empty when none of them is left. */
export function placesOf(text: Y.Text, parts: readonly TextPart[]): readonly (readonly [number, number])[] {
  const places: [number, number][] = []
  let at = 0
  for (let item = text._start; item; item = item.right) {
    if (item.deleted || !item.countable)
      continue
    for (const { client, clock, length } of parts) {
      const [from, until] = [Math.max(clock, item.id.clock), Math.min(clock + length, item.id.clock + item.length)]
      if (client === item.id.client && from < until)
        join(places, at + from - item.id.clock, at + until - item.id.clock)
    }
    at += item.length
  }
  return places
}

function join(places: [number, number][], from: number, until: number): void {
  const last = places.at(-1)
  if (last && from <= last[1])
    last[1] = Math.max(last[1], until)
  else
    places.push([from, until])
}
