import * as Y from 'yjs'
import {
  addRow, addRows, dropMember, moveRow, putMember, replaceText, restoreRow, setCell, spliceText, textOf, trashRow,
} from '#shared/plan/commands.ts'
import type { Field, RegisterName } from '#shared/plan/fields.ts'
import { readOrder } from '#shared/plan/order.ts'
import { openPlan, rowMap, type Plan } from '#shared/plan/plan.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import type { Cell, RowId } from '#shared/plan/values.ts'
import { openOutbox } from '../../client/plan/outbox.ts'

/** Numbers that follow from one, so that a schedule can be played again. */
export interface Chance {
  /** A whole number from 0 to `below - 1`. */
  below(below: number): number
  /** One of a list. */
  of<T>(list: readonly T[]): T | undefined
}

export function chanceFrom(seed: number): Chance {
  let state = (seed * 2_654_435_761 + 0x9E3779B9) >>> 0
  function below(limit: number): number {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return limit < 1 ? 0 : ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return { below, of: list => list[below(list.length)] }
}

/** How what was written while apart is sent: entry by entry, merged as our own client does it, or as a stock client's step 2. */
export type Sending = 'singly' | 'merged' | 'step2'

/** One page of one member: a document with a client id of its own, and what it has not sent. */
export interface Tab {
  readonly member: string
  readonly plan: Plan
  readonly undo: Y.UndoManager
  /** Own updates that have not been sent, in order. */
  readonly unsent: Uint8Array[]
  /** Does one of the things people do. */
  act(chance: Chance): void
  /** What to send now, and from here on as if it had been sent. `known`: the server's state vector, for a step 2. */
  takeUnsent(how: Sending, known: Uint8Array): Uint8Array[]
  hear(update: Uint8Array): void
  close(): void
}

interface TabParts { readonly member: string, readonly clientId: number, readonly isReader?: boolean, readonly tidies?: boolean, readonly acts?: readonly Act[] }

const fromAfar = { from: 'afar' }

/**
 * A document with the registers known. Yjs takes out marks that say nothing after what comes from afar, each replica by what came
 * together; a document of ours does not (`tidies: false`), a stock client's does.
 */
export function openDocument(content: Uint8Array, { tidies = false }: { tidies?: boolean } = {}): Y.Doc {
  const doc = new Y.Doc()
  registerNames.forEach(name => doc.getMap(name))
  if (!tidies) {
    doc.on('afterTransaction', (transaction) => {
      transaction._needFormattingCleanup = false
    })
  }
  Y.applyUpdate(doc, content, fromAfar)
  return doc
}

export function openTab(confirmed: Uint8Array, { member, clientId, isReader = false, tidies = false, acts = allActs }: TabParts): Tab {
  const doc = openDocument(confirmed, { tidies })
  doc.clientID = clientId
  const plan = openPlan(doc, { now: () => 1_700_000_000_000 })
  const undo = new Y.UndoManager(registerNames.map(name => doc.getMap(name)), { trackedOrigins: new Set([plan.mine]), captureTimeout: clientId % 2 ? 0 : 500 })
  const unsent: Uint8Array[] = []
  // Whatever the document changes by itself is sent as well: so does a stock client.
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== fromAfar)
      unsent.push(update)
  })
  return {
    member, plan, undo, unsent,
    act(chance) {
      const act = chance.of(acts)
      if (!isReader && act)
        act({ plan, undo, chance })
    },
    takeUnsent(how, known) {
      const entries = unsent.splice(0)
      if (how === 'step2')
        return [Y.encodeStateAsUpdate(doc, known)]
      if (how === 'singly')
        return entries
      const outbox = openOutbox()
      outbox.add(entries.map((update, n) => ({ id: String(n), tab: 'tab', at: 0, cells: [], update })))
      return [...outbox.waiting()].map(piece => piece.update)
    },
    hear: update => Y.applyUpdate(doc, update, fromAfar),
    close() {
      undo.destroy()
      doc.destroy()
    },
  }
}

interface Hands { readonly plan: Plan, readonly undo: Y.UndoManager, readonly chance: Chance }
type Act = (hands: Hands) => void

/** The few cells that everybody writes in, so that they meet there. */
const busyRows: readonly (readonly [RegisterName, RowId])[] = [['activities', 'K01'], ['activities', 'K02'], ['goals', 'G1'], ['plan', 'head']]

