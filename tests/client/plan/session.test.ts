import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { addRow, setCell, spliceText, textOf, trashRow } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { openPlan } from '#shared/plan/plan.ts'
import { readRow } from '#shared/plan/read.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { UnsentEntry } from '../../../client/plan/deviceCopy.ts'
import { openOutbox } from '../../../client/plan/outbox.ts'
import { smallSeed } from '../../support/plans.ts'
import { arena, closePages, openBrowser, settle, waitForLine, type Page } from './pages.ts'
import { openPretendServer, type PretendServer } from './pretendServer.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-22T10:42:00Z') })
})
afterEach(async () => {
  await closePages()
  vi.useRealTimers()
})

/** A page in which the plan is open and the line up. */
async function openLive(server: PretendServer, browser = openBrowser(server)): Promise<Page> {
  const page = await browser.openPage()
  server.flush()
  await settle()
  return page
}
const serverSees = (server: PretendServer, row: string) => readRow(server.doc, 'activities', row)?.arena

/** What a page that is gone wrote at a text's end, and did not send. */
function leftUnsent(row: string, words: string, tab: string): UnsentEntry {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, layPlan(smallSeed))
  const before = Y.encodeStateVector(doc)
  const plan = openPlan(doc)
  spliceText(plan, arena(row), { at: textOf(plan, arena(row))?.length ?? 0, remove: 0, insert: words })
  return { id: `${tab}-${doc.clientID}`, tab, at: 1, cells: [arena(row)], update: Y.encodeStateAsUpdate(doc, before) }
}

test('C1 a plan is opened from the device before the line is up, in a new document with a client id of its own', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  first.type(arena('K01'), '!')
  server.flush()
  await first.session.close()

  server.cut()
  const second = await browser.openPage()
  expect(second.session.content.value).toBe('open')
  expect(second.sees(arena('K01'))).toBe('Møter!')
  expect(second.session.plan.doc.clientID).not.toBe(first.session.plan.doc.clientID)
})

test('C1 nothing counts as content before the device or the server has given it', async () => {
  const server = openPretendServer()
  const page = await openBrowser(server).openPage()
  expect(page.session.content.value).toBe('opening')
  expect(page.save).toEqual({ state: 'opening' })
  server.flush()
  expect(page.session.content.value).toBe('open')
})

test('C4 an own update stays in the outbox until the server says it is on disk', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.holdAcks()
  page.type(arena('K01'), ' og treff')
  server.flush()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(serverSees(server, 'K01')).toBe('Møter og treff')
  expect(browser.memory.outbox).toHaveLength(1)
  expect(page.save).toMatchObject({ state: 'saving', unsent: 1 })

  server.releaseAcks()
  server.flush()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(browser.memory.outbox).toEqual([])
  expect(page.save.state).toBe('saved')
})

test('C4 an ack counts every sync update of its connection, the empty step 2 too', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await browser.openPage()
  server.holdAcks()
  server.flush()
  page.type(arena('K01'), 'a')
  page.type(arena('K02'), 'b')
  server.flush()
  const [socket] = server.living()
  expect(socket?.updates.map(update => update.length > 2)).toEqual([false, true, true])

  const acknowledge = async (count: number) => {
    server.send((encoder) => {
      // encodeAck's own bytes, by hand: the kind, then the count.
      encoder.cbuf[encoder.cpos++] = 100
      encoder.cbuf[encoder.cpos++] = count
    })
    server.flush()
    await vi.advanceTimersByTimeAsync(2_000)
  }
  await acknowledge(1)
  expect(page.session.unsent()).toHaveLength(2)
  await acknowledge(2)
  expect(page.session.unsent()).toMatchObject([{ row: 'K02', field: 'arena', value: 'Nyhetsbrevb' }])
  await acknowledge(3)
  expect(page.session.unsent()).toEqual([])
})

test('C4 what was not acknowledged is sent again on the next connection, once, in order, before anything newer', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  server.holdAcks()
  page.type(arena('K01'), ' en')
  server.flush()
  server.cut()
  page.type(arena('K01'), ' to')
  page.type(arena('K01'), ' tre')
  server.mend()
  await waitForLine(server)

  const [socket] = server.living()
  expect(socket?.updates.filter(update => update.length > 2)).toHaveLength(1)
  expect(serverSees(server, 'K01')).toBe('Møter en to tre')
  server.releaseAcks()
  server.flush()
  expect(page.save.state).toBe('saved')
  page.type(arena('K01'), ' fire')
  server.flush()
  expect(socket?.updates.filter(update => update.length > 2)).toHaveLength(2)
  expect(serverSees(server, 'K01')).toBe('Møter en to tre fire')
})

