import * as Y from 'yjs'
import { registerNames, fieldOf, isRegisterName } from '#shared/plan/registers.ts'
import { readPlan } from '#shared/plan/read.ts'
import { splitKey } from '#shared/plan/plan.ts'
import { bodyOf, clients, rowStructs, type World } from './dishonestWorld.ts'
import { forge, lengthOf, takeApart, type Content, type Forged, type Taken, type Unit } from './dishonestBytes.ts'
import type { Chance } from './honestChance.ts'

/** An update with some of its bits turned over, at most three of them. */
export function flipBits(update: Uint8Array, chance: Chance): Uint8Array {
  const flipped = update.slice()
  for (let n = chance.below(3); n >= 0; n--) {
    const at = chance.below(flipped.length)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << chance.below(8))
  }
  return flipped
}

/** A place that things can be put in: its type, its units in order, and what belongs there. */
interface Place { readonly parent: Unit, readonly key?: string, readonly units: readonly Unit[], content(chance: Chance): Content }

const letters = (chance: Chance): Content => chance.below(8) ? { words: 'abcdef'.slice(0, 1 + chance.below(5)) } : { deleted: 1 + chance.below(3) }

const blocks = (chance: Chance): Content =>
  chance.below(5) ? { node: chance.of(['paragraph', 'heading', 'bulletList']) ?? '' } : { deleted: 1 }
const lettersAndMarks = (chance: Chance): Content =>
  chance.below(4) ? letters(chance) : { mark: chance.of(['bold', 'italic']) ?? 'bold', value: chance.below(2) ? {} : null }

function placesIn({ doc, item }: World): Place[] {
  const unit = (at: Y.Item): Unit => [at.id.client, at.id.clock]
  const text = (register: string, row: string, key: string): Place => {
    const at = item(register, row, key)
    return { parent: unit(at), units: allUnits((at.content as Y.ContentType).type as Y.AbstractType<unknown>), content: letters }
  }
  const underKey = (key: string, values: readonly unknown[]): Place => {
    const row = item('activities', 'K01')
    const chain: Unit[] = []
    for (let at = (doc.getMap('activities').get('K01') as Y.Map<unknown>)._map.get(key) ?? null; at; at = at.left)
      chain.unshift(...unitsOfItem(at))
    return {
      parent: unit(row), key, units: chain,
      content: chance => chance.below(8)
        ? { any: Array.from({ length: chance.below(6) ? 1 : 2 }, () => chance.of(values)) }
        : { deleted: 1 + chance.below(2) },
    }
  }
  const body = bodyOf(doc)
  const paragraph = body.toArray().find(child => child instanceof Y.XmlElement && child.length > 0) as Y.XmlElement | undefined
  const words = paragraph?.toArray().find(child => child instanceof Y.XmlText)
  return [
    text('activities', 'K01', 'arena'), text('activities', 'K01', 'arena'), text('activities', 'K01', 'topic'), text('goals', 'G1', 'text'),
    underKey('status', ['done', 'postponed']), underKey('risk', ['on-plan']), underKey('responsible/ks', [true, 'lead']),
    ...body._item
      ? [{ parent: unit(body._item), units: allUnits(body as unknown as Y.AbstractType<unknown>), content: blocks }]
      : [],
    ...words?._item
      ? [{
        parent: unit(words._item), units: allUnits(words as unknown as Y.AbstractType<unknown>),
        content: lettersAndMarks,
      }]
      : [],
  ]
}

/** Every unit of a list in order, deleted ones too. */
function allUnits(type: Y.AbstractType<unknown>): Unit[] {
  const units: Unit[] = []
  for (let item = type._start; item; item = item.right)
    units.push(...unitsOfItem(item))
  return units
}
const unitsOfItem = ({ id, length }: Y.Item): Unit[] => Array.from({ length }, (_, n) => [id.client, id.clock + n] as const)

/**
 * An update that nobody's client would write and that is nearly right: things that belong there, put between neighbours picked by
 * chance among what is there and what comes with it, under one to three ids of the forger's.
 */
