import * as decoding from 'lib0/decoding'
import { closeCode } from '#shared/protocol/closes.ts'
import { frameKind, syncStep } from '#shared/protocol/frames.ts'

/** What a client may say, one in each frame. Step 2 and update are one: sync updates. */
export type ClientFrame =
  | { readonly name: 'step1', readonly stateVector: Uint8Array }
  | { readonly name: 'update', readonly update: Uint8Array }
  | { readonly name: 'presence', readonly entries: Uint8Array }
  | { readonly name: 'queryPresence' }
  | { readonly name: 'askState' }

/** Bytes that no client of ours sends. Ends the connection they came on with `code`, and nothing else. */
export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame'
  readonly code: number
  constructor(code: number, why: string) {
    super(why)
    this.code = code
  }
}

/** Plans with ten thousand client ids behind them still fit. */
const maxStateVectorBytes = 256 * 1024

/** The gate every frame passes before anything is done with it. Throws {@link MalformedFrame} (T5). */
export function readFrame(bytes: Uint8Array): ClientFrame {
  try {
    const decoder = decoding.createDecoder(bytes)
    const frame = readBody(decoding.readVarUint(decoder), decoder)
    if (decoding.hasContent(decoder))
      throw new MalformedFrame(closeCode.stock.protocol, 'bytes after the frame')
    return frame
  }
  catch (error) {
    throw error instanceof MalformedFrame ? error : new MalformedFrame(closeCode.stock.invalid, 'cannot be decoded')
  }
}

function readBody(kind: number, decoder: decoding.Decoder): ClientFrame {
  switch (kind) {
    case frameKind.sync: return readSync(decoding.readVarUint(decoder), decoder)
    case frameKind.presence: return { name: 'presence', entries: decoding.readVarUint8Array(decoder) }
    case frameKind.queryPresence: return { name: 'queryPresence' }
    case frameKind.state: return { name: 'askState' }
    default: throw new MalformedFrame(closeCode.stock.protocol, 'unknown kind of frame')
  }
}

function readSync(step: number, decoder: decoding.Decoder): ClientFrame {
  switch (step) {
    case syncStep.step1: return { name: 'step1', stateVector: checkStateVector(decoding.readVarUint8Array(decoder)) }
    case syncStep.step2:
    case syncStep.update: return { name: 'update', update: decoding.readVarUint8Array(decoder) }
    default: throw new MalformedFrame(closeCode.stock.protocol, 'unknown sync step')
  }
}

function checkStateVector(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > maxStateVectorBytes)
    throw new MalformedFrame(closeCode.stock.policy, 'state vector')
  const decoder = decoding.createDecoder(bytes)
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    decoding.readVarUint(decoder)
    decoding.readVarUint(decoder)
  }
  if (decoding.hasContent(decoder))
    throw new MalformedFrame(closeCode.stock.protocol, 'bytes after the state vector')
  return bytes
}