test('C4 a long outbox goes out in pieces well under the limits, one in a frame', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  server.cut()
  for (let n = 0; n < 250; n++)
    page.type(arena('K01'), 'x')
  for (let n = 0; n < 3; n++)
    addRow(page.session.plan, 'activities', { note: 'y'.repeat(4_000), arena: 'z'.repeat(4_000), topic: 'w'.repeat(4_000) })
  server.mend()
  await waitForLine(server)
  const sent = server.living()[0]?.updates ?? []
  expect(sent.length).toBeGreaterThan(2)
  expect(sent.length).toBeLessThan(10)
  expect(Math.max(...sent.map(update => update.length))).toBeLessThan(limits.maxUpdateBytes)
  expect(serverSees(server, 'K01')).toBe(`Møter${'x'.repeat(250)}`)
})

test('C4 no piece brings more than 32 client ids, however many closed pages have left something', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  server.cut()
  for (let n = 0; n < 70; n++) {
    const entry = leftUnsent('K02', 'x', `tab-${n % 3}`)
    browser.memory.outbox = [...browser.memory.outbox, entry]
  }
  browser.memory.confirmed = [{ place: 1, update: layPlan(smallSeed) }]
  const page = await browser.openPage()
  expect(page.sees(arena('K02'))).toBe(`Nyhetsbrev${'x'.repeat(70)}`)
  server.mend()
  await waitForLine(server)
  const pieces = (server.living()[0]?.updates ?? []).filter(update => update.length > 2).map(update => Y.parseUpdateMeta(update).to.size)
  expect(pieces).toEqual([32, 32, 6])
  expect(serverSees(server, 'K02')).toBe(`Nyhetsbrev${'x'.repeat(70)}`)
})

test('C4 with no line a keystroke costs no merging of all that waits', () => {
  const outbox = openOutbox()
  const doc = new Y.Doc()
  const entries = Array.from({ length: 5_000 }, (_, n): UnsentEntry => {
    const before = Y.encodeStateVector(doc)
    doc.getText('t').insert(n, 'x')
    return { id: `e${n}`, tab: 't', at: n, cells: [], update: Y.encodeStateAsUpdate(doc, before) }
  })
  outbox.add(entries)
  const [first] = outbox.waiting()
  expect(first?.entries).toHaveLength(100)
  const started = performance.now()
  for (let n = 0; n < 20; n++)
    outbox.waiting()
  expect((performance.now() - started) / 20).toBeLessThan(1)
})

test('C4 what lies confirmed on the device is what the server sent, and nothing that unsent changes of ours did to it', async () => {
  for (const [mine, theirs] of [['done', 'cancelled'], ['cancelled', 'done']] as const) {
    const server = openPretendServer()
    const browser = openBrowser(server)
    const page = await openLive(server, browser)
    const status = { register: 'activities', row: 'K01', field: 'status' } as const
    // Whichever of the two wins: over both directions each of them does.
    for (let n = 0; n < 6; n++) {
      server.cut()
      setCell(page.session.plan, status, mine)
      server.write(doc => setCell(openPlan(doc), status, theirs))
      setCell(page.session.plan, status, null)
      server.refuse({ reason: 'not-allowed', cells: [] })
      server.mend()
      await waitForLine(server)
      await page.change()
      server.refuse(null)
    }
    const onDevice = new Y.Doc()
    browser.memory.confirmed.forEach(({ update }) => Y.applyUpdate(onDevice, update))
    expect(readRow(onDevice, 'activities', 'K01')?.status).toBe(readRow(server.doc, 'activities', 'K01')?.status)
    expect(readRow(onDevice, 'activities', 'K01')?.status).toBe(theirs)
  }
})

test('C27 a device that failed once is tried again, though the page was hidden in between', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const window = new EventTarget()
  const page = await browser.openPage({ page: window })
  server.flush()
  await settle()
  server.cut()
  browser.fillDevice(true)
  page.type(arena('K01'), 'x')
  await settle()
  window.dispatchEvent(new Event('pagehide'))
  await settle()
  expect(browser.memory.outbox).toEqual([])
  browser.fillDevice(false)
  await vi.advanceTimersByTimeAsync(6_000)
  expect(browser.memory.outbox).toHaveLength(1)
  expect(page.save).toMatchObject({ state: 'on-device', unsent: 1 })
})

