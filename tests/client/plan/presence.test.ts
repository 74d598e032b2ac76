import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { addRow, putMember, setCell } from '#shared/plan/commands.ts'
import { readRow } from '#shared/plan/read.ts'
import { arena, closePages, kari, openBrowser, settle, waitForLine } from './pages.ts'
import { openPretendServer } from './pretendServer.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(async () => {
  await closePages()
  vi.useRealTimers()
})

async function openLive() {
  const server = openPretendServer()
  const page = await openBrowser(server).openPage()
  server.flush()
  await settle()
  return { server, page, session: page.session }
}

/** Somebody at the far end, whose state the server passes on as it is. */
function somebody(state: Record<string, unknown>) {
  const doc = new Y.Doc()
  const awareness = new Awareness(doc)
  awareness.setLocalState(state)
  return { awareness, clientId: awareness.clientID, close: () => doc.destroy() }
}
const olav = { memberId: 'm-olav', name: 'Olav', organisation: 'SF', colour: 3 }

test('C12 the others who are here are told with name, organisation, colour and cell, and go when the line does', async () => {
  const { server, session } = await openLive()
  const other = somebody({ user: olav, at: arena('K02'), cursor: null })
  server.show(other.awareness, [other.clientId])
  server.flush()
  expect(session.others.value).toEqual([{ clientId: other.clientId, ...olav, at: arena('K02') }])
  server.cut()
  expect(session.others.value).toEqual([])
  other.close()
})

test.each([
  ['no user', { at: null }], ['a name that is none', { user: { ...olav, name: 7 }, at: null }], ['no object at all', { user: 'Olav' }],
])('C12 presence with %s shows nobody', async (_what, state) => {
  const { server, session } = await openLive()
  const other = somebody(state)
  server.show(other.awareness, [other.clientId])
  server.flush()
  expect(session.others.value).toEqual([])
  other.close()
})

test('C12 a place that is no cell of the plan is nowhere, and bytes that are no presence do no harm', async () => {
  const { server, session, page } = await openLive()
  const other = somebody({ user: { ...olav, colour: 'red' }, at: { register: '__proto__', row: 'x', field: 'y' } })
  server.show(other.awareness, [other.clientId])
  server.send((encoder) => {
    // A presence frame that ends in the middle.
    encoder.cbuf[encoder.cpos++] = 1
    encoder.cbuf[encoder.cpos++] = 40
    encoder.cbuf[encoder.cpos++] = 1
  })
  server.flush()
  expect(session.others.value).toMatchObject([{ at: null, colour: 0 }])
  page.type(arena('K01'), '!')
  server.flush()
  expect(page.save.state).toBe('saved')
  other.close()
})

test.each([
  ['responsible/ks-rogaland', { at: { register: 'activities', row: 'K02', field: 'responsible' }, member: 'ks-rogaland' }],
  ['responsible', { at: { register: 'activities', row: 'K02', field: 'responsible' } }],
  ['arena/ks-rogaland', { at: null }], ['responsible/ks/sf', { at: null }],
])('U111 a place names a member of a set, and of nothing else (%s)', async (field, place) => {
  const { server, session } = await openLive()
  const other = somebody({ user: olav, at: { register: 'activities', row: 'K02', field }, cursor: null })
  server.show(other.awareness, [other.clientId])
  server.flush()
  expect(session.others.value).toEqual([{ clientId: other.clientId, ...olav, ...place }])
  other.close()
})

