import { effectScope, nextTick, shallowRef, watch, type EffectScope } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import { readTouches } from '#shared/plan/touches.ts'
import type { PlanAnswer, SessionAnswer } from '#shared/protocol/api.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import type { Asked } from '../../client/features/account/readAccount.ts'
import { useOpenedPlan, type PlanOpening } from '../../client/pages/openedPlan.ts'
import type { SessionEdges } from '../../client/plan/edges.ts'
import { arena, kari, openBrowser, settle, waitForLine } from './plan/pages.ts'
import { openPretendServer, type PretendServer } from './plan/pretendServer.ts'

let scope: EffectScope
beforeEach(() => {
  scope = effectScope()
  vi.useFakeTimers({ now: new Date('2026-11-22T10:42:00Z') })
})
afterEach(async () => {
  scope.stop()
  await settle()
  vi.useRealTimers()
})

async function comeToRest(server: PretendServer) {
  for (let n = 0; n < 8; n++) {
    server.flush()
    await vi.advanceTimersByTimeAsync(100)
  }
}

/** A page over the pretended wire, and what the server says when it asks. */
async function openPage(server: PretendServer, browser = openBrowser(server), edges: Partial<SessionEdges> = {}) {
  let isUp = true
  let asks = 0
  let who: Asked<SessionAnswer> = { state: 'answered', answer: { member: kari, offices: [], plans: [], mayMakePlans: false } }
  let plan: Asked<PlanAnswer>['state'] = 'answered'
  const listing = { title: 'Plan', isMember: true, actsFor: [], regionId: 'r', reform: { id: 'llh', name: { nb: '', nn: '' }, focusAreas: [], region: { nb: '', nn: '' }, municipalities: [] } }
  const opened = scope.run(() => useOpenedPlan(() => 'p1', {
    session: { ...browser.openEdges().edges, ...edges },
    readSession: () => Promise.resolve(isUp ? who : { state: 'failed' }),
    readPlanAnswer() {
      asks++
      return Promise.resolve(!isUp ? { state: 'failed' } : plan === 'answered' ? { state: 'answered', answer: { ...browser.planAnswer, ...listing } } : { state: 'not-found' })
    },
  })) as PlanOpening
  await comeToRest(server)
  return {
    ...opened,
    get asks() {
      return asks
    },
    get session() {
      return opened.shown.value?.session
    },
    type: (row: string, insert: string) => {
      const plan = opened.shown.value?.session.plan
      return plan && spliceText(plan, arena(row), { at: textOf(plan, arena(row))?.length ?? 0, remove: 0, insert }).ok
    },
    setUp(next: boolean) {
      isUp = next
    },
    takeAway(state: 'not-found' | 'answered') {
      plan = state
    },
    signIn(member: SessionAnswer['member']) {
      who = { state: 'answered', answer: { member, offices: [], plans: [], mayMakePlans: false } }
    },
    signOut() {
      who = { state: 'signed-out' }
    },
  }
}
const refuseK02 = (server: PretendServer) => server.judge((update, doc) =>
  readTouches(doc, update).cells.some(({ row }) => row === 'K02') ? { reason: 'too-long', cells: [arena('K02')] } : null)

test('C15 after a refusal the page opens a new session by itself, and what is shown stands until that one has content', async () => {
  const server = openPretendServer()
  const page = await openPage(server)
  const first = page.session
  refuseK02(server)
  page.type('K01', ' en')
  page.type('K02', ' to')
  const seen = new Set<unknown>()
  for (let n = 0; n < 20; n++) {
    seen.add(page.shown.value?.session.content.value)
    server.flush()
    await vi.advanceTimersByTimeAsync(50)
  }
  expect([...seen]).toEqual(['open'])
  expect(page.session).not.toBe(first)
  expect(page.session?.save.value.state).toBe('saved')
  expect(page.session?.rescue.left.value).toMatchObject([{ row: 'K02', value: 'Nyhetsbrev to' }])
  expect(readCellPlain(server.doc, arena('K01'))).toBe('Møter en')
})

test('C15 who is typing is not stopped in the middle of a word: all of it is kept, as one change', async () => {
  const server = openPretendServer()
  const page = await openPage(server)
  const first = page.session
  refuseK02(server)
  for (const letter of ' frosset') {
    page.type('K02', letter)
    server.flush()
    await vi.advanceTimersByTimeAsync(200)
    expect(page.session).toBe(first)
  }
  await comeToRest(server)
  expect(page.session).not.toBe(first)
  expect(page.session?.rescue.left.value).toMatchObject([{ row: 'K02', value: 'Nyhetsbrev frosset' }])

  // Not for ever.
  const second = page.session
  for (let n = 0; n < 30; n++) {
    page.type('K02', 'x')
    server.flush()
    await vi.advanceTimersByTimeAsync(200)
  }
  expect(page.session).not.toBe(second)
})