test.each(['fails', 'does not answer'])('C27 a device that %s when a closed tab\'s entries are taken over holds up neither the opening nor the other tabs\' entries', async (how) => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  browser.memory.outbox = [leftUnsent('K01', ' en', 'tab-0'), leftUnsent('K02', ' to', 'tab-1')]
  const outside = browser.openEdges()
  let isBroken = true
  const page = await browser.openPage({
    async openCopy(name) {
      const opened = await outside.edges.openCopy?.(name)
      if (!opened?.ok)
        throw new Error('no copy')
      return {
        ok: true,
        copy: {
          ...opened.copy,
          takeOver(from, to) {
            if (isBroken && from === 'tab-0')
              return how === 'fails' ? Promise.reject(new Error('broken')) : new Promise(() => {})
            return opened.copy.takeOver(from, to)
          },
        },
      }
    },
  })
  await waitForLine(server)
  expect(page.session.content.value).toBe('open')
  if (how === 'fails') {
    expect([serverSees(server, 'K01'), serverSees(server, 'K02')]).toEqual(['Møter', 'Nyhetsbrev to'])
    isBroken = false
    server.close(closeCode.comeBack)
    await waitForLine(server)
    expect(serverSees(server, 'K01')).toBe('Møter en')
  }
})

test('C5 the next tab takes over what a closed one left unsent, shows it with no line, and sends it once', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  server.cut()
  first.type(arena('K01'), ' uten nett')
  await settle()
  await first.kill()

  const second = await browser.openPage()
  expect(second.sees(arena('K01'))).toBe('Møter uten nett')
  await waitForLine(server)
  expect(second.save).toMatchObject({ state: 'on-device', unsent: 1 })

  server.mend()
  await waitForLine(server)
  expect(server.living()).toHaveLength(1)
  expect(server.living()[0]?.updates.filter(update => update.length > 2)).toHaveLength(1)
  expect(serverSees(server, 'K01')).toBe('Møter uten nett')
  expect(second.save.state).toBe('saved')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(browser.memory.outbox).toEqual([])
})

test('C5 a living tab keeps its own outbox, and leaves it to the others when it closes', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  server.cut()
  first.type(arena('K01'), ' mitt')
  await settle()

  const second = await browser.openPage()
  expect(second.sees(arena('K01'))).toBe('Møter')
  await first.session.close()
  await settle()
  expect(second.sees(arena('K01'))).toBe('Møter mitt')
  server.mend()
  await waitForLine(server)
  expect(serverSees(server, 'K01')).toBe('Møter mitt')
})

test('C5 a tab takes over from one that came later and was killed, with the line up and nothing else happening', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  const second = await openLive(server, browser)
  const third = await openLive(server, browser)
  second.type(arena('K01'), ' to')
  await settle()
  expect(browser.memory.outbox).toHaveLength(1)
  await second.kill()
  expect([first.save.state, third.save.state].sort()).toEqual(['saved', 'saving'])
  expect([first, third].map(page => page.sees(arena('K01'))).sort()).toEqual(['Møter', 'Møter to'])
  server.flush()
  expect(serverSees(server, 'K01')).toBe('Møter to')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(browser.memory.outbox).toEqual([])
  expect([first.save.state, third.save.state]).toEqual(['saved', 'saved'])

  third.type(arena('K01'), ' tre')
  await settle()
  await third.kill()
  server.flush()
  expect(serverSees(server, 'K01')).toBe('Møter to tre')
})

test.each(['the line returns', 'the page is shown again'])('C5 a tab that was not told of another\'s end sees it when %s', async (when) => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const window = new EventTarget()
  const first = await browser.openPage({ page: window, tabs: { ...browser.tabs, meet: () => {} } })
  server.flush()
  await settle()
  const second = await openLive(server, browser)
  second.type(arena('K01'), ' to')
  await settle()
  await second.kill()
  expect(first.save.state).toBe('saved')
  if (when === 'the line returns') {
    server.close(closeCode.comeBack)
    await waitForLine(server)
  }
  else {
    window.dispatchEvent(new Event('pageshow'))
    await settle()
    server.flush()
  }
  await settle()
  server.flush()
  expect(serverSees(server, 'K01')).toBe('Møter to')
  expect(first.save.state).toBe('saved')
})

