import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { emptyUpdate, encodeSync, encodeSyncStep1 } from '#shared/protocol/frames.ts'
import { reachOf, readHeard, withPrefix } from './wire.ts'

/** How somebody gets into a plan of some server. */
export interface Door {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Stands before every frame. */
  readonly prefix: Uint8Array
  /** Goes before anything else. */
  readonly greeting: readonly Uint8Array[]
}

/** What a line has heard of: for each client id how far. */
export type Clocks = ReadonlyMap<number, number>

/**
 * A client without a document: it knows how far it has heard of each writer, which is all that is needed to see that everything
 * came, and costs little beside the server that is measured.
 */
export interface Line {
  readonly client: number
  readonly known: Clocks
  /** Sync updates sent, step 2 among them, and of these the acknowledged. */
  sent(): number
  acked(): number
  /** Updates that rest on what had not come before them. */
  gaps(): number
  /** Both have answered each other's step 1. */
  isSynced(): boolean
  /** The first step 2 came without all of what was waited for. */
  beganEmpty(): boolean
  /** What it was refused, or how it was closed; null while it is open. */
  ended(): string | null
  /** All it has heard and said, where it was told to keep it. */
  readonly kept: readonly Uint8Array[]
  /** A whole sync frame around one update, without the prefix. */
  sendUpdate(frame: Uint8Array): void
  sendFrame(frame: Uint8Array): void
  /** From here on what comes is counted as bytes and thrown away: for peers whose share of the load is to be theirs alone. */
  becomeDeaf(): void
  /** The connection itself. */
  tcp(): Socket
  close(): void
}

export interface LineParts {
  readonly door: Door
  readonly client: number
  /** What it has from before. */
  readonly known?: Clocks
  /** What is to be there in the end, for {@link Line.beganEmpty}. */
  readonly awaited?: Clocks
  /** Its answer to the server's step 1. */
  readonly give?: (stateVector: Uint8Array) => Uint8Array
  /** Something new of a writer's, beyond `from` and up to `to`. */
  readonly onNews?: (client: number, from: number, to: number) => void
  readonly onPresence?: (entries: Uint8Array) => void
  readonly isKeeping?: boolean
}

export function openLine({ door, client, known: before, awaited, give = () => emptyUpdate, onNews, onPresence, isKeeping = false }: LineParts): Line {
  const socket = new WebSocket(door.url, { headers: door.headers, perMessageDeflate: false, maxPayload: 0 })
  socket.binaryType = 'nodebuffer'
  const known = new Map(before)
  const kept: Uint8Array[] = []
  let [sent, acked, gaps] = [0, 0, 0]
  let [hasAnswered, hasHeard, beganEmpty] = [false, false, false]
  let ended: string | null = null

  socket.on('open', () => {
    door.greeting.forEach(sendFrame)
    sendFrame(encodeSyncStep1(Y.encodeStateVector(known)))
  })
  socket.on('message', (bytes: Buffer) => hear(bytes))
  socket.on('error', (error) => { ended ??= error.message })
  socket.on('close', (code, reason) => { ended ??= `closed: ${code} ${reason.toString()}` })

  function sendFrame(frame: Uint8Array): void {
    if (socket.readyState === WebSocket.OPEN)
      socket.send(withPrefix(door.prefix, frame))
  }

  function hear(bytes: Uint8Array): void {
    const heard = readHeard(bytes, door.prefix.length)
    switch (heard.kind) {
      case 'step1': {
        const update = give(heard.stateVector)
        sent++
        sendFrame(encodeSync(1, update))
        if (isKeeping)
          kept.push(update)
        hasAnswered = true
        return
      }
      case 'step2':
      case 'update': {
        learn(heard.update)
        if (heard.kind === 'step2') {
          beganEmpty ||= !hasHeard && awaited !== undefined && !knowsAll(known, awaited)
          hasHeard = true
        }
        return
      }
      case 'presence': return onPresence?.(heard.entries)
      case 'ack': {
        acked = heard.count
        return
      }
      case 'refusal': {
        ended ??= `refused: ${heard.reason}`
        return
      }
      case 'other': return
    }
  }

  function learn(update: Uint8Array): void {
    if (isKeeping)
      kept.push(update.slice())
    for (const [writer, from, to] of reachOf(update)) {
      const had = known.get(writer) ?? 0
      // Of its own it hears what came out together with others'.
      if (from > had && writer !== client)
        gaps++
      if (to <= had)
        continue
      known.set(writer, to)
      if (writer !== client)
        onNews?.(writer, had, to)
    }
  }

  const tcp = () => (socket as unknown as { readonly _socket: Socket })._socket

  return {
    client, known, kept,
    sent: () => sent,
    acked: () => acked,
    gaps: () => gaps,
    isSynced: () => hasAnswered && hasHeard,
    beganEmpty: () => beganEmpty,
    ended: () => ended,
    sendUpdate(frame) {
      sent++
      if (isKeeping)
        kept.push(updateIn(frame))
      sendFrame(frame)
    },
    sendFrame,
    becomeDeaf() {
      tcp().removeAllListeners('data').on('data', () => {})
    },
    tcp,
    close: () => socket.terminate(),
  }
}

export const knowsAll = (known: Clocks, awaited: Clocks) => [...awaited].every(([client, clock]) => (known.get(client) ?? 0) >= clock)

export const clocksOf = (update: Uint8Array): Clocks => Y.decodeStateVector(Y.encodeStateVectorFromUpdate(update))

/** The update in a whole sync frame. */
export function updateIn(frame: Uint8Array): Uint8Array {
  const heard = readHeard(frame, 0)
  return 'update' in heard ? heard.update : emptyUpdate
}

/** Does something for each, so many at a time. */
export async function inGroups<T, R>(all: readonly T[], most: number, work: (one: T, n: number) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (let at = 0; at < all.length; at += most)
    done.push(...await Promise.all(all.slice(at, at + most).map((one, n) => work(one, at + n))))
  return done
}
