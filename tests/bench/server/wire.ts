import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { encodePresence, frameKind, readRefusal, syncStep } from '#shared/protocol/frames.ts'

/** What a server's frame says to a client. */
export type Heard =
  | { readonly kind: 'step1', readonly stateVector: Uint8Array }
  | { readonly kind: 'step2' | 'update', readonly update: Uint8Array }
  | { readonly kind: 'presence', readonly entries: Uint8Array }
  | { readonly kind: 'ack', readonly count: number }
  | { readonly kind: 'refusal', readonly reason: string }
  | { readonly kind: 'other' }

/** Hocuspocus' own: a sync frame that wants no step 1 in return, and the first number of a frame that says who one is. */
const syncReply = 4
const auth = 2

/** What stands before every frame of a server with one socket for several documents: the document's name. */
export const prefixOf = (documentName: string) => encoding.encode(encoder => encoding.writeVarString(encoder, documentName))

/** The first frame such a server wants. */
export const encodeToken = (token: string) => encoding.encode((encoder) => {
  encoding.writeVarUint(encoder, auth)
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarString(encoder, token)
})

/** `frame` as it goes to a server that wants `prefix`. */
export function withPrefix(prefix: Uint8Array, frame: Uint8Array): Uint8Array {
  if (prefix.length === 0)
    return frame
  const whole = new Uint8Array(prefix.length + frame.length)
  whole.set(prefix)
  whole.set(frame, prefix.length)
  return whole
}

/** Reads a frame that has `prefixLength` bytes before it. The bytes in the answer are views. Throws on malformed bytes. */
export function readHeard(bytes: Uint8Array, prefixLength: number): Heard {
  const decoder = decoding.createDecoder(bytes)
  decoder.pos = prefixLength
  switch (decoding.readVarUint(decoder)) {
    case frameKind.sync:
    case syncReply: return readSync(decoder)
    case frameKind.presence: return { kind: 'presence', entries: decoding.readVarUint8Array(decoder) }
    case frameKind.ack: return { kind: 'ack', count: decoding.readVarUint(decoder) }
    case frameKind.refusal: return { kind: 'refusal', reason: readRefusal(decoder).refusal.reason }
    default: return { kind: 'other' }
  }
}

function readSync(decoder: decoding.Decoder): Heard {
  const step = decoding.readVarUint(decoder)
  const bytes = decoding.readVarUint8Array(decoder)
  if (step === syncStep.step1)
    return { kind: 'step1', stateVector: bytes }
  return { kind: step === syncStep.step2 ? 'step2' : 'update', update: bytes }
}

/** How far an update reaches: for each client id the clocks it begins and ends with. */
export type Reach = readonly (readonly [client: number, from: number, to: number])[]

const remembered: { readonly bytes: Uint8Array, readonly reach: Reach }[] = []
const worthRemembering = 512
const mostRemembered = 64

/** Many peers get the same large update: it is gone through once. */
export function reachOf(update: Uint8Array): Reach {
  if (update.length < worthRemembering)
    return readReach(update)
  const known = remembered.find(({ bytes }) => bytes.length === update.length && Buffer.compare(bytes, update) === 0)
  if (known)
    return known.reach
  const reach = readReach(update)
  remembered.unshift({ bytes: update.slice(), reach })
  remembered.length = Math.min(remembered.length, mostRemembered)
  return reach
}

function readReach(update: Uint8Array): Reach {
  const { from, to } = Y.parseUpdateMeta(update)
  return [...to].map(([client, end]) => [client, from.get(client) ?? 0, end] as const)
}

/** A presence frame with one entry. */
export function encodeOnePresence(client: number, clock: number, state: object): Uint8Array {
  return encodePresence(encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
    encoding.writeVarString(encoder, JSON.stringify(state))
  }))
}

/** The entries of a presence frame: whose, and the state as it was written. */
export function readPresence(entries: Uint8Array): { readonly client: number, readonly state: string }[] {
  const decoder = decoding.createDecoder(entries)
  return Array.from({ length: decoding.readVarUint(decoder) }, () => {
    const client = decoding.readVarUint(decoder)
    decoding.readVarUint(decoder)
    return { client, state: decoding.readVarString(decoder) }
  })
}
