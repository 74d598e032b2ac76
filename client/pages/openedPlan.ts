import { onScopeDispose, readonly, shallowRef, watch, type ShallowRef } from 'vue'
import type { PlanAnswer, SessionAnswer } from '#shared/protocol/api.ts'
import { readHead } from '#shared/plan/read.ts'
import type { MemberId } from '#shared/plan/values.ts'
import { readPlanAnswer, readSession, type Asked } from '../features/account/readAccount.ts'
import { openWriting, type Writing } from '../plan/atRest.ts'
import { openCarried } from '../plan/carried.ts'
import { browserEdges, type SessionEdges } from '../plan/edges.ts'
import type { LeftChange } from '../plan/left.ts'
import { forgetLeft, readLeft } from '../plan/readLeft.ts'
import { openSession, type PlanSession } from '../plan/session.ts'

/** A session and what the server answered before it; both change together. */
export interface OpenedPlan {
  readonly session: PlanSession
  readonly answer: PlanAnswer
  /** What was answered before that, to the same person in this page. */
  readonly before: PlanAnswer | null
}

export interface PlanOpening {
  /** What the page shows. It stands while the next session gets ready. */
  readonly shown: Readonly<ShallowRef<OpenedPlan | null>>
  /** Why nothing is shown, or that something is. */
  readonly asked: Readonly<ShallowRef<Asked<PlanAnswer>>>
  /** One session has ended and the next has no content yet: what is shown takes no writing. */
  readonly isChanging: Readonly<ShallowRef<boolean>>
  /** What the next session is to be, told where somebody writes and is not stopped yet, until that one is shown. */
  readonly coming: Readonly<ShallowRef<PlanAnswer | null>>
  /** The title of the plan that stood open here, for whoever is in it no more; null for everybody else, who is told nothing of any plan (U156). */
  readonly removedFrom: Readonly<ShallowRef<string | null>>
  /** What of ours lies on this device, where the plan is not to be had. */
  readonly left: Readonly<ShallowRef<readonly LeftChange[]>>
  forget(ids: readonly string[]): Promise<void>
  /** Asks and opens anew, at once. */
  again(): Promise<void>
}

export interface OpeningEdges {
  readonly readSession: () => Promise<Asked<SessionAnswer>>
  readonly readPlanAnswer: (planId: string) => Promise<Asked<PlanAnswer>>
  readonly session: Partial<SessionEdges>
}

/**
 * Opens a plan and keeps it open: when a session cannot go on and a new one can, it asks the server who we are here now, and
 * opens that, while what is shown stands until there is something to show in its place (C15).
 */
