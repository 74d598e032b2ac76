import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readRow } from '#shared/plan/read.ts'
import { encodeWriting } from '#shared/protocol/frames.ts'
import { seeded } from '../../support/until.ts'
import { arena, closePages, openBrowser, settle, waitForLine } from './pages.ts'
import { openPretendServer, type PretendServer } from './pretendServer.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-22T10:42:00Z') })
})
afterEach(async () => {
  await closePages()
  vi.useRealTimers()
})

async function openLive() {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await browser.openPage()
  server.flush()
  await settle()
  return { server, browser, page }
}
async function tell(server: PretendServer, isPossible: boolean) {
  server.send(encoder => encoding.writeUint8Array(encoder, encodeWriting(isPossible)))
  server.flush()
  await vi.advanceTimersByTimeAsync(1_000)
}
const serverSees = (server: PretendServer) => readRow(server.doc, 'activities', 'K01')?.arena

test('U115 while the server can save nothing nothing is sent, what is written is on the device and said to be there, and all is sent when it can', async () => {
  const { server, browser, page } = await openLive()
  await tell(server, false)
  expect([page.session.canSave.value, page.save.state]).toEqual([false, 'saved'])
  page.type(arena('K01'), ' og')
  page.type(arena('K01'), ' treff')
  server.flush()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(serverSees(server)).toBe('Møter')
  expect(page.save).toMatchObject({ state: 'on-device', unsent: 1 })
  expect(browser.memory.outbox).toHaveLength(2)

  await tell(server, true)
  server.flush()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([serverSees(server), page.session.canSave.value, page.save.state]).toEqual(['Møter og treff', true, 'saved'])
  expect(browser.memory.outbox).toEqual([])
})

test('U115 where the device keeps nothing it is said that the words are not saved', async () => {
  const server = openPretendServer()
  const page = await openBrowser(server, { lasts: false }).openPage()
  server.flush()
  await settle()
  await tell(server, false)
  page.type(arena('K01'), '!')
  expect(page.save).toMatchObject({ state: 'not-saved', unsent: 1 })
})

test('U115 a line that drops meanwhile changes nothing before it is back, or has been away for ten seconds; then one may write as ever without one', async () => {
  const { server, page } = await openLive()
  await tell(server, false)
  server.cut()
  await vi.advanceTimersByTimeAsync(2_000)
  server.flush()
  expect(page.session.canSave.value).toBe(false)
  await vi.advanceTimersByTimeAsync(9_000)
  expect(page.session.canSave.value).toBe(true)
  page.type(arena('K01'), '!')
  server.mend()
  await waitForLine(server)
  expect([serverSees(server), page.save.state]).toEqual(['Møter!', 'saved'])
})

test('U115 where lines come and go without a word from the server, one may soon write as without one', async () => {
  const { server, page } = await openLive()
  await tell(server, false)
  const before = server.sockets.length
  for (let n = 0; n < 5; n++) {
    server.close(4503)
    await vi.advanceTimersByTimeAsync(2_500)
  }
  expect(server.sockets.length - before).toBeGreaterThan(1)
  expect(page.session.canSave.value).toBe(true)
})

test('U115 a new connection that is told nothing can save', async () => {
  const { server, page } = await openLive()
  await tell(server, false)
  server.close(4503)
  await waitForLine(server)
  expect([page.session.canSave.value, server.living().length]).toEqual([true, 1])
})

test('U117 of two hundred who lose the same server no third comes back within the same tenth of a second', async () => {
  const server = openPretendServer()
  const random = seeded(6)
  for (let n = 0; n < 200; n++)
    await openBrowser(server).openPage({ random })
  server.flush()
  await settle()
  server.close(1012)
  const comeBack: number[] = []
  let before = server.sockets.length
  for (let tenth = 0; tenth < 10; tenth++) {
    await vi.advanceTimersByTimeAsync(100)
    comeBack.push(server.sockets.length - before)
    before = server.sockets.length
  }
  expect(comeBack.reduce((sum, n) => sum + n, 0)).toBe(200)
  expect(Math.max(...comeBack)).toBeLessThan(200 / 3)
})