test('C5 what is taken over rests on what only the other tab had heard, and that is read first', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  const second = await openLive(server, browser)
  const [, ofSecond] = server.living()
  server.write(doc => spliceText(openPlan(doc), arena('K02'), { at: 0, remove: 0, insert: 'Olavs ' }))
  ofSecond?.toClient.splice(0).forEach(frame => ofSecond.receive(frame))
  server.cut()
  expect([first, second].map(page => page.sees(arena('K02')))).toEqual(['Nyhetsbrev', 'Olavs Nyhetsbrev'])
  second.type(arena('K02'), 'store ', 'Olavs '.length)
  await settle()
  await second.session.close()
  await settle()
  expect(first.sees(arena('K02'))).toBe('Olavs store Nyhetsbrev')
  expect(first.save).toMatchObject({ state: 'on-device', unsent: 1 })
})

test('C2 each of the save states is told from what is so', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await browser.openPage()
  expect(page.save).toEqual({ state: 'opening' })

  server.flush()
  expect(page.save).toEqual({ state: 'saved', at: Date.parse('2026-11-22T10:42:00Z') })

  await vi.advanceTimersByTimeAsync(1_000)
  page.type(arena('K01'), 'Nye ', 0)
  expect(page.save).toEqual({ state: 'saving', unsent: 1, since: Date.parse('2026-11-22T10:42:01Z') })
  await vi.advanceTimersByTimeAsync(1_000)
  server.flush()
  expect(page.save).toEqual({ state: 'saved', at: Date.parse('2026-11-22T10:42:02Z') })

  server.cut()
  expect(page.save).toEqual({ state: 'on-device', unsent: 0, since: Date.parse('2026-11-22T10:42:02Z') })
  page.type(arena('K01'), 'x')
  await settle()
  expect(page.save).toEqual({ state: 'on-device', unsent: 1, since: Date.parse('2026-11-22T10:42:02Z') })

  browser.fillDevice(true)
  page.type(arena('K02'), 'x')
  await settle()
  expect(page.save).toMatchObject({ state: 'not-saved', unsent: 2 })

  browser.fillDevice(false)
  await vi.advanceTimersByTimeAsync(6_000)
  expect(page.save).toMatchObject({ state: 'on-device', unsent: 2 })

  server.mend()
  await waitForLine(server)
  expect(page.save.state).toBe('saved')
  page.type(arena('K01'), 'y')
  server.close(closeCode.signedOut)
  await settle()
  expect(page.save).toEqual({ state: 'stopped', reason: 'signed-out', unsent: 1, kept: true })
})

test('C3 a change is not counted as kept on the device until the device has written it', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.cut()
  browser.stickDevice(true)
  page.type(arena('K01'), 'x')
  await settle()
  expect(page.save).toMatchObject({ state: 'on-device', unsent: 0 })
  await vi.advanceTimersByTimeAsync(400)
  expect(page.save).toMatchObject({ state: 'not-saved', unsent: 1 })
  browser.stickDevice(false)
  await page.unstick()
  expect(page.save).toMatchObject({ state: 'on-device', unsent: 1 })
})

test('C3 where the browser gives no storage nothing is said to be kept, and the plan works', async () => {
  const server = openPretendServer()
  const page = await openLive(server, openBrowser(server, { lasts: false }))
  page.type(arena('K01'), '!')
  server.flush()
  expect(page.save.state).toBe('saved')
  server.cut()
  expect(page.save.state).toBe('saved')
  page.type(arena('K01'), '!')
  await settle()
  expect(page.save).toMatchObject({ state: 'not-saved', unsent: 1 })

  const without = await openBrowser(server).openPage({ openCopy: () => Promise.resolve({ ok: false, failure: 'absent' }) })
  server.mend()
  await waitForLine(server)
  expect(without.sees(arena('K01'))).toBe('Møter!!')
})

