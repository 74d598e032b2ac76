import * as Y from 'yjs'
import type { Field, RegisterName } from '#shared/plan/fields.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import { valued, forge, unitOf, words } from './dishonestBytes.ts'
import { clients, rowStructs, type Attack, type Hands, type World } from './dishonestWorld.ts'

/** Roots, rows, and the types and keys in them, that may not be. */
export function rowAttacks(hands: Hands): Record<string, readonly Attack[]> {
  const { put, item, next, one, own, row } = hands
  const { mallory } = clients
  return {
    'roots that are not declared': ['evil', '', '__proto__', 'constructor', 'toString', 'Activities', 'talk'].flatMap(root => [
      one(`a value in ${root}`, { parent: root, key: 'x', content: valued(1) }),
      one(`a row in ${root}`, { parent: root, key: 'x', content: { type: 'map' } }),
      one(`a list in ${root}`, { parent: root, content: valued(1) }),
    ]),
    'a root used as a list or text': [
      one('a list', { parent: 'activities', content: valued(1) }), one('a text', { parent: 'activities', content: words('x') }),
      one('an element', { parent: 'sections', content: { node: 'paragraph' } }),
      one('marks', { parent: 'goals', content: { mark: 'bold', value: {} } }),
      one('what is deleted', { parent: 'goals', content: { deleted: 3 } }),
      one('a map in a list', { parent: 'goals', content: { type: 'map' } }),
    ],
    'a row overwritten': [
      one('by a map', { origin: unitOf(item('activities', 'K01')), content: { type: 'map' } }),
      one('by a whole row', ...row('K01')),
      one('by a map without having seen it', { parent: 'activities', key: 'K01', content: { type: 'map' } }),
      one('by a value', { origin: unitOf(item('activities', 'K01')), content: valued(1) }),
      one('by a text', { origin: unitOf(item('activities', 'K01')), content: { type: 'text' } }),
      one('by a whole row after it', ...row('K01').map((struct, n) => n === 0 ? { origin: unitOf(item('activities', 'K01')), content: { type: 'map' } as const } : struct)),
    ],
    'a row deleted': [
      { name: 'by a delete set', update: forge({ deletes: [deleteOf(item('activities', 'K01'))] }) },
      { name: 'by a delete set with all in it', update: deletionOf(hands.doc) },
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
      one(`${name} a value`, ...row('ny', next, { instead: { [name]: valued('x') } })),
      one(`${name} deleted`, ...row('ny', next, { instead: { [name]: { deleted: 1 } } })),
      one(`${name} rich`, ...row('ny', next, { instead: { [name]: { type: 'fragment' } } })),
      one(`${name} marked`, ...row('ny', next, { instead: { [name]: { type: 'xmlText' } } })),
      one(`${name} a map`, ...row('ny', next, { instead: { [name]: { type: 'map' } } })),
      { name: `${name} laid and deleted`, update: forge({ structs: [[mallory, next, row('ny')]], deletes: [[mallory, [[next + 1, 1]]]] }) },
    ]).concat([
      one('a bare map', { parent: 'activities', key: 'ny', content: { type: 'map' } }),
      one('a bare list', { parent: 'activities', key: 'ny', content: { type: 'array' } }),
      one('a bare value', { parent: 'activities', key: 'ny', content: valued({ arena: 'x' }) }),
      one('body a text', ...rowStructs(mallory, next, 'sections', 's9', { instead: { body: { type: 'text' } } })),
      one('body an element', ...rowStructs(mallory, next, 'sections', 's9', { instead: { body: { node: 'paragraph' } } })),
      one('a text laid twice', ...row('ny'), { parent: own(0), key: 'arena', content: { type: 'text' } }),
      one('a text laid after itself', ...row('ny'), { origin: own(1), content: { type: 'text' } }),
    ]),
    'a nested type in a row that is there': eachField(hands, (register, id, name, { kind }) => id === '' || kind === 'set'
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
      one(`${key} by a value`, put(key, valued('x'))),
      one(`${key} by a value, not seen`, { parent: unitOf(item('activities', 'K01')), key, content: valued('x') }),
      one(`${key} by a text`, put(key, { type: 'text' })),
      one(`${key} by deleted content`, put(key, { deleted: 1 })),
      { name: `${key} by a delete set`, update: forge({ deletes: [deleteOf(item('activities', 'K01', key))] }) },
      one(`${key} by words`, put(key, words('x'))),
    ]).concat([{ name: 'body by a delete set', update: forge({ deletes: [deleteOf(item('sections', 's1', 'body'))] }) }]),
    'keys that are not declared': ['evil', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'arena/x', 'status/x', 'place/', '/', 'deletedAt/x', 'responsible', 'goals', 'id', 'invalid', 'deletedat']
      .map(key => one(`a value under ${key}`, { parent: unitOf(item('activities', 'K01')), key, content: valued(true) })),
    'members that may not be': [
      ...['__proto__', 'constructor'].flatMap(member => [
        one(`${member} among the responsible`, put(`responsible/${member}`, valued('lead'))),
        one(`${member} among words`, put(`focusAreas/${member}`, valued(true))),
      ]),
      one('a member with /', put('responsible/a/b', valued('lead'))), one('an empty member', put('responsible/', valued('lead'))),
      one('a long member', put(`responsible/${'x'.repeat(201)}`, valued('lead'))), one('no such choice', put('channelTypes/evil', valued(true))),
      one('a choice named constructor', put('channelTypes/constructor', valued(true))),
      ...[valued('boss'), valued([]), valued(['lead', 'boss']), valued(false), valued(null), valued({ lead: true }), valued(['lead', ['lead']]), valued(Array.from({ length: 21 }, () => 'lead'))]
        .map((content, n) => one(`roles ${n}`, put('responsible/ks', content))),
      one('a role where there are none', put('goals/G1', valued('lead'))),
    ],
    'ids that may not be': ['__proto__', 'constructor', 'a/b', '', 'x'.repeat(201)].map(id => one(`a row ${id.slice(0, 20)}`, ...row(id)))
      .concat([one('another head', ...rowStructs(mallory, next, 'plan', 'head2'))]),
  }
}

/** For each field of each register; `id` is a row that is there, or `''` where the register has none. */
function eachField(world: World, make: (register: RegisterName, id: string, name: string, field: Field) => Attack[]): Attack[] {
  return registerNames.flatMap((register) => {
    const [id = ''] = world.doc.getMap(register).keys()
    return fieldsOf(register).flatMap(([name, field]) => make(register, id, name, field))
  })
}

const deleteOf = (item: Y.Item): readonly [number, readonly (readonly [number, number])[]] => [item.id.client, [[item.id.clock, item.length]]]

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
