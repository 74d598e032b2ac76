import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

/** The first number of a frame. Up to 3 they are y-websocket's; from 100 they are ours, sent only to those who ask (`ack=1`). */
export const frameKind = { sync: 0, presence: 1, auth: 2, queryPresence: 3, ack: 100, refusal: 101 } as const
/** The second number of a sync frame (y-protocols/sync). */
export const syncStep = { step1: 0, step2: 1, update: 2 } as const

/** Why an update was refused, and the cells it would have touched. */
export interface Refusal {
  readonly reason: RefusalReason
  readonly cells: readonly { readonly register: string, readonly row: string, readonly field: string }[]
}
export type RefusalReason = 'not-allowed' | 'too-large' | 'ill-formed' | 'missing-part'

/** «The first `count` sync updates (step 2 or update, empty ones too) of this connection are on disk.» */
export function encodeAck(count: number): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, frameKind.ack)
    encoding.writeVarUint(encoder, count)
  })
}

/** «Sync update number `nth` (from 1) of this connection was refused; nothing after it is read.» */
export function encodeRefusal(nth: number, refusal: Refusal): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, frameKind.refusal)
    encoding.writeVarUint(encoder, nth)
    encoding.writeVarString(encoder, JSON.stringify(refusal))
  })
}

/** Reads the body of a refusal, after its kind. Throws on malformed bytes. */
export function readRefusal(decoder: decoding.Decoder): { nth: number, refusal: Refusal } {
  const nth = decoding.readVarUint(decoder)
  const refusal = JSON.parse(decoding.readVarString(decoder)) as Refusal
  return { nth, refusal }
}

/** A sync frame with one update in it: step 2 or update. */
export function encodeSync(step: 1 | 2, update: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, frameKind.sync)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, update)
  })
}

/** «Send me what I lack»: a state vector. */
export function encodeSyncStep1(stateVector: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, frameKind.sync)
    encoding.writeVarUint(encoder, syncStep.step1)
    encoding.writeVarUint8Array(encoder, stateVector)
  })
}

/** A presence frame around an already encoded awareness update. */
export function encodePresence(awarenessUpdate: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, frameKind.presence)
    encoding.writeVarUint8Array(encoder, awarenessUpdate)
  })
}

/** An empty update, which changes nothing. */
export const emptyUpdate: Uint8Array = Uint8Array.of(0, 0)
