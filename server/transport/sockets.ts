import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { closeCode } from '#shared/protocol/closes.ts'
import { limits } from '#shared/protocol/limits.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import type { Access } from '../access/access.ts'
import type { Seen } from '../access/seen.ts'
import type { Cookies } from '../access/cookie.ts'
import type { AccessChange, Bus } from '../bus/bus.ts'
import type { Watch } from '../operation/watch.ts'
import type { Clock } from '../time/clock.ts'
import { UnreadablePlanError, type Rooms } from '../rooms/rooms.ts'
import type { Storage } from '../storage/contracts.ts'
import { openPlaces, type Bounds, type Places } from './bounds.ts'
import { openConnection, type Connection } from './connection.ts'
import { openFraming } from './framing.ts'
import { openMoments } from './moments.ts'
import type { Origins } from './origins.ts'
import { isAbout, type Identity } from './standing.ts'
import { openTraffic, type Traffic } from './traffic.ts'

export interface SocketParts {
  readonly access: Access
  readonly storage: Pick<Storage, 'plan' | 'failure'>
  readonly rooms: Rooms
  readonly seen: Pick<Seen, 'mark'>
  readonly bus: Bus
  readonly clock: Clock
  readonly origins: () => Origins
  readonly cookies: () => Cookies
  readonly bounds: Pick<Bounds, 'connectionsPerMember' | 'connectionsPerAddress'>
  readonly report: (what: string, error: unknown) => void
  readonly watch: Watch
}

/** Websockets to plans: who they are is found out after the upgrade, since a browser cannot see an answer before it. */
export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Bytes of all connections so far. */
  traffic(): Traffic
  /** Sends away whoever is still here, and resolves when they are gone. */
  close(): Promise<void>
}

