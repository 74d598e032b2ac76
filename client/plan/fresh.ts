import { equalityDeep } from 'lib0/function'
import { shallowReactive, type ShallowRef } from 'vue'
import type * as Y from 'yjs'
import { wholeFieldOf } from '#shared/plan/cellValues.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'
import { cellKey } from '../text/naming.ts'
import { authoredIn, type AuthoredKind, type TextPart } from './authors.ts'
import type { PersonHere } from './presence.ts'

/** What somebody else did in one cell just now. A row that came, went or came back has the field `''`. */
export interface FreshChange {
  readonly cell: Cell
  readonly kind: AuthoredKind
  /** Null when nothing says who: a deletion alone has no author, unless one person alone is in the cell. */
  readonly by: PersonHere | null
  readonly at: Instant
  /** What of a text is new, as the document's own ids. */
  readonly parts: readonly (TextPart & { readonly at: Instant })[]
}

/**
 * What the others have just changed. Only what comes over a line that is up counts: not what the plan opened with, nor what
 * was missed while away. Who it was follows from the client ids of what is new, and presence.
 */
export interface Fresh {
  /** The latest change of each cell, by `cellKey` of `text/naming.ts`, for four seconds; only the cells that change wake. */
  readonly cells: ReadonlyMap<string, FreshChange>
  /** Tells each transaction's changes, in the turn it comes, until the returned function is called. */
  onChanges(listener: (changes: readonly FreshChange[]) => void): () => void
  close(): void
}

interface FreshParts {
  readonly doc: Y.Doc
  readonly others: Readonly<ShallowRef<readonly PersonHere[]>>
  /** Whether a transaction is somebody else's, of just now. */
  readonly counts: (transaction: Y.Transaction) => boolean
  readonly now: () => Instant
}

export const freshForMs = 4_000

export function openFresh({ doc, others, counts, now }: FreshParts): Fresh {
  const cells = shallowReactive(new Map<string, FreshChange>())
  const listeners = new Set<(changes: readonly FreshChange[]) => void>()
  /** People by client id, also those who have just left. */
  const known = new Map<number, PersonHere>()
  /** Who laid a row that is still to come alive. */
  const laid = new Map<string, number>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function onTransaction(transaction: Y.Transaction) {
    if (!counts(transaction))
      return
    others.value.forEach(person => known.set(person.clientId, person))
    const at = now()
    const changes = authoredIn(transaction, laid).map(({ cell: written, kind, client, parts }): FreshChange => {
      const cell = wholeCellOf(written)
      return { cell, kind, by: client === null ? aloneIn(cell) : known.get(client) ?? null, at, parts: parts.map(part => ({ ...part, at })) }
    })
    if (changes.length === 0)
      return
    changes.forEach(put)
    timer ??= setTimeout(sweep, freshForMs)
    listeners.forEach(tell => tell(changes))
  }

  function aloneIn(cell: Cell): PersonHere | null {
    const here = others.value.filter(person => equalityDeep(person.at, cell))
    return here.every(({ memberId }) => memberId === here[0]?.memberId) ? here[0] ?? null : null
  }
  function put(change: FreshChange) {
    const key = cellKey(change.cell.register, change.cell.row, change.cell.field)
    const before = cells.get(key)?.parts.filter(part => change.at - part.at < freshForMs) ?? []
    cells.set(key, { ...change, parts: [...before, ...change.parts].slice(-maxParts) })
  }
  function sweep() {
    timer = undefined
    const since = now() - freshForMs
    let oldest = Infinity
    for (const [key, { at }] of cells) {
      if (at <= since)
        cells.delete(key)
      else
        oldest = Math.min(oldest, at)
    }
    if (cells.size > 0)
      timer = setTimeout(sweep, Math.max(0, oldest - since))
  }

  doc.on('afterTransaction', onTransaction)
  return {
    cells,
    onChanges(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      clearTimeout(timer)
      doc.off('afterTransaction', onTransaction)
    },
  }
}
const maxParts = 500
/** A set's own answer is one cell with it. */
const wholeCellOf = (cell: Cell): Cell => ({ ...cell, field: wholeFieldOf(cell.register, cell.field) })
