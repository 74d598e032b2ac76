import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { encodeAwarenessUpdate, type Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { layPlan, type PlanSeed } from '#shared/plan/lay.ts'
import {
  emptyUpdate, encodeAck, encodePresence, encodeRefusal, encodeReach, encodeState, encodeSync, encodeSyncStep1, frameKind, syncStep, type Refusal,
} from '#shared/protocol/frames.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import type { Role } from '#shared/protocol/api.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import type { SocketClass } from '../../../client/plan/socket.ts'
import { smallSeed } from '../../support/plans.ts'

/** One end of a connection, as a browser's socket; the other end is the wire's. */
export class PretendSocket extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSING = 2
  readonly CLOSED = 3
  readyState = 0
  binaryType = 'arraybuffer'
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: MessageEvent) => void) | null = null
  onclose: ((event: Event) => void) | null = null
  onerror: ((event: Event) => void) | null = null
  readonly toServer: Uint8Array[] = []
  readonly toClient: Uint8Array[] = []
  /** Sync updates the server has received on this connection, and what they held. */
  readonly updates: Uint8Array[] = []
  readonly presence: Uint8Array[] = []
  acknowledged = 0
  /** One was refused: nothing after it is read. */
  isRefused = false
  /** Whose session the browser carries. Absent where nobody looks. */
  readonly signedIn?: string | null
  readonly url: URL

  constructor(url: string | URL) {
    super()
    this.url = new URL(url)
  }

  send(data: Uint8Array): void {
    if (this.readyState === this.OPEN)
      this.toServer.push(data.slice())
  }

  close(): void {
    this.readyState = this.CLOSED
  }

  open(): void {
    this.readyState = this.OPEN
    this.#tell(new Event('open'), this.onopen)
  }

  receive(data: Uint8Array): void {
    this.#tell(new MessageEvent('message', { data: data.slice().buffer }), this.onmessage)
  }

  end(code: number): void {
    this.readyState = this.CLOSED
    this.#tell(Object.assign(new Event('close'), { code, reason: '' }), this.onclose)
  }

  #tell<E extends Event>(event: E, handler: ((event: E) => void) | null) {
    this.dispatchEvent(event)
    handler?.(event)
  }
}

