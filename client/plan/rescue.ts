import { equalityDeep } from 'lib0/function'
import { shallowRef } from 'vue'
import type { Plan } from '#shared/plan/plan.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Reach } from '#shared/protocol/access.ts'
import { noChanges, noContents } from './contents.ts'
import type { DeviceChanges, DeviceContents, TabId, UnsentEntry, WriteResult } from './deviceCopy.ts'
import { writesIn } from './ending.ts'
import type { Journal } from './journal.ts'
import type { LeftChange, Rescue, RescueCause, RescueOutcome } from './left.ts'
import { mending } from './mending.ts'
import { forReach, oldestFirst, toLeft, type KeptChange, type RescueRecord } from './records.ts'
import { lockOf, type Tabs } from './tabs.ts'
import { cellKey } from './unsent.ts'
import type { Written } from './writeBack.ts'

/** What a session does with what earlier ones could not save. */
export interface OpenRescue extends Rescue {
  /** What waits to be written again. */
  readonly waitingChanges: () => readonly KeptChange[]
  /** From here on it knows the device. `ground` is what lay there when the session began: what its records rest on. */
  begin(journal: Journal, ground: DeviceContents): void
  /** Reads the device anew and, with the line up, writes what waits. What fails is tried again at the next look. */
  look(): Promise<void>
}

export interface RescueOptions {
  readonly plan: Plan
  readonly tabs: Tabs
  /** The name of the copy, which its tabs have in common. */
  readonly group: string
  readonly tab: TabId
  readonly reach: Reach
  readonly now: () => Instant
  readonly signal: AbortSignal
  /** The document holds all that the server has. */
  readonly isLive: () => boolean
  readonly isStopped: () => boolean
  /** Why this session took over from another, where that is to be told anyway. */
  readonly untold: RescueCause | null
  /** Runs commands, and gives what they made for the outbox; nothing of it is sent before `letGo`. */
  readonly write: (commands: (plan: Plan) => void) => readonly UnsentEntry[]
  /** The device has them, or will not take them: they may be sent. */
  readonly letGo: (entries: readonly UnsentEntry[]) => void
  readonly onChange: () => void
}

