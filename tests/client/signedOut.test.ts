// @vitest-environment happy-dom
import { effectScope, type EffectScope } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import type { PlanAnswer, SessionAnswer } from '#shared/protocol/api.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import type { Asked } from '../../client/features/account/readAccount.ts'
import { useOpenedPlan, type PlanOpening } from '../../client/pages/openedPlan.ts'
import { useSignedOutHere, type SignedOutHere } from '../../client/pages/signedOutHere.ts'
import { arena, kari, openBrowser, settle } from './plan/pages.ts'
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
const olav = { memberId: 'm-olav', name: 'Olav', organisation: 'KS' }
const listing = { title: 'Plan', isMember: true, actsFor: [], regionId: 'r', reform: { id: 'llh', name: { nb: '', nn: '' }, focusAreas: [], region: { nb: '', nn: '' }, municipalities: [] } }

async function comeToRest(server: PretendServer) {
  for (let n = 0; n < 8; n++) {
    server.flush()
    await vi.advanceTimersByTimeAsync(100)
  }
}

/** Kari's open plan, in which she has just written something that is not sent; then her session ends. */
async function openAndEnd() {
  const server = openPretendServer()
  const browser = openBrowser(server)
  let who: typeof kari | null = kari
  let hasPlan = true
  let asks = 0
  const readSession = (): Promise<Asked<SessionAnswer>> => {
    asks++
    return Promise.resolve(who ? { state: 'answered', answer: { member: who, offices: [], plans: [], mayMakePlans: false } } : { state: 'signed-out' })
  }
  const { opened, out } = scope.run(() => {
    const opened = useOpenedPlan(() => 'p1', {
      session: browser.openEdges().edges,
      readSession,
      readPlanAnswer: (): Promise<Asked<PlanAnswer>> =>
        Promise.resolve(!who ? { state: 'signed-out' } : hasPlan ? { state: 'answered', answer: { ...browser.planAnswer, ...listing } } : { state: 'not-found' }),
    })
    return { opened, out: useSignedOutHere({ ...opened, readSession }) }
  }) as { opened: PlanOpening, out: SignedOutHere }
  await comeToRest(server)
  server.holdAcks()
  const type = (insert: string) => {
    const plan = opened.shown.value?.session.plan
    return plan && spliceText(plan, arena('K01'), { at: textOf(plan, arena('K01'))?.length ?? 0, remove: 0, insert }).ok
  }
  type(' usendt')
  await settle()
  who = null
  browser.signIn(null)
  const first = opened.shown.value?.session
  server.close(closeCode.signedOut)
  await settle()
  return {
    server, opened, out, first,
    get asks() {
      return asks
    },
    sees: () => opened.shown.value ? readCellPlain(opened.shown.value.session.plan.doc, arena('K01')) : null,
    save: () => opened.shown.value?.session.save.value,
    become(member: typeof kari | null) {
      who = member
      browser.signIn(member?.memberId ?? null)
      server.releaseAcks()
    },
    takePlan() {
      hasPlan = false
    },
  }
}

test('U134 when the session ends the plan stands with all that is written, and nobody is asked anything before they want to', async () => {
  const page = await openAndEnd()
  await comeToRest(page.server)
  expect(page.sees()).toBe('Møter usendt')
  expect(page.save()).toMatchObject({ state: 'stopped', reason: 'signed-out', unsent: 1, kept: true })
  expect([page.out.isAsking.value, page.opened.shown.value?.session === page.first]).toEqual([false, true])
  page.out.ask()
  await settle()
  expect([page.out.isAsking.value, page.out.other.value]).toEqual([true, null])
})

test('U134 the same person in again goes on where they were: the text stands all the time, and what was unsent is sent once', async () => {
  const page = await openAndEnd()
  page.out.ask()
  page.become(kari)
  await page.out.signedIn()
  const seen = new Set<unknown>()
  for (let n = 0; n < 20; n++) {
    seen.add(page.sees())
    page.server.flush()
    await vi.advanceTimersByTimeAsync(50)
  }
  expect([...seen]).toEqual(['Møter usendt'])
  expect([page.out.isAsking.value, page.save()?.state]).toEqual([false, 'saved'])
  expect(readCellPlain(page.server.doc, arena('K01'))).toBe('Møter usendt')
})

test('U132 U134 whoever signs in at another tab is heard of when this one is looked at, and it goes on by itself', async () => {
  const page = await openAndEnd()
  await settle()
  const before = page.asks
  dispatchEvent(new Event('focus'))
  await settle()
  expect([page.asks, page.save()?.state]).toEqual([before + 1, 'stopped'])
  page.become(kari)
  dispatchEvent(new Event('focus'))
  await comeToRest(page.server)
  expect(page.save()?.state).toBe('saved')
  // In again, nothing is asked any more.
  const then = page.asks
  dispatchEvent(new Event('focus'))
  await settle()
  expect(page.asks).toBe(then)
})

test('U135 somebody else gets the plan only when they say so, and never what the first one has not sent', async () => {
  const page = await openAndEnd()
  page.out.ask()
  page.become(olav)
  await page.out.signedIn()
  await comeToRest(page.server)
  expect([page.out.other.value, page.save()?.state, page.opened.shown.value?.session.me.name]).toEqual(['Olav', 'stopped', 'Kari'])
  page.out.notOther()
  expect(page.out.other.value).toBeNull()
  page.out.openAsOther()
  await comeToRest(page.server)
  expect([page.opened.shown.value?.session.me.name, page.sees(), page.opened.shown.value?.session.unsent()]).toEqual(['Olav', 'Møter', []])
  expect(readCellPlain(page.server.doc, arena('K01'))).toBe('Møter')
  // It has waited for its owner.
  page.become(kari)
  void page.opened.again()
  await comeToRest(page.server)
  expect(readCellPlain(page.server.doc, arena('K01'))).toBe('Møter usendt')
})

test('U135 somebody else without the plan is told nothing of what the first one wrote', async () => {
  const page = await openAndEnd()
  page.become(olav)
  page.takePlan()
  page.out.openAsOther()
  await comeToRest(page.server)
  expect([page.opened.asked.value.state, page.opened.shown.value, page.opened.left.value]).toEqual(['not-found', null, []])
})

test('U134 a server that lets nobody stay is not asked for ever', async () => {
  const page = await openAndEnd()
  page.become(kari)
  for (let n = 0; n < 12; n++) {
    dispatchEvent(new Event('focus'))
    await comeToRest(page.server)
    page.server.close(closeCode.signedOut)
    await comeToRest(page.server)
  }
  expect(page.asks).toBeLessThan(40)
  expect(page.save()).toMatchObject({ state: 'stopped', reason: 'signed-out' })
})
