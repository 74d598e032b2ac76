import { expect, test } from 'vitest'
import { encodeRole } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { connected } from './support/pretendSocket.ts'

test('T13 a slow peer is spared presence, then told to come back; nothing piles up for it', () => {
  const { socket, peer, happened } = connected({ wantsAcks: false })
  socket.bufferedAmount = limits.maxQueuedBytes
  peer.sendPresence(Uint8Array.of(1))
  expect(socket.sent).toHaveLength(0)
  peer.send(Uint8Array.of(2))
  expect(socket.sent).toHaveLength(1)
  // A first answer may be large: what it weighs itself is not counted against the peer.
  socket.bufferedAmount++
  peer.send(Uint8Array.of(3))
  expect(socket.sent).toHaveLength(2)
  socket.bufferedAmount++
  peer.send(Uint8Array.of(4))
  peer.send(Uint8Array.of(5))
  expect([socket.sent.length, socket.closedWith, happened]).toEqual([2, 4503, ['left']])
})

test('T13 one who does not answer the close is let go all the same', () => {
  const { socket, clock, peer } = connected()
  peer.close(4403, 'refused')
  expect(socket.isTerminated).toBe(false)
  clock.advance(1_000)
  expect(socket.isTerminated).toBe(true)
})

test('T7 a role that changes, more or less, counts on the open connection; removal and sign-out go through the room, and nothing is read after', () => {
  const { socket, connection, peer, happened } = connected()
  for (const role of ['chair', 'reader', 'commenter'] as const) {
    connection.hear({ kind: 'role', planId: 'p', memberId: 'kari', role })
    expect([peer.role(), socket.closedWith]).toEqual([role, null])
    expect(socket.sent.at(-1)).toEqual(encodeRole(role))
  }
  connection.hear({ kind: 'role', planId: 'p', memberId: 'kari', role: 'commenter' })
  connection.hear({ kind: 'role', planId: 'q', memberId: 'kari', role: 'owner' })
  connection.hear({ kind: 'role', planId: 'p', memberId: 'olav', role: 'owner' })
  expect(socket.sent.splice(0)).toHaveLength(1 + 3)
  connection.hear({ kind: 'role', planId: 'p', memberId: 'kari', role: null })
  socket.emit('message', Buffer.from([0, 2, 2, 0, 0]), true)
  expect([socket.closedWith, happened]).toEqual([null, ['dismissed 4403 removed']])
  peer.send(Uint8Array.of(100, 1))
  expect(socket.sent).toHaveLength(1)

  const revoked = connected()
  revoked.connection.hear({ kind: 'sessions-ended', memberId: 'kari' })
  expect(revoked.happened).toEqual(['dismissed 4401 signed out'])
})

test('T14 a client that did not ask for frames of ours is told nothing of its role', () => {
  const { socket, connection, peer } = connected({ wantsAcks: false })
  connection.hear({ kind: 'role', planId: 'p', memberId: 'kari', role: 'reader' })
  expect([peer.role(), socket.sent]).toEqual(['reader', []])
})

test('T8 a line that is not read for a while is not taken for dead, and is heard again afterwards', () => {
  const { socket, clock, connection, peer } = connected()
  const pass = (ms: number) => {
    clock.advance(ms)
    connection.tick()
    return socket.isTerminated
  }
  peer.pause()
  expect([socket.isPaused, pass(60_000)]).toEqual([true, false])
  peer.resume()
  expect([socket.isPaused, pass(34_000), pass(1_000)]).toEqual([false, false, true])
})

test('T5 a bug met by one frame closes its connection, and is told with the facts', () => {
  const { socket, happened } = connected()
  socket.emit('message', Buffer.from([0, 2, 2, 0, 0]), true)
  expect([socket.closedWith, happened]).toEqual([1007, ['a frame could not be handled', 'left']])
})