function anyRow({ plan, chance }: Hands): readonly [RegisterName, RowId] {
  const busy = chance.of(busyRows)
  if (busy && chance.below(3) > 0)
    return busy
  const register = chance.of(registerNames) ?? 'goals'
  const row = chance.of([...plan.doc.getMap(register).keys()])
  return row === undefined ? ['activities', 'K01'] : [register, row]
}

function anyCell(hands: Hands, kinds: readonly Field['kind'][]): { cell: Cell, field: Field } | null {
  const [register, row] = anyRow(hands)
  const found = hands.chance.of(fieldsOf(register).filter(([, field]) => kinds.includes(field.kind)))
  return found ? { cell: { register, row, field: found[0] }, field: found[1] } : null
}

const syllables = ['møte', ' i mai', 'x', 'å', '😀', ' og ', 'kommunene', '.', '\n', 'en litt lengre setning om eldre']

const type: Act = (hands) => {
  const found = anyCell(hands, ['text'])
  const text = found && textOf(hands.plan, found.cell)
  if (!found || !text || text.length > 150)
    return
  const { chance } = hands
  let at = place(text.toString(), chance)
  // Key by key, as one types.
  for (const letter of chance.of(syllables) ?? 'x') {
    spliceText(hands.plan, found.cell, { at, remove: 0, insert: letter })
    at += letter.length
  }
}

/** A place between two letters; most often near the beginning, where others write too. */
function place(words: string, chance: Chance): number {
  const at = chance.below(chance.below(2) ? Math.min(words.length, 4) + 1 : words.length + 1)
  const unit = words.charCodeAt(at)
  return unit >= 0xDC00 && unit <= 0xDFFF ? at - 1 : at
}

const erase: Act = (hands) => {
  const found = anyCell(hands, ['text'])
  const text = found && textOf(hands.plan, found.cell)
  if (!found || !text?.length)
    return
  const words = text.toString()
  const at = place(words, hands.chance)
  const end = place(words.slice(at, at + 5), hands.chance) + at
  spliceText(hands.plan, found.cell, { at, remove: end - at, insert: hands.chance.below(3) ? '' : 'ny' })
}

const rewrite: Act = (hands) => {
  const found = anyCell(hands, ['text'])
  if (found)
    replaceText(hands.plan, found.cell, `${hands.chance.of(syllables)} ${hands.chance.of(syllables)}`)
}

const set: Act = (hands) => {
  const found = anyCell(hands, ['line', 'choice', 'number', 'date', 'flag', 'reference', 'when'])
  if (found)
    setCell(hands.plan, found.cell, hands.chance.below(4) ? aValue(found.field, hands.chance) : null)
}

function aValue(field: Field, chance: Chance): unknown {
  switch (field.kind) {
    case 'line': return (chance.of(syllables) ?? '').slice(0, 20)
    case 'choice': return field.open && chance.below(2) ? 'et eget ord' : chance.of(field.options)
    case 'number': return field.min + chance.below(Math.min(3, field.max - field.min + 1))
    case 'date': return `2021-0${1 + chance.below(9)}-1${chance.below(10)}`
    case 'flag': return chance.below(2) === 0
    case 'reference': return chance.of(['G1', 'A1', 'sf', 'ks', 'borte'])
    case 'when': return chance.of([
      { raw: 'Årlig', kind: 'yearly' }, { raw: 'Vår', kind: 'seasons', seasons: ['spring'] }, { raw: 'To ganger', kind: 'per-year', perYear: { min: 2, max: 2 } },
    ])
    default: return null
  }
}

const put: Act = (hands) => {
  const found = anyCell(hands, ['set'])
  if (!found || found.field.kind !== 'set')
    return
  const { chance, plan } = hands
  const { of, roles } = found.field
  const members = typeof of === 'object' && 'choices' in of ? of.choices.slice(0, 3) : ['sf', 'ks', '2', 'borte']
  const member = chance.of(members) ?? 'sf'
  if (chance.below(3) === 0)
    return void dropMember(plan, found.cell, member)
  const role = roles === 'words' ? 'to personer' : chance.of(roles ?? [])
  putMember(plan, found.cell, member, role === undefined || chance.below(4) === 0 ? true : chance.below(3) ? role : [role])
}

const add: Act = ({ plan, chance }) => {
  const register = chance.of(['activities', 'activities', 'goals', 'sections', 'networks', 'messages'] as const) ?? 'goals'
  const parentId = register === 'activities' ? chance.of(readOrder(plan.doc, 'goals').alive) ?? null : null
  const after = chance.of(readOrder(plan.doc, register).alive) ?? null
  if (chance.below(4))
    addRow(plan, register, {}, { parentId, after })
  else
    addRows(plan, register, Array.from({ length: 1 + chance.below(4) }, () => ({})), { parentId, before: after })
}

