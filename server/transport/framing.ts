import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** An open websocket, and the stream under it. */
export interface FramedSocket { readonly webSocket: WebSocket, readonly stream: Duplex }

/** Sends one binary message. What goes to many is put into its frame once, not anew for each of them. */
export type SendMessage = (to: FramedSocket, message: Uint8Array) => void

/** A larger message is sent by the websocket itself, which copies none of it. */
const maxFramedBytes = 8 * 1024
/** The last of a message, of bytes; unmasked and not compressed (RFC 6455, 5.2). */
const wholeBinary = 0x82
const lengthIn16Bits = 126

export function openFraming(): SendMessage {
  const frames = new WeakMap<Uint8Array, Uint8Array>()

  function frameOf(message: Uint8Array): Uint8Array {
    const frame = frames.get(message) ?? toFrame(message)
    frames.set(message, frame)
    return frame
  }

  return ({ webSocket, stream }, message) => {
    if (message.byteLength > maxFramedBytes)
      webSocket.send(message, { binary: true }, () => {})
    else
      stream.write(frameOf(message))
  }
}

function toFrame(message: Uint8Array): Uint8Array {
  const { byteLength: length } = message
  const head = length < lengthIn16Bits ? [wholeBinary, length] : [wholeBinary, lengthIn16Bits, length >> 8, length & 0xFF]
  const frame = Buffer.allocUnsafe(head.length + length)
  frame.set(head)
  frame.set(message, head.length)
  return frame
}