export function forgeNearly(world: World, chance: Chance): Uint8Array {
  const places = placesIn(world)
  const own = new Map<Place, Unit[]>()
  const ids = [clients.mallory, clients.mallory - 1, 2].slice(0, 1 + chance.below(3))
  const structs = new Map<number, Forged[]>()
  const clocks = new Map(ids.map(id => [id, Y.getState(world.doc.store, id)]))
  const starts = new Map(clocks)
  const busy = Array.from({ length: 1 + chance.below(2) }, () => chance.of(places) as Place)
  const gone = goneUnits(world.doc)
  for (let n = 2 + chance.below(8); n > 0; n--) {
    const place = chance.of(busy) as Place
    const mine = own.get(place) ?? []
    const near = (): Unit | undefined => chance.below(60) === 0
      ? chance.of(gone.length > 0 && chance.below(2) ? gone : chance.of(places)?.units ?? [])
      : chance.of(chance.below(3) ? mine.length ? mine : place.units : place.units)
    const neighbours = place.key === undefined
      ? { origin: chance.below(5) ? near() : undefined, right: chance.below(3) ? near() : undefined }
      : { origin: chance.below(4) ? near() : undefined, right: chance.below(30) ? undefined : near() }
    const content = place.content(chance)
    const struct: Forged = { ...neighbours, parent: place.parent, key: neighbours.origin || neighbours.right ? undefined : place.key, content }
    const id = chance.of(ids) as number
    // Now and then something that is known already comes first, and not as it was.
    const held = clocks.get(id) ?? 0
    if (!structs.has(id) && held > 0 && chance.below(6) === 0) {
      const back = 1 + chance.below(Math.min(held, 4))
      starts.set(id, held - back)
      clocks.set(id, held - back)
    }
    const clock = clocks.get(id) ?? 0
    structs.set(id, [...structs.get(id) ?? [], struct])
    for (let unit = 0; unit < lengthOf(struct); unit++)
      mine.push([id, clock + unit])
    own.set(place, mine)
    clocks.set(id, clock + lengthOf(struct))
  }
  const deleted = chance.below(3) ? [] : [chance.of([...own.values()].flat())].filter(unit => unit !== undefined)
  return forge({
    structs: inWireOrder([...structs], chance).map(([id, list]) => [id, starts.get(id) ?? 0, list]),
    deletes: deleted.map(([client, clock]) => [client, [[clock, 1]]]),
  })
}

/** Clients from the highest id on, as every honest client writes them; now and then not. */
function inWireOrder<T>(sections: (readonly [number, T])[], chance: Chance): (readonly [number, T])[] {
  return chance.below(20) ? sections.sort(([a], [b]) => b - a) : sections
}

function goneUnits(doc: Y.Doc): Unit[] {
  return [...doc.store.clients.values()].flat().filter(struct => struct instanceof Y.GC).map(({ id }) => [id.client, id.clock + 0] as const)
}

/** An honest update with one thing in it changed: a neighbour, a parent, a key, what it holds, a length, a clock, a deletion. */
export function spoil(update: Uint8Array, world: World, chance: Chance): Uint8Array {
  const taken = takeApart(update)
  for (let n = chance.below(2); n >= 0; n--)
    spoilOne(taken, world, chance)
  return forge(taken)
}

function spoilOne(taken: Taken, world: World, chance: Chance): void {
  const block = chance.of(taken.structs)
  const at = block ? chance.below(block[2].length) : 0
  const struct = block?.[2][at]
  const unit = (): Unit | undefined => {
    const [client, clock, list] = chance.of(taken.structs) ?? [1, 0, []]
    const ends = list.reduce((sum, each) => sum + lengthOf(each), 0)
    if (chance.below(2))
      return [client, clock + chance.below(ends + 1)]
    const other = chance.of([...world.doc.store.clients.keys()]) ?? 1
    return [other, chance.below(Y.getState(world.doc.store, other) + 1)]
  }
  if (block && struct && 'content' in struct && chance.below(6)) {
    const changes: Forged[] = [
      { ...struct, origin: unit() }, { ...struct, right: unit() }, { ...struct, origin: undefined }, { ...struct, right: undefined },
      { ...struct, origin: unit(), right: unit() }, { ...struct, key: struct.key === undefined ? 'status' : undefined },
      { ...struct, key: chance.of(['status', 'place', 'responsible/ks', 'evil', 'deletedAt', 'arena']) }, { ...struct, parent: unit() ?? [1, 0] },
      { ...struct, parent: chance.of([...registerNames, 'evil']) ?? '' }, { ...struct, origin: undefined, right: undefined, parent: unit() ?? [1, 0] },
      { ...struct, content: chance.of(contents) ?? { deleted: 1 } },
      { gc: lengthOf(struct) }, { gc: 1 + chance.below(4) }, { skip: 1 + chance.below(4) },
    ]
    const changed = chance.of(changes)
    if (changed)
      block[2][at] = changed
  }
  else if (block && struct && chance.below(2)) {
    const change = chance.below(4)
    if (change === 0)
      block[2].splice(at, 1)
    else if (change === 1)
      block[2].splice(at, 0, struct)
    else if (change === 2)
      block[1] = Math.max(0, block[1] + chance.below(5) - 2)
    else
      block[2].push(...rowStructs(block[0], block[1] + block[2].reduce((sum, each) => sum + lengthOf(each), 0), 'goals', `ny${chance.below(3)}`))
  }
  else {
    const [client, clock] = unit() ?? [1, 0]
    taken.deletes.push([client, [[clock, 1 + chance.below(4)]]])
  }
}

