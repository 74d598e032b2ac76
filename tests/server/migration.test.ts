import { expect, onTestFinished, test } from 'vitest'
import * as Y from 'yjs'
import { addRow, replaceText } from '#shared/plan/commands.ts'
import { migrationOf } from '#shared/plan/migrate.ts'
import { newDocument, rowMap } from '#shared/plan/plan.ts'
import { readPlan, readRow } from '#shared/plan/read.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { encodeSync } from '#shared/protocol/frames.ts'
import { openLargeJudge } from '../../server/rooms/largeJudge.ts'
import { openRooms, UnreadablePlanError } from '../../server/rooms/rooms.ts'
import { layOlderPlan, ownFields } from '../support/olderPlan.ts'
import { temporaryFolder } from '../support/server.ts'
import { until } from '../support/until.ts'
import { pretendClock } from './support/pretendClock.ts'
import { newEpoch, noCheckpoints, pretendLog, turn } from './support/pretendLog.ts'
import { pretendPeer } from './support/peers.ts'
import { arenaOf, smallContent, smallSeed, writerOf } from './support/plans.ts'
import { layPlans, planId, testServer, type RawSocket, type TestServer } from './support/testServer.ts'

const older = layOlderPlan(smallSeed)

/** A folder as a server of an older version left it, or another one. */
async function folderWith(content: Uint8Array): Promise<string> {
  const folder = temporaryFolder()
  await layPlans(folder, content)
  return folder
}
async function start(folder: string): Promise<TestServer> {
  const server = await testServer({ kept: folder })
  onTestFinished(() => server.close())
  return server
}
/** Somebody who comes to the plan with nothing, and has asked for all of it. */
async function come(server: TestServer, name = 'Kari'): Promise<RawSocket & { cookie: string }> {
  const { cookie } = await server.member('editor', name)
  const socket = server.connect({ cookie })
  await socket.opening()
  socket.socket.send(Uint8Array.of(0, 0, 1, 0))
  await until(() => rowMap(socket.doc, 'plan', 'head') !== null, { what: 'the plan is here' })
  return Object.assign(socket, { cookie })
}
const logOf = (server: TestServer) => server.server.storage.log(planId)
function documentOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = newDocument()
  updates.forEach(update => Y.applyUpdate(doc, update))
  return doc
}

test('S27 a plan of an older version has its new cells when somebody comes, and everything else is as it was; the next server writes nothing', async () => {
  const folder = await folderWith(older)
  const first = await start(folder)
  const kari = await come(first)
  for (const field of ownFields)
    expect(rowMap(kari.doc, 'activities', 'K01')?.get(field)).toBeInstanceOf(Y.Text)
  expect(readPlan(kari.doc)).toEqual(readPlan(documentOf([smallContent])))
  const written = await logOf(first).read()
  expect(written).toHaveLength(2)
  expect(Buffer.from(written[1] ?? []).equals(Buffer.from(migrationOf(documentOf([older])) ?? []))).toBe(true)
  expect([await logOf(first).changes(), [...(await logOf(first).owners()).values()]]).toEqual([[], []])
  const answer = await first.get(`/api/plans/${planId}/rows/activities/K01/last-change`, { cookie: kari.cookie })
  expect(await answer.json()).toEqual({ change: null })
  await first.close()

  const second = await start(folder)
  const again = await come(second, 'Olav')
  expect(readPlan(again.doc)).toEqual(readPlan(kari.doc))
  expect(await logOf(second).read()).toHaveLength(2)
})

test('S27 what somebody wrote before the migration comes in after it; a row laid without the new cells is refused, and named', async () => {
  const server = await start(await folderWith(older))
  const away = writerOf(older, 4_711)
  const words = away.type(' skrevet uten nett')
  const kari = await come(server)
  kari.socket.send(encodeSync(2, words))
  await until(() => kari.acks().includes(1), { what: 'the words are on disk' })
  expect(await server.arena()).toBe('nyhetsbrev skrevet uten nett')

  const row = away.write((plan) => {
    const map = new Y.Map<unknown>()
    const made = rowMap(documentOf([layOlderPlan({ activities: [{ id: 'ny', arena: 'Ny rad' }] })]), 'activities', 'ny')
    made?.forEach((value, key) => map.set(key, value instanceof Y.AbstractType ? value.clone() : value))
    plan.doc.getMap('activities').set('ny', map)
  })
  kari.socket.send(encodeSync(2, row))
  expect(await kari.closing()).toBe(closeCode.refused)
  expect(kari.frames.at(-1)).toMatchObject({ kind: 'refusal', refusal: { reason: 'not-valid', cells: [{ register: 'activities', row: 'ny' }] } })
})