/** The server sends the page away, which asks anew; so little time passes that nobody would have rested. */
async function sendAway(server: PretendServer) {
  server.close(closeCode.refused)
  for (let n = 0; n < 10; n++) {
    await vi.advanceTimersByTimeAsync(10)
    server.flush()
  }
}

test('C35 who has not written for a moment is not waited for when the session becomes another, and what others write is no reason to', async () => {
  const server = openPretendServer()
  const [page, other] = [await openPage(server), await openPage(server)]
  const first = page.session
  page.type('K01', ' en')
  await vi.advanceTimersByTimeAsync(600)
  other.type('K01', ' annen')
  server.flush()
  expect(page.session?.plan && readCellPlain(page.session.plan.doc, arena('K01'))).toContain(' annen')
  await sendAway(server)
  expect(page.session).not.toBe(first)
})

test.each(['input', 'compositionstart', 'compositionupdate'])('C36 words that are not in the document yet are waited for as well: %s', async (sign) => {
  const server = openPretendServer()
  const window = new EventTarget()
  const page = await openPage(server, openBrowser(server), { page: window })
  const first = page.session
  window.dispatchEvent(new Event(sign))
  await sendAway(server)
  for (let n = 0; n < 10; n++) {
    await vi.advanceTimersByTimeAsync(200)
    expect(page.session).toBe(first)
    window.dispatchEvent(new Event(sign))
  }
  await comeToRest(server)
  expect(page.session).not.toBe(first)
})

test('C36 who began to write while the server did not answer is not stopped in the middle of a word when it does', async () => {
  const server = openPretendServer()
  const page = await openPage(server)
  const first = page.session
  page.setUp(false)
  await sendAway(server)
  for (let n = 0; n < 10; n++) {
    page.type('K01', '.')
    page.setUp(true)
    await vi.advanceTimersByTimeAsync(300)
    expect(page.session).toBe(first)
  }
  await comeToRest(server)
  await waitForLine(server)
  expect(page.session).not.toBe(first)
  expect(readCellPlain(server.doc, arena('K01'))).toBe('Møter..........')
})

test('C37 who writes while they become another is told at once what they may do next, until that counts; who does not write just sees it', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openPage(server, browser)
  browser.answer({ role: 'commenter' })
  page.type('K01', ' e')
  await sendAway(server)
  expect([page.session?.me.role, page.coming.value?.role]).toEqual(['editor', 'commenter'])
  page.type('K01', 'n')
  const seen = new Set<string | undefined>()
  for (let n = 0; n < 30; n++) {
    seen.add(`${page.session?.me.role} ${page.coming.value?.role}`)
    await vi.advanceTimersByTimeAsync(50)
    server.flush()
  }
  expect([...seen]).toEqual(['editor commenter', 'commenter undefined'])

  browser.answer({ role: 'reader' })
  await sendAway(server)
  expect([page.session?.me.role, page.coming.value]).toEqual(['reader', null])
})

test('C37 nobody is told what another may do who has signed in here meanwhile', async () => {
  const server = openPretendServer()
  const page = await openPage(server)
  page.signIn({ ...kari, memberId: 'm-annen' })
  page.type('K01', ' en')
  const told: unknown[] = []
  scope.run(() => watch(page.coming, one => told.push(one), { flush: 'sync' }))
  await sendAway(server)
  await comeToRest(server)
  expect([page.session?.me.memberId, told]).toEqual(['m-annen', []])
})

test('C15 while the server does not answer the page goes on asking, ever more seldom, and what is typed meanwhile is kept', async () => {
  const server = openPretendServer()
  const page = await openPage(server)
  server.holdAcks()
  page.type('K01', ' før')
  page.setUp(false)
  server.close(closeCode.refused)
  await settle()
  const before = page.asks
  for (let n = 0; n < 12; n++) {
    await vi.advanceTimersByTimeAsync(10_000)
    page.type('K01', '.')
  }
  expect(page.session?.save.value).toMatchObject({ state: 'on-device', unsent: 1 })
  expect(page.asks - before).toBeGreaterThan(5)
  expect(page.asks - before).toBeLessThan(14)
  page.setUp(true)
  server.releaseAcks()
  await vi.advanceTimersByTimeAsync(31_000)
  await waitForLine(server)
  expect(readCellPlain(server.doc, arena('K01'))).toBe('Møter før............')
  expect(page.session?.save.value.state).toBe('saved')
})

