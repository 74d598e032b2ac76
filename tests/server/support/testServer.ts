import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import type { Role } from '#shared/protocol/api.ts'
import { askServer } from '../../../server/admin/socketFile.ts'
import type { AdminCommandName } from '../../../server/access/rules.ts'
import type { Environment } from '../../../server/environment.ts'
import type { Watch } from '../../../server/operation/watch.ts'
import { startServer, type Plantavle } from '../../../server/start.ts'
import { openSqlite } from '../../../server/storage/sqlite.ts'
import type { Bounds } from '../../../server/transport/bounds.ts'
import { systemClock, type Clock } from '../../../server/time/clock.ts'
import { readServerFrame, type ServerFrame } from './frames.ts'
import { arenaOf, smallContent } from './plans.ts'
import { until } from '../../support/until.ts'

export const planId = 'rogaland-0123456789abcdef0123456789abcdef'
export const otherPlanId = 'oslo-og-viken-0123456789abcdef0123456789abcdef'

export interface TestServer {
  readonly server: Plantavle
  readonly folder: string
  readonly reported: string[]
  admin(command: AdminCommandName, options?: Record<string, string>): Promise<Record<string, unknown>>
  /** A member of the plan, signed in. */
  member(role: Role, name?: string): Promise<SignedIn>
  get(path: string, options?: { cookie?: string, method?: string, headers?: Record<string, string> }): Promise<Response>
  /** A socket as it is: nothing is answered unless the test does. */
  connect(options?: ConnectOptions): RawSocket
  /** What a fresh look at the log says. */
  arena(): Promise<string>
  close(): Promise<void>
}
export interface SignedIn { readonly memberId: string, readonly cookie: string, readonly signInUrl: string }
export interface ConnectOptions { readonly cookie?: string, readonly origin?: string | null, readonly room?: string, readonly query?: string }
export interface RawSocket {
  readonly socket: WebSocket
  readonly frames: ServerFrame[]
  readonly bytes: Uint8Array[]
  readonly doc: Y.Doc
  /** The HTTP status that answered instead of an upgrade. */
  readonly refusedWith: () => number | null
  readonly closed: () => number | null
  closing(): Promise<number>
  opening(): Promise<void>
  acks(): number[]
}

interface TestServerOptions {
  readonly clock?: Clock
  readonly clientFolder?: string
  readonly bounds?: Partial<Bounds>
  /** The first content of both plans. */
  readonly content?: Uint8Array
  /** A folder with plans in it, which stays the caller's. */
  readonly kept?: string
  readonly metricsToken?: string
  readonly note?: Watch['note']
  /** What the operator decides besides. */
  readonly environment?: Partial<Environment>
}

/** A server of our own with two small plans, wired as it always is, on a free port of loopback. */
export async function testServer({
  clock = systemClock, clientFolder, bounds = {}, content = smallContent, kept, metricsToken, note, environment = {},
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'plantavle-'))
  if (kept === undefined)
    await layPlans(folder, content)
  const reported: string[] = []
  const server = await startServer({
    environment: { port: 0, host: '127.0.0.1', dataDir: folder, publicOrigin: null, metricsToken: metricsToken ?? null, ...environment },
    ...note && { note },
    clock,
    bounds,
    report: (what, error) => reported.push(`${what}: ${String(error)}`),
    onLost: error => reported.push(`lost: ${error.message}`),
    ...(clientFolder === undefined ? {} : { clientFolder }),
  })
  const { address } = server
  const sockets: WebSocket[] = []

  const self: TestServer = {
    server,
    folder,
    reported,
    async admin(command, options = {}) {
      const answer = await askServer(folder, { command, options })
      if (!answer?.ok)
        throw new Error(`refused: ${JSON.stringify(answer)}`)
      return answer.value as Record<string, unknown>
    },
    async member(role, name = role) {
      const { memberId, signInUrl } = await self.admin('member add', { plan: planId, name, organisation: 'KS', role })
      const answer = await fetch(String(signInUrl), { redirect: 'manual' })
      const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      return { memberId: String(memberId), signInUrl: String(signInUrl), cookie }
    },
    get: (path, { cookie, method = 'GET', headers = {} } = {}) =>
      fetch(`${address}${path}`, { method, redirect: 'manual', headers: { ...headers, ...(cookie === undefined ? {} : { cookie }) } }),
    connect({ cookie, origin = address, room = `plan:${planId}`, query = '?ack=1' } = {}) {
      const socket = new WebSocket(`${address.replace('http', 'ws')}/sync/${room}${query}`, {
        headers: { ...(cookie === undefined ? {} : { cookie }), ...(origin === null ? {} : { origin }) },
      })
      sockets.push(socket)
      return listenTo(socket)
    },
    async arena() {
      const doc = new Y.Doc()
      for (const update of await server.storage.log(planId).read())
        Y.applyUpdate(doc, update)
      return arenaOf(doc)
    },
    async close() {
      sockets.forEach(socket => socket.terminate())
      await server.close()
      if (kept === undefined)
        rmSync(folder, { recursive: true, force: true })
    },
  }
  return self
}

/** Two plans with this first content, in an empty folder. */
export async function layPlans(folder: string, firstContent: Uint8Array): Promise<void> {
  const storage = await openSqlite({ folder })
  for (const [id, regionId] of [[planId, 'rogaland'], [otherPlanId, 'oslo-og-viken']] as const) {
    await storage.createPlan({
      planId: id, regionId, reformId: 'leve-hele-livet', epoch: `epoch-of-${regionId}`, createdAt: 1, title: 'Prøveplan', firstContent,
    })
  }
  await storage.close()
}

function listenTo(socket: WebSocket): RawSocket {
  const frames: ServerFrame[] = []
  const bytes: Uint8Array[] = []
  const doc = new Y.Doc()
  let refused: number | null = null
  let closed: number | null = null
  socket.on('message', (data: Buffer) => {
    bytes.push(data)
    const frame = readServerFrame(data)
    frames.push(frame)
    if (frame.kind === 'step2' || frame.kind === 'update')
      Y.applyUpdate(doc, frame.update)
  })
  socket.on('unexpected-response', (_request, answer) => {
    refused = answer.statusCode ?? 0
    socket.terminate()
  })
  socket.on('error', () => {})
  socket.on('close', (code) => { closed = code })
  return {
    socket, frames, bytes, doc,
    refusedWith: () => refused,
    closed: () => closed,
    async closing() {
      await until(() => closed !== null, { what: 'the connection closes' })
      return closed ?? 0
    },
    opening: () => until(() => frames.length > 0, { what: 'the server speaks' }).then(() => {}),
    acks: () => frames.flatMap(frame => frame.kind === 'ack' ? [frame.count] : []),
  }
}
