import { equalityDeep } from 'lib0/function'
import { uuidv4 } from 'lib0/random'
import { shallowRef, type ShallowRef } from 'vue'
import type * as Y from 'yjs'
import { newDocument, openPlan, type Plan } from '#shared/plan/plan.ts'
import { readHead } from '#shared/plan/read.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import type { Cell, Instant, RowId } from '#shared/plan/values.ts'
import type { Reach } from '#shared/protocol/access.ts'
import type { PlanAnswer } from '#shared/protocol/api.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import { mayRoleWrite } from '#shared/protocol/grants.ts'
import { openArriving } from './arriving.ts'
import { openBarring } from './barring.ts'
import type { Caret } from './carets.ts'
import { asChanges, noChanges } from './contents.ts'
import { deviceCopyName, type UnsentEntry } from './deviceCopy.ts'
import { countUnsent } from './counting.ts'
import { browserEdges, type SessionEdges } from './edges.ts'
import { canMend, type Lost } from './ending.ts'
import { openFresh, type Fresh } from './fresh.ts'
import { settleGround } from './ground.ts'
import { openJournal, type Journal } from './journal.ts'
import { askBeforeLeaving } from './leaving.ts'
import type { Rescue } from './left.ts'
import { load, loadConfirmed, openDevice, type Device } from './opening.ts'
import { recordOf } from './otherEpochs.ts'
import { cellsIn, openOutbox } from './outbox.ts'
import { onPageEvents } from './pageEvents.ts'
import { openPresence, type Me, type PersonHere } from './presence.ts'
import { openRecording } from './recording.ts'
import { openRescue } from './rescue.ts'
import { deviceIsLateAfterMs, saveStateOf, type SaveState } from './saveState.ts'
import { openLine } from './socket.ts'
import { openStateCheck } from './stateCheck.ts'
import { openTakeover, type Takeover } from './takeover.ts'
import { openUndo, type Undo } from './undo.ts'
import { cellsOf, changesIn, changesOf, type UnsentChange } from './unsent.ts'

export type { SessionEdges } from './edges.ts'
export type { PersonHere } from './presence.ts'
export type { SaveState } from './saveState.ts'
export type { Undo } from './undo.ts'
export type { UnsentChange } from './unsent.ts'

/** One member's live plan in one page: document, line, device copy, undo and who else is here. */
export interface PlanSession {
  readonly plan: Plan
  readonly me: Me & Reach
  /** `opening` until the device copy or the server has given content; then `open`. */
  readonly content: Readonly<ShallowRef<'opening' | 'open'>>
  readonly save: Readonly<ShallowRef<SaveState>>
  /** Whether the server can save anything now. Nothing is sent until it can. Without a line for a while it is not known to be otherwise. */
  readonly canSave: Readonly<ShallowRef<boolean>>
  /** Everybody else who is here, once for each of their pages. */
  readonly others: Readonly<ShallowRef<readonly PersonHere[]>>
  /** Where in its text each of the others writes, by client id; a caret that moves wakes only who reads it. */
  readonly carets: ReadonlyMap<number, Caret>
  /** What the others have just changed. */
  readonly fresh: Pick<Fresh, 'cells' | 'onChanges'>
  /** The cell I am in; null when nowhere. */
  readonly at: Readonly<ShallowRef<Cell | null>>
  /** Tells the others where I am; null when nowhere. `member` is the one of the cell's set, where each stands by itself. */
  goTo(at: Cell | null, member?: RowId | null): void
  /** Tells the others where in the text of my cell I write; null when I do not. */
  showCaret(caret: Caret | null): void
  readonly undo: Undo
  /** What could not be saved, in this session and those before it on this device. */
  readonly rescue: Rescue
  /** What the server does not have of ours, as readable lines with the text as it is now, oldest first. */
  unsent(): readonly UnsentChange[]
  /** Ends the session. What is unsent stays on the device for the next. May be called twice. */
  close(): Promise<void>
}

