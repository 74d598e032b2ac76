import { beforeEach, expect, test } from 'vitest'
import { openPresence, type Presence } from '../../server/rooms/presence.ts'
import { presenceEntries } from './support/frames.ts'
import { pretendClock, type PretendClock } from './support/pretendClock.ts'
import { pretendPeer } from './support/peers.ts'

let clock: PretendClock
let presence: Presence
/** Whose client ids these are, where they are somebody else's; and those that are not on disk as anybody's. */
let taken: Map<number, string>
let unsettled: Set<number>
beforeEach(() => {
  clock = pretendClock()
  taken = new Map()
  unsettled = new Set()
  presence = openPresence({
    clock,
    claim: ({ member: { memberId } }, client) => (taken.get(client) ?? memberId) === memberId && taken.set(client, memberId) !== undefined,
    isSettled: client => !unsettled.has(client),
  })
})

function joined(name: string, memberId = name) {
  const peer = pretendPeer({ name, memberId })
  presence.join(peer.peer)
  return peer
}
const at = { register: 'activities', row: 'K01', field: 'arena' }

test('S9 who somebody is comes from the session, whatever the client says', () => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  presence.show(kari.peer, presenceEntries({ client: 1, state: { user: { name: 'Olav', memberId: 'Olav', colour: 9 }, at, cursor: { anchor: 3 }, secret: 1 } }))
  expect(olav.presence()).toMatchObject([{
    client: 1, state: { user: { memberId: 'Kari', name: 'Kari', organisation: 'KS', colour: 0 }, at, cursor: { anchor: 3 } },
  }])
  expect(Object.keys(Object(olav.presence()[0]?.state))).toEqual(['user', 'at', 'cursor'])
  expect(kari.presence()).toEqual([])
})

test('S9 entries of ids that are another member\'s are dropped in silence, also before one has shown one\'s own', () => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  taken.set(7, 'Marte')
  presence.show(kari.peer, presenceEntries({ client: 7, state: { at } }, { client: 3, state: { at } }))
  clock.advance(100)
  expect(olav.presence().map(({ client }) => client)).toEqual([3])
})

test('S18 what is shown under an id is told when it is on disk whose it is, the latest of it, and not at all when its owner has left', () => {
  const [kari, marte, olav] = [joined('Kari'), joined('Marte'), joined('Olav')]
  unsettled.add(3).add(4)
  presence.show(kari.peer, presenceEntries({ client: 3, state: {} }))
  presence.show(kari.peer, presenceEntries({ client: 3, state: { at } }))
  presence.show(marte.peer, presenceEntries({ client: 4, state: {} }))
  clock.advance(1_000)
  presence.leave(marte.peer)
  expect(joined('Jon').presence()).toEqual([])
  expect(olav.presence()).toEqual([])
  unsettled.clear()
  presence.settle([3, 4])
  clock.advance(1_000)
  expect(olav.presence()).toMatchObject([{ client: 3, state: { at } }])
})

test('S9 entries of other ids than one\'s own are dropped in silence', () => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  presence.show(kari.peer, presenceEntries({ client: 1, state: { at } }))
  clock.advance(50)
  presence.show(olav.peer, presenceEntries({ client: 1, clock: 99, state: { at: null } }, { client: 2, state: {} }, { client: 3, state: {} }))
  presence.show(olav.peer, presenceEntries({ client: 1, clock: 100, state: null }))
  clock.advance(100)
  expect(kari.presence().map(({ client }) => client)).toEqual([2])
  expect(olav.presence().map(({ client }) => client)).toEqual([1])
})

test('S9 changes go out once per window', () => {
  const [kari, olav, marte] = [joined('Kari'), joined('Olav'), joined('Marte')]
  presence.show(marte.peer, presenceEntries({ client: 3, state: {} }))
  presence.show(kari.peer, presenceEntries({ client: 1, state: { at } }))
  presence.show(olav.peer, presenceEntries({ client: 2, state: { at } }))
  expect(marte.frames).toHaveLength(0)
  clock.advance(50)
  expect(marte.frames).toHaveLength(1)
  expect(marte.presence().map(({ client }) => client)).toEqual([1, 2])
  expect(olav.presence().map(({ client }) => client)).toEqual([3, 1])
})

test('S9 one connection is told of at most ten times a second; of what comes between, the latest when it is due', () => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  for (let n = 0; n < 300; n++) {
    presence.show(kari.peer, presenceEntries({ client: 1, state: { at: { ...at, row: `K${n}` } } }))
    clock.advance(10)
  }
  const told = olav.presence().length
  expect(told).toBeGreaterThanOrEqual(29)
  expect(told).toBeLessThanOrEqual(31)
  clock.advance(100)
  expect(olav.presence().at(-1)).toMatchObject({ state: { at: { row: 'K299' } } })
  const before = olav.presence().length
  clock.advance(10_000)
  expect(olav.presence()).toHaveLength(before)
})

