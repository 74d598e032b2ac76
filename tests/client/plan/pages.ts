import { vi } from 'vitest'
import type { Cell } from '#shared/plan/values.ts'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import type { DeviceCopy } from '../../../client/plan/deviceCopy.ts'
import { emptyMemory, openMemoryCopy } from '../../../client/plan/memoryCopy.ts'
import { openSession, type PlanSession, type SessionEdges } from '../../../client/plan/session.ts'
import type { SignedIn } from '../../../client/plan/signedIn.ts'
import type { Tabs } from '../../../client/plan/tabs.ts'
import type { PretendServer } from './pretendServer.ts'

export const arena = (row: string): Cell => ({ register: 'activities', row, field: 'arena' })
export const kari = { memberId: 'm-kari', name: 'Kari', organisation: 'KS' }

/** Web Locks without a browser. */
export function openPretendTabs(): Tabs & { isHeld: (name: string) => boolean } {
  const held = new Set<string>()
  const met: { group: string, tab: string, signal: AbortSignal, onTab: (tab: string) => void }[] = []
  const waiting: { name: string, signal: AbortSignal, work: () => Promise<void> }[] = []
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

/** One browser: a device with its storage and tabs, whose pages meet the server over the pretended wire. Needs fake timers. */
export function openBrowser(server: PretendServer, { lasts = true }: { lasts?: boolean } = {}) {
  const memory = emptyMemory()
  const tabs = openPretendTabs()
  let who: SignedIn = { state: 'member', memberId: kari.memberId }
  let isDeviceStuck = false
  let isDeviceFull = false
  let writes = 0

  async function openPage(edges: Partial<SessionEdges> = {}) {
    let isDead = false
    const held: (() => void)[] = []
    const disk = openMemoryCopy({ memory, lasts })
    const copy: DeviceCopy = {
      ...disk,
      lasts,
      async write(changes) {
        if (isDeviceStuck)
          await new Promise<void>(resolve => held.push(resolve))
        writes++
        if (isDead || isDeviceFull)
          return { ok: false, failure: isDead ? 'closed' : 'full' }
        return await disk.write(changes)
      },
    }
    const sockets = new Set<unknown>()
    class OwnSocket extends server.WebSocket {
      constructor(url: string | URL) {
        super(url)
        sockets.add(this)
      }
    }
    const names: (() => void)[] = []
    const session = openSession({
      answer: { planId: 'p1', epoch: 'e1', schemaVersion: 1, role: 'editor' },
      member: kari,
      edges: {
        WebSocket: OwnSocket,
        address: 'ws://localhost/sync',
        openCopy: () => Promise.resolve({ ok: true, copy }),
        tabs: {
          ...tabs,
          async hold(name) {
            const release = await tabs.hold(name)
            names.push(release)
            return release
          },
        },
        whoIsSignedIn: () => Promise.resolve(who),
        page: null,
        random: () => 0.5,
        ...edges,
      },
    })
    sessions.add(session)
    await settle()
    return {
      session,
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
      /** The page dies at once, as at a crash: nothing more is written or sent, and its name is free. */
      async kill() {
        isDead = true
        const mine = server.living().filter(socket => sockets.has(socket))
        const closing = session.close()
        mine.forEach(socket => socket.toServer.splice(0))
        held.forEach(go => go())
        names.forEach(release => release())
        await settle()
        await vi.advanceTimersByTimeAsync(0)
        await closing
      },
      /** What was stuck on its way to the device gets there. */
      async unstick() {
        held.splice(0).forEach(go => go())
        await settle()
      },
    }
  }

  return {
    memory,
    get writes() {
      return writes
    },
    tabs,
    openPage,
    signIn(next: SignedIn) {
      who = next
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
