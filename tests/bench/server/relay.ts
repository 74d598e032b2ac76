import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { emptyUpdate, encodeSync, encodeSyncStep1, frameKind, syncStep } from '#shared/protocol/frames.ts'

/**
 * The floor: passes frames on as they are, with one write per peer and turn, and does no other work. A plan that lies in the folder
 * is sent to newcomers as it lies, and what was said since then after it. No documents, no checks, no disk for what is said.
 */
interface Room { readonly sockets: Set<Socket>, readonly said: Buffer[], waiting: Buffer[] }

const rooms = new Map<string, Room>()
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.env['PORT']), perMessageDeflate: false })
server.on('listening', () => console.log('listening'))
server.on('connection', (webSocket, request) => {
  const room = roomOf(request.url ?? '/')
  const socket = request.socket
  room.sockets.add(socket)
  webSocket.on('message', (bytes: Buffer) => hear(room, socket, bytes))
  webSocket.on('error', () => {})
  webSocket.on('close', () => room.sockets.delete(socket))
  socket.write(framed(encodeSyncStep1(Uint8Array.of(0))))
})

function roomOf(name: string): Room {
  const known = rooms.get(name)
  if (known)
    return known
  const file = join(process.env['FOLDER'] ?? '', encodeURIComponent(name))
  const room: Room = { sockets: new Set(), said: existsSync(file) ? [framed(encodeSync(syncStep.update, readFileSync(file)))] : [], waiting: [] }
  rooms.set(name, room)
  return room
}

function hear(room: Room, socket: Socket, bytes: Buffer): void {
  if (bytes[0] === frameKind.sync && bytes[1] === syncStep.step1)
    return void socket.write(Buffer.concat([...room.said, framed(encodeSync(syncStep.step2, emptyUpdate))]))
  // An empty step 2: newcomers have nothing to give.
  if (bytes[0] === frameKind.sync && bytes[1] === syncStep.step2)
    return
  const frame = framed(bytes)
  if (bytes[0] === frameKind.sync)
    room.said.push(frame)
  if (room.waiting.length === 0)
    setImmediate(() => passOn(room))
  room.waiting.push(frame)
}

function passOn(room: Room): void {
  const bytes = room.waiting.length === 1 && room.waiting[0] ? room.waiting[0] : Buffer.concat(room.waiting)
  room.waiting = []
  room.sockets.forEach(socket => socket.write(bytes))
}

/** A message as a server's websocket frame: binary, whole, not masked. */
function framed(message: Uint8Array): Buffer {
  const { length } = message
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = 0x82
  frame[1] = head === 2 ? length : head === 4 ? 126 : 127
  if (head === 4)
    frame.writeUInt16BE(length, 2)
  if (head === 10)
    frame.writeBigUInt64BE(BigInt(length), 2)
  frame.set(message, head)
  return frame
}
