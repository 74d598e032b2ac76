import { equalityDeep } from 'lib0/function'
import { uuidv4 } from 'lib0/random'
import { shallowRef, type ShallowRef } from 'vue'
import * as Y from 'yjs'
import { openPlan, type Plan } from '#shared/plan/plan.ts'
import { readHead } from '#shared/plan/read.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'
import type { PlanAnswer, Role } from '#shared/protocol/api.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import { deviceCopyName, type DeviceCopy, type UnsentEntry } from './deviceCopy.ts'
import { browserEdges, type SessionEdges } from './edges.ts'
import { openJournal, type Journal } from './journal.ts'
import { askBeforeLeaving } from './leaving.ts'
import { openMemoryCopy } from './memoryCopy.ts'
import { cellsIn, openOutbox, type ChangedCell } from './outbox.ts'
import { openPresence, type Me, type PersonHere } from './presence.ts'
import { deviceIsLateAfterMs, saveStateOf, type SaveState } from './saveState.ts'
import { openLine } from './socket.ts'
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
  const undo = openUndo(plan)
  const fromDevice = { by: 'the device copy' }
  const content = shallowRef<'opening' | 'open'>('opening')
  const save = shallowRef<SaveState>({ state: 'opening' })

  let copy: DeviceCopy | null = null
  let release = () => {}
  let journal: Journal | null = null
  let stopped: CloseReason | null = null
  /** The first sync update of the last connection that was refused; what it carried before that was admitted. */
  let refusedFrom = 1
  let isFirstAttempt = true
  let downSince = now()
  let savedAt: Instant | null = null
  /** The cells of what was refused in this session, and the records that hold it. */
  let refused: readonly ChangedCell[] = []
  const asideIds: string[] = []

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
      onStop: reason => end(reason),
    },
  })
  const presence = openPresence({ awareness: line.awareness, me: member, send: frame => line.sendFrame(frame) })

  doc.on('update', (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    if (origin === fromDevice)
      return
    if (origin === line.origin)
      return journal?.confirm(update)
    const entry = { id: uuidv4(), tab, at: now(), cells: cellsOf(transaction), update }
    outbox.add([entry])
    journal?.add([entry])
    if (stopped !== null && mayNeverPass(stopped))
      putAside(stopped)
    else
      sendWaiting()
    show()
  })

  function sendWaiting() {
    for (const { entries, update } of outbox.waiting()) {
      const nth = line.sendUpdate(update)
      if (nth === null)
        return
      outbox.sent(entries, nth)
    }
  }

  /**
   * The server will have no more of us. What it refused, from sync update number `nth` on, leaves the outbox, so that it is
   * never sent again (C8); what came before was admitted, and waits for its ack as ever.
   */
  function end(reason: CloseReason, nth = 1) {
    if (stopped !== null)
      return
    stopped = reason
    refusedFrom = nth
    if (mayNeverPass(reason))
      putAside(reason)
    line.stop()
    show()
  }

  function putAside(reason: CloseReason) {
    const entries = outbox.takeFrom(refusedFrom)
    if (entries.length === 0)
      return
    const cells = cellsIn(entries)
    refused = [...refused, ...cells]
    const id = uuidv4()
    asideIds.push(id)
    journal?.putAside({ id, at: now(), reason, changes: changesOf(doc, cells), updates: entries.map(({ update }) => update) }, entries)
  }

  async function open() {
    copy = await openCopy(edges, name)
    const contents = await copy.read().catch(() => null)
    if (!contents) {
      copy.close()
      copy = openMemoryCopy()
    }
    journal = openJournal(copy, show)
    journal.add(outbox.entries)
    release = await edges.tabs.hold(lockOf(name, tab)).catch(() => () => {})
    if (contents && !ended.signal.aborted) {
      load(contents.confirmed)
      if (contents.confirmed.length > compactBeyond)
        await copy.compact(contents.through, Y.encodeStateAsUpdate(doc)).catch(() => { /* the many records hold the same */ })
      await takeOverAll(copy, contents.outbox)
    }
    if (ended.signal.aborted)
      return
    if (readHead(doc) !== null)
      content.value = 'open'
    show()
    line.connect()
  }

  /** Takes over what closed tabs left unsent, in the order it was made; a living tab's when that tab closes. */
  async function takeOverAll(from: DeviceCopy, left: readonly UnsentEntry[]) {
    const taken = new Map<string, UnsentEntry>()
    for (const other of new Set(left.map(entry => entry.tab))) {
      const entries = await edges.tabs.ifFree(lockOf(name, other), () => from.takeOver(other, tab))
      entries?.forEach(entry => taken.set(entry.id, entry))
      if (!entries) {
        edges.tabs.whenFree(lockOf(name, other), ended.signal, async () => {
          if (stopped !== null)
            return
          resume(await from.takeOver(other, tab))
          sendWaiting()
          show()
        })
      }
    }
    // Between tabs the order is that of the copy; what came after it was read comes last.
    const inOrder = new Set([...left.map(({ id }) => id), ...taken.keys()])
    resume([...inOrder].map(id => taken.get(id)).filter(entry => entry !== undefined))
  }

  function resume(entries: readonly UnsentEntry[]) {
    load(entries.map(({ update }) => update))
    outbox.add(entries)
  }

  function load(updates: readonly Uint8Array[]) {
    doc.transact(() => {
      for (const update of updates) {
        try {
          Y.applyUpdate(doc, update, fromDevice)
        }
        catch {
          // A damaged record keeps no other from being read; the server has what was confirmed.
        }
      }
    }, fromDevice)
  }

  const askToStay = askBeforeLeaving(edges.page)
  let timer: ReturnType<typeof setTimeout> | undefined
  function show() {
    if (ended.signal.aborted)
      return
    const unkept = journal?.waitingIds() ?? new Set(outbox.entries.map(({ id }) => id))
    const firstUnkept = outbox.entries.find(({ id }) => unkept.has(id))?.at ?? null
    const isAsideKept = !asideIds.some(id => unkept.has(id))
    const unsent = outbox.countCells() + new Set(refused.map(({ cell }) => cellKey(cell))).size
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
      oldestUnsent: outbox.entries[0]?.at ?? refused[0]?.at ?? null,
      oldestUnkept: firstUnkept ?? (isAsideKept ? null : refused[0]?.at ?? null),
      deviceFails: (journal?.failure ?? null) !== null,
      deviceLasts: copy?.lasts ?? false,
    })
    if (!equalityDeep(state, save.value))
      save.value = state
    clearTimeout(timer)
    if (unkept.size > 0 && !line.isLive)
      timer = setTimeout(show, deviceIsLateAfterMs)
    askToStay(unsent > 0 && !(state.state === 'stopped' && state.kept && !mayNeverPass(state.reason)))
  }

  const whilePageLives = { signal: ended.signal }
  const comesBack = () => line.tryNow()
  edges.page?.addEventListener('online', () => line.isLive || comesBack(), whilePageLives)
  edges.page?.addEventListener('pagehide', () => void journal?.flush(), whilePageLives)
  const wakes = typeof document === 'undefined' ? null : document
  wakes?.addEventListener('visibilitychange', () => {
    if (wakes.visibilityState === 'visible')
      comesBack()
    else
      void journal?.flush()
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
    await journal?.flush()
    copy?.close()
    // Only now, with all written, may another tab take over what is left.
    release()
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
    unsent: () => changesOf(doc, [...refused, ...cellsIn(outbox.entries)]),
    close: () => closing ??= close(),
  }
}

/** Above this many confirmed records the copy is written anew as one. */
const compactBeyond = 200

/** After these the same bytes would be refused again. The others leave the outbox as it is, for when we may come back. */
const mayNeverPass = (reason: CloseReason) => reason === 'refused' || reason === 'too-big'

const lockOf = (copyName: string, tab: string) => `${copyName}#${tab}`

async function openCopy({ openCopy: open }: SessionEdges, name: string): Promise<DeviceCopy> {
  const result = await open(name)
  return result.ok ? result.copy : openMemoryCopy()
}
