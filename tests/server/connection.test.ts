import { expect, test } from 'vitest'
import { encodeReach } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { aRight, connected } from './support/pretendSocket.ts'

test('T13 a slow peer is spared presence, then told to come back; nothing piles up for it', () => {
  const { socket, peer, happened } = connected({ wantsAcks: false })
  socket.bufferedAmount = limits.maxAheadOfPresenceBytes + 1
  peer.sendPresence(Uint8Array.of(1))
  expect([socket.sent.length, peer.waiting()]).toEqual([0, limits.maxAheadOfPresenceBytes + 1])
  socket.bufferedAmount = limits.maxQueuedBytes
  peer.send(Uint8Array.of(2))
  expect(socket.sent).toHaveLength(1)
  socket.bufferedAmount++
  peer.send(Uint8Array.of(3))
  peer.send(Uint8Array.of(4))
  expect([socket.sent.length, socket.closedWith, happened]).toEqual([1, 4503, ['left']])
})

test('S56 whose line takes nothing of what waits for 45 s is told to come back; one that takes a little now and then is not', () => {
  const { socket, clock, connection, peer } = connected()
  const pass = (seconds: number) => {
    for (let n = 0; n < seconds; n++) {
      clock.advance(1_000)
      connection.tick()
      // A page that is there answers.
      socket.emit('pong', Buffer.alloc(0))
    }
    return socket.closedWith
  }
  expect(pass(60)).toBeNull()
  socket.bufferedAmount = 300_000
  expect(pass(44)).toBeNull()
  socket.bufferedAmount -= 1
  expect(pass(44)).toBeNull()
  // What is sent meanwhile is no sign of its taking anything.
  peer.send(Uint8Array.of(1))
  socket.bufferedAmount += 5
  expect([pass(1), pass(1)]).toEqual([null, 4503])
})

test('S54 what waits for a line goes on when the line has taken all, and is looked at every second', () => {
  const { connection, happened } = connected()
  connection.drained()
  connection.tick()
  expect(happened).toEqual(['goes on', 'goes on'])
  connection.close(1012, 'restarting')
  connection.drained()
  expect(happened).toEqual(['goes on', 'goes on', 'left'])
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
    connection.hear({ kind: 'right', planId: 'p', memberId: 'kari', right: aRight(role) })
    expect([peer.reach().role, socket.closedWith]).toEqual([role, null])
    expect(socket.sent.at(-1)).toEqual(encodeReach({ role, registers: null }))
  }
  connection.hear({ kind: 'right', planId: 'p', memberId: 'kari', right: aRight('commenter') })
  connection.hear({ kind: 'right', planId: 'q', memberId: 'kari', right: aRight('owner') })
  connection.hear({ kind: 'right', planId: 'p', memberId: 'olav', right: aRight('owner') })
  expect(socket.sent.splice(0)).toHaveLength(1 + 3)
  connection.hear({ kind: 'right', planId: 'p', memberId: 'kari', right: null })
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
  connection.hear({ kind: 'right', planId: 'p', memberId: 'kari', right: aRight('reader') })
  expect([peer.reach().role, socket.sent]).toEqual(['reader', []])
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

test('T70 a connection that has ended waits for no moment, also where it is found out afterwards who came', () => {
  const { connection, moments, identity } = connected({ expiresAt: 9e12 })
  expect(moments).toEqual([9e12])
  connection.close(1012, 'restarting')
  connection.identify(identity)
  connection.hear({ kind: 'right', planId: 'p', memberId: 'kari', right: aRight('chair', 8e12) })
  expect([moments, connection.identity()]).toEqual([[9e12], null])
})
