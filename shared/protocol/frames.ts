import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { isRole, type Role } from './api.ts'
import type { Reach } from './access.ts'

/** The first number of a frame. Up to 3 they are y-websocket's; from 100 they are ours, sent only to those who ask (`ack=1`). */
export const frameKind = { sync: 0, presence: 1, auth: 2, queryPresence: 3, ack: 100, refusal: 101, state: 102, reach: 103, writing: 104 } as const
/** The second number of a sync frame (y-protocols/sync). */
export const syncStep = { step1: 0, step2: 1, update: 2 } as const

/** Why an update was refused, and the cells that made it so (at most {@link maxCellsNamed}); none where it is not about cells. */
export interface Refusal {
  readonly reason: RefusalReason
  readonly cells: readonly NamedCell[]
}
export interface NamedCell { readonly register: string, readonly row: string, readonly field: string }
export const maxCellsNamed = 1_000

/**
 * `not-allowed`: the role may not change these cells. `row-frozen`: these rows are locked for now. `too-long`: a cell, or the plan,
 * would hold more than it may. `not-valid`: something the registers do not declare. `not-yours`: written under another member's
 * client id. `too-large`, `too-costly`: more than one update may bring, or take. `missing-part`: it rests on what nobody has.
 * `ill-formed`: not an update.
 */
export const refusalReasons = [
  'not-allowed', 'row-frozen', 'too-long', 'not-valid', 'not-yours', 'too-large', 'too-costly', 'missing-part', 'ill-formed',
] as const
export type RefusalReason = typeof refusalReasons[number]

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

/** From a client: «what state should I have?» */
export function encodeStateQuestion(): Uint8Array {
  return Uint8Array.of(frameKind.state)
}

/** «After all that has come on this connection, the plan's state hash is this.» See `plan/stateHash.ts`. */
export function encodeState(hash: string): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, frameKind.state)
    encoding.writeVarString(encoder, hash)
  })
}

/** «This is what you may do in this plan now»: a role, and the registers it may write in where that is not all of them. */
export function encodeReach({ role, registers }: Reach): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, frameKind.reach)
    encoding.writeVarString(encoder, JSON.stringify({ role, registers }))
  })
}

/** Reads the body of such a frame, after its kind; null where the role is none of ours. Registers we do not know are among them. */
export function readReach(decoder: decoding.Decoder): { readonly role: Role, readonly registers: readonly string[] | null } | null {
  const { role, registers } = JSON.parse(decoding.readVarString(decoder)) as { role: unknown, registers: readonly string[] | null }
  return isRole(role) ? { role, registers } : null
}

/**
 * «Nothing can be saved now», or «it can again»: 0 or 1 after the kind. A client sends no update between the two. On a
 * connection that begins meanwhile it comes before the server's step 1; where nothing is told, all can be saved.
 */
export function encodeWriting(isPossible: boolean): Uint8Array {
  return Uint8Array.of(frameKind.writing, isPossible ? 1 : 0)
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
