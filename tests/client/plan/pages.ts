import { vi } from 'vitest'
import { schemaVersion } from '#shared/plan/registers.ts'
import type { Cell } from '#shared/plan/values.ts'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import type { PlanAnswer } from '#shared/protocol/api.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import { openCarried } from '../../../client/plan/carried.ts'
import { deviceCopyName, type DeviceChanges, type DeviceCopy } from '../../../client/plan/deviceCopy.ts'
import { mending } from '../../../client/plan/mending.ts'
import { emptyMemory, openMemoryCopy, type DeviceMemory } from '../../../client/plan/memoryCopy.ts'
import { openSession, type PlanSession, type SessionEdges } from '../../../client/plan/session.ts'
import type { Tabs } from '../../../client/plan/tabs.ts'
import type { PretendServer } from './pretendServer.ts'

// A page at rest has fetched what a rescue needs.
await mending()

export const arena = (row: string): Cell => ({ register: 'activities', row, field: 'arena' })
export const kari = { memberId: 'm-kari', name: 'Kari', organisation: 'KS' }

/** Web Locks without a browser. */
export function openPretendTabs(): Tabs & { isHeld: (name: string) => boolean } {
  const held = new Set<string>()
  const met: { group: string, tab: string, signal: AbortSignal, onTab: (tab: string) => void }[] = []
  const waiting: { name: string, signal: AbortSignal, work: () => Promise<void> }[] = []
  const listeners: { name: string, signal: AbortSignal, onNews: () => void }[] = []
  async function holding<T>(name: string, work: () => Promise<T>): Promise<T> {
    held.add(name)
    return await work().finally(() => free(name))
  }
  function free(name: string) {
    held.delete(name)
    const next = waiting.findIndex(one => one.name === name && !one.signal.aborted)
    const [one] = next < 0 ? [] : waiting.splice(next, 1)
    if (one)
      void holding(name, one.work)
  }
  return {
    isHeld: name => held.has(name),
    hold(name) {
      held.add(name)
      return Promise.resolve(() => free(name))
    },
    ifFree: (name, work) => held.has(name) ? Promise.resolve(null) : holding(name, work),
    whenFree(name, signal, work) {
      if (held.has(name))
        waiting.push({ name, signal, work })
      else
        void holding(name, work)
    },
    meet(group, tab, signal, onTab) {
      for (const other of met.filter(one => one.group === group && !one.signal.aborted)) {
        onTab(other.tab)
        other.onTab(tab)
      }
      met.push({ group, tab, signal, onTab })
    },
    hear(name, signal, onNews) {
      const one = { name, signal, onNews }
      listeners.push(one)
      return { tell: () => listeners.filter(other => other !== one && other.name === name && !other.signal.aborted).forEach(other => other.onNews()) }
    },
    isAnyAlive: group => Promise.resolve([...held].some(name => name.startsWith(`${group}#`))),
  }
}

/** Lets promises that have been resolved run on, and no time pass. */
export const settle = () => vi.advanceTimersByTimeAsync(0)

/** Long enough for the line to try again, and for what waits for the device to get there. */
export async function waitForLine(server: PretendServer) {
  for (let n = 0; n < 24; n++) {
    await vi.advanceTimersByTimeAsync(250)
    server.flush()
  }
  await settle()
}

const sessions = new Set<PlanSession>()
/** Closes every session of a test, as long as its timers stand. */
export async function closePages() {
  const closings = [...sessions].map(session => session.close())
  sessions.clear()
  await settle()
  await Promise.all(closings)
}

const firstAnswer: Pick<PlanAnswer, 'planId' | 'epoch' | 'schemaVersion' | 'role' | 'registers'> = { planId: 'p1', epoch: 'e1', schemaVersion, role: 'editor', registers: null }
export const copyName = (epoch = 'e1') => deviceCopyName({ memberId: kari.memberId, planId: 'p1', epoch })

/**
 * One browser: a device with its storage and tabs, whose pages meet the server over the pretended wire. Needs fake timers.
 * `hasStorage`: false where it gives none at all.
 */