const move: Act = ({ plan, chance }) => {
  const register = chance.of(['activities', 'activities', 'goals', 'sections'] as const) ?? 'goals'
  const { alive } = readOrder(plan.doc, register)
  const parentId = register === 'activities' ? chance.of(readOrder(plan.doc, 'goals').alive) ?? null : null
  moveRow(plan, register, chance.of(alive) ?? '', chance.below(2) ? { parentId, before: chance.of(alive) ?? null } : { parentId, after: chance.of(alive) ?? null })
}

const trash: Act = ({ plan, chance }) => {
  const register = chance.of(['activities', 'goals', 'sections', 'networks'] as const) ?? 'goals'
  const { alive, trashed } = readOrder(plan.doc, register)
  if (chance.below(2) && alive.length > 1)
    trashRow(plan, register, chance.of(alive) ?? '')
  else
    restoreRow(plan, register, chance.of(trashed) ?? '')
}

const takeBack: Act = ({ undo, chance }) => {
  for (let n = chance.below(3); n >= 0; n--) {
    if (chance.below(5) < 3)
      undo.undo()
    else
      undo.redo()
  }
}

const write: Act = ({ plan, chance }) => {
  const section = chance.of([...plan.doc.getMap('sections').keys()])
  const body = section === undefined ? null : rowMap(plan.doc, 'sections', section)?.get('body')
  if (body instanceof Y.XmlFragment)
    plan.doc.transact(() => (chance.of(richActs) ?? layBlock)(body, chance), plan.mine)
}

/** What people do; things that are done often stand there often. */
export const allActs: readonly Act[] = [type, type, type, type, erase, erase, rewrite, set, set, set, put, put, add, move, move, trash, takeBack, takeBack, write, write, write]
/** Those who write rich text and take it back. */
export const richTextActs: readonly Act[] = [write, write, write, write, takeBack]
/** Those who only write letters. */
export const typingActs: readonly Act[] = [type, type, erase, takeBack]

type RichAct = (body: Y.XmlFragment, chance: Chance) => void

/** Text as an editor lays it: with its marks. */
function wordsWith(chance: Chance): Y.XmlText {
  const words = new Y.XmlText()
  words.applyDelta(chance.below(3)
    ? [{ insert: 'Et avsnitt.' }]
    : [{ insert: 'Et ' }, { insert: 'viktig', attributes: { [chance.of(['bold', 'italic']) ?? 'bold']: {} } }, { insert: ' avsnitt' }])
  return words
}

function block(name: string, children: readonly (Y.XmlElement | Y.XmlText)[], attributes: Readonly<Record<string, string | number>> = {}): Y.XmlElement {
  const element = new Y.XmlElement<Record<string, string | number>>(name)
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value))
  element.insert(0, [...children])
  return element as unknown as Y.XmlElement
}

const layBlock: RichAct = (body, chance) => {
  const item = () => block('listItem', [block('paragraph', [wordsWith(chance)])])
  const made = [
    () => block('paragraph', [wordsWith(chance)]),
    () => block('paragraph', [wordsWith(chance), block('hardBreak', []), wordsWith(chance)]),
    () => block('heading', [wordsWith(chance)], { level: 1 + chance.below(3) }),
    () => block('bulletList', [item(), item()]),
    () => block('orderedList', [item()], { start: 1 + chance.below(3) }),
    () => block('bulletList', [block('listItem', [block('paragraph', [wordsWith(chance)]), block('bulletList', [item()])])]),
    () => block('paragraph', []),
  ][chance.below(7)]?.()
  if (made)
    body.insert(chance.below(body.length + 1), [made])
}

function all<T>(type: Y.XmlFragment, isWanted: (value: unknown) => value is T): T[] {
  return type.toArray().flatMap((child: unknown) => [
    ...isWanted(child) ? [child] : [],
    ...child instanceof Y.XmlFragment ? all(child, isWanted) : [],
  ])
}
const isWords = (value: unknown): value is Y.XmlText => value instanceof Y.XmlText
const isElement = (value: unknown): value is Y.XmlElement => value instanceof Y.XmlElement

const inWords = (work: (words: Y.XmlText, chance: Chance) => void): RichAct => (body, chance) => {
  const words = chance.of(all(body, isWords))
  if (words && words.length < 200)
    work(words, chance)
  else
    layBlock(body, chance)
}

