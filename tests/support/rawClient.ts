import { once } from 'node:events'
import * as decoding from 'lib0/decoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { openPlan, type Plan } from '#shared/plan/plan.ts'
import { encodeSync, encodeSyncStep1, frameKind, readRefusal, syncStep, type Refusal } from '#shared/protocol/frames.ts'
import { until } from './until.ts'

/**
 * A writer that speaks the wire itself: a document, a socket with `ack=1`, and a book of which of its words the server has
 * acknowledged. Across connections it keeps its document, as a browser keeps its outbox.
 */
export interface RawClient {
  readonly plan: Plan
  /** Labels of what was written and acknowledged as on disk. */
  readonly acknowledged: ReadonlySet<string>
  readonly refusals: readonly { nth: number, refusal: Refusal }[]
  /** The close of the latest connection, or null while it is open. */
  readonly closed: () => { code: number, reason: string } | null
  /** Resolves when the document holds what the server has, and the server has been given what it lacks. `via`: past a line. */
  connect(origin: string, options?: { via?: string }): Promise<void>
  /** Changes the document; the label is in `acknowledged` once all of it is on disk. */
  write(label: string, change: (plan: Plan) => void): void
  isLive(): boolean
  /** Everything written has been acknowledged. */
  isSettled(): boolean
  /** Reads nothing from its line until the returned function is called. */
  stall(): () => void
  /** A frame as it is, past the document and the book. */
  sendBytes(frame: Uint8Array): void
  disconnect(): Promise<void>
}

export function rawClient({ planId, cookie, doc = new Y.Doc() }: { planId: string, cookie: string, doc?: Y.Doc }): RawClient {
  const plan = openPlan(doc)
  const acknowledged = new Set<string>()
  const refusals: { nth: number, refusal: Refusal }[] = []
  let open: { labels: { upTo: number, label: string }[], sent: number, hasAnswered: boolean, hasHeard: boolean, socket: WebSocket } | null = null
  let lastClose: { code: number, reason: string } | null = null
  let waiting: string[] = []

  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'server' && open?.hasAnswered)
      sendSync(syncStep.update, update)
  })

  function sendSync(step: 1 | 2, update: Uint8Array) {
    if (!open)
      return
    open.sent++
    open.socket.send(encodeSync(step, update))
  }

  function hear(frame: Uint8Array) {
    const decoder = decoding.createDecoder(frame)
    const kind = decoding.readVarUint(decoder)
    if (!open)
      return
    if (kind === frameKind.ack) {
      const count = decoding.readVarUint(decoder)
      for (const { label } of open.labels.filter(({ upTo }) => upTo <= count))
        acknowledged.add(label)
      open.labels = open.labels.filter(({ upTo }) => upTo > count)
    }
    else if (kind === frameKind.refusal) {
      refusals.push(readRefusal(decoder))
    }
    else if (kind === frameKind.sync) {
      const step = decoding.readVarUint(decoder)
      const bytes = decoding.readVarUint8Array(decoder)
      if (step === syncStep.step1) {
        sendSync(syncStep.step2, Y.encodeStateAsUpdate(doc, bytes))
        open.hasAnswered = true
        const upTo = open.sent
        open.labels.push(...waiting.map(label => ({ upTo, label })))
        waiting = []
      }
      else {
        Y.applyUpdate(doc, bytes, 'server')
        open.hasHeard ||= step === syncStep.step2
      }
    }
  }

  function forget() {
    waiting = [...open?.labels.map(({ label }) => label) ?? [], ...waiting]
    open = null
  }

  return {
    plan, acknowledged, refusals,
    closed: () => lastClose,
    isLive: () => open?.hasAnswered === true && open.hasHeard,
    isSettled: () => waiting.length === 0 && open?.labels.length === 0,
    stall() {
      const socket = open?.socket
      socket?.pause()
      return () => socket?.resume()
    },
    async connect(origin, { via = origin } = {}) {
      const socket = new WebSocket(`${via.replace(/^http/, 'ws')}/sync/plan:${planId}?ack=1`, { headers: { cookie, origin } })
      socket.binaryType = 'nodebuffer'
      const connection = { labels: [], sent: 0, hasAnswered: false, hasHeard: false, socket }
      lastClose = null
      // The server's first frames may come in one piece with its answer to the handshake.
      socket.on('open', () => {
        open = connection
        socket.send(encodeSyncStep1(Y.encodeStateVector(doc)))
      })
      socket.on('message', (bytes: Buffer) => {
        if (open === connection)
          hear(bytes)
      })
      socket.on('error', () => {})
      socket.on('close', (code, reason) => {
        lastClose = { code, reason: reason.toString() }
        if (open === connection)
          forget()
      })
      await Promise.race([once(socket, 'open'), once(socket, 'close')])
      if (lastClose !== null)
        throw new Error(`closed before it opened: ${JSON.stringify(lastClose)}`)
      await until(() => lastClose !== null || this.isLive(), { what: 'the document arrives' })
    },
    write(label, change) {
      change(plan)
      if (open?.hasAnswered)
        open.labels.push({ upTo: open.sent, label })
      else
        waiting.push(label)
    },
    sendBytes(frame) {
      open?.socket.send(frame)
    },
    async disconnect() {
      const socket = open?.socket
      forget()
      if (socket && socket.readyState !== WebSocket.CLOSED) {
        socket.close()
        await once(socket, 'close')
      }
    },
  }
}