test('S27 the new cells are written in, and new rows have them', async () => {
  const server = await start(await folderWith(older))
  const kari = await come(server)
  const writer = writerOf(Y.encodeStateAsUpdate(kari.doc))
  kari.socket.send(encodeSync(2, writer.write((plan) => {
    replaceText(plan, { register: 'activities', row: 'K02', field: 'own3' }, 'Til Helsedirektoratet')
    addRow(plan, 'activities', { arena: 'Ny', own1: 'Med' })
  })))
  await until(() => kari.acks().includes(1), { what: 'the words are on disk' })
  const stored = documentOf(await logOf(server).read())
  expect(readRow(stored, 'activities', 'K02')?.own3).toBe('Til Helsedirektoratet')
  expect(readPlan(stored).activities.map(({ own1 }) => own1)).toEqual(['', '', 'Med'])
})

test('S28 a plan of a newer version is opened to nobody, with a line to the operator and a code of its own; nothing is written', async () => {
  const server = await start(await folderWith(layOlderPlan(smallSeed, schemaVersion + 1)))
  const { cookie } = await server.member('editor', 'Kari')
  const codes = [await server.connect({ cookie }).closing(), await server.connect({ cookie }).closing()]
  expect(codes).toEqual([closeCode.newerPlan, closeCode.newerPlan])
  expect(server.reported).toEqual([
    `plan ${planId}: not opened: NewerPlanError: the plan is of schema version ${schemaVersion + 1}, and this server knows ${schemaVersion}`,
  ])
  expect(await logOf(server).read()).toHaveLength(1)
  expect(await (await server.get('/healthz')).text()).toContain('plan-unreadable')
})

/** Rooms over an older plan whose writes the test lets through, or not. */
function olderRooms() {
  const clock = pretendClock()
  const log = pretendLog(older)
  let hand = log
  const rooms = openRooms({
    storage: { log: () => hand, newEpoch }, clock, judge: openLargeJudge({ clock }), checkpoints: noCheckpoints, admit: () => true, report: () => {},
  })
  async function enter(name: string) {
    const peer = pretendPeer({ name })
    const joining = rooms.join('p', peer.peer)
    joining.catch(() => {})
    await turn()
    return { peer, joining }
  }
  return { clock, log, enter, useHand: (other: typeof log) => { hand = other } }
}

test('S27 nobody is told anything before the migration is on disk; all who came meanwhile share it', async () => {
  const { log, enter } = olderRooms()
  const [kari, olav] = [await enter('Kari'), await enter('Olav')]
  expect([log.waiting(), kari.peer.frames, olav.peer.frames]).toEqual([1, [], []])
  await log.commit()
  const seats = await Promise.all([kari.joining, olav.joining])
  seats[0]?.askFor(Uint8Array.of(0))
  await turn()
  expect(kari.peer.sees()).toBe('nyhetsbrev')
  expect([log.written.length, log.waiting()]).toEqual([2, 0])
  expect(log.entries).toMatchObject([{ by: 'server', changes: [], binds: [], title: null }])
})

test('S27 a migration that could not be written is written by the next who comes', async () => {
  const { clock, log, enter, useHand } = olderRooms()
  const kari = await enter('Kari')
  const refused = expect(kari.joining).rejects.toThrow(UnreadablePlanError)
  await log.fail()
  await refused
  expect([log.written.length, kari.peer.frames]).toEqual([1, []])

  const next = pretendLog(older)
  useHand(next)
  clock.advance(5_000)
  const olav = await enter('Olav')
  await next.commit()
  await olav.joining
  const stored = documentOf(next.written)
  expect([readRow(stored, 'activities', 'K01')?.invalid, arenaOf(stored)]).toEqual([[], 'nyhetsbrev'])
})
