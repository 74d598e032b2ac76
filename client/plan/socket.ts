import * as decoding from 'lib0/decoding'
import { WebsocketProvider } from 'y-websocket'
import type * as Y from 'yjs'
import type { Instant } from '#shared/plan/values.ts'
import { closeReason, isNotUnderstood, type CloseReason } from '#shared/protocol/closes.ts'
import { isRegisterName } from '#shared/plan/registers.ts'
import type { Reach } from '#shared/protocol/access.ts'
import { emptyUpdate, encodeStateQuestion, encodeSync, frameKind, readReach, readRefusal, syncStep, type Refusal } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'

export type SocketClass = typeof WebSocket

/** What the session hears from its line to the server. */
export interface LineListener {
  /** A new connection: nothing has been sent on it. */
  onConnection(): void
  /** The server has told what it has, and takes updates from here on. Called before the closing empty step 2 is sent. */
  onReady(): void
  /** Everything the server had is in the document. */
  onSynced(): void
  /** An update from the server is in the document: its very bytes. */
  onUpdate(update: Uint8Array): void
  onAck(count: number): void
  /** Sync update number `nth` of this connection (from 1) was refused, and nothing after it was read. */
  onRefusal(nth: number, refusal: Refusal): void
  /** The server's state hash, after all that has come on this connection. */
  onState(hash: string): void
  /** This is what we may do in the plan now. */
  onReach(reach: Reach): void
  /** Whether the server can save anything now. On a new connection it can, unless this comes before `onReady`. */
  onWriting(isPossible: boolean): void
  /** The connection is gone, or an attempt came to nothing; another follows by itself. */
  onDown(): void
  /** The server sent us away for good; nothing follows. */
  onStop(reason: CloseReason): void
}

export interface LineOptions {
  readonly doc: Y.Doc
  /** `wss://…/sync` */
  readonly address: string
  readonly room: string
  readonly params: Record<string, string>
  readonly WebSocket: SocketClass
  readonly now: () => Instant
  readonly random: () => number
  readonly listener: LineListener
}

/** The line to one room: y-websocket's provider, with our own sending, counting, patience and return. */
export interface Line {
  /** The origin of transactions that came over the line. */
  readonly origin: object
  readonly awareness: WebsocketProvider['awareness']
  readonly isLive: boolean
  /** The server takes updates now. */
  readonly isReady: boolean
  connect(): void
  /** Tries at once, once it has been told to connect: the network or the page has come back. */
  tryNow(): void
  /** The network says it is gone: no need to wait for silence. Another connection follows when one can be had. */
  giveUp(): void
  /** Sends an update, and tells which sync update of this connection it is (from 1); null when the server takes none now. */
  sendUpdate(update: Uint8Array): number | null
  sendFrame(frame: Uint8Array): void
  askState(): void
  /** No more connections; the document stays. */
  stop(): void
  close(): void
}