test('C12 where I am is told at most once a second alone and ten times a second in company, the latest place last', async () => {
  const { server, session } = await openLive()
  const [socket] = server.living()
  const told = () => {
    server.flush()
    return socket?.presence.splice(0).length
  }
  told()
  for (let n = 0; n < 50; n++)
    session.goTo(arena(`K${n}`))
  expect(told()).toBe(1)
  await vi.advanceTimersByTimeAsync(1_100)
  expect(told()).toBe(1)

  const other = somebody({ user: olav, at: null, cursor: null })
  server.show(other.awareness, [other.clientId])
  server.flush()
  await vi.advanceTimersByTimeAsync(1_000)
  for (let n = 0; n < 100; n++) {
    session.goTo(arena(`K${n % 2}`))
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(told()).toBeGreaterThanOrEqual(9)
  expect(told()).toBeLessThanOrEqual(12)
  other.close()
})

test('C12 only our own presence is ever sent', async () => {
  const { server } = await openLive()
  const [socket] = server.living()
  server.flush()
  socket?.presence.splice(0)
  const other = somebody({ user: olav, at: null, cursor: null })
  server.show(other.awareness, [other.clientId])
  server.flush()
  expect(socket?.presence).toEqual([])
  other.close()
})

const caretOf = (clock: number) => ({ type: { client: 7, clock: 1 }, item: { client: 7, clock }, assoc: 0 })

test('C29 where I write is told with the cell, no more often than the cell, and is gone with the next cell', async () => {
  const { server, session } = await openLive()
  const [socket] = server.living()
  const told = () => {
    server.flush()
    return socket?.presence.splice(0).map(frame => new TextDecoder().decode(frame)) ?? []
  }
  session.goTo(arena('K01'))
  told()
  for (let n = 0; n < 50; n++)
    session.showCaret({ ...caretOf(n), assoc: 0 })
  expect(told()).toEqual([])
  await vi.advanceTimersByTimeAsync(1_100)
  const [latest = '', ...more] = told()
  expect(more).toEqual([])
  expect(latest).toContain('"clock":49')
  session.showCaret({ ...caretOf(49), assoc: 0 })
  session.goTo(arena('K01'))
  await vi.advanceTimersByTimeAsync(3_000)
  expect(told()).toEqual([])
  session.goTo(arena('K02'))
  expect(told().join()).toContain('"cursor":null')
})

test('C29 a caret that moves wakes who reads it, and not the list of those who are here', async () => {
  const { server, session } = await openLive()
  const other = somebody({ user: olav, at: arena('K02'), cursor: caretOf(3) })
  const show = (state: Record<string, unknown>) => {
    other.awareness.setLocalState(state)
    server.show(other.awareness, [other.clientId])
    server.flush()
  }
  show({ user: olav, at: arena('K02'), cursor: caretOf(3) })
  const before = session.others.value
  expect(session.carets.get(other.clientId)).toEqual(caretOf(3))
  show({ user: olav, at: arena('K02'), cursor: caretOf(4) })
  expect(session.carets.get(other.clientId)).toEqual(caretOf(4))
  expect(session.others.value).toBe(before)
  show({ user: olav, at: arena('K02'), cursor: { evil: true } })
  expect(session.carets.size).toBe(0)
  expect(session.others.value).toBe(before)
  show({ user: olav, at: null, cursor: caretOf(4) })
  expect(session.carets.size).toBe(0)
  other.close()
})

test('C30 what a plan opens with and what was missed while away is not fresh; what comes over the living line is', async () => {
  const { server, session } = await openLive()
  const write = (words: string) => server.write(doc => Y.applyUpdate(doc, updateThat(doc, other => other.getMap<Y.Map<Y.Text>>('activities').get('K01')?.get('arena')?.insert(0, words))))
  expect(session.fresh.cells.size).toBe(0)
  write('Nå ')
  server.flush()
  expect([...session.fresh.cells.keys()]).toEqual(['activities/K01/arena'])
  await vi.advanceTimersByTimeAsync(4_100)
  server.cut()
  write('Mens jeg var borte ')
  server.mend()
  await waitForLine(server)
  expect(readRow(session.plan.doc, 'activities', 'K01')?.arena).toBe('Mens jeg var borte Nå Møter')
  expect(session.fresh.cells.size).toBe(0)
})

test('C13 undo takes back my own steps, across registers, and never anybody else\'s', async () => {
  const { server, session, page } = await openLive()
  page.type(arena('K01'), ' mine')
  await vi.advanceTimersByTimeAsync(1_000)
  setCell(session.plan, { register: 'activities', row: 'K02', field: 'status' }, 'done')
  server.flush()
  server.write(doc => Y.applyUpdate(doc, updateThat(doc, other => other.getMap<Y.Map<Y.Text>>('activities').get('K01')?.get('arena')?.insert(0, 'Deres '))))
  server.flush()
  expect(page.sees(arena('K01'))).toBe('Deres Møter mine')

  expect(session.undo.canUndo.value).toBe(true)
  session.undo.undo()
  expect(readRow(session.plan.doc, 'activities', 'K02')?.status).toBeNull()
  session.undo.undo()
  expect(page.sees(arena('K01'))).toBe('Deres Møter')
  expect(session.undo.canUndo.value).toBe(false)
  session.undo.redo()
  expect(page.sees(arena('K01'))).toBe('Deres Møter mine')
  server.flush()
  expect(readRow(server.doc, 'activities', 'K01')?.arena).toBe('Deres Møter mine')
})

test('C13 going to another cell ends a step, and an addition undone is trashed with its words', async () => {
  const { server, session, page } = await openLive()
  session.goTo(arena('K01'))
  page.type(arena('K01'), '1')
  session.goTo(arena('K02'))
  page.type(arena('K02'), '2')
  session.undo.undo()
  expect([page.sees(arena('K01')), page.sees(arena('K02'))]).toEqual(['Møter1', 'Nyhetsbrev'])

  await vi.advanceTimersByTimeAsync(1_000)
  const added = addRow(session.plan, 'activities', { arena: 'Ny' })
  const id = added.ok ? added.id : ''
  putMember(session.plan, { register: 'activities', row: id, field: 'responsible' }, 'ks', 'lead')
  session.undo.undo()
  await waitForLine(server)
  expect(readRow(server.doc, 'activities', id)).toMatchObject({ arena: 'Ny' })
  expect(readRow(server.doc, 'activities', id)?.deletedAt).not.toBeNull()
})

test('C12 the session knows whose it is', async () => {
  const { session } = await openLive()
  expect(session.me).toEqual({ ...kari, role: 'editor', registers: null })
})

function updateThat(doc: Y.Doc, change: (doc: Y.Doc) => void): Uint8Array {
  const other = new Y.Doc()
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
  change(other)
  return Y.encodeStateAsUpdate(other, Y.encodeStateVector(doc))
}
