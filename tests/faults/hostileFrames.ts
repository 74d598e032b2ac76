import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { encodePresence, encodeStateQuestion, encodeSync, encodeSyncStep1, frameKind } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { presenceEntries } from '../server/support/frames.ts'
import { families } from '../support/dishonest.ts'
import { bombs } from '../support/dishonestBombs.ts'
import { flipBits, forgeNearly, spoil } from '../support/dishonestChance.ts'
import { clients, type World } from '../support/dishonestWorld.ts'
import type { Chance } from '../support/honestChance.ts'

/** What one connection is given. `text`: as text; `pieces`: as one message in so many fragments; `pings`: with so many pings. */
export interface HostileInput {
  readonly family: string
  readonly frames: readonly Uint8Array[]
  readonly as?: 'text' | 'pieces' | 'pings'
  /** An editor's may come to pass: it is nearly right. What it leaves must be sound. */
  readonly mayPass?: true
}

/** The name no one may ever be seen under. */
export const forgedName = 'FORFALSKET'
const arena = { register: 'activities', row: 'K01', field: 'arena' } as const

/** Every hostile input of one seed: the dishonest updates, and what is no update. */
export function hostileInputs(world: World, chance: Chance): HostileInput[] {
  const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))
  const of = (family: string, frames: readonly (Uint8Array | readonly Uint8Array[])[], more: Partial<HostileInput> = {}): HostileInput[] =>
    frames.map(frame => ({ family, frames: frame instanceof Uint8Array ? [frame] : frame, ...more }))
  const update = (bytes: Uint8Array) => encodeSync(chance.below(2) ? 1 : 2, bytes)
  const honest = honestFrames(world)
  const someHonest = () => chance.of(honest) ?? new Uint8Array()
  const honestUpdate = () => Y.encodeStateAsUpdate(world.doc)

  return [
    ...Object.entries(families(world)).flatMap(([family, attacks]) => of(`update: ${family}`, attacks.map(attack => update(attack.update)))),
    ...of('update: nearly right', times(120, () => update(forgeNearly(world, chance))), { mayPass: true }),
    ...of('update: one thing spoilt', times(120, () => update(spoil(honestUpdate(), world, chance))), { mayPass: true }),
    ...of('update: bits turned over', times(120, () => update(flipBits(honestUpdate(), chance))), { mayPass: true }),
    ...of('update: what Yjs compares again and again', bombs(world, 2_000).slice(0, 24).map(bomb => update(bomb.update)), { mayPass: true }),
    ...of('cut short', times(100, () => { const frame = someHonest(); return frame.subarray(0, chance.below(frame.length)) })),
    ...of('noise', times(150, () => Uint8Array.from({ length: chance.below(4_000) }, () => chance.below(256)))),
    ...of('more after it', times(30, () => Uint8Array.from([...someHonest(), chance.below(256)]))),
    ...of('two messages in one frame', times(10, () => Uint8Array.from([...someHonest(), ...someHonest()]))),
    ...of('unknown kinds', [2, 4, 5, 99, 100, 101, 102, 103, 104, 127, 128, 255, 2 ** 31, 2 ** 52].map(kind => numbers(kind, 1, 2, 3))),
    ...of('unknown steps', [3, 4, 127, 128, 2 ** 31].map(step => numbers(frameKind.sync, step, 0))),
    ...of('absurd lengths', [2 ** 20, 2 ** 31, 2 ** 32, 2 ** 45, 2 ** 52].flatMap(length => [
      numbers(frameKind.sync, 0, length), numbers(frameKind.sync, 1, length, 1), numbers(frameKind.sync, 2, length, 0, 0),
      numbers(frameKind.presence, length),
      encodeSyncStep1(numbers(length)), encodePresence(numbers(length)), encodePresence(numbers(1, 5, 1, length)),
    ])),
    ...of('giant state vectors', [600, 5_000, 50_000].flatMap(size => [
      encodeSyncStep1(numbers(size, ...times(size, n => [n + 1, 1]).flat())),
      encodeSyncStep1(numbers(size, ...times(size, n => [n * 7 + 1, 2 ** 40]).flat())),
    ])),
    ...of('clocks nobody has come to', times(10, n => encodeSyncStep1(numbers(1, clients.kari, 2 ** (40 + n))))),
    ...of('text', times(10, () => someHonest()), { as: 'text' }),
    ...of('in pieces', times(20, () => update(forgeNearly(world, chance))), { as: 'pieces', mayPass: true }),
    ...of('too large', [limits.maxUpdateBytes, limits.maxFrameBytes - 10, limits.maxFrameBytes + 1, 3 * limits.maxFrameBytes]
      .map(size => update(new Uint8Array(size)))),
    ...presences(chance).map(bytes => ({ family: 'presence', frames: [bytes] })),
    ...of('floods', [
      times(1_000, () => encodeSyncStep1(Uint8Array.of(0))), times(1_000, () => numbers(frameKind.queryPresence)),
      times(500, () => encodeStateQuestion()),
      times(1_000, n => encodePresence(presenceEntries({ client: clients.mallory, clock: n, state: { at: { ...arena, field: `${n}` } } }))),
      times(1_000, () => encodeSync(2, Uint8Array.of(0, 0))),
    ]),
    ...of('pings', times(2, () => encodeSyncStep1(Uint8Array.of(0))), { as: 'pings' }),
  ]
}

function presences(chance: Chance): Uint8Array[] {
  const user = { memberId: 'x', name: forgedName, organisation: forgedName, colour: 99 }
  const said = (client: number, state: unknown) => encodePresence(presenceEntries({ client, clock: 2 ** 30, state }))
  const raw = (json: string) => encodePresence(encoding.encode((encoder) => {
    ;[1, clients.mallory, 1].forEach(number => encoding.writeVarUint(encoder, number))
    encoding.writeVarString(encoder, json)
  }))
  const deep = (depth: number): string => `${'{"cursor":'.repeat(depth)}1${'}'.repeat(depth)}`
  return [
    ...[clients.kari, clients.olav, 1, 0, 2 ** 31, 2 ** 52]
      .flatMap(client => [said(client, { user }), said(client, null), said(client, { user, at: 'x' })]),
    ...[3_000, 4_100, 20_000, 500_000].map(size => said(clients.mallory, { user, cursor: 'x'.repeat(size) })),
    ...[10, 1_000, 100_000].map(depth => raw(deep(depth))),
    ...['{', '[]', '1', '"x"', 'null', '\u0000'].map(raw),
    ...['{"__proto__":{"name":"x"}}', '{"user":{"constructor":1}}', '{"at":{"register":[],"row":{},"field":9}}'].map(raw),
    ...[2, 100, 5_000]
      .map(count => encodePresence(presenceEntries(...Array.from({ length: count }, (_, n) => ({ client: n + 1, state: { user } }))))),
    ...Array.from({ length: 60 }, () => flipBits(said(clients.mallory, { user, at: arena }), chance)),
  ]
}

const numbers = (...all: number[]) => encoding.encode(encoder => all.forEach(number => encoding.writeVarUint(encoder, number)))

/** One frame of each kind a client sends. */
const honestFrames = (world: World): Uint8Array[] => [
  encodeSyncStep1(Y.encodeStateVector(world.doc)), encodeSync(1, Y.encodeStateAsUpdate(world.doc)), encodeSync(2, Uint8Array.of(0, 0)),
  encodePresence(presenceEntries({ client: clients.mallory, state: { at: null, cursor: null } })), numbers(frameKind.queryPresence),
  encodeStateQuestion(),
]