/** Shows what lies on the device, and goes on with what an earlier session, or another tab, could not bring to its end. */
export function openRescue(options: RescueOptions): OpenRescue {
  const { plan, tabs, group, tab, reach, now, signal, isLive, isStopped, untold, write, letGo, onChange } = options
  let journal: Journal | null = null
  let ground: DeviceContents = noContents
  const left = shallowRef<readonly LeftChange[]>([])
  const waiting = shallowRef(0)
  const last = shallowRef<RescueOutcome | null>(untold && { at: now(), cause: untold, written: 0, left: 0 })
  /** What the person wants written whatever others have set. */
  const insisted = new Set<string>()
  const lock = `${group}!rescue`
  /** When each record was first seen. */
  const came = new Map<string, Instant>()
  const watched = new Set<TabId>()
  let waitingChanges: readonly KeptChange[] = []
  let isUnsettled = false
  let previews = new Map<RescueRecord, readonly KeptChange[]>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = Promise.resolve()
  let next: Promise<void> | null = null

  const read = () => journal?.read() ?? Promise.resolve(noContents)
  const exchange = (changes: Partial<DeviceChanges>): Promise<WriteResult> =>
    journal?.exchange({ ...noChanges, ...changes }) ?? Promise.resolve({ ok: false, failure: 'closed' })

  /** One look at a time; who asks during one waits for the next. */
  function look(): Promise<void> {
    next ??= running = running.then(async () => {
      next = null
      await show()
      if (hasWork())
        await alone(goOn)
    }).catch(() => { /* the device fails us; what lies there stays */ })
    return next
  }

  /** Runs alone among the browser's tabs: at once where it can, else when the others are done. */
  async function alone(work: () => Promise<void>): Promise<void> {
    if (!signal.aborted && !await tabs.ifFree(lock, () => work().then(() => true)))
      tabs.whenFree(lock, signal, work)
  }

  const mayWork = () => journal !== null && !signal.aborted && !isStopped()
  const hasWork = () => mayWork() && (insisted.size > 0 || (isLive() && (isUnsettled || previews.size > 0)))

  /** Reads the device: what is resolved stands there, and what is not is resolved for the eye alone. */
  async function show(): Promise<DeviceContents> {
    const contents = await read()
    const known = previews
    previews = new Map()
    for (const record of await orphans(contents.records)) {
      const before = [...known].find(([old]) => equalityDeep({ ...old, entries: old.entries.length }, { ...record, entries: record.entries.length }))
      const changes = before ? before[1] : await preview(record, contents)
      if (changes)
        previews.set(record, changes)
    }
    const all = [...contents.changes, ...[...previews.values()].flat()].sort(oldestFirst)
    // Who may not write there sees all of it on the list, and none of it is on its way.
    const shown = forReach(all, reach)
    const nowLeft = shown.filter(({ why }) => why !== null).map(toLeft)
    if (!equalityDeep(nowLeft, left.value))
      left.value = nowLeft
    isUnsettled = all.some(({ why }) => why === null)
    waitingChanges = shown.filter(({ why }) => why === null)
    waiting.value = waitingChanges.length
    onChange()
    return contents
  }

  /** What cannot be read now is read at the next look. */
  const preview = (record: RescueRecord, contents: DeviceContents) =>
    mending().then(({ resolve }) => resolve(record, groundOf(record, contents)), () => null)

  /** The records that no living tab still writes in. What another tab has just left is first its own page's to deal with. */
  async function orphans(records: readonly RescueRecord[]): Promise<readonly RescueRecord[]> {
    const found: RescueRecord[] = []
    for (const record of records) {
      if (record.cause === 'differs' || record.tab === tab)
        continue
      if (await tabs.ifFree(lockOf(group, record.tab), () => Promise.resolve(true)))
        found.push(record)
      else
        watch(record.tab)
    }
    return found
  }

  function watch(other: TabId) {
    if (watched.has(other))
      return
    watched.add(other)
    tabs.whenFree(lockOf(group, other), signal, () => {
      void look()
      return Promise.resolve()
    })
  }

  const isDue = ({ id }: RescueRecord) => {
    const since = came.get(id) ?? now()
    came.set(id, since)
    if (now() - since >= ownPageFirstMs)
      return true
    timer ??= setTimeout(() => {
      timer = undefined
      void look()
    }, ownPageFirstMs)
    return false
  }

  function groundOf({ id }: RescueRecord, contents: DeviceContents): readonly Uint8Array[] {
    const { confirmed, outbox } = ground.records.some(record => record.id === id) ? ground : contents
    return [...confirmed, ...outbox.map(({ update }) => update)]
  }

  async function goOn() {
    const contents = await read()
    const isSettled = isLive() && await settle(contents)
    const isWritten = await writeWaiting(isSettled ? await read() : contents)
    if (!isSettled && !isWritten)
      return
    const { changes, records } = await show()
    // What was to be written and is not there any more has been dropped by another tab.
    if (records.length === 0)
      [...insisted].filter(id => !changes.some(change => change.id === id)).forEach(id => insisted.delete(id))
    news.tell()
  }

  /** Records become changes. The server has told all that it has, so it is known what of them it took after all. */
  async function settle(contents: DeviceContents): Promise<boolean> {
    let isSettled = false
    const found = await orphans(contents.records)
    if (found.length === 0)
      return false
    const { isHeldBy, resolve } = await mending()
    for (const record of found) {
      if (!isDue(record) || !isLive())
        continue
      const resolved = resolve(record, groundOf(record, contents), entry => isHeldBy(plan.doc, entry))
      const changes = forReach(resolved, reach)
      const result = await exchange({ taken: [record.id], changes })
      if (result.ok || result.failure !== 'overtaken') {
        isSettled = true
        const count = changes.filter(({ why }) => why !== null).length
        if (count > 0)
          tell(record.cause, 0, count)
      }
    }
    return isSettled
  }

  async function writeWaiting({ changes }: DeviceContents): Promise<boolean> {
    if (changes.length === 0)
      return false
    const { writeChange } = await mending()
    const asked = changes.filter(({ id, why }) => insisted.has(id) || (why === null && isLive())).sort(rowsFirst)
    asked.forEach(({ id }) => insisted.delete(id))
    if (asked.length === 0 || !mayWork())
      return false
    const due = asked.filter(({ register }) => writesIn(reach, register))
    const refused = forReach(asked.filter(change => change.why === null && !due.includes(change)), reach)
    if (refused.length > 0)
      await exchange({ taken: refused.map(({ id }) => id), changes: refused })
    if (due.length === 0)
      return true
    const left: KeptChange[] = []
    let count = 0
    const insists = new Set(due.filter(({ why }) => why !== null))
    const entries = write((again) => {
      for (const change of due) {
        const result = tryToWrite(() => writeChange(again, change, { insists: insists.has(change) }), change)
        left.push(...result.left)
        count += result.isWritten ? 1 : 0
      }
    })
    // One step on the device: a page that dies before it has written nothing, and one that dies after it sends it all.
    await exchange({ added: entries, taken: due.map(({ id }) => id), changes: left })
    letGo(entries)
    const cause = due.findLast(({ why }) => why === null)?.cause
    if (cause && (count > 0 || left.length > 0))
      tell(cause, count, left.length)
    return true
  }

  /** What nobody foresaw in one change keeps no other from being written. */
  function tryToWrite(write: () => Written, change: KeptChange): Written {
    try {
      return write()
    }
    catch {
      return { isWritten: false, left: [{ ...change, why: 'not-valid' }] }
    }
  }

  /** Several steps of one rescue are told as one. */
  function tell(cause: RescueCause, written: number, count: number) {
    const before = last.value && last.value.cause === cause && now() - last.value.at < oneRescueMs ? last.value : null
    last.value = { at: now(), cause, written: written + (before?.written ?? 0), left: count + (before?.left ?? 0) }
  }

  async function drop(ids: readonly string[]) {
    const { changes, records } = await read()
    const taken = changes.map(({ id }) => id).filter(id => ids.includes(id))
    const shortened = records.flatMap((record) => {
      const found = [...previews].find(([{ id }]) => id === record.id)?.[1].filter(({ id }) => ids.includes(id)) ?? []
      return found.length > 0 ? [{ ...record, dropped: [...record.dropped, ...found.map(cellKey)] }] : []
    })
    await exchange({ taken: [...taken, ...shortened.map(({ id }) => id)], records: shortened })
    await show()
    news.tell()
  }

  const news = tabs.hear(`${group}!rescue`, signal, () => void look())
  signal.addEventListener('abort', () => clearTimeout(timer))
  return {
    left,
    waiting,
    last,
    waitingChanges: () => waitingChanges,
    begin(to, contents) {
      journal = to
      ground = contents
      contents.records.forEach(({ id }) => came.set(id, -Infinity))
    },
    look,
    dismiss() {
      last.value = null
    },
    tryAgain(ids) {
      ids.forEach(id => insisted.add(id))
      void look()
    },
    forget(ids) {
      running = running.then(() => alone(() => drop(ids))).catch(() => { /* it stays on the list */ })
    },
  }
}

/** The page whose session it was opens a new one within this time, if it lives. */
const ownPageFirstMs = 5_000
/** What happens within this time of a rescue is part of it. */
const oneRescueMs = 10_000

/** Rows that were added come before what was written in others: a cell may refer to them. */
const rowsFirst = (a: KeptChange, b: KeptChange) => Number(b.field === '') - Number(a.field === '') || oldestFirst(a, b)
