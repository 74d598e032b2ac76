import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { limits } from '#shared/protocol/limits.ts'
import { valued, forge, unitOf, words, type Forged } from './dishonestBytes.ts'
import { clients, type Attack, type Hands } from './dishonestWorld.ts'

/** Bytes that no client writes, more than an update may bring, and what belongs to others. */
export function wireAttacks(hands: Hands): Record<string, readonly Attack[]> {
  const { by, put, item, next, one, own, row, first, second, last } = hands
  const { mallory } = clients
  const paragraph = hands.inBody('paragraph')
  return {
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
    'nothing, said at length': [
      one('no words', { origin: first, content: words('') }), one('nothing deleted', { origin: first, content: { deleted: 0 } }),
      one('no values', put('status', valued())), one('nothing collected', { gc: 0 }), one('no gap', { skip: 0 }),
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
      { name: 'Kari\'s next words', update: forge({ structs: [[clients.kari, Y.getState(hands.doc.store, clients.kari), [{ origin: last, content: words('x') }]]] }), needs: 'owners' },
      { name: 'Kari\'s next words, collected', update: forge({ structs: [[clients.kari, Y.getState(hands.doc.store, clients.kari), [{ gc: 5 }]]] }), needs: 'owners' },
      { name: 'the server\'s next words', update: forge({ structs: [[1, Y.getState(hands.doc.store, 1), [{ origin: last, content: words('x') }]]] }), needs: 'owners' },
      {
        name: 'Kari\'s beside the forger\'s own',
        update: forge({ structs: [
          [mallory, next, [{ origin: last, content: words('x') }]],
          [clients.kari, Y.getState(hands.doc.store, clients.kari), [{ origin: last, content: words('x') }]],
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
      one('a value', { origin: last, content: words('fint') }, put('risk', valued('evil')), { origin: own(3), content: words(' og bra') }),
      one('a removed row', ...row('ny'), { parent: own(1), content: words('fint') }, { origin: unitOf(item('activities', 'K02')), content: { deleted: 1 } }),
      { name: 'a delete set', update: forge({ structs: [[mallory, next, [{ origin: last, content: words('fint') }]]], deletes: [deleteOf(item('goals', 'G1'))] }) },
      one('the last of a hundred rows', ...Array.from({ length: 100 }, (_, n) => row(`r${n}`, next + n * row('r').length)).flat(), { parent: 'activities', key: 'x', content: { type: 'map' } }),
    ],
  }
}

const deleteOf = (item: Y.Item): readonly [number, readonly (readonly [number, number])[]] => [item.id.client, [[item.id.clock, item.length]]]
