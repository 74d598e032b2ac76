import { equalityDeep } from 'lib0/function'
import { shallowRef, type ShallowRef } from 'vue'
import * as Y from 'yjs'
import { rekeyedIn } from '#shared/plan/commands.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import { readDeletedAt, rowMap, type Plan } from '#shared/plan/plan.ts'
import { fieldOf, registerNames } from '#shared/plan/registers.ts'
import type { Cell, RowId } from '#shared/plan/values.ts'
import { cellsOf } from './unsent.ts'

export type UndoKind = 'added' | 'trashed' | 'restored' | 'moved' | 'wrote' | 'changed' | 'changed-members'

/** What a step did, so that it can be named before it is undone. */
export interface UndoStep {
  /** What happened to the rows; `changed` also for different things at once. */
  readonly kind: UndoKind
  /** The first row's register. */
  readonly register: RegisterName
  /** In the order they were first touched; in whichever register. Never empty. */
  readonly rows: readonly RowId[]
  /** The one field of them that was written in or changed. */
  readonly field?: string
}

/** Undo of what this person did in this page, across all views; never what others did. */
export interface Undo {
  readonly canUndo: Readonly<ShallowRef<boolean>>
  readonly canRedo: Readonly<ShallowRef<boolean>>
  /** What `undo` would take back; null when there is nothing. */
  readonly nextUndo: Readonly<ShallowRef<UndoStep | null>>
  /** What `redo` would do again; null when there is nothing. */
  readonly nextRedo: Readonly<ShallowRef<UndoStep | null>>
  /** What was undone or redone last, whoever asked for it: a key in a field, a button, a toast. A new object each time. */
  readonly last: Readonly<ShallowRef<{ readonly verb: 'undo' | 'redo', readonly step: UndoStep } | null>>
  /** Takes back the last step and tells it. A step that others have made pointless is passed over; null when none was left. */
  readonly undo: () => UndoStep | null
  readonly redo: () => UndoStep | null
  /** What comes next is a step of its own. */
  readonly endStep: () => void
  /** All that `work` does is one step, in however many transactions, and no part of what came before or comes after. */
  readonly asOneStep: <T>(work: () => T) => T
}

/** Writing within this time is one step. */
const oneStepMs = 500

export function openUndo(plan: Plan): Undo & { close(): void } {
  const steps = openSteps(plan)
  /** The transaction that the manager is looking at. */
  let current: Y.Transaction | null = null
  const manager = new Y.UndoManager(registerNames.map(register => plan.doc.getMap(register)), {
    trackedOrigins: new Set([plan.mine]),
    captureTimeout: oneStepMs,
    captureTransaction(transaction) {
      if (transaction.origin === plan.laying)
        steps.noteLaid(transaction)
      current = transaction
      return true
    },
  })
  const canUndo = shallowRef(false)
  const canRedo = shallowRef(false)
  const nextUndo = shallowRef<UndoStep | null>(null)
  const nextRedo = shallowRef<UndoStep | null>(null)
  const last = shallowRef<{ verb: 'undo' | 'redo', step: UndoStep } | null>(null)

  /** The bulk change that is under way; its step has no name yet. */
  let bulk: object | null = null
  function show() {
    if (bulk)
      return
    canUndo.value = manager.canUndo()
    canRedo.value = manager.canRedo()
    put(nextUndo, stepOf(lastOf(manager.undoStack)))
    put(nextRedo, stepOf(lastOf(manager.redoStack).reverse()))
  }
  /** A step that is undone or redone keeps its name; what is done anew is read from its transaction. */
  function onCaptured({ stackItem, origin }: { stackItem: StackItem, origin: unknown }) {
    const done = origin === manager ? manager.currStackItem : null
    const touched = touchedIn(done ?? stackItem) ?? new Map()
    stackItem.meta.set(touchedKey, touched)
    stackItem.meta.set(bulkKey, done ? done.meta.get(bulkKey) : bulk)
    if (!done && current)
      steps.read(current, touched)
    if (bulk && touched.size >= mostRowsAtOnce)
      manager.stopCapturing()
    show()
  }
  manager.on('stack-item-added', onCaptured)
  manager.on('stack-item-updated', onCaptured)
  manager.on('stack-cleared', show)

  function back(verb: 'undo' | 'redo'): UndoStep | null {
    const stack = verb === 'undo' ? manager.undoStack : manager.redoStack
    let step: UndoStep | null = null
    while (step === null && stack.length > 0)
      step = backOnce(verb, stack)
    show()
    if (step)
      last.value = { verb, step }
    return step
  }
  /** All of a step, each item of it in a transaction of its own; null where others have made all of it pointless. */
  function backOnce(verb: 'undo' | 'redo', stack: StackItem[]): UndoStep | null {
    const items = lastOf(stack)
    const step = stepOf(verb === 'undo' ? items : items.toReversed())
    // What was done before it is set aside, so that a pointless item of this step is not passed over into another.
    const before = stack.splice(0, stack.length - items.length)
    let hasDone = false
    while (stack.length > 0)
      hasDone = manager[verb]() !== null || hasDone
    stack.unshift(...before)
    return hasDone ? step : null
  }

  return {
    canUndo,
    canRedo,
    nextUndo,
    nextRedo,
    last,
    undo: () => back('undo'),
    redo: () => back('redo'),
    endStep: () => manager.stopCapturing(),
    asOneStep(work) {
      if (bulk)
        return work()
      manager.stopCapturing()
      manager.captureTimeout = Infinity
      bulk = {}
      try {
        return work()
      }
      finally {
        bulk = null
        manager.captureTimeout = oneStepMs
        manager.stopCapturing()
        show()
      }
    },
    close: () => manager.destroy(),
  }
}

