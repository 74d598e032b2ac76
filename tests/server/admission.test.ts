import { afterAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { spliceText } from '#shared/plan/commands.ts'
import { serverClientId } from '#shared/plan/lay.ts'
import { readPlan } from '#shared/plan/read.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { limits } from '#shared/protocol/limits.ts'
import { mayChange } from '../../server/access/rules.ts'
import { openFreezes } from '../../server/rooms/freezes.ts'
import { openLargeJudge } from '../../server/rooms/largeJudge.ts'
import { openRoom } from '../../server/rooms/room.ts'
import { systemClock } from '../../server/time/clock.ts'
import { families } from '../support/dishonest.ts'
import { bombs } from '../support/dishonestBombs.ts'
import { forge, words } from '../support/dishonestBytes.ts'
import { clients, handsIn, worldWithHistory, type Attack, type World } from '../support/dishonestWorld.ts'
import { faultsIn } from '../support/dishonestChance.ts'
import { openDocument, openTab, type Sending } from '../support/honest.ts'
import { allActs, crowdedActs, richTextActs } from '../support/honestActs.ts'
import { chanceFrom } from '../support/honestChance.ts'
import { fingerprint } from '../support/honestPrint.ts'
import { until } from '../support/until.ts'
import { presenceEntries } from './support/frames.ts'
import { pretendPeer, type PretendPeer } from './support/peers.ts'
import { pretendClock } from './support/pretendClock.ts'
import { pretendLog, turn } from './support/pretendLog.ts'

const arena = { register: 'activities', row: 'K01', field: 'arena' } as const
const judge = openLargeJudge({ clock: systemClock })
afterAll(() => judge.close())

/** A room with the world's plan in it, and who wrote it. */
function openWorldRoom(content: Uint8Array) {
  const log = pretendLog(content)
  const doc = openDocument(content)
  const happened: string[] = []
  const owners = new Map<number, string>([[clients.kari, 'Kari'], [clients.olav, 'Olav'], [clients.marte, 'Marte'], [clients.mallory, 'Mallory']])
  const clock = pretendClock()
  const room = openRoom({
    ground: doc, tail: 0, log, owners, judge, clock,
    freezes: openFreezes(),
    admit: mayChange,
    report: (what, error) => happened.push(`${what}: ${String(error)}`),
    onGrown: () => Promise.resolve(false),
    onEmpty: () => {},
    onDropped: () => happened.push('dropped'),
  })
  const join = (name: string) => {
    const peer = pretendPeer({ name }).join(room)
    peer.ask()
    return peer
  }
  return { room, log, doc, happened, clock, join }
}
type WorldRoom = ReturnType<typeof openWorldRoom>

/** Lets somebody send one update in a connection of its own, and waits until the room has decided. */
async function send({ join, log }: Pick<WorldRoom, 'join' | 'log'>, name: string, update: Uint8Array): Promise<PretendPeer> {
  const peer = join(name)
  await turn()
  const before = peer.frames.length
  peer.seat().receive(update)
  await until(async () => {
    await log.commit()
    return peer.closed() !== null || peer.frames.slice(before).some(({ kind }) => kind === 'ack')
  }, { what: 'the room decides' })
  return peer
}

const refused = (peer: PretendPeer) => peer.frames.at(-1)?.kind === 'refusal' && [4403, 1007].includes(peer.closed()?.code ?? 0)

/** What a client types at the beginning of K01's arena, as it sends it. */
function typedBy(peer: PretendPeer, clientId: number, words: string): Uint8Array {
  const tab = openTab(Y.encodeStateAsUpdate(peer.doc), { member: 'x', clientId })
  spliceText(tab.plan, arena, { at: 0, remove: 0, insert: words })
  const [update] = tab.takeUnsent('step2', Y.encodeStateVector(peer.doc))
  tab.close()
  return update ?? new Uint8Array()
}

async function withstand(world: World, attacks: readonly Attack[], isExpected: (peer: PretendPeer) => boolean): Promise<void> {
  const content = Y.encodeStateAsUpdate(world.doc)
  const opened = openWorldRoom(content)
  const { doc, log, happened, join } = opened
  const [kari, olav] = [join('Kari'), join('Olav')]
  const apart = openTab(content, { member: 'Marte', clientId: 3 })
  spliceText(apart.plan, arena, { at: 2, remove: 1, insert: 'Marte apart ' })
  await turn()
  const before = { bytes: Y.encodeStateAsUpdate(doc), value: readPlan(doc) }
  const passed: string[] = []
  for (const { name, update } of attacks) {
    const mallory = await send(opened, 'Mallory', update)
    if (!isExpected(mallory) || Buffer.compare(Y.encodeStateAsUpdate(doc), before.bytes) !== 0)
      passed.push(name)
  }
  expect([passed, happened]).toEqual([[], []])
  expect(readPlan(doc)).toEqual(before.value)
  expect(log.written).toHaveLength(1)
  expect([kari.closed(), olav.closed()]).toEqual([null, null])

  olav.seat().receive(typedBy(olav, 5, 'Olav after '))
  await log.commit()
  const marte = await send(opened, 'Marte', apart.takeUnsent('step2', Y.encodeStateVector(doc))[0] ?? new Uint8Array())
  await log.commit()
  expect(marte.closed()).toBeNull()
  expect(kari.sees()).toContain('Olav after ')
  expect(kari.sees()).toContain('Marte apart ')
  expect(happened).toEqual([])
  apart.close()
}

describe('dishonest updates in a room where others write', () => {
  const world = worldWithHistory()
  for (const [family, attacks] of Object.entries(families(world))) {
    test(`S10 each is refused and harms nobody: ${family}`, async () => {
      await withstand(world, attacks, refused)
    })
  }
})

test('D16 what is known already, and is sent again otherwise than it was, changes nothing for anybody who gets it in one frame with the rest', async () => {
  const world = worldWithHistory()
  const content = Y.encodeStateAsUpdate(world.doc)
  const { next } = world
  const last = handsIn(world).last
  const send1 = forge({ structs: [[clients.mallory, next, [{ origin: last, content: words('abc') }]]] })
  const again = [
    [next - 1, [{ origin: last, content: words('wXYZd') }]],
    [next - 1, [{ origin: last, content: words('wX') }, { origin: last, content: words('YZ') }, { origin: [clients.mallory, next + 2], content: words('d') }]],
    [next, [{ origin: last, content: words('XYZd') }]],
    [next, [{ origin: last, content: words('XYZ') }, { origin: [clients.mallory, next + 2], content: words('d') }]],
    [next, [{ gc: 3 }, { origin: [clients.mallory, next + 2], content: words('d') }]],
    [next + 1, [{ parent: 'activities', key: 'K01', content: { deleted: 2 } }, { origin: [clients.mallory, next + 2], content: words('d') }]],
  ] as const
  for (const [n, [clock, structs]] of again.entries()) {
    const { room, log, doc, join, happened } = openWorldRoom(content)
    const kari = join('Kari')
    registerNames.forEach(name => kari.doc.getMap(name))
    const mallory = join('Mallory')
    await turn()
    mallory.seat().receive(send1)
    mallory.seat().receive(forge({ structs: [[clients.mallory, clock, structs]] }))
    await log.commit()
    const onDisk = openDocument(content)
    log.written.forEach(update => Y.applyUpdate(onDisk, update))
    const merged = openDocument(Y.mergeUpdates([...log.written]))
    expect(happened).toEqual([])
    for (const other of [kari.doc, onDisk, merged])
      expect(`${n} ${fingerprint(other)}`).toBe(`${n} ${fingerprint(doc)}`)
    await room.close(1012)
  }
})

test('S21 what makes Yjs compare again and again costs the room a bounded time each, small or large', async () => {
  for (const structs of [1_000, 19_000]) {
    const slow: string[] = []
    for (const { name, update } of bombs(worldWithHistory(), structs).filter((_bomb, n) => n % 6 === 5)) {
      const { room, log, join, happened } = openWorldRoom(Y.encodeStateAsUpdate(worldWithHistory().doc))
      const used = process.threadCpuUsage()
      const peer = await send({ join, log }, 'Mallory', update.byteLength > limits.maxUpdateBytes ? update.slice(0, 10) : update)
      const { user } = process.threadCpuUsage(used)
      if (user / 1_000 > 3_000 || happened.length > 0)
        slow.push(`${name}: ${Math.round(user / 1_000)} ms ${happened.join()} ${JSON.stringify(peer.closed())}`)
      await room.close(1012)
    }
    expect(slow).toEqual([])
  }
}, 120_000)

describe('ids of others', () => {
  const world = worldWithHistory()
  const next = (client: number) => Y.getState(world.doc.store, client)

  test('S18 an id that was shown first belongs to who showed it, also before anything is written under it', async () => {
    const opened = openWorldRoom(Y.encodeStateAsUpdate(world.doc))
    const kari = opened.join('Kari')
    await turn()
    kari.seat().showPresence(presenceEntries({ client: 77, state: { at: arena } }))
    const stolen = typedBy(kari, 77, 'stolen ')
    const mallory = await send(opened, 'Mallory', stolen)
    expect(mallory.frames.at(-1)).toMatchObject({ kind: 'refusal', refusal: { reason: 'not-yours' } })
    kari.seat().receive(typedBy(kari, 77, 'her own '))
    await opened.log.commit()
    expect(kari.closed()).toBeNull()
    expect(opened.join('Olav').peer && readPlan(opened.doc).activities[0]?.arena).toContain('her own ')
  })

  test('S9 presence under another member\'s id, or the server\'s, is dropped, and what is shown of others stands', async () => {
    const { join, log, clock } = openWorldRoom(Y.encodeStateAsUpdate(world.doc))
    const [kari, olav, mallory] = [join('Kari'), join('Olav'), join('Mallory')]
    await turn()
    kari.seat().showPresence(presenceEntries({ client: clients.kari, state: { at: arena } }))
    await log.commit()
    clock.advance(100)
    const forged = [clients.kari, clients.olav, serverClientId].flatMap(client => [{ client, clock: 1_000, state: { at: null, user: { name: 'Kari' } } }, { client, clock: 1_001, state: null }])
    for (const entry of forged) {
      mallory.seat().showPresence(presenceEntries(entry))
      await log.commit()
      clock.advance(100)
    }
    const seen = olav.presence()
    expect(seen).toMatchObject([{ client: clients.kari, state: { user: { memberId: 'Kari' }, at: arena } }])
    olav.seat().showPresence(presenceEntries({ client: clients.olav, state: { at: arena } }))
    await log.commit()
    clock.advance(100)
    expect(kari.presence()).toMatchObject([{ client: clients.olav, state: { user: { memberId: 'Olav' } } }])
  })

  test('S18 nobody can use up another\'s next words, whatever is written in their place', async () => {
    const opened = openWorldRoom(Y.encodeStateAsUpdate(world.doc))
    const apart = openTab(Y.encodeStateAsUpdate(world.doc), { member: 'Kari', clientId: clients.kari })
    spliceText(apart.plan, arena, { at: 0, remove: 0, insert: 'unsent ' })
    const theft = families(world)['another\'s client id, or the server\'s'] ?? []
    expect(theft.length).toBeGreaterThan(2)
    for (const { update } of theft)
      expect((await send(opened, 'Mallory', update)).frames.at(-1)).toMatchObject({ kind: 'refusal', refusal: { reason: 'not-yours' } })
    expect(next(clients.kari)).toBe(Y.getState(opened.doc.store, clients.kari))
    const kari = await send(opened, 'Kari', apart.takeUnsent('singly', Uint8Array.of(0))[0] ?? new Uint8Array())
    expect([kari.closed(), readPlan(opened.doc).activities[0]?.arena.startsWith('unsent ')]).toEqual([null, true])
    apart.close()
  })
})

const rooms = Number(process.env['ROOMS'] ?? 60)

test('S4, S10 random people in a real room, on and off line on several pages, are never refused, and end with the same plan', async () => {
  const content = Y.encodeStateAsUpdate(worldWithHistory().doc)
  for (let seed = 0; seed < rooms; seed++) {
    const chance = chanceFrom(seed)
    const { room, log, doc, happened } = openWorldRoom(content)
    const people = ['Kari', 'Olav', 'Marte', 'Kari'].map((name, n) => openPage(name, 100_000 + n * 10 + seed * 50))
    function openPage(name: string, clientId: number) {
      const acts = [allActs, allActs, richTextActs, crowdedActs][seed % 4]
      return { name, tab: openTab(content, { member: name, clientId, ...acts && { acts } }), peer: null as PretendPeer | null, heard: 0 }
    }
    type Page = (typeof people)[number]
    const hear = (page: Page) => {
      for (const frame of page.peer?.frames.slice(page.heard) ?? []) {
        if (frame.kind === 'step2' || frame.kind === 'update')
          page.tab.hear(frame.update)
        expect(frame.kind === 'refusal' ? [seed, frame.refusal] : null, 'refused').toBeNull()
      }
      page.heard = page.peer?.frames.length ?? 0
    }
    const say = (page: Page, how: Sending) => {
      const known = Y.encodeStateVector(doc)
      for (const update of page.tab.takeUnsent(how, known))
        page.peer?.seat().receive(update)
    }
    const connect = async (page: Page) => {
      page.peer = pretendPeer({ name: page.name }).join(room)
      page.heard = 0
      page.peer.seat().askFor(Y.encodeStateVector(page.tab.plan.doc))
      await turn()
    }
    for (let n = 0; n < 60; n++) {
      const page = chance.of(people) as Page
      const what = chance.below(12)
      if (what < 6)
        page.tab.act(chance)
      else if (what === 6 && !page.peer)
        await connect(page)
      else if (what === 7) {
        page.peer?.seat().leave()
        page.peer = null
      }
      else if (what < 10 && page.peer)
        say(page, chance.of<Sending>(['singly', 'merged', 'step2']) ?? 'singly')
      else if (what === 10)
        await log.commit(1 + chance.below(3))
      else
        hear(page)
      // Larger ones are judged beside the room.
      await until(() => people.every(({ peer }) => !peer?.isPaused()), { what: 'nothing is being judged' })
    }
    for (let round = 0; round < 3; round++) {
      for (const page of people) {
        if (!page.peer)
          await connect(page)
        say(page, 'merged')
        await until(() => !page.peer?.isPaused(), { what: 'nothing is being judged' })
        await log.commit()
      }
      people.forEach(hear)
    }
    expect(happened).toEqual([])
    expect(faultsIn(doc)).toEqual([])
    for (const { tab, peer } of people) {
      expect(peer?.closed()).toBeNull()
      expect(fingerprint((tab).plan.doc)).toBe(fingerprint(doc))
      tab.close()
    }
    await room.close(1012)
  }
}, 120_000)
