import { forge, unitOf, type Content, type Forged, type Unit } from './dishonestBytes.ts'
import { bodyItem, clients, nth, wordsUnits, type Attack, type World } from './dishonestWorld.ts'

type Section = readonly [client: number, clock: number, structs: readonly Forged[]]

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
  /** One section an id, from the highest on. */
  const byIds = (make: (n: number) => Section) => forge({ structs: many<Section>(n => make(others - 1 - n), others) })
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
        update: byIds(n => [mallory + n, n ? 0 : next, many(() => put(second), perId)]),
      },
      {
        name: 'many ids, each prepending, then before its first',
        update: byIds((n) => {
          const start: Unit = [mallory + n, n ? 0 : next]
          return [...start, [...backwards(start, second, Math.floor(perId / 2), put), ...many(() => put(start), Math.floor(perId / 2))]]
        }),
      },
      {
        name: 'many ids, each prepending, then before the others\' first',
        update: byIds((n) => {
          const start: Unit = [mallory + n, n ? 0 : next]
          const next1: Unit = [mallory + n - 1, n === 1 ? next : 0]
          return [...start, [...backwards(start, second, Math.floor(perId / 2), put), ...many(() => put(n ? next1 : start), Math.floor(perId / 2))]]
        }),
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
          structs: [[mallory, next, [
            { origin: first, right: second, content: long(half * 2) }, ...many(n => put(own(n * 2 + 2), own(n * 2 + 1)), half - 1),
          ]]],
        }),
      },
    ].map(({ name, update }) => ({ name: `${where}: ${name}`, update }))
  }

  const key = (origin?: Unit): Forged => origin
    ? { origin, content: { any: ['on-plan'] } }
    : { parent: unitOf(world.item('activities', 'K01')), key: 'risk', content: { any: ['on-plan'] } }
  return [
    ...inSequence('rich text', nth(inWords, 0), nth(inWords, 1), { words: 'x' }, length => ({ words: 'y'.repeat(length) })),
    ...inSequence('plain text', nth(arena, 0), nth(arena, 1), { deleted: 1 }, length => ({ deleted: length })),
    ...inSequence('paragraphs', world.inBody('paragraph'), unitOf(bodyItem(world.doc, 0)?.right), { node: 'paragraph' }, length => ({ deleted: length })),
    ...inSequence('marks', nth(inWords, 0), nth(inWords, 1), { mark: 'bold', value: {} }, length => ({ deleted: length })),
    { name: 'values under one key', update: world.by(...many(() => key())) },
    { name: 'values under one key, each after the first', update: world.by(key(), ...many(() => key(own(0)))) },
    { name: 'values under one key, each after the last', update: world.by(key(), ...many(n => key(own(n)))) },
    {
      name: 'values under one key by many ids',
      update: byIds(n => [mallory + n, n ? 0 : next, many(() => key(), perId)]),
    },
    {
      name: 'a long word cut everywhere',
      update: forge({
        structs: [[mallory, next, [{ origin: nth(inWords, 0), content: { words: 'y'.repeat(half * 2) } }]]],
        deletes: [[mallory, Array.from({ length: half }, (_, n) => [next + n * 2, 1] as const)]],
      }),
    },
    { name: 'deletions all over', update: forge({ deletes: [[clients.kari, Array.from({ length: structs }, (_, n) => [n % 3, 1] as const)]] }) },
  ]
}

/** What is laid in updates that look honest, and the small last ones, of at most 16 KiB, that then go off. */
interface Mine { readonly name: string, readonly laid: readonly Uint8Array[], readonly last: readonly Uint8Array[] }

export function bombsInTwoStages(world: World): readonly Mine[] {
  const { mallory } = clients
  const { next } = world
  const [first, second] = wordsUnits(world.doc).slice(0, 2) as [Unit, Unit]
  const count = 6_000
  const parts = 3
  const letter: Content = { words: 'x' }
  const unit = (n: number): Unit => [mallory, next + n]
  const inParts = (make: (n: number) => Forged) => Array.from({ length: parts }, (_, part) => forge({
    structs: [[mallory, next + part * count, Array.from({ length: count }, (_each, n) => make(part * count + n))]],
  }))
  const prepended = inParts(n => ({ origin: first, right: n ? unit(n - 1) : second, content: letter }))
  const appended = inParts(n => ({ origin: n ? unit(n - 1) : first, right: second, content: letter }))
  const small = (id: number, from: number, make: (n: number) => Forged) =>
    forge({ structs: [[id, from, Array.from({ length: 1_200 }, (_, n) => make(n))]] })
  const ids = [mallory - 1, mallory + 1]
  const spots = [0, 1, count, parts * count - 2]
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
