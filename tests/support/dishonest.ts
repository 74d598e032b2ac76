import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { setCell, spliceText } from '#shared/plan/commands.ts'
import { isPlainValue } from '#shared/plan/kinds.ts'
import { openPlan, rowMap, type Plan } from '#shared/plan/plan.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import type { Field, RegisterName } from '#shared/plan/fields.ts'
import { fillRow } from '#shared/plan/rows.ts'
import { limits } from '#shared/protocol/limits.ts'
import { layPlan, serverClientId } from '#shared/plan/lay.ts'
import { anyDeep, anyObject, forge, unitOf, Written, type Content, type Forged, type Unit } from './dishonestBytes.ts'
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

const words = (text: string): Content => ({ words: text })
const any = (...values: unknown[]): Content => ({ any: values })
const at = <T>(list: readonly T[], n: number): T => {
  const found = list.at(n)
  if (found === undefined)
    throw new Error('not that many')
  return found
}

/** A new activity as a client lays it, from clock `from` on; `change` may spoil it. */
export function rowStructs(
  client: number, from: number, register: RegisterName, id: string, { without = [], instead = {} }: {
    readonly without?: readonly string[], readonly instead?: Readonly<Record<string, Content>>
  } = {},
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

/** Values that may stand in no cell of a plain kind, whatever its kind. */
const neverValues: readonly (readonly [string, Content])[] = [
  ['undefined', any(undefined)], ['a BigInt', any(10n)], ['bytes', any(Uint8Array.of(1, 2))], ['NaN', any(NaN)], ['infinity', any(Infinity)],
  ['a list', any([])], ['an object', any({})], ['null', any(null)], ['JSON', { json: ['done'] }], ['binary', { binary: Uint8Array.of(1) }],
  ['an embed', { embed: { a: 1 } }], ['a mark', { mark: 'bold', value: {} }], ['words', words('done')], ['a sub-document', { doc: 'guid' }],
  ['a map', { type: 'map' }], ['a list type', { type: 'array' }], ['a text', { type: 'text' }], ['rich text', { type: 'fragment' }],
  ['an element', { node: 'paragraph' }], ['a hook', { hook: 'x' }], ['marked text', { type: 'xmlText' }],
  ['10 deep', { anyBytes: anyDeep(10), count: 1 }], ['100 deep', { anyBytes: anyDeep(100), count: 1 }],
  ['6,000 deep', { anyBytes: anyDeep(6_000), count: 1 }],
]

/** Values beside the declaration of each kind. */
function wrongValues(field: Field): unknown[] {
  switch (field.kind) {
    case 'line': return ['x'.repeat(field.maxChars + 1), 1, true]
    case 'choice': return field.open ? ['', 'x'.repeat(121), 1] : ['no-such-option', '', 1, true, '__proto__', 'constructor']
    case 'number': return [field.min - 1, field.max + 1, field.min + 0.5, String(field.min), 1e300]
    case 'date': return ['2021-02-30', '28.04.2021', 20_210_428, '2021-04-28T00:00:00Z', '']
    case 'flag': return ['true', 1, 0]
    case 'reference': return ['', 'a/b', 'x'.repeat(201), 7]
    case 'when': return [
      { raw: 'x' }, { raw: 'x', kind: 'never' }, { raw: 'x'.repeat(501), kind: 'yearly' }, { raw: 'x', kind: 'yearly', evil: 1 },
      { raw: 'x', kind: 'yearly', months: [13] }, { raw: 'x', kind: 'yearly', months: Array.from({ length: 51 }, () => 1) },
      { raw: 'x', kind: 'yearly', perYear: { min: 2, max: 1 } }, { raw: 'x', kind: 'yearly', perYear: { min: 1, max: 1, x: 1 } },
      { raw: 'x', kind: 'yearly', dates: ['2021-02-30'] }, 'yearly',
    ]
    case 'place': return [
      { key: '' }, { key: 'a00' }, { key: '!' }, { key: 'x'.repeat(501) }, {}, { goalId: 'G1' }, { key: 7 }, 'a0',
      { goalId: 'G1', key: 'a0', evil: 1 }, { goalId: 'a/b', key: 'a0' }, { goalId: 7, key: 'a0' }, { key: 'a0', nested: [[[[]]]] },
    ]
    default: return []
  }
}

/** Every family of dishonest updates: each attack in it must be refused. */
export function families(world: World): Readonly<Record<string, readonly Attack[]>> {
  const { by, put, units, item, next } = world
  const { mallory } = clients
  const one = (name: string, ...structs: Forged[]): Attack => ({ name, update: by(...structs) })
  const arena = units('arena')
  const arenaParent = unitOf(item('activities', 'K01', 'arena'))
  const topicParent = unitOf(item('activities', 'K01', 'topic'))
  const bodyParent = unitOf(item('sections', 's1', 'body'))
  const [first, second, last] = [at(arena, 0), at(arena, 1), at(arena, -1)]
  const own = (n: number): Unit => [mallory, next + n]
  /** A unit of what the plan began with: `Møter`. */
  const word = (n: number): Unit => [1, unitOf(firstWord(item('activities', 'K01', 'arena')))[1] + n]
  const row = (id: string, from = next, spoil = {}) => rowStructs(mallory, from, 'activities', id, spoil)
  const paragraph = world.inBody('paragraph')
  const bodyWords = world.inBody('words')
  const gone = world.inBody('gone')
  const inWords = (content: Content): Forged => ({ origin: unitOf(wordsItem(world.doc)), content })
  const eachField = (make: (register: RegisterName, id: string, name: string, field: Field) => Attack[]): Attack[] =>
    registerNames.flatMap((register) => {
      const id = [...world.doc.getMap(register).keys()][0]
      // A register without rows is tried in a row that the forger lays herself.
      return fieldsOf(register).flatMap(([name, field]) => make(register, id ?? '', name, field))
    })
  /** A value in a row that is there, or in one laid for it. */
  const laidIn = (name: string, register: RegisterName, id: string, key: string, content: Content): Attack => id
    ? one(`${name} in ${register}/${key}`, put(key, content, id, register))
    : one(`${name} in a new row's ${register}/${key}`, ...rowStructs(mallory, next, register, 'laid'), { parent: own(0), key, content })

  return {
    'roots that are not declared': ['evil', '', '__proto__', 'constructor', 'toString', 'Activities', 'talk'].flatMap(root => [
      one(`a value in ${root}`, { parent: root, key: 'x', content: any(1) }),
      one(`a row in ${root}`, { parent: root, key: 'x', content: { type: 'map' } }),
      one(`a list in ${root}`, { parent: root, content: any(1) }),
    ]),
    'a root used as a list or text': [
      one('a list', { parent: 'activities', content: any(1) }), one('a text', { parent: 'activities', content: words('x') }),
      one('an element', { parent: 'sections', content: { node: 'paragraph' } }),
      one('marks', { parent: 'goals', content: { mark: 'bold', value: {} } }),
      one('what is deleted', { parent: 'goals', content: { deleted: 3 } }),
      one('a map in a list', { parent: 'goals', content: { type: 'map' } }),
    ],
    'a row overwritten': [
      one('by a map', { origin: unitOf(item('activities', 'K01')), content: { type: 'map' } }),
      one('by a whole row', ...row('K01')),
      one('by a map without having seen it', { parent: 'activities', key: 'K01', content: { type: 'map' } }),
      one('by a value', { origin: unitOf(item('activities', 'K01')), content: any(1) }),
      one('by a text', { origin: unitOf(item('activities', 'K01')), content: { type: 'text' } }),
      one('by a whole row after it', ...row('K01').map((struct, n) => n === 0 ? { origin: unitOf(item('activities', 'K01')), content: { type: 'map' } as const } : struct)),
    ],
    'a row deleted': [
      { name: 'by a delete set', update: forge({ deletes: [deleteOf(item('activities', 'K01'))] }) },
      { name: 'by a delete set with all in it', update: deletionOf(world.doc) },
      one('by deleted content', { origin: unitOf(item('activities', 'K01')), content: { deleted: 1 } }),
      one('by deleted content without having seen it', { parent: 'activities', key: 'K01', content: { deleted: 1 } }),
      { name: 'one just laid', update: forge({ structs: [[mallory, next, row('ny')]], deletes: [[mallory, [[next, 1]]]] }) },
      one('one that never was', { parent: 'activities', key: 'aldri', content: { deleted: 1 } }),
    ],
    'a row laid twice': [
      one('in one update', ...row('ny'), ...row('ny', next + row('ny').length)),
      one('in one update, after itself', ...row('ny'), { origin: own(0), content: { type: 'map' } }),
      {
        name: 'by two of the forger\'s ids',
        update: forge({ structs: [[mallory, next, row('ny')], [mallory - 1, 0, rowStructs(mallory - 1, 0, 'activities', 'ny')]] }),
      },
    ],
    'a row without its nested types': ['arena', 'topic', 'note'].flatMap(name => [
      one(`without ${name}`, ...row('ny', next, { without: [name] })),
      one(`${name} a value`, ...row('ny', next, { instead: { [name]: any('x') } })),
      one(`${name} deleted`, ...row('ny', next, { instead: { [name]: { deleted: 1 } } })),
      one(`${name} rich`, ...row('ny', next, { instead: { [name]: { type: 'fragment' } } })),
      one(`${name} marked`, ...row('ny', next, { instead: { [name]: { type: 'xmlText' } } })),
      one(`${name} a map`, ...row('ny', next, { instead: { [name]: { type: 'map' } } })),
      { name: `${name} laid and deleted`, update: forge({ structs: [[mallory, next, row('ny')]], deletes: [[mallory, [[next + 1, 1]]]] }) },
    ]).concat([
      one('a bare map', { parent: 'activities', key: 'ny', content: { type: 'map' } }),
      one('a bare list', { parent: 'activities', key: 'ny', content: { type: 'array' } }),
      one('a bare value', { parent: 'activities', key: 'ny', content: any({ arena: 'x' }) }),
      one('body a text', ...rowStructs(mallory, next, 'sections', 's9', { instead: { body: { type: 'text' } } })),
      one('body an element', ...rowStructs(mallory, next, 'sections', 's9', { instead: { body: { node: 'paragraph' } } })),
      one('a text laid twice', ...row('ny'), { parent: own(0), key: 'arena', content: { type: 'text' } }),
      one('a text laid after itself', ...row('ny'), { origin: own(1), content: { type: 'text' } }),
    ]),
    'a nested type in a row that is there': eachField((register, id, name, { kind }) => id === '' || kind === 'set'
      ? []
      : (['text', 'map', 'array', 'fragment', 'xmlText'] as const).map(type => one(`${type} in ${register}/${name}`, put(name, { type }, id, register)))
          .concat([one(`element in ${register}/${name}`, put(name, { node: 'paragraph' }, id, register)), one(`document in ${register}/${name}`, put(name, { doc: 'x' }, id, register))])),
    'a nested type under an unknown key or member': [
      ...(['text', 'map', 'array', 'fragment'] as const).flatMap(type => [
        one(`${type} as a member`, { parent: unitOf(item('activities', 'K01')), key: 'responsible/evil', content: { type } }),
        one(`${type} under an unknown key`, { parent: unitOf(item('activities', 'K01')), key: 'evil', content: { type } }),
        one(`${type} as deletedAt`, { parent: unitOf(item('activities', 'K01')), key: 'deletedAt', content: { type } }),
      ]),
    ],
    'a text replaced or removed': ['arena', 'topic', 'note'].flatMap(key => [
      one(`${key} by a value`, put(key, any('x'))),
      one(`${key} by a value, not seen`, { parent: unitOf(item('activities', 'K01')), key, content: any('x') }),
      one(`${key} by a text`, put(key, { type: 'text' })),
      one(`${key} by deleted content`, put(key, { deleted: 1 })),
      { name: `${key} by a delete set`, update: forge({ deletes: [deleteOf(item('activities', 'K01', key))] }) },
      one(`${key} by words`, put(key, words('x'))),
    ]).concat([{ name: 'body by a delete set', update: forge({ deletes: [deleteOf(item('sections', 's1', 'body'))] }) }]),
    'keys that are not declared': ['evil', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'arena/x', 'status/x', 'place/', '/', 'deletedAt/x', 'responsible', 'goals', 'id', 'invalid', 'deletedat']
      .map(key => one(`a value under ${key}`, { parent: unitOf(item('activities', 'K01')), key, content: any(true) })),
    'members that may not be': [
      ...['__proto__', 'constructor'].flatMap(member => [
        one(`${member} among the responsible`, put(`responsible/${member}`, any('lead'))),
        one(`${member} among words`, put(`focusAreas/${member}`, any(true))),
      ]),
      one('a member with /', put('responsible/a/b', any('lead'))), one('an empty member', put('responsible/', any('lead'))),
      one('a long member', put(`responsible/${'x'.repeat(201)}`, any('lead'))), one('no such choice', put('channelTypes/evil', any(true))),
      one('a choice named constructor', put('channelTypes/constructor', any(true))),
      ...[any('boss'), any([]), any(['lead', 'boss']), any(false), any(null), any({ lead: true }), any(['lead', ['lead']]), any(Array.from({ length: 21 }, () => 'lead'))]
        .map((content, n) => one(`roles ${n}`, put('responsible/ks', content))),
      one('a role where there are none', put('goals/G1', any('lead'))),
    ],
    'ids that may not be': ['__proto__', 'constructor', 'a/b', '', 'x'.repeat(201)].map(id => one(`a row ${id.slice(0, 20)}`, ...row(id)))
      .concat([one('another head', ...rowStructs(mallory, next, 'plan', 'head2'))]),
    'values no cell may hold': eachField((register, id, name, { kind }) => kind === 'text' || kind === 'richText'
      ? []
      : neverValues.map(([what, content]) => laidIn(what, register, id, kind === 'set' ? `${name}/x` : name, content))),
    'values beside the declaration': eachField((register, id, name, field) =>
      wrongValues(field).filter(value => field.kind === 'place' || !isPlainValue(field, value)).map(value => laidIn(short(value), register, id, name, any(value)))),
    'two values in one item': ['status', 'audienceId', 'when'].flatMap(key => [
      one(`${key} not valid and valid`, put(key, any(7, key === 'when' ? { raw: 'x', kind: 'yearly' } : 'done'))),
      one(`${key} valid and not valid`, put(key, any(key === 'when' ? { raw: 'x', kind: 'yearly' } : 'done', 7))),
      one(`${key} valid twice`, put(key, any(...Array.from({ length: 2 }, () => key === 'when' ? { raw: 'x', kind: 'yearly' } : 'done')))),
    ]),
    'deletedAt that is no moment': [any('now'), any(true), any(null), any(NaN), any(Infinity), any(10n), any({}), any(1e308), any(-1e308), any(8.64e15 + 1), any(undefined)]
      .map((content, n) => one(`deletedAt ${n}`, put('deletedAt', content))),
    'hidden keys in plain objects': [
      one('a place whose key is its prototype\'s', put('place', hidden([['__proto__', { goalId: 'G1', key: 'a1' }]]))),
      one('a place with a prototype', put('place', hidden([['goalId', 'G1'], ['key', 'a1'], ['__proto__', { evil: 1 }]]))),
      one('a place with constructor', put('place', hidden([['goalId', 'G1'], ['key', 'a1'], ['constructor', 1]]))),
      one('a place whose parent is its prototype\'s', put('place', hidden([['key', 'a1'], ['__proto__', { goalId: 'G1' }]]))),
      one('a recurrence with a prototype', put('when', hidden([['raw', 'x'], ['kind', 'yearly'], ['__proto__', { seasons: 7 }]]))),
      one('a recurrence that is all prototype', put('when', hidden([['__proto__', { raw: 'x', kind: 'yearly' }]]))),
      one('a recurrence with constructor', put('when', hidden([['raw', 'x'], ['kind', 'yearly'], ['constructor', 1]]))),
      one('a span with a prototype', put('when', hidden([['raw', 'x'], ['kind', 'yearly'], ['perYear', new Written(anyObject([['min', 1], ['max', 2], ['__proto__', { x: 1 }]]))]]))),
    ],
    'more in plain objects than is declared': [
      one('bytes in a place', put('place', any({ goalId: 'G1', key: 'a1', x: Uint8Array.of(1) }))),
      one('a BigInt in a place', put('place', any({ goalId: 'G1', key: 'a1', x: 1n }))),
      one('undefined in a place', put('place', any({ goalId: undefined, key: 'a1' }))),
      one('a goal in a place of one list', put('place', any({ goalId: 'G1', key: 'a1' }), 'G1', 'goals')),
      one('100 deep in a place', put('place', hidden([['key', 'a1'], ['x', new Written(anyDeep(100))]]))),
      one('6,000 deep in a place', put('place', hidden([['key', 'a1'], ['x', new Written(anyDeep(6_000))]]))),
      one('a long value in a place', put('place', any({ goalId: 'G1', key: 'a1', x: 'x'.repeat(10_000) }))),
    ],
    'keys no other can be put beside': ['a0!', 'a0~', 'aø', 'a0\u0000', 'a-', 'a0V ', 'a00', `A${'0'.repeat(26)}`, `a0${'z'.repeat(497)}V`]
      .map(key => one(`the key ${key.slice(0, 40)}`, put('place', any({ goalId: 'G1', key })))),
    'what is no word in a plain text': [
      any('x'), any({}), { json: ['x'] }, { binary: Uint8Array.of(1) }, { embed: { image: 'x' } }, { mark: 'bold', value: {} }, { mark: 'bold', value: null },
      { doc: 'x' }, { node: 'paragraph' }, { type: 'xmlText' }, { type: 'text' }, { type: 'map' }, { type: 'fragment' },
    ].flatMap((content, n) => [
      one(`${n} at the end`, { origin: last, content: content as Content }),
      one(`${n} in an empty one`, { parent: topicParent, content: content as Content }),
      one(`${n} as an attribute`, { parent: arenaParent, key: 'x', content: content as Content }),
    ]),
    'a text above its limit': [
      one('in one piece', { origin: last, content: words('x'.repeat(4_001)) }),
      one('in many pieces', ...Array.from({ length: 50 }, (_, n): Forged => ({ origin: n ? own(n * 100 - 1) : last, content: words('x'.repeat(100)) }))),
      one('in a new row', ...row('ny'), { parent: own(1), content: words('x'.repeat(4_001)) }),
      one('a title', { parent: unitOf(item('sections', 's1', 'title')), content: words('x'.repeat(301)) }),
      one('words in rich text', inWords(words('x'.repeat(60_001)))),
      {
        name: 'in what is deleted beside it',
        update: forge({
          structs: [[mallory, next, [{ origin: last, content: words('x'.repeat(5_000)) }, { parent: topicParent, content: words('y'.repeat(100)) }]]],
          deletes: [[mallory, [[next + 5_000, 100]]]],
        }),
      },
      {
        name: 'rich text behind as many empty paragraphs, laid and deleted',
        update: forge({
          structs: [[mallory, next, [
            ...Array.from({ length: 2_000 }, (_, n): Forged => n ? { origin: own(n - 1), right: paragraph, content: { node: 'paragraph' } } : { right: paragraph, content: { node: 'paragraph' } }),
            inWords(words('x'.repeat(61_500))),
          ]]],
          deletes: [[mallory, [[next, 2_000]]]],
        }),
      },
    ],
    'nodes, marks and attributes that may not be': [
      ...['script', 'image', 'iframe', 'table', 'UNDEFINED', '', '__proto__', 'constructor', 'Paragraph', 'text', 'codeBlock']
        .map(node => one(`<${node}>`, { right: paragraph, content: { node } })),
      ...['onclick', 'style', 'src', '__proto__', 'constructor', 'level', 'href']
        .map(key => one(`paragraph ${key}`, { parent: paragraph, key, content: any('1') })),
      ...[0, 7, 1.5, '2', null, {}, [1]].map(level => one(`heading ${JSON.stringify(level)}`, { right: paragraph, content: { node: 'heading' } }, { parent: own(0), key: 'level', content: any(level) })),
      ...['script', 'color', '__proto__', 'constructor', 'ychange', 'textStyle', 'toString'].map(mark => one(`mark ${mark}`, inWords({ mark, value: {} }))),
      ...[1, 'x', { class: 'x' }, [1], false].map(value => one(`bold ${JSON.stringify(value)}`, inWords({ mark: 'bold', value }))),
      ...[
        'javascript:alert(1)', 'JavaScript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '//evil', '/x', '', 'https://', 'https://a b', 'https://a\u0000',
        'blob:x', 'ftp://x', 'mailto:', 'https:evil', `https://${'x'.repeat(3_000)}`,
      ].map(href => one(`link ${href.slice(0, 30)}`, inWords({ mark: 'link', value: { href } }))),
      ...[{}, 'https://a', { href: 1 }, { href: 'https://a', onclick: 'x' }, { href: 'https://a', target: {} }, true].map(value => one(`link ${JSON.stringify(value)}`, inWords({ mark: 'link', value }))),
      one('a link whose address is its prototype\'s', inWords({ raw: rawMark('link', '{"__proto__":{"href":"https://a"}}'), ref: 6, length: 1 })),
      one('a mark 6,000 deep', inWords({ raw: rawMark('bold', `${'['.repeat(6_000)}${']'.repeat(6_000)}`), ref: 6, length: 1 })),
    ],
    'what is no rich text in rich text': [
      any('x'), { json: ['x'] }, { binary: Uint8Array.of(1) }, { embed: { image: 'x' } }, { doc: 'x' }, { type: 'text' }, { type: 'map' }, { type: 'array' }, { type: 'fragment' }, { hook: 'x' }, words('x'),
    ].flatMap((content, n) => [
      one(`${n} beside the paragraphs`, { right: paragraph, content: content as Content }),
      ...('words' in content ? [] : [one(`${n} among the words`, inWords(content as Content))]),
      one(`${n} in a paragraph`, { right: bodyWords, content: content as Content }),
      one(`${n} as an attribute of the whole`, { parent: bodyParent, key: 'x', content: content as Content }),
      one(`${n} as an attribute of words`, { parent: bodyWords, key: 'x', content: content as Content }),
    ]).concat([
      one('words beside the paragraphs', { right: paragraph, content: { type: 'xmlText' } }),
      one('a mark beside the paragraphs', { right: paragraph, content: { mark: 'bold', value: {} } }),
    ]),
    'rich text too deep': [12, 100, 5_000].map(depth => one(`${depth} lists in one another`,
      { right: paragraph, content: { node: 'bulletList' } },
      ...Array.from({ length: depth }, (_, n): Forged => ({ parent: own(n), content: { node: n % 2 ? 'bulletList' : 'listItem' } })))),
    'neighbours in other lists': [
      one('a left one in another text', { origin: at(units('arena', 'K02'), 0), right: at(units('arena', 'K03'), 1), content: words('x') }),
      one('a right one in another text', { origin: first, right: at(units('arena', 'K02'), 0), content: words('x') }),
      one('a right one under a key', { origin: first, right: unitOf(item('activities', 'K01', 'status')), content: words('x') }),
      one('a left one under a key', { origin: unitOf(item('activities', 'K01', 'status')), right: second, content: any('done') }),
      one('a right one in rich text', { origin: first, right: paragraph, content: words('x') }),
      one('a right one that holds the text', { origin: first, right: arenaParent, content: words('x') }),
      one('a row on the right', { origin: first, right: unitOf(item('activities', 'K01')), content: words('x') }),
    ],
    'neighbours under other keys': [
      one('another key\'s right one', { origin: unitOf(item('activities', 'K01', 'status')), right: unitOf(item('activities', 'K01', 'when')), content: any('done') }),
      one('another row\'s right one', { origin: unitOf(item('activities', 'K01', 'place')), right: unitOf(item('activities', 'K02', 'place')), content: any({ goalId: 'G1', key: 'a1' }) }),
      one('its own key\'s right one', { right: unitOf(item('activities', 'K01', 'status')), content: any('done') }),
      one('both under its key', { origin: unitOf(item('activities', 'K01', 'status')), right: unitOf(item('activities', 'K01', 'status')), content: any('done') }),
      one('another root\'s row', { origin: unitOf(item('goals', 'G1')), right: unitOf(item('activities', 'K01')), content: { type: 'map' } }),
    ],
    'a right neighbour left of the left one': [
      one('both there', { origin: last, right: first, content: words('x') }),
      one('both there, side by side', { origin: second, right: first, content: words('x') }),
      one('one and the same', { origin: first, right: first, content: words('x') }),
      one('a new left one', { origin: last, content: words('abc') }, { origin: own(1), right: first, content: words('x') }),
      one('a new left one after its own right one', { origin: last, content: words('abc') }, { origin: own(2), right: last, content: words('x') }),
      one('a new right one', { right: first, content: words('abc') }, { origin: last, right: own(1), content: words('x') }),
      one('both new', { origin: last, content: words('abc') }, { origin: own(2), right: own(0), content: words('x') }),
      one('both new, one and the same', { origin: last, content: words('abc') }, { origin: own(1), right: own(1), content: words('x') }),
      one('both new, in two', { origin: last, content: words('a') }, { origin: own(0), content: words('b') }, { origin: own(1), right: own(0), content: words('x') }),
      one('siblings that are not in that order', { origin: first, right: second, content: words('a') }, { origin: first, right: second, content: words('b') },
        { origin: own(0), right: own(1), content: words('x') }),
      {
        name: 'two ids of the forger\'s',
        update: forge({ structs: [
          [mallory, next, [{ origin: first, right: second, content: words('a') }]],
          [mallory - 1, 0, [{ origin: first, right: second, content: words('b') }, { origin: own(0), right: [mallory - 1, 0], content: words('x') }]],
        ] }),
      },
      one('in rich text', { origin: unitOf(bodyItem(world.doc, 1)), right: paragraph, content: { node: 'paragraph' } }),
    ],
    'neighbours that never stood side by side': [
      one('a unit of a word and the one after the next', { origin: word(0), right: word(2), content: words('x') }),
      one('the beginning and the middle of a word', { right: word(2), content: words('x') }),
      one('a new letter and what stood beyond its own right one', { origin: word(0), right: word(1), content: words('x') }, { origin: own(0), right: word(3), content: words('y') }),
      one('what stood before its own left one and a new letter', { origin: word(2), right: word(3), content: words('x') }, { origin: word(0), right: own(0), content: words('y') }),
      one('the beginning and a new letter in the middle', { origin: word(2), right: word(3), content: words('x') }, { right: own(0), content: words('y') }),
      one('a new letter in the middle and the end', { origin: word(2), right: word(3), content: words('x') }, { origin: own(0), content: words('y') }),
      one('a unit of a new word and the one after the next', { origin: word(2), right: word(3), content: words('abcd') }, { origin: own(0), right: own(2), content: words('y') }),
      one('two paragraphs with one between', { origin: paragraph, right: unitOf(bodyItem(world.doc, 1)), content: { node: 'paragraph' } }, { origin: paragraph, content: { node: 'paragraph' } }),
      {
        name: 'as replicas were seen to differ for good',
        update: forge({ structs: [
          [mallory, next, [{ origin: [mallory - 1, 0], content: words('abcd') }]],
          [mallory - 1, 0, [{ right: [2, 5], content: words('a') }]],
          [2, 0, [{ origin: [clients.kari, 3], content: words('abcde') }, { origin: [2, 3], content: words('ab') }]],
        ] }),
      },
    ],
    'one neighbour collected and the other not': [
      one('the left one', { origin: gone, right: first, content: words('x') }),
      one('the right one', { origin: first, right: gone, content: words('x') }),
      one('the right one, in rich text', { origin: paragraph, right: gone, content: { node: 'paragraph' } }),
      one('the right one, under a key', { origin: unitOf(item('activities', 'K01', 'status')), right: gone, content: any('done') }),
      one('the left one, a row on the right', { origin: gone, right: unitOf(item('activities', 'K01')), content: words('x') }),
    ],
    'what nobody may hold, put where it lands nowhere': [
      one('a mark 6,000 deep', { origin: gone, content: { raw: rawMark('bold', `${'['.repeat(6_000)}${']'.repeat(6_000)}`), ref: 6, length: 1 } }),
      one('JSON 6,000 deep', { origin: gone, content: { anyBytes: anyDeep(6_000), count: 1 } }),
      one('an embed 6,000 deep', { origin: gone, content: { raw: rawWords(`${'['.repeat(6_000)}${']'.repeat(6_000)}`), ref: 5, length: 1 } }),
      one('a sub-document', { origin: gone, content: { doc: 'x' } }),
      one('bytes', { origin: gone, content: { binary: Uint8Array.of(1) } }),
    ],
    'what rests on nothing': [
      one('a left one nobody has', { origin: [77, 3], content: words('x') }),
      one('a right one nobody has', { origin: first, right: [77, 0], content: words('x') }),
      one('a parent nobody has', { parent: [77, 0], content: words('x') }),
      one('a left one further on', { origin: [clients.kari, 100_000], content: words('x') }),
      one('itself', { origin: own(0), content: words('x') }),
      one('itself on the right', { origin: first, right: own(0), content: words('x') }),
      one('what comes after it', { origin: own(1), content: words('x') }, { origin: first, content: words('y') }),
      one('itself as its parent', { parent: own(0), key: 'x', content: { type: 'map' } }),
      {
        name: 'each other',
        update: forge({ structs: [
          [mallory, next, [{ origin: [mallory - 1, 0], content: words('x') }]], [mallory - 1, 0, [{ origin: own(0), content: words('x') }]],
        ] }),
      },
      { name: 'a clock it has not come to', update: forge({ structs: [[mallory, next + 1, [{ origin: first, content: words('x') }]]] }) },
      { name: 'a new id from clock 5', update: forge({ structs: [[77, 5, [{ origin: first, content: words('x') }]]] }) },
      { name: 'deletions of what is not there', update: forge({ deletes: [[clients.kari, [[100_000, 2]]]] }) },
      { name: 'deletions beyond what is there', update: forge({ deletes: [[clients.kari, [[0, 100_000]]]] }) },
      { name: 'deletions of nobody\'s', update: forge({ deletes: [[77, [[0, 1]]]] }) },
    ],
    'gaps': [
      one('a gap first', { skip: 3 }, { origin: first, content: words('x') }),
      one('a gap between', { origin: first, content: words('x') }, { skip: 3 }, { origin: second, content: words('y') }),
      one('a gap last', { origin: first, content: words('x') }, { skip: 3 }),
      one('an endless gap', { skip: 2 ** 40 }),
      { name: 'two parts of one id', update: forge({ structs: [[mallory, next, [{ origin: first, content: words('x') }]], [mallory, next + 1, [{ origin: first, content: words('y') }]]] }) },
    ],
    'ids in another order than every client writes them': [
      {
        name: 'from the lower on',
        update: forge({ structs: [[mallory - 1, 0, [{ origin: last, content: words('x') }]], [mallory, next, [{ origin: last, content: words('y') }]]] }),
      },
      {
        name: 'from the middle on',
        update: forge({ structs: [
          [mallory, next, [{ origin: last, content: words('y') }]], [2, 0, [{ origin: last, content: words('y') }]], [mallory - 1, 0, [{ origin: last, content: words('x') }]],
        ] }),
      },
    ],
    'huge lengths': [2 ** 31, 2 ** 32, 2 ** 45, 2 ** 52, Number.MAX_SAFE_INTEGER].flatMap(length => [
      one(`collected ${length}`, { gc: length }),
      one(`deleted ${length}`, { origin: last, content: { deleted: length } }),
      one(`deleted ${length} under a key`, put('status', { deleted: length })),
      one(`collected ${length} and more`, { gc: length }, { gc: length }, { origin: last, content: words('x') }),
      { name: `a clock of ${length}`, update: forge({ structs: [[mallory, length, [{ gc: 5 }]]] }) },
      { name: `a new id's clock of ${length}`, update: forge({ structs: [[77, length, [{ gc: 5 }]]] }) },
      { name: `deletions of ${length}`, update: forge({ deletes: [[clients.kari, [[0, length]]]] }) },
    ]),
    'a part that is known with another end': [
      { name: 'in another text', update: forge({ structs: [[mallory, next - 1, [{ parent: topicParent, content: words('xy') }]]] }) },
      { name: 'in another text, by its neighbour', update: forge({ structs: [[mallory, next - 1, [{ origin: at(units('arena', 'K02'), 0), content: words('xy') }]]] }) },
      { name: 'under a key', update: forge({ structs: [[mallory, next - 1, [{ parent: unitOf(item('activities', 'K01')), key: 'risk', content: any('on-plan', 'on-plan') }]]] }) },
      { name: 'before its right neighbour', update: forge({ structs: [[mallory, next - 1, [{ right: [mallory, next - 2], content: words('xy') }]]] }) },
      { name: 'in a list of the root', update: forge({ structs: [[mallory, next - 1, [{ parent: 'goals', content: any(1, 2) }]]] }) },
    ],
    'nothing, said at length': [
      one('no words', { origin: first, content: words('') }), one('nothing deleted', { origin: first, content: { deleted: 0 } }),
      one('no values', put('status', any())), one('nothing collected', { gc: 0 }), one('no gap', { skip: 0 }),
      { name: 'no deletions', update: forge({ deletes: [[clients.kari, [[0, 0]]]] }) },
      { name: 'the same deletion twice', update: forge({ deletes: [[clients.kari, [[0, 1], [0, 1]]]] }) },
    ],
    'more than one update may bring': [
      { name: '20,001 structs', update: forge({ structs: [[mallory, next, Array.from({ length: 20_001 }, (): Forged => ({ gc: 1 }))]] }) },
      { name: '200,000 structs', update: forge({ structs: [[mallory, next, Array.from({ length: 200_000 }, (): Forged => ({ gc: 1 }))]] }) },
      one('20,001 single letters', ...Array.from({ length: 20_001 }, (_, n): Forged => ({ origin: n ? own(n - 1) : last, content: words('x') }))),
      { name: '65 new client ids', update: forge({ structs: Array.from({ length: 65 }, (_, n) => [5_100 - n, 0, [{ origin: last, content: words('x') }]]) }), needs: 'owners' },
      { name: '10,000 new client ids', update: forge({ structs: Array.from({ length: 10_000 }, (_, n) => [25_000 - n, 0, [{ gc: 1 }]]) }), needs: 'owners' },
      { name: '513 KiB', update: new Uint8Array(limits.maxUpdateBytes + 1), needs: 'owners' },
    ],
    'another\'s client id, or the server\'s': [
      { name: 'Kari\'s next words', update: forge({ structs: [[clients.kari, Y.getState(world.doc.store, clients.kari), [{ origin: last, content: words('x') }]]] }), needs: 'owners' },
      { name: 'Kari\'s next words, collected', update: forge({ structs: [[clients.kari, Y.getState(world.doc.store, clients.kari), [{ gc: 5 }]]] }), needs: 'owners' },
      { name: 'the server\'s next words', update: forge({ structs: [[1, Y.getState(world.doc.store, 1), [{ origin: last, content: words('x') }]]] }), needs: 'owners' },
      {
        name: 'Kari\'s beside the forger\'s own',
        update: forge({ structs: [
          [mallory, next, [{ origin: last, content: words('x') }]],
          [clients.kari, Y.getState(world.doc.store, clients.kari), [{ origin: last, content: words('x') }]],
        ] }),
        needs: 'owners',
      },
    ],
    'bytes that are no update': [
      { name: 'none', update: new Uint8Array() }, { name: 'one', update: Uint8Array.of(0) }, { name: 'two', update: Uint8Array.of(1, 1) },
      { name: 'noise', update: Uint8Array.from({ length: 3_000 }, (_, n) => n * 131 % 251) },
      { name: 'more after it', update: Uint8Array.of(...by({ origin: last, content: words('x') }), 0) },
      { name: 'cut short', update: by({ origin: last, content: words('words') }).slice(0, -2) },
      { name: 'an unknown content', update: by({ origin: last, content: { raw: Uint8Array.of(1), ref: 15, length: 1 } }) },
      { name: 'an unknown type', update: by({ right: paragraph, content: { raw: Uint8Array.of(9), ref: 7, length: 1 } }) },
      { name: 'letters that are none', update: by({ origin: last, content: { raw: Uint8Array.of(2, 0xC3, 0x28), ref: 4, length: 2 } }) },
      { name: 'promises of 2^31 structs', update: encoding.encode(encoder => [1, 2 ** 31, mallory, next].forEach(number => encoding.writeVarUint(encoder, number))) },
      { name: 'promises of 2^31 deletions', update: encoding.encode(encoder => [0, 1, clients.kari, 2 ** 31].forEach(number => encoding.writeVarUint(encoder, number))) },
      { name: 'a list of 2^31 values', update: by({ parent: unitOf(item('activities', 'K01')), key: 'risk', content: { raw: encoding.encode(encoder => encoding.writeVarUint(encoder, 2 ** 31)), ref: 8, length: 1 } }) },
      { name: 'an object of 2^31 keys', update: by({ parent: unitOf(item('activities', 'K01')), key: 'risk', content: { raw: encoding.encode(encoder => [1, 118, 2 ** 31].forEach(number => encoding.writeVarUint(encoder, number))), ref: 8, length: 1 } }) },
    ],
    'good work with one bad thing in it': [
      one('a value', { origin: last, content: words('fint') }, put('risk', any('evil')), { origin: own(3), content: words(' og bra') }),
      one('a removed row', ...row('ny'), { parent: own(1), content: words('fint') }, { origin: unitOf(item('activities', 'K02')), content: { deleted: 1 } }),
      { name: 'a delete set', update: forge({ structs: [[mallory, next, [{ origin: last, content: words('fint') }]]], deletes: [deleteOf(item('goals', 'G1'))] }) },
      one('the last of a hundred rows', ...Array.from({ length: 100 }, (_, n) => row(`r${n}`, next + n * row('r').length)).flat(), { parent: 'activities', key: 'x', content: { type: 'map' } }),
    ],
  }
}

/**
 * Updates that make Yjs compare the same items again and again. Each is refused, or judged and applied within the time there is.
 * In rich text, where a cell may hold enough letters; and in a plain text, of what is deleted and so counts as none.
 */
export function bombs(world: World, structs: number): readonly Attack[] {
  const { mallory } = clients
  const { next, units } = world
  const arena = units('arena')
  const inWords = wordsUnits(world.doc)
  const own = (n: number): Unit => [mallory, next + n]
  const half = Math.floor(structs / 2)
  const others = Math.min(60, half)
  const perId = Math.floor(structs / others)
  const many = <T = Forged>(make: (n: number) => T, count = structs) => Array.from({ length: count }, (_, n) => make(n))
  const backwards = (from: Unit, end: Unit, count: number, put: Put) =>
    many(n => put(n ? [from[0], from[1] + n - 1] : end), count)
  type Put = (right: Unit | undefined, origin?: Unit) => Forged

  const inSequence = (where: string, first: Unit, second: Unit, letter: Content, long: (length: number) => Content): Attack[] => {
    const put: Put = (right, origin = first) => ({ origin, right, content: letter })
    const prepended = backwards(own(0), second, half, put)
    return [
      { name: 'siblings between two', update: world.by(...many(() => put(second))) },
      { name: 'siblings before nothing', update: world.by(...many(() => put(undefined))) },
      { name: 'siblings with two right neighbours by turns', update: world.by(put(second), ...many(n => put(n % 2 ? second : own(0)), structs - 1)) },
      { name: 'prepended, each before the last', update: world.by(...backwards(own(0), second, structs, put)) },
      { name: 'prepended, then as many before the first of them', update: world.by(...prepended, ...many(() => put(own(0)), half)) },
      { name: 'prepended, then as many before each of them', update: world.by(...prepended, ...many(n => put(own(n)), half)) },
      { name: 'prepended, then as many before each, from the far end', update: world.by(...prepended, ...many(n => put(own(half - 1 - n)), half)) },
      { name: 'prepended, then as many by turns before the first and the end', update: world.by(...prepended, ...many(n => put(n % 2 ? own(0) : second), half)) },
      {
        name: 'a run, then letters between its first and its last',
        update: world.by({ origin: first, right: second, content: long(half) }, ...many(() => put(own(half - 1), own(0)), half)),
      },
      {
        name: 'a run, then letters between its first and each other',
        update: world.by({ origin: first, right: second, content: long(half) }, ...many(n => put(own(half - 1 - n % (half - 1)), own(0)), half)),
      },
      {
        name: 'a run, then letters between each and its last',
        update: world.by({ origin: first, right: second, content: long(half) }, ...many(n => put(own(half - 1), own(n % (half - 1))), half)),
      },
      {
        name: 'letters one after the other, then as many between the first and the last',
        update: world.by(...many(n => put(second, n ? own(n - 1) : first), half), ...many(() => put(own(half - 1), own(0)), half)),
      },
      {
        name: 'many ids at one place',
        update: forge({ structs: many<number>(n => others - 1 - n, others).map(n => [mallory + n, n ? 0 : next, many(() => put(second), perId)] as const) }),
      },
      {
        name: 'many ids, each prepending, then before its first',
        update: forge({ structs: many<number>(n => others - 1 - n, others).map((n) => {
          const start: Unit = [mallory + n, n ? 0 : next]
          return [...start, [...backwards(start, second, Math.floor(perId / 2), put), ...many(() => put(start), Math.floor(perId / 2))]] as const
        }) }),
      },
      {
        name: 'many ids, each prepending, then before the others\' first',
        update: forge({ structs: many<number>(n => others - 1 - n, others).map((n) => {
          const start: Unit = [mallory + n, n ? 0 : next]
          const next1: Unit = [mallory + n - 1, n === 1 ? next : 0]
          return [...start, [...backwards(start, second, Math.floor(perId / 2), put), ...many(() => put(n ? next1 : start), Math.floor(perId / 2))]] as const
        }) }),
      },
      {
        name: 'one id prepending, another putting all before its first',
        update: forge({ structs: [[mallory + 1, 0, many(() => put(own(0)), half)], [mallory, next, prepended]] }),
      },
      {
        name: 'one id prepending, a lower one putting all before its first',
        update: forge({ structs: [[mallory, next, prepended], [mallory - 1, 0, many(() => put(own(0)), half)]] }),
      },
      {
        name: 'one id prepending, a lower one by turns',
        update: forge({ structs: [[mallory, next, prepended], [mallory - 1, 0, many(n => put(n % 2 ? own(0) : own(1)), half)]] }),
      },
      {
        name: 'all before the end, a run between cut everywhere',
        update: forge({
          structs: [[mallory, next, [{ origin: first, right: second, content: long(half * 2) }, ...many(n => put(own(n * 2 + 2), own(n * 2 + 1)), half - 1)]]],
        }),
      },
    ].map(({ name, update }) => ({ name: `${where}: ${name}`, update }))
  }

  const key = (origin?: Unit): Forged => origin
    ? { origin, content: { any: ['on-plan'] } }
    : { parent: unitOf(world.item('activities', 'K01')), key: 'risk', content: { any: ['on-plan'] } }
  return [
    ...inSequence('rich text', at(inWords, 0), at(inWords, 1), { words: 'x' }, length => ({ words: 'y'.repeat(length) })),
    ...inSequence('plain text', at(arena, 0), at(arena, 1), { deleted: 1 }, length => ({ deleted: length })),
    ...inSequence('paragraphs', world.inBody('paragraph'), unitOf(bodyItem(world.doc, 1)), { node: 'paragraph' }, length => ({ deleted: length })),
    ...inSequence('marks', at(inWords, 0), at(inWords, 1), { mark: 'bold', value: {} }, length => ({ deleted: length })),
    { name: 'values under one key', update: world.by(...many(() => key())) },
    { name: 'values under one key, each after the first', update: world.by(key(), ...many(() => key(own(0)))) },
    { name: 'values under one key, each after the last', update: world.by(key(), ...many(n => key(own(n)))) },
    {
      name: 'values under one key by many ids',
      update: forge({ structs: many<number>(n => others - 1 - n, others).map(n => [mallory + n, n ? 0 : next, many(() => key(), perId)] as const) }),
    },
    {
      name: 'a long word cut everywhere',
      update: forge({
        structs: [[mallory, next, [{ origin: at(inWords, 0), content: { words: 'y'.repeat(half * 2) } }]]],
        deletes: [[mallory, Array.from({ length: half }, (_, n) => [next + n * 2, 1] as const)]],
      }),
    },
    { name: 'deletions all over', update: forge({ deletes: [[clients.kari, Array.from({ length: structs }, (_, n) => [n % 3, 1] as const)]] }) },
  ]
}

/** Bombs whose first parts are laid in updates that look honest, and a small last one of at most 16 KiB that goes off. */
export function bombsInTwoStages(world: World): readonly { readonly name: string, readonly laid: readonly Uint8Array[], readonly last: readonly Uint8Array[] }[] {
  const { mallory } = clients
  const { next } = world
  const [first, second] = wordsUnits(world.doc).slice(0, 2) as [Unit, Unit]
  const count = 6_000
  const parts = 3
  const letter: Content = { words: 'x' }
  const prepended = Array.from({ length: parts }, (_, part) => forge({
    structs: [[mallory, next + part * count, Array.from({ length: count }, (_each, n): Forged => ({ origin: first, right: n || part ? [mallory, next + part * count + n - 1] : second, content: letter }))]],
  }))
  const appended = Array.from({ length: parts }, (_, part) => forge({
    structs: [[mallory, next + part * count, Array.from({ length: count }, (_each, n): Forged => ({ origin: n || part ? [mallory, next + part * count + n - 1] : first, right: second, content: letter }))]],
  }))
  const small = (id: number, from: number, make: (n: number) => Forged) => forge({ structs: [[id, from, Array.from({ length: 1_200 }, (_, n) => make(n))]] })
  const ids = [mallory - 1, mallory + 1]
  const spots = [0, 1, count, parts * count - 2]
  const unit = (n: number): Unit => [mallory, next + n]
  const last = parts * count
  return [
    {
      name: 'letters prepended',
      laid: prepended,
      last: [...ids.flatMap(id => spots.flatMap(spot => [
        small(id, 0, n => ({ origin: first, right: n ? [id, n - 1] : unit(spot), content: letter })),
        small(id, 0, n => ({ origin: n ? [id, n - 1] : first, right: unit(spot), content: letter })),
        small(id, 0, () => ({ origin: first, right: unit(spot), content: letter })),
        small(id, 0, n => ({ origin: first, right: unit(Math.max(0, spot - n)), content: letter })),
      ])), small(mallory, next + last, n => ({ origin: first, right: n ? unit(last + n - 1) : unit(1), content: letter }))],
    },
    {
      name: 'letters appended',
      laid: appended,
      last: ids.flatMap(id => spots.flatMap(spot => [
        small(id, 0, n => ({ origin: n ? [id, n - 1] : unit(spot), right: second, content: letter })),
        small(id, 0, n => ({ origin: unit(spot), right: n ? [id, n - 1] : second, content: letter })),
        small(id, 0, () => ({ origin: unit(spot), right: second, content: letter })),
        small(id, 0, n => ({ origin: unit(Math.max(0, spot - n)), right: second, content: letter })),
        small(id, 0, () => ({ origin: first, right: second, content: letter })),
      ])),
    },
  ]
}

const bodyItem = (doc: Y.Doc, n: number) => (bodyOf(doc).get(n) as Y.XmlElement)._item
function wordsUnits(doc: Y.Doc): Unit[] {
  return unitsIn((bodyOf(doc).get(0) as Y.XmlElement).get(0) as unknown as Y.AbstractType<unknown>)
}
/** The item with the words of the first paragraph. */
function wordsItem(doc: Y.Doc): Y.Item | null {
  return ((bodyOf(doc).get(0) as Y.XmlElement).get(0) as Y.XmlText)._start
}

const deleteOf = (item: Y.Item): readonly [number, readonly (readonly [number, number])[]] => [item.id.client, [[item.id.clock, item.length]]]

/** Where the words of the plan's first content begin in a text. */
function firstWord({ content }: Y.Item): Y.Item | null {
  let item = content instanceof Y.ContentType ? content.type._start : null
  while (item && item.id.client !== serverClientId)
    item = item.right
  return item
}

/** What an honest client's own deletion of a row would be. */
function deletionOf(doc: Y.Doc): Uint8Array {
  const own = new Y.Doc()
  Y.applyUpdate(own, Y.encodeStateAsUpdate(doc))
  const vector = Y.encodeStateVector(own)
  own.getMap('activities').delete('K01')
  const update = Y.encodeStateAsUpdate(own, vector)
  own.destroy()
  return update
}

const hidden = (entries: Parameters<typeof anyObject>[0]): Content => ({ anyBytes: anyObject(entries), count: 1 })

function rawMark(mark: string, json: string): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarString(encoder, mark)
    encoding.writeVarString(encoder, json)
  })
}
const rawWords = (json: string) => encoding.encode(encoder => encoding.writeVarString(encoder, json))

const short = (value: unknown) => (JSON.stringify(value) ?? String(value)).slice(0, 60)