export function openSockets({ access, storage, rooms, seen, bus, clock, origins, cookies, bounds, report, watch }: SocketParts): Sockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.maxFrameBytes, perMessageDeflate: false, clientTracking: true })
  const connections = new Set<Connection>()
  const ofMember = openPlaces(bounds.connectionsPerMember)
  const ofAddress = openPlaces(bounds.connectionsPerAddress)
  const sendMessage = openFraming()
  const traffic = openTraffic()
  /** What has been told since it was begun to find out who comes, for each of them. */
  const comings = new Set<AccessChange[]>()
  let isLookingAgain = false
  let isClosed = false

  const stopHearing = bus.subscribe((change) => {
    comings.forEach(heard => heard.push(change))
    connections.forEach(connection => connection.hear(change))
  })
  const moments = openMoments({ clock, all: () => connections })
  const stopLookingAgain = clock.every(lookAgainEveryMs, () => void lookAgain())
  const stopTicking = clock.every(1_000, () => connections.forEach(connection => connection.tick()))
  server.on('wsClientError', (_error, socket) => socket.destroy())

  async function admit(connection: Connection, webSocket: WebSocket, request: IncomingMessage, url: URL): Promise<void> {
    if (!takePlace(ofAddress, request.socket.remoteAddress ?? '', webSocket))
      return connection.close(closeCode.comeBack, 'too many')
    const found = await find(connection, request, url)
    if (connection.isClosed())
      return
    if (typeof found === 'number')
      return connection.close(found, 'not here')
    if (!takePlace(ofMember, found.session.member.memberId, webSocket))
      return connection.close(closeCode.comeBack, 'too many')
    const seat = await rooms.join(found.planId, connection.peer({ wantsAcks: url.searchParams.get('ack') === '1' }), found.epoch)
    connection.seat(seat)
    if (found.right.isMember)
      seen.mark(found.planId, found.session.member.memberId)
  }

  function forget(connection: Connection): void {
    connections.delete(connection)
    if (connections.size === 0)
      moments.rest()
  }

  /** Asks again what somebody may do, and lets the connection hear it. */
  async function follow(connection: Connection, { session, planId }: Identity): Promise<void> {
    const { memberId } = session.member
    try {
      if (await access.stands(session)) {
        const right = await access.right(planId, memberId)
        connection.hear({ kind: 'right', planId, memberId, right })
        if (right?.isMember)
          seen.mark(planId, memberId)
      }
      else
        connection.hear({ kind: 'session-ended', sessionId: session.sessionId })
    }
    catch (error) {
      report('it could not be seen what somebody may do', error)
      connection.close(closeCode.comeBack, 'come back')
    }
  }

  /** What nobody has told of: a right that began by itself, or that was changed past this process. One after another, as it is no hurry. */
  async function lookAgain(): Promise<void> {
    // A round that takes longer than the time between two is not joined by another.
    if (isLookingAgain)
      return
    isLookingAgain = true
    try {
      for (const connection of connections) {
        const identity = connection.identity()
        if (identity && storage.failure() === null)
          await follow(connection, identity)
      }
    }
    finally {
      isLookingAgain = false
    }
  }

  /** Lets the connection know who comes, and all that was told of them meanwhile; or the code they are sent away with. */
  async function find(connection: Connection, request: IncomingMessage, url: URL) {
    const heard: AccessChange[] = []
    comings.add(heard)
    try {
      const found = await identify(request, url, heard)
      if (typeof found !== 'number') {
        connection.identify(found)
        heard.forEach(connection.hear)
      }
      return found
    }
    finally {
      comings.delete(heard)
    }
  }

  /** Who comes. Asked again where what they may do has changed meanwhile; `heard` is emptied each time, and goes on filling. */
  async function identify(request: IncomingMessage, url: URL, heard: AccessChange[]): Promise<Coming | number> {
    for (let left = mostLooks; left > 0; left--) {
      heard.length = 0
      const session = await access.session(cookies().session.read(request.headers.cookie))
      const planId = planOf(url)
      const plan = session && planId !== null ? await storage.plan(planId) : null
      const right = session && plan ? await access.right(plan.planId, session.member.memberId) : null
      if (session && heard.some(change => isAbout(change, session, planId)))
        continue
      // A page that was opened for one member is nobody else's: another tab may have signed out, and in as somebody else.
      if (!session || (url.searchParams.get('member') ?? session.member.memberId) !== session.member.memberId)
        return closeCode.signedOut
      if (!plan || !right)
        return closeCode.notFound
      const epoch = url.searchParams.get('epoch')
      if (epoch !== null && epoch !== plan.epoch)
        return closeCode.otherEpoch
      const schema = url.searchParams.get('schema')
      if (schema !== null && !(Number(schema) >= schemaVersion))
        return closeCode.outdatedClient
      return { session, planId: plan.planId, right, epoch: plan.epoch }
    }
    return closeCode.comeBack
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      const url = toUrl(request.url)
      if (isClosed || !url?.pathname.startsWith(syncPath))
        return refuseUpgrade(socket, isClosed ? '503 Service Unavailable' : '404 Not Found')
      if (!origins().isOurs(request.headers.origin)) {
        watch.count('turned-away', 'wrong-origin')
        watch.note('wrong-origin', { route: 'GET /sync/:room' })
        return refuseUpgrade(socket, '403 Forbidden')
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const write = (message: Uint8Array) => sendMessage({ webSocket, stream: socket }, message)
        const connection = openConnection({
          socket: webSocket, write, clock, report, watch, onMoment: moments.expect, onLapsed: identity => void follow(connection, identity),
        })
        socket.on('drain', connection.drained)
        connections.add(connection)
        traffic.add(request.socket)
        webSocket.on('close', () => forget(connection))
        admit(connection, webSocket, request, url).catch((error: unknown) => {
          if (error instanceof UnreadablePlanError)
            return connection.close(error.code, 'unreadable')
          report('a connection could not be let in', error)
          connection.close(closeCode.comeBack, 'come back')
        })
      })
    },
    traffic: traffic.sum,
    async close() {
      isClosed = true
      stopTicking()
      stopLookingAgain()
      stopHearing()
      moments.rest()
      const gone = [...server.clients].map(client => new Promise<void>(resolve => client.once('close', () => resolve())))
      connections.forEach(connection => connection.close(closeCode.restarting, 'restarting'))
      await Promise.all(gone)
      server.close()
    },
  }
}

interface Coming extends Identity { readonly epoch: string }

/** Whether there was one; given back when the socket, which is open now, is closed. */
function takePlace(places: Places, key: string, webSocket: WebSocket): boolean {
  const giveBack = places.take(key)
  if (giveBack)
    webSocket.once('close', giveBack)
  return giveBack !== null
}

/** Whose rights change that often while they come, comes again. */
const mostLooks = 5
/** No later than this a change is followed that was told by nobody. */
const lookAgainEveryMs = 30_000
const syncPath = '/sync/'
const roomPrefix = 'plan:'

function toUrl(path: string | undefined): URL | null {
  const text = `http://localhost${path ?? '/'}`
  return URL.canParse(text) ? new URL(text) : null
}

/** The plan of `/sync/plan:<planId>`; null for any other room. */
function planOf({ pathname }: URL): string | null {
  try {
    const room = decodeURIComponent(pathname.slice(syncPath.length))
    return room.startsWith(roomPrefix) ? room.slice(roomPrefix.length) : null
  }
  catch {
    return null
  }
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}
