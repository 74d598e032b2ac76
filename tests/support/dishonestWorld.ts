import * as Y from 'yjs'
import { setCell, spliceText } from '#shared/plan/commands.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import { layPlan, serverClientId } from '#shared/plan/lay.ts'
import { openPlan, rowMap, type Plan } from '#shared/plan/plan.ts'
import { fieldsOf } from '#shared/plan/registers.ts'
import { fillRow } from '#shared/plan/rows.ts'
import { forge, unitOf, type Content, type Forged, type Unit } from './dishonestBytes.ts'
import { openDocument } from './honest.ts'
import { smallSeed } from './plans.ts'

/** Clients who wrote the world honestly, and the forger, who is an editor and owns her id. */
export const clients = { kari: 30, olav: 10, marte: 20, mallory: 4_000 } as const

/** A document with some honest history, and ways to name what stands in it. */
export interface World {
  readonly doc: Y.Doc
  /** First clock the forger has not used. */
  readonly next: number
  /** The forger's own update, from her next clock on. */
  by(...structs: Forged[]): Uint8Array
  /** The item that stands under a key; of a row itself without one. */
  item(register: string, row: string, key?: string): Y.Item
  /** A value put in a cell as a client would put it: after what stands there. */
  put(key: string, content: Content, row?: string, register?: string): Forged
  /** The units of a cell's text, in order, alive ones only. */
  units(key: string, row?: string, register?: string): Unit[]
  /** The first item of kind in the body of the section. */
  inBody(what: 'paragraph' | 'words' | 'gone'): Unit
}

export interface Attack {
  readonly name: string
  readonly update: Uint8Array
  /** What may be refused by whoever owns the client ids, and not by the judge. */
  readonly needs?: 'owners'
}

export function worldWithHistory(): World {
  const doc = openDocument(layPlan(smallSeed))
  const write = (client: number, work: (plan: Plan) => void) => {
    const own = openDocument(Y.encodeStateAsUpdate(doc))
    own.clientID = client
    work(openPlan(own, { now: () => 1_000 }))
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(own, Y.encodeStateVector(doc)))
    own.destroy()
  }
  const arena = { register: 'activities', row: 'K01', field: 'arena' } as const
  write(clients.kari, (plan) => {
    spliceText(plan, arena, { at: 0, remove: 0, insert: 'Faste ' })
    setCell(plan, { ...arena, field: 'status' }, 'done')
    layBody(plan.doc)
  })
  write(clients.olav, (plan) => {
    spliceText(plan, arena, { at: 3, remove: 2, insert: 'xyz' })
    setCell(plan, { ...arena, field: 'status' }, 'in-progress')
    const body = bodyOf(plan.doc)
    body.delete(1, 1)
  })
  write(clients.marte, (plan) => {
    spliceText(plan, arena, { at: 1, remove: 0, insert: 'm' })
    const goal = new Y.Map<unknown>()
    fillRow(goal, 'goals', { text: 'Enda et mål' }, { parentId: null, key: 'a2' })
    plan.doc.getMap('goals').set('G3', goal)
  })
  write(clients.mallory, plan => spliceText(plan, arena, { at: 0, remove: 0, insert: 'mal' }))

  const item: World['item'] = (register, row, key) => {
    const root = doc.getMap(register)
    const map = key === undefined ? root : root.get(row) as Y.Map<unknown>
    const found = map._map.get(key ?? row)
    if (!found)
      throw new Error(`nothing stands at ${register}/${row}/${key}`)
    return found
  }
  const next = Y.getState(doc.store, clients.mallory)
  const gone = unitOf(goneIn(doc))
  return {
    doc,
    next,
    by: (...structs) => forge({ structs: [[clients.mallory, next, structs]] }),
    item,
    put(key, content, row = 'K01', register = 'activities') {
      const present = rowMap(doc, register as RegisterName, row)?._map.get(key)
      return present
        ? { origin: [present.lastId.client, present.lastId.clock], content }
        : { parent: unitOf(item(register, row)), key, content }
    },
    units(key, row = 'K01', register = 'activities') {
      const type: unknown = (doc.getMap(register).get(row) as Y.Map<unknown>).get(key)
      return type instanceof Y.AbstractType ? unitsIn(type as Y.AbstractType<unknown>) : []
    },
    inBody(what) {
      if (what === 'gone')
        return gone
      const paragraph = bodyOf(doc).get(0) as Y.XmlElement
      return unitOf(what === 'paragraph' ? paragraph._item : (paragraph.get(0) as Y.XmlText)._item)
    },
  }
}