const contents: readonly Content[] = [
  { deleted: 1 }, { deleted: 3 }, { words: 'ord' }, { words: '😀' }, { any: [true] }, { any: ['lead'] }, { any: ['done'] }, { any: [{ goalId: 'G1', key: 'a5' }] }, { any: [1, 2] },
  { type: 'text' }, { type: 'map' }, { type: 'fragment' }, { type: 'xmlText' }, { node: 'paragraph' }, { mark: 'bold', value: {} }, { embed: {} }, { json: [1] },
]

/** What in a document is not as the registers declare it, read without the code that judges. Empty for a sound plan. */
export function faultsIn(doc: Y.Doc): string[] {
  const faults: string[] = []
  for (const [name, type] of doc.share) {
    if (!isRegisterName(name)) {
      faults.push(`root ${name}`)
      continue
    }
    if (type._start !== null)
      faults.push(`a list in ${name}`)
    for (const [id, row] of liveEntries(type as Y.AbstractType<unknown>)) {
      const map: unknown = row.content instanceof Y.ContentType ? row.content.type : null
      if (!(map instanceof Y.Map))
        faults.push(`row ${name}/${id}`)
      else
        faults.push(...faultsInRow(name, map as Y.Map<unknown>).map(fault => `${name}/${id}/${fault}`))
    }
  }
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
    faults.push('something waits')
  for (const [name, rows] of Object.entries(readPlan(doc)))
    faults.push(...rows.flatMap(row => row.invalid.map(field => `${name}/${row.id}/${field} not valid`)))
  return faults
}

function faultsInRow(register: Parameters<typeof fieldOf>[0], map: Y.Map<unknown>): string[] {
  const faults: string[] = map._start === null ? [] : ['a list']
  for (const [key, item] of liveEntries(map as Y.AbstractType<unknown>)) {
    const { field: name, member } = splitKey(key)
    const field = fieldOf(register, name)
    const value: unknown = item.content.getContent().at(-1)
    if (field?.kind === 'text')
      faults.push(...(value instanceof Y.Text && !(value instanceof Y.XmlText) ? faultsInText(value) : ['no text']).map(fault => `${key}: ${fault}`))
    else if (field?.kind === 'richText')
      faults.push(...(value instanceof Y.XmlFragment ? faultsInRich(value as unknown as Y.AbstractType<unknown>) : ['no rich text']).map(fault => `${key}: ${fault}`))
    else if (name === 'deletedAt' ? typeof value !== 'number' : !field || (field.kind === 'set') !== (member !== null))
      faults.push(`${key} not declared`)
    else if (!(item.content instanceof Y.ContentAny) || item.length !== 1)
      faults.push(`${key} no single value`)
  }
  // Every nested type is there.
  return faults
}

function faultsInText(text: Y.Text): string[] {
  const faults: string[] = text._map.size ? ['attributes'] : []
  for (let item = text._start; item; item = item.right) {
    if (!item.deleted && !(item.content instanceof Y.ContentString))
      faults.push(item.content.constructor.name)
  }
  return faults
}

const knownNodes = ['paragraph', 'heading', 'bulletList', 'orderedList', 'listItem', 'blockquote', 'hardBreak', 'horizontalRule']

function faultsInRich(type: Y.AbstractType<unknown>): string[] {
  const faults: string[] = []
  for (let item = type._start; item; item = item.right) {
    const { content } = item
    const child: unknown = content instanceof Y.ContentType ? content.type : null
    if (item.deleted)
      continue
    if (type instanceof Y.XmlText ? content instanceof Y.ContentString || content instanceof Y.ContentFormat : false)
      continue
    if (child instanceof Y.XmlElement ? !knownNodes.includes(child.nodeName) : !(child instanceof Y.XmlText && type instanceof Y.XmlElement))
      faults.push(`${item.content.constructor.name} in ${type.constructor.name}`)
    else
      faults.push(...faultsInRich(child as Y.AbstractType<unknown>))
  }
  return faults
}

function liveEntries(type: Y.AbstractType<unknown>): [string, Y.Item][] {
  return [...type._map].filter(([, item]) => !item.deleted)
}