export function useOpenedPlan(planId: () => string, given: Partial<OpeningEdges> = {}): PlanOpening {
  const edges: OpeningEdges = { readSession, readPlanAnswer, session: {}, ...given }
  const shown = shallowRef<OpenedPlan | null>(null)
  const asked = shallowRef<Asked<PlanAnswer>>({ state: 'asking' })
  const isChanging = shallowRef(false)
  const coming = shallowRef<PlanAnswer | null>(null)
  const left = shallowRef<readonly LeftChange[]>([])
  const removedFrom = shallowRef<string | null>(null)
  const carried = openCarried()
  const sessionEdges = { ...edges.session, carried }
  const { now, page } = { ...browserEdges(), ...sessionEdges }
  /** The session that is alive: the one shown, or the next. */
  let current: PlanSession | null = null
  let writing: Writing | null = null
  let memberId: MemberId | null = null
  let round = 0
  let reopenings: readonly number[] = []
  let stopWaiting = () => {}

  /** Not for ever: a server that sends us away again and again is told of, and the person decides. */
  function takesOver(): boolean {
    reopenings = reopenings.filter(at => now() - at < reopenWithinMs)
    if (reopenings.length >= mostReopenings)
      return false
    reopenings = [...reopenings, now()]
    void open({ isPatient: true })
    return true
  }

  /** `isPatient`: where the server does not answer we go on asking, and what is shown stands. */
  async function open({ isPatient = false } = {}) {
    const mine = ++round
    stopWaiting()
    if (!shown.value)
      asked.value = { state: 'asking' }
    const mayBeWriting = current && current.save.value.state !== 'stopped'
    let [who, plan] = await ask()
    for (let pauseMs = firstPauseMs; mine === round && isPatient && (who.state === 'failed' || plan.state === 'failed'); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      await pause(pauseMs)
      ;[who, plan] = mine === round ? await ask() : [who, plan]
    }
    if (mine === round && mayBeWriting && writing?.isAtRest() === false) {
      const isSame = who.state === 'answered' && who.answer.member.memberId === memberId
      coming.value = isSame && plan.state === 'answered' ? plan.answer : null
      // What is being typed is kept by the session that has stopped, to the end of the word.
      await writing.atRest()
    }
    if (mine !== round)
      return
    if (who.state !== 'answered')
      return showNote(who)
    // From here on nothing of the first is told to the second, whether the plan is theirs or not.
    removedFrom.value = null
    const isSomebodyElse = memberId !== null && who.answer.member.memberId !== memberId
    memberId = who.answer.member.memberId
    if (plan.state !== 'answered') {
      if (plan.state === 'not-found' && !isSomebodyElse && shown.value)
        removedFrom.value = readHead(shown.value.session.plan.doc)?.title.trim() || shown.value.answer.title
      return showNote(plan)
    }
    if (isSomebodyElse)
      shown.value = null
    isChanging.value = shown.value !== null
    await closeCurrent()
    if (mine === round)
      begin(plan.answer, who.answer)
  }

  function closeCurrent(): Promise<void> | undefined {
    writing?.close()
    return current?.close()
  }

  const ask = () => Promise.all([edges.readSession(), edges.readPlanAnswer(planId())])

  function begin(answer: PlanAnswer, { member }: SessionAnswer) {
    const session = openSession({ answer, member, edges: sessionEdges, takesOver })
    current = session
    writing = openWriting({ doc: session.plan.doc, page, now })
    const show = () => {
      stopWaiting()
      shown.value = { session, answer, before: shown.value?.answer ?? null }
      asked.value = { state: 'answered', answer }
      isChanging.value = false
      coming.value = null
    }
    if (!shown.value)
      return show()
    // What stands on the screen stands until there is something in its place.
    const timer = setTimeout(show, readyWithinMs)
    const unwatch = watch([session.content, session.save], ([content, save]) => {
      if (content === 'open' || save.state === 'stopped')
        show()
    }, { flush: 'sync' })
    stopWaiting = () => {
      clearTimeout(timer)
      unwatch()
    }
  }

  /** The plan is not to be had: what is written on this device comes first, and then why. */
  async function showNote(note: Asked<PlanAnswer> | Asked<SessionAnswer>) {
    const mine = round
    if (note.state === 'failed' && shown.value)
      return
    await closeCurrent()
    current = null
    await readAgain(note.state === 'signed-out' ? 'signed-out' : 'not-found')
    if (mine !== round || note.state === 'answered')
      return
    shown.value = null
    isChanging.value = false
    coming.value = null
    asked.value = note
  }

  const of = (why: 'signed-out' | 'not-found') => memberId === null ? null : { memberId, planId: planId(), why, edges: sessionEdges }
  async function readAgain(why: 'signed-out' | 'not-found') {
    const whose = of(why)
    left.value = whose ? await readLeft(whose).catch(() => []) : []
  }
  async function forget(ids: readonly string[]) {
    const why = asked.value.state === 'signed-out' ? 'signed-out' : 'not-found'
    const whose = of(why)
    if (whose)
      await forgetLeft({ ...whose, ids })
    await readAgain(why)
  }

  async function leave() {
    round++
    stopWaiting()
    const closed = closeCurrent()
    current = null
    coming.value = null
    removedFrom.value = null
    shown.value = null
    await closed
  }

  watch(planId, async () => {
    await leave()
    await open()
  }, { immediate: true })
  onScopeDispose(() => void leave())
  return { shown, asked, isChanging: readonly(isChanging), coming, removedFrom, left, forget, again: () => open({ isPatient: shown.value !== null }) }
}

/** More than so many new sessions in so short a time are no help. */
const mostReopenings = 5
const reopenWithinMs = 60_000
/** What has no content by then is shown as it is. */
const readyWithinMs = 5_000
const firstPauseMs = 500
const longestPauseMs = 30_000

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