test('S9 somebody who leaves is gone at once, whatever was not yet told', () => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  presence.show(kari.peer, presenceEntries({ client: 1, state: {} }))
  presence.show(kari.peer, presenceEntries({ client: 1, state: { at } }))
  presence.leave(kari.peer)
  clock.advance(1_000)
  expect(olav.presence().map(({ state }) => state === null)).toEqual([false, true])
})

test('S9 somebody who leaves is removed by the server, and seen at once on coming back under the same id', () => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  presence.show(kari.peer, presenceEntries({ client: 1, clock: 7, state: {} }))
  presence.leave(kari.peer)
  clock.advance(50)
  const back = joined('Kari')
  presence.show(back.peer, presenceEntries({ client: 1, clock: 7, state: {} }))
  clock.advance(50)
  const [first, removed, again] = olav.presence()
  expect([first?.state === null, removed?.state === null, again?.state === null]).toEqual([false, true, false])
  expect([first, removed, again].map(entry => entry?.clock)).toEqual([first, removed, again].map(entry => entry?.clock).toSorted())
})

test('S9 a connection that died without a word does not take its successor\'s presence away', () => {
  const [dead, olav] = [joined('Kari'), joined('Olav')]
  presence.show(dead.peer, presenceEntries({ client: 1, state: {} }))
  const successor = joined('Kari')
  presence.show(successor.peer, presenceEntries({ client: 1, state: {} }))
  presence.leave(dead.peer)
  clock.advance(50)
  expect(olav.presence().map(({ state }) => state === null)).toEqual([false, false])
})

test('S9 a newcomer gets all who are here', () => {
  const kari = joined('Kari')
  presence.show(kari.peer, presenceEntries({ client: 1, state: { at } }))
  expect(joined('Olav').presence()).toMatchObject([{ client: 1, state: { at } }])
})

test('S9 colours follow the order of joining; one person\'s two tabs have one', () => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  const tab = joined('Kari')
  const marte = joined('Marte')
  for (const [n, { peer }] of [kari, olav, tab].entries())
    presence.show(peer, presenceEntries({ client: n, state: {} }))
  clock.advance(50)
  expect(marte.presence().map(({ client, state }) => [client, Object(state).user.colour])).toEqual([[0, 0], [1, 1], [2, 0]])
})

test('S9 what has not the agreed shape, or is too large, does not pass', () => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  presence.show(kari.peer, presenceEntries({ client: 1, state: { at: { ...at, row: 'x'.repeat(101) }, cursor: 'x'.repeat(1_100) } }))
  expect(olav.presence()).toMatchObject([{ state: { at: null, cursor: null } }])
  clock.advance(1_000)
  presence.show(kari.peer, presenceEntries({ client: 1, state: { cursor: 'x'.repeat(5_000) } }))
  clock.advance(1_000)
  expect(olav.frames).toHaveLength(1)
  expect(() => presence.show(kari.peer, Uint8Array.of(1, 1, 1))).toThrow()
  expect(() => presence.show(kari.peer, Uint8Array.of(0, 1))).toThrow()
})

test.each([
  ['responsible/ks-rogaland', true], ['responsible/', false], ['/ks-rogaland', false], ['responsible/ks/sf', false], ['', false], [`responsible/${'x'.repeat(101)}`, false],
])('S9 a place names a field, or one member of a set, and nothing else (%s)', (field, passes) => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  presence.show(kari.peer, presenceEntries({ client: 1, state: { at: { ...at, field } } }))
  expect(olav.presence()).toMatchObject([{ state: { at: passes ? { ...at, field } : null } }])
})

test.each<[string, boolean]>([
  ['{"anchor":{"type":{"client":1,"clock":2},"tname":null}}', true],
  [`${'['.repeat(8)}${']'.repeat(8)}`, true],
  [`${'['.repeat(9)}${']'.repeat(9)}`, false],
  [`${'['.repeat(1_500)}${']'.repeat(1_500)}`, false],
  ['{"a":[{"__proto__":{"isOwner":true}}]}', false],
  ['{"constructor":1}', false],
  ['{"a":{"prototype":null}}', false],
])('S9 a cursor that is deep, or has a key that gives an object what nobody wrote in it, does not pass (%s)', (json, passes) => {
  const [kari, olav] = [joined('Kari'), joined('Olav')]
  const cursor = JSON.parse(json) as unknown
  presence.show(kari.peer, presenceEntries({ client: 1, state: { at, cursor } }))
  expect(JSON.stringify(olav.presence().map(({ state }) => Object(state)))).toBe(JSON.stringify([{
    user: { memberId: 'Kari', name: 'Kari', organisation: 'KS', colour: 0 }, at, cursor: passes ? cursor : null,
  }]))
})