test('C6 thirty letters in one cell are one change, and a row that is added is one', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  server.cut()
  for (const letter of 'tretti bokstaver i en og samme')
    page.type(arena('K01'), letter)
  await settle()
  expect(page.save).toMatchObject({ state: 'on-device', unsent: 1 })
  addRow(page.session.plan, 'goals', { text: 'Nytt mål' })
  trashRow(page.session.plan, 'activities', 'K03')
  await settle()
  expect(page.save).toMatchObject({ unsent: 3 })
  expect(page.session.unsent()).toMatchObject([
    { register: 'activities', row: 'K01', field: 'arena', value: 'Møtertretti bokstaver i en og samme' },
    { register: 'goals', field: 'text', value: 'Nytt mål' },
    { register: 'goals', field: 'deletedAt', value: null },
    { register: 'activities', row: 'K03', field: 'deletedAt' },
  ])
})

test('C7 leaving is asked about while something is unsent, and only then', async () => {
  const server = openPretendServer()
  const window = new EventTarget()
  const leave = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  const page = await openBrowser(server).openPage({ page: window })
  server.flush()
  expect(leave()).toBe(true)
  page.type(arena('K01'), 'x')
  expect(leave()).toBe(false)
  server.flush()
  expect(leave()).toBe(true)

  server.cut()
  page.type(arena('K01'), 'y')
  expect(leave()).toBe(false)
  await page.session.close()
  expect(leave()).toBe(true)
})

test('C14 what the server refuses goes from the outbox to a record in one write, and is never sent again', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.refuse({ reason: 'not-allowed', cells: [{ register: 'activities', row: 'K01', field: 'arena' }] })
  page.type(arena('K01'), ' ulovlig')
  await settle()
  const before = browser.writes
  server.flush()
  await settle()
  expect(page.save).toEqual({ state: 'stopped', reason: 'refused', unsent: 1, kept: true })
  expect(page.session.unsent()).toMatchObject([{ row: 'K01', value: 'Møter ulovlig' }])
  expect(browser.writes - before).toBe(1)
  expect(browser.memory.outbox).toEqual([])
  expect(browser.memory.records).toMatchObject([{ cause: 'not-allowed', named: [{ row: 'K01' }], entries: [{ cells: [{ row: 'K01' }] }] }])

  page.type(arena('K02'), ' etterpå')
  await waitForLine(server)
  expect(server.living()).toEqual([])
  server.refuse(null)
  await page.change()
  server.flush()
  await waitForLine(server)
  expect(page.sees(arena('K01'))).toBe('Møter')
  expect(serverSees(server, 'K02')).toBe('Nyhetsbrev etterpå')
  expect(page.left).toMatchObject([{ row: 'K01', field: 'arena', value: 'Møter ulovlig', why: 'not-allowed', rowName: 'Møter ulovlig' }])
})

test('C14 what is written after a refusal joins its record, written a few times a second', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.refuse({ reason: 'not-allowed', cells: [] })
  page.type(arena('K01'), ' ulovlig')
  server.flush()
  await settle()
  const before = browser.writes
  for (let n = 0; n < 200; n++) {
    page.type(arena(n % 2 === 0 ? 'K01' : 'K02'), 'x')
    await vi.advanceTimersByTimeAsync(10)
  }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(browser.writes - before).toBeLessThanOrEqual(10)
  expect(browser.memory.outbox).toEqual([])
  expect(browser.memory.records).toHaveLength(1)
  expect(browser.memory.records[0]?.entries).toHaveLength(201)
  expect(page.save).toEqual({ state: 'stopped', reason: 'refused', unsent: 2, kept: true })

  page.type(arena('K03'), '!')
  expect(page.save).toMatchObject({ unsent: 3, kept: false })
  await page.session.close()
  expect(browser.memory.records[0]?.entries).toHaveLength(202)
})

test('C14 what stood before the refused update was admitted: it stays in the outbox, and is sent again by the next session', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.holdAcks()
  page.type(arena('K01'), ' lovlig')
  server.flush()
  server.refuse({ reason: 'not-allowed', cells: [{ register: 'activities', row: 'K02', field: 'arena' }] })
  page.type(arena('K02'), ' ulovlig')
  server.flush()
  await settle()
  expect(page.save).toMatchObject({ state: 'stopped', unsent: 2, kept: true })
  expect(browser.memory.outbox).toHaveLength(1)
  expect(browser.memory.records).toMatchObject([{ entries: [{ cells: [{ row: 'K02' }] }] }])

  server.refuse(null)
  server.releaseAcks()
  await page.change()
  server.flush()
  await waitForLine(server)
  expect(page.save.state).toBe('saved')
  expect([page.sees(arena('K01')), page.sees(arena('K02'))]).toEqual(['Møter lovlig', 'Nyhetsbrev'])
  expect(page.left).toMatchObject([{ row: 'K02', value: 'Nyhetsbrev ulovlig' }])
})

