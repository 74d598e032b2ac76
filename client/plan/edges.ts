import type { Instant } from '#shared/plan/values.ts'
import { openCarried, type Carried } from './carried.ts'
import { deleteDeviceCopy, listDeviceCopies, openDeviceCopy, type OpenResult } from './deviceCopy.ts'
import type { SocketClass } from './socket.ts'
import { browserTabs, type Tabs } from './tabs.ts'

/** What lies outside the session. Tests hold these; the browser's are the default. */
export interface SessionEdges {
  readonly WebSocket: SocketClass
  /** Where `/sync` is, `wss://…/sync`. */
  readonly address: string
  readonly openCopy: (name: string) => Promise<OpenResult>
  /** The names of the copies on this device. */
  readonly listCopies: () => Promise<readonly string[]>
  readonly deleteCopy: (name: string) => void
  /** What this page's sessions leave to one another. */
  readonly carried: Carried
  readonly tabs: Tabs
  /** The window, whose events wake the line and ask before leaving. */
  readonly page: EventTarget | null
  readonly now: () => Instant
  readonly random: () => number
}

export function browserEdges(): SessionEdges {
  const page = typeof window === 'undefined' ? null : window
  return {
    WebSocket: globalThis.WebSocket,
    address: page ? `${page.location.protocol === 'https:' ? 'wss' : 'ws'}://${page.location.host}/sync` : '',
    openCopy: openDeviceCopy,
    listCopies: listDeviceCopies,
    deleteCopy: deleteDeviceCopy,
    carried: openCarried(),
    tabs: browserTabs(),
    page,
    now: Date.now,
    random: Math.random,
  }
}
