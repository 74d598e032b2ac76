import { equalityDeep } from 'lib0/function'
import { uuidv4 } from 'lib0/random'
import { shallowRef, type ShallowRef } from 'vue'
import * as Y from 'yjs'
import { openPlan, type Plan } from '#shared/plan/plan.ts'
import { readHead } from '#shared/plan/read.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'
import type { PlanAnswer, Role } from '#shared/protocol/api.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import { openAside } from './aside.ts'
import { deviceCopyName, type UnsentEntry } from './deviceCopy.ts'
import { browserEdges, type SessionEdges } from './edges.ts'
import { openJournal, type Journal } from './journal.ts'
import { askBeforeLeaving } from './leaving.ts'
import { load, loadConfirmed, openDevice, type Device } from './opening.ts'
import { cellsIn, openOutbox } from './outbox.ts'
import { openPresence, type Me, type PersonHere } from './presence.ts'
import { deviceIsLateAfterMs, saveStateOf, type SaveState } from './saveState.ts'
import { openLine } from './socket.ts'
import { openTakeover, type Takeover } from './takeover.ts'
import { openUndo, type Undo } from './undo.ts'
import { cellKey, cellsOf, changesOf, type UnsentChange } from './unsent.ts'

export type { SessionEdges } from './edges.ts'
export type { PersonHere } from './presence.ts'
export type { SaveState } from './saveState.ts'
export type { Undo } from './undo.ts'
export type { UnsentChange } from './unsent.ts'

/** One member's live plan in one page: document, line, device copy, undo and who else is here. */
export interface PlanSession {
  readonly plan: Plan
  readonly me: Me & { readonly role: Role }
  /** `opening` until the device copy or the server has given content; then `open`. */
  readonly content: Readonly<ShallowRef<'opening' | 'open'>>
  readonly save: Readonly<ShallowRef<SaveState>>
  /** Everybody else who is here, once for each of their pages. */
  readonly others: Readonly<ShallowRef<readonly PersonHere[]>>
  /** Tells the others where I am; null when nowhere. */
  goTo(at: Cell | null): void
  readonly undo: Undo
  /** What the server does not have of ours, as readable lines with the text as it is now, oldest first. */
  unsent(): readonly UnsentChange[]
  /** Ends the session. What is unsent stays on the device for the next. May be called twice. */
  close(): Promise<void>
}

/**
 * Opens a plan for a member, who must be the one `GET /api/session` has just named. Gives a session at once; its content
 * follows. The document and its client id are new each time (C1).
 */