/** A server that keeps one document, and a wire to it in the test's hand: nothing moves until it is told to. */
export function openPretendServer({ seed = smallSeed, content = layPlan(seed) }: { seed?: PlanSeed, content?: Uint8Array } = {}) {
  let doc = new Y.Doc()
  Y.applyUpdate(doc, content)
  /** What would be there after the server's death: what it has acknowledged. */
  let onDisk = Y.encodeStateAsUpdate(doc)
  const sockets: PretendSocket[] = []
  let isUp = true
  let acks = true
  let judge: (update: Uint8Array, doc: Y.Doc) => Refusal | null = () => null
  let epoch: string | null = null
  /** Every update that was refused, as it came. */
  const refused: Uint8Array[] = []
  const living = () => sockets.filter(socket => socket.readyState === socket.OPEN)

  class Socket extends PretendSocket {
    constructor(url: string | URL) {
      super(url)
      sockets.push(this)
    }
  }

  function hashNow(): string {
    const hash = openStateHash(doc)
    try {
      return hash.read()
    }
    finally {
      hash.close()
    }
  }

  function open(socket: PretendSocket) {
    socket.open()
    if (socket.signedIn !== undefined && socket.url.searchParams.get('member') !== socket.signedIn)
      return socket.end(closeCode.signedOut)
    if (epoch !== null && socket.url.searchParams.get('epoch') !== epoch)
      return socket.end(closeCode.otherEpoch)
    socket.toClient.push(encodeSyncStep1(Y.encodeStateVector(doc)))
  }

  function take(from: PretendSocket, frame: Uint8Array) {
    const decoder = decoding.createDecoder(frame)
    const kind = decoding.readVarUint(decoder)
    if (kind === frameKind.state)
      return void from.toClient.push(encodeState(hashNow()))
    if (kind !== frameKind.sync)
      return void from.presence.push(frame)
    if (from.isRefused)
      return
    const step = decoding.readVarUint(decoder)
    const body = decoding.readVarUint8Array(decoder)
    if (step === syncStep.step1) {
      from.toClient.push(encodeSync(syncStep.update, Y.encodeStateAsUpdate(doc, body)), encodeSync(syncStep.step2, emptyUpdate))
      return
    }
    const refusal = body.length > emptyUpdate.length ? judge(body, doc) : null
    if (refusal) {
      refused.push(body)
      from.isRefused = true
      from.toClient.push(encodeRefusal(from.updates.length + 1, refusal))
      return
    }
    from.updates.push(body)
    Y.applyUpdate(doc, body)
    living().filter(other => other !== from).forEach(other => other.toClient.push(encodeSync(syncStep.update, body)))
  }

  /** Lets in who waits, and moves what is on the wire to the server, which answers; tells whether anything moved. */
  function up(): boolean {
    let isMoving = false
    for (const socket of sockets.filter(({ readyState }) => readyState !== PretendSocket.CLOSED)) {
      if (!isUp) {
        socket.end(1006)
        continue
      }
      const isNew = socket.readyState === socket.CONNECTING
      if (isNew)
        open(socket)
      const frames = socket.toServer.splice(0)
      frames.forEach(frame => take(socket, frame))
      if (acks && socket.acknowledged < socket.updates.length) {
        onDisk = Y.encodeStateAsUpdate(doc)
        socket.acknowledged = socket.updates.length
        socket.toClient.push(encodeAck(socket.acknowledged))
      }
      isMoving ||= isNew || frames.length > 0
    }
    return isMoving
  }

  /** Moves what is on the wire to the clients; tells whether anything moved. */
  function down(): boolean {
    let isMoving = false
    for (const socket of living()) {
      const frames = socket.toClient.splice(0)
      for (const frame of frames)
        socket.receive(frame)
      isMoving ||= frames.length > 0
    }
    return isMoving
  }

  /** Moves what is on the wire, both ways, until nothing more comes. */
  function flush() {
    for (let isMoving = true; isMoving;) {
      const isUpward = up()
      isMoving = down() || isUpward
    }
  }

  return {
    get doc() {
      return doc
    },
    WebSocket: Socket as unknown as SocketClass,
    sockets,
    flush,
    up,
    down,
    /** The connections that are open now. */
    living,
    /** The line goes: what was on it is lost, and no new one is made. */
    cut() {
      isUp = false
      living().forEach(socket => socket.end(1006))
    },
    /** The server dies and begins anew from its disk. */
    die() {
      living().forEach(socket => socket.end(1006))
      doc = new Y.Doc()
      Y.applyUpdate(doc, onDisk)
    },
    mend() {
      isUp = true
    },
    holdAcks() {
      acks = false
    },
    releaseAcks() {
      acks = true
    },
    /** Refuses every change, or none any more. */
    refuse(next: Refusal | null) {
      judge = () => next
    },
    /** Looks at each update that changes something, before it is applied. */
    judge(next: (update: Uint8Array, doc: Y.Doc) => Refusal | null) {
      judge = next
    },
    refused,
    tellRole: (role: Role) => living().forEach(socket => socket.toClient.push(encodeReach({ role, registers: null }))),
    /** The plan is another from here on, in an epoch of its own: as after a restore. */
    beginEpoch(name: string, content: Uint8Array) {
      epoch = name
      doc = new Y.Doc()
      Y.applyUpdate(doc, content)
      onDisk = content
      living().forEach(socket => socket.end(closeCode.otherEpoch))
    },
    /** A fault: the server has one thing, and tells its clients another under the same name. */
    mislead(own: Uint8Array, told: Uint8Array) {
      Y.applyUpdate(doc, own)
      living().forEach(socket => socket.toClient.push(encodeSync(syncStep.update, told)))
    },
    close: (code: number) => living().forEach(socket => socket.end(code)),
    /** Another person's change. */
    write(change: (doc: Y.Doc) => void) {
      const take = (update: Uint8Array) => living().forEach(socket => socket.toClient.push(encodeSync(syncStep.update, update)))
      doc.on('update', take)
      change(doc)
      doc.off('update', take)
    },
    show: (awareness: Awareness, clients: number[]) =>
      living().forEach(socket => socket.toClient.push(encodePresence(encodeAwarenessUpdate(awareness, clients)))),
    /** An empty presence, as the server sends to everybody so that no line is silent. */
    speak: () => living().forEach(socket => socket.toClient.push(Uint8Array.of(frameKind.presence, 1, 0))),
    /** Any frame at all. */
    send: (write: (encoder: encoding.Encoder) => void) => living().forEach(socket => socket.toClient.push(encoding.encode(write))),
  }
}
export type PretendServer = ReturnType<typeof openPretendServer>