test.each([
  [closeCode.signedOut, 'signed-out'], [closeCode.notFound, 'not-found'], [closeCode.otherEpoch, 'other-epoch'],
  [closeCode.outdatedClient, 'outdated-client'], [closeCode.newerPlan, 'newer-plan'], [closeCode.refused, 'access-changed'],
] as const)('C8 after close code %i the line stays away, and what is unsent waits on the device', async (code, reason) => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.holdAcks()
  page.type(arena('K01'), 'x')
  server.close(code)
  await waitForLine(server)
  expect(page.save).toEqual({ state: 'stopped', reason, unsent: 1, kept: true })
  expect(server.living()).toEqual([])
  expect(browser.memory.outbox).toHaveLength(1)
})

test('C14 of what was sent, only the update that no frame can hold and what follows it go to the record', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.holdAcks()
  page.type(arena('K01'), ' lite')
  page.session.plan.doc.transact(() => {
    for (let n = 0; n < 3; n++)
      page.session.plan.doc.getMap('activities').set(`stor-${n}`, new Y.Map([['note', 'y'.repeat(400_000)]]))
  }, page.session.plan.mine)
  server.up()
  server.close(closeCode.stock.tooBig)
  await settle()
  expect(page.save).toMatchObject({ state: 'stopped', reason: 'too-big', kept: true })
  expect(browser.memory.outbox).toMatchObject([{ cells: [{ row: 'K01' }] }])
  expect(browser.memory.records).toMatchObject([{ cause: 'too-big', entries: [{ cells: [{ row: 'stor-0' }, { row: 'stor-1' }, { row: 'stor-2' }] }] }])
})

test('C8 a page that was sent away without a refusal opens again with what it had not sent, and sends it', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.holdAcks()
  page.type(arena('K01'), ' før')
  server.close(closeCode.refused)
  await settle()
  page.type(arena('K01'), ' og etter')
  await settle()
  expect(page.save).toEqual({ state: 'stopped', reason: 'access-changed', unsent: 1, kept: true })
  expect(browser.memory.records).toEqual([])
  await page.session.close()

  server.releaseAcks()
  const next = await openLive(server, browser)
  server.flush()
  expect(serverSees(server, 'K01')).toBe('Møter før og etter')
  expect(next.save.state).toBe('saved')
})

test.each([1002, 1003, 1007, 1008])('C9 a server that closes with %i three times in a row is left, and what is unsent waits on the device', async (code) => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.holdAcks()
  page.type(arena('K01'), 'x')
  for (let n = 1; n <= 3; n++) {
    expect(page.save.state).toBe('saving')
    server.close(code)
    if (n < 3)
      await waitForLine(server)
  }
  expect(page.save).toEqual({ state: 'stopped', reason: 'not-understood', unsent: 1, kept: true })
  await waitForLine(server)
  expect(server.sockets).toHaveLength(3)
  expect(browser.memory.outbox).toHaveLength(1)
  expect(browser.memory.records).toEqual([])
})

test('C9 such closes count only while no line serves in between: one that lived ten seconds, or took a change, does', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  for (let n = 0; n < 4; n++) {
    server.close(1008)
    await waitForLine(server)
    await waitForLine(server)
  }
  expect(page.save.state).toBe('saved')
  for (let n = 0; n < 4; n++) {
    page.type(arena('K01'), 'x')
    server.flush()
    server.close(1008)
    await vi.advanceTimersByTimeAsync(500)
    server.flush()
    await settle()
  }
  expect(page.save.state).toBe('saved')
  expect(server.living()).toHaveLength(1)
})

test('C9 a server that lets in and drops at once is tried ever more seldom', async () => {
  const server = openPretendServer()
  await openLive(server, openBrowser(server))
  for (let tenth = 0; tenth < 600; tenth++) {
    await vi.advanceTimersByTimeAsync(100)
    server.flush()
    server.close(closeCode.restarting)
  }
  expect(server.sockets.length).toBeGreaterThan(60 / 3.5)
  expect(server.sockets.length).toBeLessThan(40)
})