export function openSession({ answer, member, edges: given = {} }: {
  answer: Pick<PlanAnswer, 'planId' | 'epoch' | 'schemaVersion' | 'role'>
  member: Me
  edges?: Partial<SessionEdges>
}): PlanSession {
  const edges = { ...browserEdges(), ...given }
  const { now } = edges
  const name = deviceCopyName({ memberId: member.memberId, planId: answer.planId, epoch: answer.epoch })
  const tab = uuidv4()
  const ended = new AbortController()

  const doc = new Y.Doc()
  const plan = openPlan(doc, { now })
  const outbox = openOutbox()
  const aside = openAside({ id: uuidv4(), doc, now, write: (record, entries) => journal?.putAside(record, entries) })
  const undo = openUndo(plan)
  const fromDevice = { by: 'the device copy' }
  const content = shallowRef<'opening' | 'open'>('opening')
  const save = shallowRef<SaveState>({ state: 'opening' })

  let device: Device | null = null
  let journal: Journal | null = null
  let takeover: Takeover | null = null
  let stopped: CloseReason | null = null
  let isFirstAttempt = true
  let downSince = now()
  let savedAt: Instant | null = null

  const line = openLine({
    doc,
    address: edges.address,
    room: `plan:${answer.planId}`,
    params: { ack: '1', epoch: answer.epoch, schema: String(answer.schemaVersion) },
    WebSocket: edges.WebSocket,
    now,
    random: edges.random,
    async mayConnect() {
      const who = await edges.whoIsSignedIn()
      if (who.state === 'unreachable')
        return 'not-now'
      return who.state === 'member' && who.memberId === member.memberId ? 'yes' : 'signed-out'
    },
    listener: {
      onConnection: () => outbox.startConnection(),
      onReady: sendWaiting,
      onSynced() {
        content.value = 'open'
        isFirstAttempt = false
        if (outbox.entries.length === 0)
          savedAt = now()
        show()
        void takeover?.look()
      },
      onAck(count) {
        const durable = outbox.acknowledge(count)
        journal?.release(durable)
        if (outbox.entries.length === 0)
          savedAt = now()
        show()
      },
      onRefusal: nth => end('refused', nth),
      onDown() {
        isFirstAttempt = false
        if (save.value.state === 'saved' || save.value.state === 'saving')
          downSince = now()
        show()
      },
      onStop: reason => end(reason, reason === 'too-big' ? outbox.firstTooBig() : 1),
    },
  })
  const presence = openPresence({ awareness: line.awareness, me: member, send: frame => line.sendFrame(frame) })

  doc.on('update', (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    if (origin === fromDevice)
      return
    if (origin === line.origin)
      return journal?.confirm(update)
    const entry = { id: uuidv4(), tab, at: now(), cells: cellsOf(transaction), update }
    if (stopped !== null && mayNeverPass(stopped)) {
      aside.add([entry], stopped)
    }
    else {
      outbox.add([entry])
      journal?.add([entry])
      sendWaiting()
    }
    show()
  })

  function sendWaiting() {
    for (const piece of outbox.waiting()) {
      const nth = line.sendUpdate(piece.update)
      if (nth === null)
        return
      outbox.sent(piece, nth)
    }
  }

  /**
   * The server will have no more of us. What may never pass, from sync update number `nth` on, leaves the outbox, so that it
   * is never sent again (C8); what came before was admitted, and waits for its ack as ever.
   */
  function end(reason: CloseReason, nth: number) {
    if (stopped !== null)
      return
    stopped = reason
    const refused = mayNeverPass(reason) ? outbox.takeFrom(nth) : []
    if (refused.length > 0)
      aside.add(refused, reason)
    line.stop()
    show()
  }

  async function open() {
    device = await openDevice(edges, name, tab)
    const { copy, contents } = device
    journal = openJournal(copy, show)
    journal.add(outbox.entries)
    if (contents && !ended.signal.aborted) {
      await loadConfirmed(doc, fromDevice, device)
      takeover = await openTakeover({
        copy,
        tabs: edges.tabs,
        group: name,
        tab,
        signal: ended.signal,
        mayTake: () => stopped === null,
        onTaken: resume,
      }, { ...contents, confirmed: [] })
    }
    if (ended.signal.aborted)
      return
    if (readHead(doc) !== null)
      content.value = 'open'
    show()
    line.connect()
  }

  /** What another tab wrote may rest on what only that tab had heard from the server: `confirmed` comes first. */
  function resume(entries: readonly UnsentEntry[], confirmed: readonly Uint8Array[]) {
    load(doc, fromDevice, [...confirmed, ...entries.map(({ update }) => update)])
    const known = new Set(outbox.entries.map(({ id }) => id))
    outbox.add(entries.filter(({ id }) => !known.has(id)))
    sendWaiting()
    show()
  }

  const askToStay = askBeforeLeaving(edges.page)
  let timer: ReturnType<typeof setTimeout> | undefined
  function show() {
    if (ended.signal.aborted)
      return
    const unkept = journal?.waitingIds() ?? new Set(outbox.entries.map(({ id }) => id))
    const firstUnkept = outbox.entries.find(({ id }) => unkept.has(id))?.at ?? null
    const unsent = outbox.countCells() + new Set(aside.cells.map(({ cell }) => cellKey(cell))).size
    const state = saveStateOf({
      now: now(),
      isOpen: content.value === 'open',
      stopped,
      isLive: line.isLive,
      isFirstAttempt,
      downSince,
      savedAt,
      unsent,
      kept: outbox.countCells(id => !unkept.has(id)),
      oldestUnsent: outbox.entries[0]?.at ?? aside.cells[0]?.at ?? null,
      oldestUnkept: firstUnkept ?? (aside.isDue || unkept.has(aside.id) ? aside.cells[0]?.at ?? null : null),
      deviceFails: (journal?.failure ?? null) !== null,
      deviceLasts: device?.copy.lasts ?? false,
    })
    if (!equalityDeep(state, save.value))
      save.value = state
    clearTimeout(timer)
    if (unkept.size > 0 && !line.isLive)
      timer = setTimeout(show, deviceIsLateAfterMs)
    askToStay(unsent > 0 && !(state.state === 'stopped' && state.kept && !mayNeverPass(state.reason)))
  }

  const whilePageLives = { signal: ended.signal }
  const comesBack = () => {
    line.tryNow()
    void takeover?.look()
  }
  const flush = () => {
    aside.flush()
    return journal?.flush()
  }
  edges.page?.addEventListener('online', () => line.isLive || comesBack(), whilePageLives)
  edges.page?.addEventListener('offline', () => line.giveUp(), whilePageLives)
  edges.page?.addEventListener('pageshow', () => void takeover?.look(), whilePageLives)
  edges.page?.addEventListener('pagehide', () => void flush(), whilePageLives)
  const wakes = typeof document === 'undefined' ? null : document
  wakes?.addEventListener('visibilitychange', () => {
    if (wakes.visibilityState === 'visible')
      comesBack()
    else
      void flush()
  }, whilePageLives)

  let place: Cell | null = null
  const opened = open()
  let closing: Promise<void> | null = null
  async function close() {
    ended.abort()
    askToStay(false)
    presence.close()
    line.close()
    undo.close()
    clearTimeout(timer)
    await opened
    await flush()
    device?.copy.close()
    // Only now, with all written, may another tab take over what is left.
    device?.release()
    doc.destroy()
  }

  return {
    plan,
    me: { ...member, role: answer.role },
    content,
    save,
    others: presence.others,
    goTo(at) {
      if (!equalityDeep(at, place))
        undo.endStep()
      place = at
      presence.goTo(at)
    },
    undo,
    unsent: () => changesOf(doc, [...aside.cells, ...cellsIn(outbox.entries)]),
    close: () => closing ??= close(),
  }
}

/** After these the same bytes would be refused again. The others leave the outbox as it is, for when we may come back. */
const mayNeverPass = (reason: CloseReason) => reason === 'refused' || reason === 'too-big'
