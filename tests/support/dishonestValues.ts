import type { Field, RegisterName } from '#shared/plan/fields.ts'
import { isPlainValue } from '#shared/plan/kinds.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import { valued, anyDeep, anyObject, words, Written, type Content } from './dishonestBytes.ts'
import { clients, rowStructs, type Attack, type Hands, type World } from './dishonestWorld.ts'

/** Values that may not stand where they are put. */
export function valueAttacks(hands: Hands): Record<string, readonly Attack[]> {
  const { put, next, one, own } = hands
  const { mallory } = clients
  /** A value in a row that is there, or in one laid for it. */
  const laidIn = (name: string, register: RegisterName, id: string, key: string, content: Content): Attack => id
    ? one(`${name} in ${register}/${key}`, put(key, content, id, register))
    : one(`${name} in a new row's ${register}/${key}`, ...rowStructs(mallory, next, register, 'laid'), { parent: own(0), key, content })
  return {
    'values no cell may hold': eachField(hands, (register, id, name, { kind }) => kind === 'text' || kind === 'richText'
      ? []
      : neverValues.map(([what, content]) => laidIn(what, register, id, kind === 'set' ? `${name}/x` : name, content))),
    'values beside the declaration': eachField(hands, (register, id, name, field) =>
      wrongValues(field).filter(value => field.kind === 'place' || !isPlainValue(field, value)).map(value => laidIn(short(value), register, id, name, valued(value)))),
    'two values in one item': ['status', 'audienceId', 'when'].flatMap(key => [
      one(`${key} not valid and valid`, put(key, valued(7, key === 'when' ? { raw: 'x', kind: 'yearly' } : 'done'))),
      one(`${key} valid and not valid`, put(key, valued(key === 'when' ? { raw: 'x', kind: 'yearly' } : 'done', 7))),
      one(`${key} valid twice`, put(key, valued(...Array.from({ length: 2 }, () => key === 'when' ? { raw: 'x', kind: 'yearly' } : 'done')))),
    ]),
    'deletedAt that is no moment': [valued('now'), valued(true), valued(null), valued(NaN), valued(Infinity), valued(10n), valued({}), valued(1e308), valued(-1e308), valued(8.64e15 + 1), valued(undefined)]
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
      one('bytes in a place', put('place', valued({ goalId: 'G1', key: 'a1', x: Uint8Array.of(1) }))),
      one('a BigInt in a place', put('place', valued({ goalId: 'G1', key: 'a1', x: 1n }))),
      one('undefined in a place', put('place', valued({ goalId: undefined, key: 'a1' }))),
      one('a goal in a place of one list', put('place', valued({ goalId: 'G1', key: 'a1' }), 'G1', 'goals')),
      one('100 deep in a place', put('place', hidden([['key', 'a1'], ['x', new Written(anyDeep(100))]]))),
      one('6,000 deep in a place', put('place', hidden([['key', 'a1'], ['x', new Written(anyDeep(6_000))]]))),
      one('a long value in a place', put('place', valued({ goalId: 'G1', key: 'a1', x: 'x'.repeat(10_000) }))),
    ],
    'keys no other can be put beside': ['a0!', 'a0~', 'aø', 'a0\u0000', 'a-', 'a0V ', 'a00', `A${'0'.repeat(26)}`, `a0${'z'.repeat(497)}V`]
      .map(key => one(`the key ${key.slice(0, 40)}`, put('place', valued({ goalId: 'G1', key })))),
  }
}

/** Values that may stand in no cell of a plain kind, whatever its kind. */
const neverValues: readonly (readonly [string, Content])[] = [
  ['undefined', valued(undefined)], ['a BigInt', valued(10n)], ['bytes', valued(Uint8Array.of(1, 2))], ['NaN', valued(NaN)], ['infinity', valued(Infinity)],
  ['a list', valued([])], ['an object', valued({})], ['null', valued(null)], ['JSON', { json: ['done'] }], ['binary', { binary: Uint8Array.of(1) }],
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

/** For each field of each register; `id` is a row that is there, or `''` where the register has none. */
function eachField(world: World, make: (register: RegisterName, id: string, name: string, field: Field) => Attack[]): Attack[] {
  return registerNames.flatMap((register) => {
    const [id = ''] = world.doc.getMap(register).keys()
    return fieldsOf(register).flatMap(([name, field]) => make(register, id, name, field))
  })
}

const hidden = (entries: Parameters<typeof anyObject>[0]): Content => ({ anyBytes: anyObject(entries), count: 1 })

const short = (value: unknown) => (JSON.stringify(value) ?? String(value)).slice(0, 60)