export function openLine({ doc, address, room, params, WebSocket: Base, now, random, listener }: LineOptions): Line {
  /** Counts the sync updates it sends, which is what the server's acks count, and notes when it last heard anything. */
  class CountingSocket extends Base {
    sentUpdates = 0
    /** The first of them that changed something. */
    firstChange = Infinity
    openedAt = Infinity
    heardAt = now()

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      this.addEventListener('open', () => {
        this.openedAt = now()
        this.#hear()
      })
      this.addEventListener('message', () => this.#hear())
    }

    override send(data: Uint8Array<ArrayBuffer>): void {
      if (data[0] === frameKind.sync && (data[1] === syncStep.step2 || data[1] === syncStep.update))
        this.sentUpdates++
      super.send(data)
    }

    #hear() {
      this.heardAt = now()
    }
  }

  const provider = new WebsocketProvider(address, room, doc, { connect: false, disableBc: true, params, WebSocketPolyfill: CountingSocket })
  // The outbox sends our updates, and presence its own state; see `session.ts`.
  doc.off('update', provider._updateHandler)
  provider.awareness.off('update', provider._awarenessUpdateHandler)

  let isStarted = false
  let isStopped = false
  /** The server's step 1 has come on this connection. */
  let isReady = false
  let isLive = false
  let attempts = 0
  let notUnderstood = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const socket = () => provider.ws instanceof CountingSocket ? provider.ws : null

  function sendUpdate(update: Uint8Array): number | null {
    const to = socket()
    if (!to || !isReady || !provider.wsconnected)
      return null
    to.send(encodeSync(syncStep.update, update) as Uint8Array<ArrayBuffer>)
    to.firstChange = Math.min(to.firstChange, to.sentUpdates)
    return to.sentUpdates
  }

  function sendFrame(frame: Uint8Array): void {
    if (provider.wsconnected)
      socket()?.send(frame as Uint8Array<ArrayBuffer>)
  }

  const readSync = provider.messageHandlers[frameKind.sync]
  provider.messageHandlers[frameKind.sync] = (encoder, decoder, of, emitSynced, kind) => {
    if (decoding.peekVarUint(decoder) !== syncStep.step1) {
      const ahead = decoding.clone(decoder)
      decoding.readVarUint(ahead)
      const update = decoding.readVarUint8Array(ahead).slice()
      readSync?.(encoder, decoder, of, emitSynced, kind)
      return listener.onUpdate(update)
    }
    isReady = true
    listener.onReady()
    // A step 1 is answered by a step 2; what it would have held has just been sent in order.
    socket()?.send(encodeSync(syncStep.step2, emptyUpdate) as Uint8Array<ArrayBuffer>)
  }
  const readPresence = provider.messageHandlers[frameKind.presence]
  provider.messageHandlers[frameKind.presence] = (...message) => {
    try {
      readPresence?.(...message)
    }
    catch {
      // Presence that cannot be read is nobody's.
    }
  }
  provider.messageHandlers[frameKind.ack] = (_encoder, decoder) => {
    const count = decoding.readVarUint(decoder)
    if (count >= (socket()?.firstChange ?? Infinity))
      prove()
    listener.onAck(count)
  }
  provider.messageHandlers[frameKind.refusal] = (_encoder, decoder) => {
    const { nth, refusal } = readRefusal(decoder)
    listener.onRefusal(nth, refusal)
  }
  provider.messageHandlers[frameKind.state] = (_encoder, decoder) => listener.onState(decoding.readVarString(decoder))
  provider.messageHandlers[frameKind.reach] = (_encoder, decoder) => {
    const reach = readReach(decoder)
    if (reach)
      listener.onReach({ role: reach.role, registers: reach.registers && reach.registers.filter(isRegisterName) })
  }

  provider.messageHandlers[frameKind.writing] = (_encoder, decoder) => listener.onWriting(decoding.readVarUint(decoder) !== 0)

  provider.on('status', ({ status }) => {
    if (status === 'connected')
      listener.onConnection()
  })
  provider.on('sync', (isSynced) => {
    if (!isSynced)
      return
    isLive = true
    listener.onSynced()
  })
  /** The line has served: what went wrong before is over. A server that lets in and drops at once serves nobody. */
  function prove() {
    attempts = 0
    notUnderstood = 0
  }
  provider.on('connection-close', (event) => {
    if (isLive && now() - (socket()?.openedAt ?? Infinity) >= provenAfterMs)
      prove()
    if (event && isNotUnderstood(event.code))
      notUnderstood++
    // The provider would come back by itself, in step with everybody else's.
    provider.shouldConnect = false
    isReady = false
    isLive = false
    const reason = notUnderstood >= maxNotUnderstood ? 'not-understood' : event ? closeReason(event.code) : null
    if (reason && !isStopped) {
      stop()
      listener.onStop(reason)
    }
    else if (!isStopped) {
      listener.onDown()
      comeBack()
    }
  })

  /** Tries again after a while: longer each time, never the same for all who lost the same server. */
  function comeBack() {
    clearTimeout(timer)
    const longest = Math.min(maxBackoffMs, 500 * 2 ** attempts++)
    timer = setTimeout(attempt, longest * (0.2 + 0.8 * random()))
  }

  function attempt() {
    timer = undefined
    if (!isStopped && !provider.ws)
      provider.connect()
  }

  /** A line that has said nothing for too long is dead, whatever it calls itself; told no later than the limit says. */
  function isSilent() {
    const current = socket()
    const longest = (provider.wsconnected ? limits.silentAfterMs : connectWithinMs) - watchEveryMs
    return current !== null && now() - current.heardAt >= longest
  }
  const watch = setInterval(() => {
    if (isSilent())
      provider.disconnect()
  }, watchEveryMs)

  function stop() {
    isStopped = true
    clearTimeout(timer)
    clearInterval(watch)
    provider.disconnect()
  }

  return {
    origin: provider,
    awareness: provider.awareness,
    get isLive() {
      return isLive
    },
    connect() {
      isStarted = true
      if (!isStopped)
        provider.connect()
    },
    tryNow() {
      if (!isStarted || isStopped)
        return
      attempts = 0
      if (isSilent() || (provider.wsconnecting && socket() !== null))
        provider.disconnect()
      clearTimeout(timer)
      attempt()
    },
    giveUp() {
      if (isStarted && !isStopped)
        provider.disconnect()
    },
    get isReady() {
      return isReady && provider.wsconnected
    },
    sendUpdate,
    sendFrame,
    askState: () => sendFrame(encodeStateQuestion()),
    stop,
    close() {
      stop()
      provider.destroy()
    },
  }
}

const watchEveryMs = 500
const maxBackoffMs = 3_000
/** A line that has lived this long serves. */
const provenAfterMs = 10_000
/** Closes in a row by a server that cannot read us, after which the same again would be no use. */
const maxNotUnderstood = 3
/** An attempt that hangs longer is given up, so that a line that mends is used within seconds. */
const connectWithinMs = 5_000
