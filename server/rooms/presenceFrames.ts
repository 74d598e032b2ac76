import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { frameKind } from '#shared/protocol/frames.ts'

/** One client's entry of an awareness update, as it came. */
export interface PresenceEntry { readonly client: number, readonly state: string }

/** Throws on malformed bytes. */
export function readEntries(bytes: Uint8Array): PresenceEntry[] {
  const decoder = decoding.createDecoder(bytes)
  const entries: PresenceEntry[] = []
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder)
    decoding.readVarUint(decoder)
    entries.push({ client, state: decoding.readVarString(decoder) })
  }
  if (decoding.hasContent(decoder))
    throw new Error('bytes after the last presence entry')
  return entries
}

export const encodeEntry = (client: number, clock: number, state: unknown): Uint8Array => encoding.encode((encoder) => {
  encoding.writeVarUint(encoder, client)
  encoding.writeVarUint(encoder, clock)
  encoding.writeVarString(encoder, JSON.stringify(state))
})

/**
 * A presence frame of these pieces, which hold so many entries one behind the other. Each piece is copied once, and in one go:
 * in a room of hundreds everybody gets a frame of everybody else, twenty times a second.
 */
export function presenceFrame(count: number, pieces: readonly Uint8Array[]): Uint8Array {
  const counted = varUint(count)
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, counted.byteLength)
  const head = [varUint(frameKind.presence), varUint(length), counted]
  const frame = Buffer.allocUnsafeSlow(head.reduce((sum, { byteLength }) => sum + byteLength, length - counted.byteLength))
  let at = 0
  for (const piece of [...head, ...pieces]) {
    frame.set(piece, at)
    at += piece.byteLength
  }
  return frame
}

const varUint = (value: number): Uint8Array => encoding.encode(encoder => encoding.writeVarUint(encoder, value))