export function openBrowser(server: PretendServer, { lasts = true, hasStorage = true }: { lasts?: boolean, hasStorage?: boolean } = {}) {
  const memories = new Map<string, DeviceMemory>([[copyName(), emptyMemory()]])
  const memoryOf = (name: string) => {
    const memory = memories.get(name) ?? emptyMemory()
    memories.set(name, memory)
    return memory
  }
  const tabs = openPretendTabs()
  let answer = firstAnswer
  /** Whose session the browser carries. */
  let signedIn: string | null = kari.memberId
  let isDeviceStuck = false
  let isDeviceFull = false
  let writes = 0
  /** What each write was, so that a page can be killed right after any of them. */
  let onWrite: (changes: DeviceChanges) => void = () => {}

  /** What lies outside one page's sessions, and how the page may end. */
  function openEdges() {
    let isDead = false
    const held: (() => void)[] = []
    const sockets = new Set<unknown>()
    const names: (() => void)[] = []
    function copyOf(name: string): DeviceCopy {
      const disk = openMemoryCopy({ memory: memoryOf(name), lasts })
      return {
        ...disk,
        lasts,
        async write(changes) {
          if (isDeviceStuck)
            await new Promise<void>(resolve => held.push(resolve))
          writes++
          if (isDead || isDeviceFull)
            return { ok: false, failure: isDead ? 'closed' : 'full' }
          const result = await disk.write(changes)
          onWrite(changes)
          return result
        },
      }
    }
    class OwnSocket extends server.WebSocket {
      constructor(url: string | URL) {
        super(url)
        Object.assign(this, { signedIn })
        sockets.add(this)
      }
    }
    const edges: Partial<SessionEdges> = {
      WebSocket: OwnSocket,
      address: 'ws://localhost/sync',
      openCopy: name => Promise.resolve(hasStorage ? { ok: true, copy: copyOf(name) } : { ok: false, failure: 'absent' }),
      listCopies: () => Promise.resolve([...memories.keys()]),
      deleteCopy: name => void memories.delete(name),
      carried: openCarried(),
      tabs: {
        ...tabs,
        async hold(name) {
          const release = await tabs.hold(name)
          names.push(release)
          return release
        },
      },
      page: null,
      random: () => 0.5,
    }
    return {
      edges,
      mySockets: () => server.living().filter(socket => sockets.has(socket)),
      /** From here on nothing more reaches the device. */
      die() {
        isDead = true
      },
      unstick: () => held.splice(0).forEach(go => go()),
      letGo: () => names.forEach(release => release()),
    }
  }

  /** A page with one session after another, as the person has it: `change` is what the page does when one cannot go on. */
  async function openPage(more: Partial<SessionEdges> = {}, { opensAnew = false } = {}) {
    const outside = openEdges()
    const stops: CloseReason[] = []
    let session = await open()

    async function open() {
      const opened = openSession({
        answer,
        member: kari,
        edges: { ...outside.edges, ...more },
        takesOver(reason) {
          stops.push(reason)
          return opensAnew
        },
      })
      sessions.add(opened)
      await settle()
      return opened
    }
    return {
      get session() {
        return session
      },
      /** Why its sessions could not go on. */
      stops,
      /** Closes the session and opens the next, as the page does. */
      async change() {
        const closing = session.close()
        await settle()
        await closing
        session = await open()
      },
      type(cell: Cell, text: string, at = textOf(session.plan, cell)?.length ?? 0) {
        const outcome = spliceText(session.plan, cell, { at, remove: 0, insert: text })
        if (!outcome.ok)
          throw new Error(`${outcome.refusal}: ${JSON.stringify(cell)}`)
      },
      erase: (cell: Cell, at: number, count: number) => spliceText(session.plan, cell, { at, remove: count, insert: '' }),
      sees: (cell: Cell) => textOf(session.plan, cell)?.toJSON() ?? null,
      get save() {
        return session.save.value
      },
      get left() {
        return session.rescue.left.value
      },
      /** The page dies at once, as at a crash: nothing more is written or sent, and its name is free. */
      async kill() {
        outside.die()
        const mine = outside.mySockets()
        const closing = session.close()
        mine.forEach(socket => socket.toServer.splice(0))
        outside.unstick()
        outside.letGo()
        await settle()
        await vi.advanceTimersByTimeAsync(0)
        await closing
      },
      /** From here on nothing more reaches the device or the server. */
      die() {
        outside.die()
        outside.mySockets().forEach(socket => socket.toServer.splice(0))
      },
      /** What was stuck on its way to the device gets there. */
      async unstick() {
        outside.unstick()
        await settle()
      },
    }
  }

  return {
    get memory() {
      return memoryOf(copyName(answer.epoch))
    },
    memories,
    get writes() {
      return writes
    },
    tabs,
    openPage,
    openEdges,
    get planAnswer() {
      return answer
    },
    /** What the server answers from here on, when a page asks for the plan. */
    answer(next: Partial<typeof answer>) {
      answer = { ...answer, ...next }
    },
    onWrite(next: (changes: DeviceChanges) => void) {
      onWrite = next
    },
    signIn(next: string | null) {
      signedIn = next
    },
    stickDevice(isStuck: boolean) {
      isDeviceStuck = isStuck
    },
    fillDevice(isFull: boolean) {
      isDeviceFull = isFull
    },
  }
}
export type Page = Awaited<ReturnType<ReturnType<typeof openBrowser>['openPage']>>