test('C9 a line that has been silent for fifteen seconds is given up, and a new one made', async () => {
  const server = openPretendServer()
  const page = await openLive(server)
  const [silent] = server.living()
  await vi.advanceTimersByTimeAsync(14_000)
  expect(silent?.readyState).toBe(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(silent?.readyState).toBe(3)
  await waitForLine(server)
  expect(server.living()).toHaveLength(1)
  expect(page.save.state).toBe('saved')
})

test('C9 when the network says it is gone the line is given up at once, and returns when it can', async () => {
  const server = openPretendServer()
  const window = new EventTarget()
  const page = await openBrowser(server).openPage({ page: window })
  server.flush()
  await settle()
  window.dispatchEvent(new Event('offline'))
  await settle()
  expect([server.living().length, page.save.state]).toEqual([0, 'on-device'])
  await waitForLine(server)
  expect(page.save.state).toBe('saved')
})

test('C9 an attempt that hangs is given up after five seconds', async () => {
  const server = openPretendServer()
  await openBrowser(server).openPage()
  expect(server.sockets).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(6_500)
  expect(server.sockets[0]?.readyState).toBe(3)
  expect(server.sockets).toHaveLength(2)
})

test('C9 the line tries again ever more seldom, at least every five seconds, and at once when the network returns', async () => {
  const server = openPretendServer()
  const window = new EventTarget()
  await openBrowser(server).openPage({ page: window, random: () => 1 })
  server.cut()
  const attempts: number[] = []
  for (let second = 0; second < 60; second++) {
    await vi.advanceTimersByTimeAsync(1_000)
    server.flush()
    attempts.push(server.sockets.length)
  }
  expect(attempts.at(-1)).toBeGreaterThanOrEqual(60 / 6)
  expect(attempts.at(-1)).toBeLessThan(25)
  const before = server.sockets.length
  window.dispatchEvent(new Event('online'))
  await settle()
  expect(server.sockets).toHaveLength(before + 1)
})

test('C9 a line never returns under somebody else\'s session', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  server.cut()
  page.type(arena('K01'), 'x')
  browser.signIn('m-olav')
  server.mend()
  await waitForLine(server)
  expect(server.living()).toEqual([])
  expect(page.save).toEqual({ state: 'stopped', reason: 'signed-out', unsent: 1, kept: true })
})

test('C4 the device keeps what others wrote, so that it stands there with no line', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  server.write(doc => spliceText(openPlan(doc), arena('K02'), { at: 0, remove: 0, insert: 'Olavs ' }))
  server.flush()
  await first.session.close()
  server.cut()
  const second = await browser.openPage()
  expect(second.sees(arena('K02'))).toBe('Olavs Nyhetsbrev')
})

test('C4 many confirmed records become one at the next opening, and read the same', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await openLive(server, browser)
  for (let n = 0; n < 250; n++) {
    server.write(doc => spliceText(openPlan(doc), arena('K02'), { at: 0, remove: 0, insert: 'x' }))
    server.flush()
    await vi.advanceTimersByTimeAsync(1_000)
  }
  await first.session.close()
  expect(browser.memory.confirmed.length).toBeGreaterThan(200)
  server.cut()
  const second = await browser.openPage()
  expect(browser.memory.confirmed).toHaveLength(1)
  await second.session.close()
  expect((await browser.openPage()).sees(arena('K02'))).toBe(`${'x'.repeat(250)}Nyhetsbrev`)
})

test('C1 a session can be closed twice, and then lets go of its name', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openLive(server, browser)
  await Promise.all([page.session.close(), page.session.close()])
  expect(server.living()).toEqual([])
  const early = await browser.openPage()
  await early.session.close()
  expect(server.living()).toEqual([])
})

test('U118 of a plan that comes in pieces the device has nothing until all of it has come; then, or with the first own change, it has all', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const first = await browser.openPage()
  server.up()
  await settle()
  server.up()
  const [socket] = server.living()
  // The line goes before the server has said that this was all.
  socket?.toClient.pop()
  server.down()
  await settle()
  expect([first.sees(arena('K01')), first.session.content.value]).toEqual(['Møter', 'opening'])
  server.cut()
  await first.session.close()

  const second = await browser.openPage()
  expect(second.session.content.value).toBe('opening')
  server.mend()
  await waitForLine(server)
  expect(second.session.content.value).toBe('open')
  await second.session.close()
  server.cut()
  expect((await browser.openPage()).sees(arena('K01'))).toBe('Møter')
})