test('C15 a server that sends us away again and again is left after five new sessions in a minute, and the person decides', async () => {
  const server = openPretendServer()
  const page = await openPage(server)
  for (let n = 0; n < 20; n++) {
    server.close(closeCode.refused)
    await comeToRest(server)
  }
  expect(page.asks).toBe(6)
  expect(page.session?.save.value).toMatchObject({ state: 'stopped', reason: 'access-changed' })
  await page.again()
  await comeToRest(server)
  expect(page.session?.save.value.state).toBe('saved')
})

test('C26 a plan that is no longer ours gives way to a note with what of ours lies on the device, which can be dropped', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openPage(server, browser)
  refuseK02(server)
  page.type('K02', ' to')
  await comeToRest(server)
  server.cut()
  page.type('K01', ' uten nett')
  await settle()
  page.takeAway('not-found')
  server.mend()
  await waitForLine(server)
  server.close(closeCode.refused)
  server.holdAcks()
  await comeToRest(server)
  expect([page.asked.value.state, page.session]).toEqual(['not-found', undefined])
  expect(page.left.value).toMatchObject([{ row: 'K02', why: 'too-long', value: 'Nyhetsbrev to' }])
})

test('U156 only who had the plan open is told that they are in it no more, by its title; who opens what is not theirs, or has become another, is not', async () => {
  const server = openPretendServer()
  const page = await openPage(server)
  expect(page.removedFrom.value).toBe(null)
  page.takeAway('not-found')
  server.close(closeCode.refused)
  await comeToRest(server)
  expect([page.asked.value.state, typeof page.removedFrom.value]).toEqual(['not-found', 'string'])
  expect(page.removedFrom.value).not.toBe('')
  await page.again()
  expect(page.removedFrom.value).toBe(null)

  const other = await openPage(openPretendServer())
  other.takeAway('not-found')
  other.signIn({ memberId: 'olav', name: 'Olav', organisation: '' })
  await other.again()
  expect([other.asked.value.state, other.removedFrom.value]).toEqual(['not-found', null])
})

test('C26 an outbox that can no longer be sent is listed without a session, kept for when it can, and dropped cell by cell', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openPage(server, browser)
  server.holdAcks()
  page.type('K01', ' en')
  page.type('K03', ' tre')
  page.takeAway('not-found')
  server.close(closeCode.refused)
  await comeToRest(server)
  expect(page.left.value.map(({ row, why, value }) => [row, why, value])).toEqual([['K01', 'not-found', 'Møter en'], ['K03', 'not-found', 'Kronikker tre']])
  expect(browser.memory.outbox).toHaveLength(2)
  await page.forget(page.left.value.filter(({ row }) => row === 'K01').map(({ id }) => id))
  expect(page.left.value.map(({ row }) => row)).toEqual(['K03'])

  page.takeAway('answered')
  server.releaseAcks()
  await page.again()
  await waitForLine(server)
  expect([readCellPlain(server.doc, arena('K01')), readCellPlain(server.doc, arena('K03'))]).toEqual(['Møter', 'Kronikker tre'])
})

test('C26 who has signed out sees what of theirs lies here as long as the page is open, and a fresh page tells nobody anything', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const page = await openPage(server, browser)
  server.holdAcks()
  page.type('K01', ' en')
  page.signOut()
  server.close(closeCode.refused)
  await comeToRest(server)
  expect(page.asked.value.state).toBe('signed-out')
  expect(page.left.value).toMatchObject([{ row: 'K01', value: 'Møter en', why: 'signed-out' }])
})

test('C15 another plan in the same page begins with nothing of the first', async () => {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const planId = shallowRef('p1')
  const asked: string[] = []
  const opened = scope.run(() => useOpenedPlan(() => planId.value, {
    session: browser.openEdges().edges,
    readSession: () => Promise.resolve({ state: 'answered', answer: { member: kari, offices: [], plans: [], mayMakePlans: false } }),
    readPlanAnswer(id) {
      asked.push(id)
      return Promise.resolve({ state: 'not-found' })
    },
  }))
  await settle()
  planId.value = 'p2'
  await nextTick()
  await settle()
  expect([asked, opened?.shown.value, opened?.asked.value.state]).toEqual([['p1', 'p2'], null, 'not-found'])
})