export const bodyOf = (doc: Y.Doc) => rowMap(doc, 'sections', 's1')?.get('body') as Y.XmlFragment

function layBody(doc: Y.Doc): void {
  doc.transact(() => {
    const made = ['Bakgrunnen er kjent.', 'Dette avsnittet skal bort.', 'Slutten.'].map((words) => {
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText(words)])
      return paragraph
    })
    bodyOf(doc).insert(0, made)
  })
}

/** What has been collected in the body: a struct without a parent. */
function goneIn(doc: Y.Doc): Y.Item {
  const gone = doc.store.clients.get(clients.kari)?.find(struct => struct instanceof Y.GC)
  if (!gone)
    throw new Error('nothing has been collected')
  return gone as unknown as Y.Item
}

function unitsIn(type: Y.AbstractType<unknown>): Unit[] {
  const units: Unit[] = []
  for (let item = type._start; item; item = item.right) {
    if (!item.deleted && item.countable) {
      for (let n = 0; n < item.length; n++)
        units.push([item.id.client, item.id.clock + n])
    }
  }
  return units
}

/** What a forger has at hand: her updates, and what stands where she goes at it. */
export interface Hands extends World {
  /** An attack of her own id alone. */
  one(name: string, ...structs: Forged[]): Attack
  /** Her own unit, counted from her next clock. */
  own(n: number): Unit
  /** A unit of what the arena of K01 began with: `Møter`. */
  word(n: number): Unit
  /** A whole row of activities. */
  row(id: string, from?: number, spoil?: Spoil): Forged[]
  inWords(content: Content): Forged
  readonly first: Unit
  readonly second: Unit
  readonly last: Unit
}

export function handsIn(world: World): Hands {
  const { next, units, item, by } = world
  const arena = units('arena')
  return {
    ...world,
    one: (name, ...structs) => ({ name, update: by(...structs) }),
    own: n => [clients.mallory, next + n],
    word: n => [serverClientId, unitOf(firstWord(item('activities', 'K01', 'arena')))[1] + n],
    row: (id, from = next, spoil = {}) => rowStructs(clients.mallory, from, 'activities', id, spoil),
    inWords: content => ({ origin: unitOf(wordsItem(world.doc)), content }),
    first: nth(arena, 0),
    second: nth(arena, 1),
    last: nth(arena, -1),
  }
}

/** How a new row is not as a client lays it. */
interface Spoil { readonly without?: readonly string[], readonly instead?: Readonly<Record<string, Content>> }

/** A new row as a client lays it, from clock `from` on, but for what is spoilt. */
export function rowStructs(
  client: number, from: number, register: RegisterName, id: string, { without = [], instead = {} }: Spoil = {},
): Forged[] {
  const structs: Forged[] = [{ parent: register, key: id, content: { type: 'map' } }]
  for (const [name, { kind }] of fieldsOf(register)) {
    if (without.includes(name))
      continue
    const content = instead[name] ?? (kind === 'text' ? { type: 'text' } as const : kind === 'richText' ? { type: 'fragment' } as const : null)
    if (content)
      structs.push({ parent: [client, from], key: name, content })
  }
  return structs
}

export const nth = <T>(list: readonly T[], n: number): T => {
  const found = list.at(n)
  if (found === undefined)
    throw new Error('not that many')
  return found
}

export const bodyItem = (doc: Y.Doc, n: number) => (bodyOf(doc).get(n) as Y.XmlElement)._item
export function wordsUnits(doc: Y.Doc): Unit[] {
  return unitsIn((bodyOf(doc).get(0) as Y.XmlElement).get(0) as unknown as Y.AbstractType<unknown>)
}
/** The item with the words of the first paragraph. */
function wordsItem(doc: Y.Doc): Y.Item | null {
  return ((bodyOf(doc).get(0) as Y.XmlElement).get(0) as Y.XmlText)._start
}

/** Where the words of the plan's first content begin in a text. */
function firstWord({ content }: Y.Item): Y.Item | null {
  let item = content instanceof Y.ContentType ? content.type._start : null
  while (item && item.id.client !== serverClientId)
    item = item.right
  return item
}
