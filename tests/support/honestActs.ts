import * as Y from 'yjs'
import {
  addRow, addRows, dropMember, moveRow, putMember, replaceText, restoreRow, setCell, spliceText, textOf, trashRow,
} from '#shared/plan/commands.ts'
import type { Field, RegisterName } from '#shared/plan/fields.ts'
import { readOrder } from '#shared/plan/order.ts'
import { rowMap, type Plan } from '#shared/plan/plan.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import type { Cell, RowId } from '#shared/plan/values.ts'
import type { Chance } from './honestChance.ts'
import { writeRichText } from './honestRichText.ts'

/** Whose hands do something, and by what chance. */
export interface Hands { readonly plan: Plan, readonly undo: Y.UndoManager, readonly chance: Chance }
export type Act = (hands: Hands) => void

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

const crowded: Cell = { register: 'activities', row: 'K03', field: 'note' }
const typeInCrowd: Act = ({ plan, chance }) => {
  const length = textOf(plan, crowded)?.length ?? 0
  spliceText(plan, crowded, { at: chance.below(Math.min(length, 3) + 1), remove: 0, insert: chance.below(3) ? 'x' : 'to' })
}
const eraseInCrowd: Act = ({ plan, chance }) => {
  const length = textOf(plan, crowded)?.length ?? 0
  if (length > 0)
    spliceText(plan, crowded, { at: chance.below(length), remove: 1, insert: '' })
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
      { raw: 'Årlig', kind: 'yearly' }, { raw: 'Vår', kind: 'seasons', seasons: ['spring'] },
      { raw: 'To ganger', kind: 'per-year', perYear: { min: 2, max: 2 } },
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
  const members = of === 'people' ? ['0', 'a'].map(digit => digit.repeat(32))
    : typeof of === 'object' && 'choices' in of ? of.choices.slice(0, 3) : ['sf', 'ks', '2', 'borte']
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
  const beside = chance.of(alive) ?? null
  moveRow(plan, register, chance.of(alive) ?? '', chance.below(2) ? { parentId, before: beside } : { parentId, after: beside })
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
    plan.doc.transact(() => writeRichText(body, chance), plan.mine)
}

/** What people do; things that are done often stand there often. */
export const allActs: readonly Act[] = [
  type, type, type, type, erase, erase, rewrite, set, set, set, put, put, add, move, move, trash, takeBack, takeBack, write, write, write,
]
/** Those who write rich text and take it back. */
export const richTextActs: readonly Act[] = [write, write, write, write, takeBack]
/** Those who all write in one short text. */
export const crowdedActs: readonly Act[] = [typeInCrowd, typeInCrowd, typeInCrowd, eraseInCrowd, takeBack]