export interface SessionOptions {
  /** What `GET /api/plans/:planId` has just answered. */
  readonly answer: Pick<PlanAnswer, 'planId' | 'epoch' | 'schemaVersion' | 'role' | 'registers'>
  readonly member: Me
  readonly edges?: Partial<SessionEdges>
  /**
   * Asked once, in the turn in which the session cannot go on, though a new one might: true when the page opens it. Until then
   * this one stays as it is, and what is typed in it is kept; without that it has stopped, and says so.
   */
  readonly takesOver?: (reason: CloseReason) => boolean
}

/**
 * Opens a plan for a member, who must be the one `GET /api/session` has just named. Gives a session at once; its content
 * follows. The document and its client id are new each time (C1).
 */
export function openSession({ answer, member, edges: given = {}, takesOver = () => false }: SessionOptions): PlanSession {
  const edges = { ...browserEdges(), ...given }
  const { now, carried } = edges
  const whose = { memberId: member.memberId, planId: answer.planId }
  const name = deviceCopyName({ ...whose, epoch: answer.epoch })
  const mayWrite = mayRoleWrite(answer.role)
  const tab = uuidv4()
  const ended = new AbortController()

  const doc = newDocument()
  const plan = openPlan(doc, { now })
  const outbox = openOutbox()
  const recording = openRecording({ id: uuidv4(), tab, now, write: (record, entries) => journal?.putRecord(record, entries) })
  const undo = openUndo(plan)
  const fromDevice = { by: 'the device copy' }
  const content = shallowRef<'opening' | 'open'>('opening')
  const save = shallowRef<SaveState>({ state: 'opening' })
  const barring = openBarring(() => show())
  const arriving = openArriving(update => journal?.confirm(update))
  const rescue = openRescue({
    plan,
    tabs: edges.tabs,
    group: name,
    tab,
    reach: answer,
    now,
    signal: ended.signal,
    isLive: () => line.isLive,
    isStopped: () => stopped !== null,
    untold: carried.untold,
    write: writeAgain,
    letGo(entries) {
      outbox.letGo(entries)
      sendWaiting()
      show()
    },
    onChange: () => show(),
  })

  carried.untold = null

  let device: Device | null = null
  let journal: Journal | null = null
  let takeover: Takeover | null = null
  let stopped: CloseReason | null = null
  /** The page opens another session: this one says no more than where the changes are. */
  let isTakenOver = false
  let isFirstAttempt = true
  let downSince = now()
  let savedAt: Instant | null = null
  /** What the server sent has changed the document. */
  let hasHeard = false
  /** What a rescue is writing in this turn. */
  let rewritten: UnsentEntry[] | null = null

  const line = openLine({
    doc,
    address: edges.address,
    room: `plan:${answer.planId}`,
    params: { ack: '1', member: member.memberId, epoch: answer.epoch, schema: String(schemaVersion) },
    WebSocket: edges.WebSocket,
    now,
    random: edges.random,
    listener: {
      onConnection() {
        outbox.startConnection()
        arriving.begin()
        barring.startConnection()
      },
      onWriting(isPossible) {
        barring.tell(isPossible)
        sendWaiting()
        // Who was not told of us meanwhile is told now.
        if (isPossible)
          line.awareness.setLocalState(line.awareness.getLocalState())
        show()
      },
      onReady() {
        barring.ready()
        sendWaiting()
      },
      onSynced() {
        content.value = 'open'
        arriving.end()
        isFirstAttempt = false
        if (outbox.entries.length === 0)
          savedAt = now()
        show()
        lookAround()
      },
      onUpdate(update) {
        // The server's own bytes. What the document tells of them would hold what they did to unsent changes of ours as well.
        if (hasHeard || doc.store.pendingStructs)
          arriving.take(update)
        hasHeard = false
      },
      onAck(count) {
        const durable = outbox.acknowledge(count)
        journal?.release(durable)
        if (outbox.entries.length === 0)
          savedAt = now()
        show()
      },
      onRefusal: (nth, { reason, cells }) => end('refused', { cause: reason, named: cells, nth }),
      onState: hash => check.compare(hash),
      onReach({ role, registers }) {
        if (role !== answer.role || String(registers) !== String(answer.registers))
          end('access-changed', mayRoleWrite(role) ? null : { cause: 'not-allowed', named: [], nth: 1 })
      },
      onDown() {
        isFirstAttempt = false
        barring.down()
        if (save.value.state === 'saved' || save.value.state === 'saving')
          downSince = now()
        show()
      },
      onStop: reason => end(reason, reason === 'too-big' ? { cause: reason, named: [], nth: outbox.firstTooBig() } : null),
    },
  })
  const presence = openPresence({ awareness: line.awareness, me: member, send: frame => line.sendFrame(frame) })
  const fresh = openFresh({ doc, others: presence.others, now, counts: ({ origin }) => origin === line.origin && line.isLive })
  const check = openStateCheck({
    doc,
    mayCompare: () => line.isLive && stopped === null && outbox.entries.length === 0,
    ask: () => line.askState(),
    onDiffers: () => {
      const isAgain = carried.differedAt !== null && now() - carried.differedAt < healsOnceInMs
      carried.differedAt = now()
      end('differs', { cause: 'differs', named: [], nth: 1 }, !isAgain)
    },
  })

  doc.on('update', (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    if (origin === fromDevice)
      return
    if (origin === line.origin) {
      hasHeard = true
      return
    }
    arriving.end()
    const entry = { id: uuidv4(), tab, at: now(), cells: cellsOf(transaction), update }
    if (rewritten) {
      rewritten.push({ ...entry, again: true })
    }
    else if (recording.hasBegun) {
      recording.add([entry])
    }
    else {
      outbox.add([entry])
      journal?.add([entry])
      sendWaiting()
    }
    show()
  })

  function sendWaiting() {
    if (!line.isReady || !barring.canSave.value)
      return
    for (const piece of outbox.waiting()) {
      const nth = line.sendUpdate(piece.update)
      if (nth === null)
        return
      outbox.sent(piece, nth)
    }
  }

  /** Runs a rescue's commands; what they make is no step to undo, and waits to be sent. */
  function writeAgain(commands: (plan: Plan) => void): readonly UnsentEntry[] {
    const entries: UnsentEntry[] = []
    rewritten = entries
    try {
      commands({ ...plan, mine: { by: 'a rescue' }, laying: { by: 'a rescue, beforehand' } })
    }
    finally {
      rewritten = null
      outbox.hold(entries)
    }
    return entries
  }

  /**
   * The server will have no more of us, or we of it. What may never pass, from sync update number `nth` on, leaves the outbox in
   * this turn, so that it is never sent again (C14); what came before was admitted, and waits for its ack as ever.
   */
  function end(reason: CloseReason, lost: Lost | null, isMendable = canMend(reason)) {
    if (stopped !== null)
      return
    stopped = reason
    if (lost)
      recording.begin(lost.cause, lost.named, outbox.takeFrom(lost.nth))
    line.stop()
    isTakenOver = isMendable && takesOver(reason)
    if (isTakenOver && (reason === 'differs' || reason === 'other-epoch'))
      carried.untold = reason
    show()
  }

  async function open() {
    device = await openDevice(edges, name, tab)
    const { copy, unwritten } = device
    journal = openJournal(copy, show, { first: unwritten, known: device.contents })
    journal.add(outbox.entries)
    const contents = await settleGround(edges, { name, lasts: copy.lasts, whose, contents: device.contents, journal })
    if (!ended.signal.aborted) {
      await loadConfirmed(doc, fromDevice, copy, contents)
      takeover = await openTakeover({
        copy,
        tabs: edges.tabs,
        group: name,
        tab,
        signal: ended.signal,
        mayTake: () => stopped === null,
        onTaken: resume,
        onGone: lookAround,
      }, { ...contents, confirmed: [] })
      resume(contents.outbox.filter(entry => entry.tab === tab), [])
      rescue.begin(journal, contents)
      void rescue.look()
    }
  }

  function connect() {
    if (ended.signal.aborted)
      return
    if (readHead(doc) !== null)
      content.value = 'open'
    // Its server has fields that we cannot read, and ours are no more than it can take from a newer page.
    if (answer.schemaVersion > schemaVersion)
      end('outdated-client', null)
    show()
    line.connect()
  }

  /** What another tab wrote may rest on what only that tab had heard from the server: `confirmed` comes first. */
  function resume(entries: readonly UnsentEntry[], confirmed: readonly Uint8Array[]) {
    load(doc, fromDevice, confirmed)
    const known = new Set(outbox.entries.map(({ id }) => id))
    const fresh = entries.filter(({ id }) => !known.has(id))
    const refused = mayWrite ? null : recordOf(fresh, 'nobody', 'not-allowed')
    if (refused) {
      journal?.putRecord(refused, fresh)
      void rescue.look()
      return
    }
    load(doc, fromDevice, fresh.map(({ update }) => update))
    outbox.add(fresh)
    sendWaiting()
    show()
  }

  function lookAround() {
    void takeover?.look()
    void rescue.look()
  }

  const askToStay = askBeforeLeaving(edges.page)
  let timer: ReturnType<typeof setTimeout> | undefined
  function show() {
    if (ended.signal.aborted)
      return
    const unkept = journal?.waitingIds() ?? new Set(outbox.entries.map(({ id }) => id))
    const counted = countUnsent({ outbox, recording, waiting: rescue.waitingChanges(), unkept })
    const [deviceFails, deviceLasts] = [(journal?.failure ?? null) !== null, device?.copy.lasts ?? false]
    const state = saveStateOf({
      now: now(),
      isOpen: content.value === 'open',
      stopped: isTakenOver ? null : stopped,
      isLive: line.isLive,
      isBarred: !barring.canSave.value,
      isFirstAttempt,
      downSince,
      savedAt,
      ...counted,
      deviceFails,
      deviceLasts,
    })
    if (!equalityDeep(state, save.value))
      save.value = state
    clearTimeout(timer)
    if (unkept.size > 0 && (!line.isLive || !barring.canSave.value))
      timer = setTimeout(show, deviceIsLateAfterMs)
    const isSafe = state.state === 'stopped' && state.kept && !recording.hasBegun
    const isLeftHereAlone = rescue.left.value.length > 0 && (deviceFails || !deviceLasts)
    askToStay(isLeftHereAlone || (counted.unsent > 0 && !isSafe))
  }

  const flush = () => {
    recording.flush()
    return journal?.flush()
  }
  onPageEvents(edges.page, ended.signal, {
    onOnline: () => line.isLive || comesBack(),
    onOffline: () => line.giveUp(),
    onShown: comesBack,
    onResumed: lookAround,
    onHidden: () => void flush(),
  })
  function comesBack() {
    line.tryNow()
    lookAround()
  }

  const at = shallowRef<Cell | null>(null)
  // Whatever the device does to us, the plan is to be had from the server.
  const opened = open().catch(() => {}).then(connect)
  let closing: Promise<void> | null = null
  async function close() {
    ended.abort()
    askToStay(false)
    presence.close()
    fresh.close()
    check.close()
    line.close()
    undo.close()
    clearTimeout(timer)
    barring.close()
    await opened
    await flush()
    await leaveRest()
    device?.copy.close()
    // Only now, with all written, may another tab take over what is left.
    device?.release()
    doc.destroy()
  }

  /** What the device did not take, or is in this page's memory alone, goes to the page's next session. */
  async function leaveRest() {
    if (device?.isInMemory)
      carried.leave(name, asChanges(await device.copy.read()))
    journal?.close()
    carried.leave(name, journal?.unwritten() ?? noChanges)
  }

  return {
    plan,
    me: { ...member, role: answer.role, registers: answer.registers },
    content,
    save,
    canSave: barring.canSave,
    others: presence.others,
    carets: presence.carets,
    fresh,
    at,
    goTo(next, member) {
      if (!equalityDeep(next, at.value)) {
        undo.endStep()
        at.value = next
      }
      presence.goTo(next, member)
    },
    showCaret: presence.showCaret,
    undo,
    rescue,
    unsent: () => [
      ...rescue.waitingChanges().flatMap(changesIn),
      ...changesOf(doc, [...recording.cells, ...cellsIn(outbox.entries)]),
    ],
    close: () => closing ??= close(),
  }
}

/** Within this time a second difference is not chance, and is told. */
const healsOnceInMs = 10 * 60_000