type StackItem = Y.UndoManager['undoStack'][number]
/** What a step did with one row. */
interface Touched { readonly register: RegisterName, readonly row: RowId, readonly kind: UndoKind, readonly field?: string }

const touchedKey = 'touched'
const bulkKey = 'bulk'
/** A bulk change is undone so many rows at a time: what that writes again must fit in one update. */
const mostRowsAtOnce = 25
/** The items that are the last step: one, or those of one bulk change. */
function lastOf(stack: readonly StackItem[]): StackItem[] {
  const bulk: unknown = stack.at(-1)?.meta.get(bulkKey)
  const first = bulk ? stack.findLastIndex(({ meta }) => meta.get(bulkKey) !== bulk) + 1 : stack.length - 1
  return stack.slice(Math.max(0, first))
}
const touchedIn = ({ meta }: StackItem) => meta.get(touchedKey) as Map<string, Touched> | undefined

/** Reads from transactions what they did with which rows. */
function openSteps({ doc }: Plan) {
  /** Rows laid in the trash, to be brought to life in the step that adds them. */
  const laid = new Set<string>()

  function touchOf({ register, row, field }: Cell): Touched {
    if (field === 'deletedAt')
      return { register, row, kind: lifeOf(register, row) }
    if (field === 'place')
      return { register, row, kind: 'moved' }
    const kind = fieldOf(register, field)?.kind
    return { register, row, field, kind: kind === 'text' || kind === 'richText' ? 'wrote' : kind === 'set' ? 'changed-members' : 'changed' }
  }
  function lifeOf(register: RegisterName, row: RowId): UndoKind {
    const map = rowMap(doc, register, row)
    if (map && readDeletedAt(map) !== null)
      return 'trashed'
    return laid.delete(rowKey({ register, row })) ? 'added' : 'restored'
  }
  return {
    noteLaid(transaction: Y.Transaction) {
      cellsOf(transaction).filter(({ field }) => field === '').forEach(cell => laid.add(rowKey(cell)))
    },
    /** Adds what a transaction did to what its step had done before. */
    read(transaction: Y.Transaction, touched: Map<string, Touched>): void {
      // A move may give neighbours new keys; they have not moved (D6).
      const rekeyed = rekeyedIn(transaction)
      for (const touch of cellsOf(transaction).filter(({ field, row }) => field !== 'place' || !rekeyed.has(row)).map(touchOf)) {
        const key = rowKey(touch)
        const known = touched.get(key)
        touched.set(key, known ? both(known, touch) : touch)
      }
    },
  }
}

const rowKey = ({ register, row }: { register: RegisterName, row: RowId }) => `${register}/${row}`

/** Two things done with one row in one step: what is written in a row that was just added belongs to its being added. */
function both(first: Touched, second: Touched): Touched {
  const { register, row } = first
  if (first.kind === 'added' || second.kind === 'added')
    return { register, row, kind: second.kind === 'trashed' ? 'trashed' : 'added' }
  if (first.kind === second.kind)
    return first.field === second.field ? first : { register, row, kind: first.kind }
  return { register, row, kind: 'changed' }
}

/** What one step's items did, in the order they did it. */
function stepOf(items: readonly StackItem[]): UndoStep | null {
  const byRow = new Map<string, Touched>()
  for (const [key, touched] of items.flatMap(item => [...touchedIn(item) ?? []])) {
    const known = byRow.get(key)
    byRow.set(key, known ? both(known, touched) : touched)
  }
  const all = [...byRow.values()]
  // What was changed on the way belongs to what was added.
  const added = all.filter(({ kind }) => kind === 'added')
  const touched = added.length > 0 ? added : all
  const [first] = touched
  if (!first)
    return null
  const { register, kind, field } = first
  const rows = touched.map(({ row }) => row)
  if (touched.some(one => one.kind !== kind))
    return { kind: 'changed', register, rows }
  const isOneField = field !== undefined && touched.every(one => one.register === register && one.field === field)
  return { kind, register, rows, ...(isOneField && { field }) }
}

/** A step that reads as before wakes nobody. */
function put(step: ShallowRef<UndoStep | null>, next: UndoStep | null): void {
  if (!equalityDeep(step.value, next))
    step.value = next
}