const link = (n: number) => ({ href: `https://www.example.org/${n}`, target: '_blank', rel: 'noopener noreferrer nofollow', class: null })
const aMark = (chance: Chance): Record<string, unknown> => chance.of([
  { bold: {} }, { italic: {} }, { bold: null }, { italic: null }, { link: link(chance.below(2)) }, { link: null }, { bold: {}, italic: {} },
] as Record<string, unknown>[]) ?? {}

/** As an editor takes over what changed in a paragraph: out, in, and then the marks of all of it. */
const writeWords = inWords((words, chance) => {
  const at = chance.below(words.length + 1)
  words.insert(at, chance.of(['ord', 'x', ' og ', 'å']) ?? 'x', chance.below(2) ? {} : aMark(chance))
})
const eraseWords = inWords((words, chance) => {
  const at = chance.below(words.length)
  if (words.length > 0)
    words.delete(at, 1 + chance.below(Math.min(4, words.length - at)))
})
const markWords = inWords((words, chance) => {
  const at = chance.below(words.length)
  if (words.length > 0)
    words.format(at, 1 + chance.below(words.length - at), aMark(chance))
})
const splitBlock = inWords((words, chance) => {
  const above = words.parent
  const list: unknown = above?.parent
  if (!(above instanceof Y.XmlElement) || !(list instanceof Y.XmlFragment) || words.length < 2)
    return
  const at = 1 + chance.below(words.length - 1)
  const tail = new Y.XmlText()
  tail.applyDelta((words.toDelta() as { insert: string, attributes?: object }[]).slice(-1))
  words.delete(at, words.length - at)
  list.insert(list.toArray().indexOf(above) + 1, [block(above.nodeName, [tail], above.getAttributes())])
})
const removeBlock: RichAct = (body, chance) => {
  const list = chance.below(2) ? body : chance.of(all(body, isElement)) ?? body
  if (list.length > 0)
    list.delete(chance.below(list.length), 1)
}
const changeHeading: RichAct = (body, chance) => {
  const headings = all(body, isElement).filter(element => element.nodeName === 'heading') as unknown as Y.XmlElement<Record<string, number>>[]
  chance.of(headings)?.setAttribute('level', 1 + chance.below(3))
}
const richActs: readonly RichAct[] = [layBlock, writeWords, writeWords, writeWords, eraseWords, markWords, splitBlock, removeBlock, changeHeading]

/** What a document says apart from how it is stored: every list and map in order, deleted units among them. */
export function fingerprint(doc: Y.Doc): string {
  const roots = [...doc.share].filter(([, type]) => type._start !== null || type._map.size > 0).sort(([a], [b]) => a < b ? -1 : 1)
  const deletes = [...Y.createDeleteSetFromStructStore(doc.store).clients].sort(([a], [b]) => a - b)
  const vector = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b)
  return JSON.stringify([roots.map(([name, type]) => [name, printOf(type as Y.AbstractType<unknown>)]), vector, deletes])
}

function printOf(type: Y.AbstractType<unknown>): unknown {
  const list = chainOf(type._start)
  const keys = [...type._map].sort(([a], [b]) => a < b ? -1 : 1).map(([key, last]) => {
    let first = last
    while (first.left)
      first = first.left
    return [key, chainOf(first)]
  })
  return [type.constructor.name, type instanceof Y.XmlElement ? type.nodeName : '', list, keys]
}

function chainOf(first: Y.Item | null): unknown[] {
  const runs: unknown[] = []
  let open: { client: number, end: number, deleted: boolean, run: unknown[] } | null = null
  for (let item = first; item; item = item.right) {
    const { id: { client, clock }, length, deleted } = item
    const content = deleted ? '' : contentOf(item)
    if (open && open.client === client && open.end === clock && open.deleted === deleted && (deleted || typeof content === 'string')) {
      open.end += length
      open.run[1] = Number(open.run[1]) + length
      open.run[3] = String(open.run[3]) + String(content)
      continue
    }
    const run: unknown[] = [`${client}:${clock}`, length, deleted, content]
    runs.push(run)
    open = typeof content === 'string' ? { client, end: clock + length, deleted, run } : null
  }
  return runs
}

function contentOf({ content }: Y.Item): unknown {
  if (content instanceof Y.ContentString)
    return content.str
  if (content instanceof Y.ContentType)
    return [printOf(content.type as Y.AbstractType<unknown>)]
  if (content instanceof Y.ContentFormat)
    return [content.key, content.value]
  return content.getContent()
}
