import type { Reach } from '#shared/protocol/access.ts'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { encodePresence, readRefusal, type Refusal } from '#shared/protocol/frames.ts'

/** A frame from the server, as a test reads it. */
export type ServerFrame =
  | { readonly kind: 'step1', readonly stateVector: Uint8Array }
  | { readonly kind: 'step2' | 'update', readonly update: Uint8Array }
  | { readonly kind: 'presence', readonly entries: readonly PresenceEntry[] }
  | { readonly kind: 'ack', readonly count: number }
  | { readonly kind: 'refusal', readonly nth: number, readonly refusal: Refusal }
  | { readonly kind: 'state', readonly hash: string }
  | { readonly kind: 'reach', readonly reach: Reach }
  | { readonly kind: 'writing', readonly isPossible: boolean }
export interface PresenceEntry { readonly client: number, readonly clock: number, readonly state: unknown }

export function readServerFrame(bytes: Uint8Array): ServerFrame {
  const decoder = decoding.createDecoder(bytes)
  switch (decoding.readVarUint(decoder)) {
    case 0: {
      const step = decoding.readVarUint(decoder)
      const body = decoding.readVarUint8Array(decoder)
      return step === 0 ? { kind: 'step1', stateVector: body } : { kind: step === 1 ? 'step2' : 'update', update: body }
    }
    case 1: return { kind: 'presence', entries: readEntries(decoding.readVarUint8Array(decoder)) }
    case 100: return { kind: 'ack', count: decoding.readVarUint(decoder) }
    case 101: return { kind: 'refusal', ...readRefusal(decoder) }
    case 102: return { kind: 'state', hash: decoding.readVarString(decoder) }
    case 103: return { kind: 'reach', reach: JSON.parse(decoding.readVarString(decoder)) as Reach }
    case 104: return { kind: 'writing', isPossible: decoding.readVarUint(decoder) === 1 }
    default: throw new Error('a frame no client knows')
  }
}

function readEntries(bytes: Uint8Array): PresenceEntry[] {
  const decoder = decoding.createDecoder(bytes)
  const entries: PresenceEntry[] = []
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    entries.push({
      client: decoding.readVarUint(decoder),
      clock: decoding.readVarUint(decoder),
      state: JSON.parse(decoding.readVarString(decoder)),
    })
  }
  return entries
}

export interface SaidEntry { readonly client: number, readonly clock?: number, readonly state: unknown }

/** The body of a presence frame as a client sends it. */
export function presenceEntries(...entries: SaidEntry[]): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length)
    for (const { client, clock = 1, state } of entries) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarString(encoder, JSON.stringify(state))
    }
  })
}
export const presenceFrame = (...entries: SaidEntry[]) => encodePresence(presenceEntries(...entries))
