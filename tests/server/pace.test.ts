import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { emptyUpdate, encodeSync, encodeSyncStep1, frameKind } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { until } from '../support/until.ts'
import { presenceFrame } from './support/frames.ts'
import { arenaOf, writerOf } from './support/plans.ts'
import { connected } from './support/pretendSocket.ts'
import { pretendClock } from './support/pretendClock.ts'
import { testServer } from './support/testServer.ts'

const { messages, bytes } = limits.pace
const queryPresence = Uint8Array.of(frameKind.queryPresence)

/** A connection, and what its seat was told, in order: the first byte of each update. */
function talker() {
  const heard: number[] = []
  const line = connected({
    receive: (update) => { heard.push(update[0] ?? -1) },
    askFor: (stateVector) => { heard.push(stateVector[1] ?? 0) },
    askForPresence: () => { heard.push(heard.length) },
    showPresence: () => {},
  })
  const say = (frame: Uint8Array) => line.socket.emit('message', Buffer.from(frame), true)
  const update = (first: number, size = 1) => say(encodeSync(2, new Uint8Array(size).fill(first % 256)))
  return { ...line, heard, say, update }
}
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n % 256)

test('T16 messages beyond the burst wait, the line is not read meanwhile, and they come in order as time allows', () => {
  const { socket, clock, heard, update, happened } = talker()
  upTo(1_000).forEach(first => update(first))
  expect([heard.length, socket.isPaused]).toEqual([messages.atOnce, true])
  clock.advance(1_000)
  expect([heard.length, socket.isPaused]).toEqual([messages.atOnce + messages.perSecond, true])
  clock.advance(999)
  expect([heard.length, socket.isPaused]).toEqual([999, true])
  clock.advance(1)
  expect([heard, socket.isPaused, socket.closedWith, happened]).toEqual([upTo(1_000), false, null, []])
})

test('T16 who keeps to the pace is never stopped, and has the whole burst again after a rest', () => {
  const { socket, clock, heard, update } = talker()
  for (let second = 0; second < 60; second++) {
    for (let n = 0; n < messages.perSecond; n += 10) {
      upTo(10).forEach(first => update(first))
      clock.advance(10_000 / messages.perSecond + 1)
      expect(socket.isPaused).toBe(false)
    }
  }
  const before = heard.length
  clock.advance(60_000)
  upTo(messages.atOnce + 1).forEach(first => update(first))
  expect(heard.length - before).toBe(messages.atOnce)
})

test('T16 bytes are counted too, and a frame of the largest size always gets through', () => {
  const { socket, clock, heard, update } = talker()
  const half = bytes.atOnce / 2 - 16
  expect(half).toBeGreaterThan(limits.maxUpdateBytes)
  update(1, half)
  update(2, half)
  expect(socket.isPaused).toBe(false)
  update(3, half)
  expect([heard, socket.isPaused]).toEqual([[1, 2], true])
  clock.advance(Math.ceil(half / bytes.perSecond * 1_000))
  expect([heard, socket.isPaused]).toEqual([[1, 2, 3], false])
  update(4, limits.maxFrameBytes - 8)
  clock.advance(Math.ceil(limits.maxFrameBytes / bytes.perSecond * 1_000))
  expect([heard, socket.isPaused]).toEqual([[1, 2, 3, 4], false])
})

test('T16 pings weigh as messages do', () => {
  const { socket, clock, heard, update } = talker()
  upTo(messages.atOnce + messages.perSecond).forEach(() => socket.emit('ping', Buffer.of()))
  update(1)
  expect([heard, socket.isPaused]).toEqual([[], true])
  clock.advance(1_010)
  expect([heard, socket.isPaused]).toEqual([[1], false])
})

test('T16 a line that is held for its room and too fast besides is read when neither is so any more', () => {
  const { socket, clock, peer, heard, update } = talker()
  upTo(messages.atOnce + 150).forEach(first => update(first))
  peer.pause()
  clock.advance(60_000)
  expect([heard.length, socket.isPaused]).toEqual([messages.atOnce, true])
  peer.resume()
  expect([heard, socket.isPaused]).toEqual([upTo(messages.atOnce + 150), false])

  // The other way about: the room is done first.
  upTo(messages.atOnce).forEach(first => update(first))
  peer.pause()
  peer.resume()
  expect(socket.isPaused).toBe(true)
  clock.advance(1_000)
  expect(socket.isPaused).toBe(false)
})

test('T16 what was read before the room held the line waits, and comes in order', () => {
  const { socket, clock, peer, heard, update } = talker()
  peer.pause()
  expect(socket.isPaused).toBe(true)
  upTo(3).forEach(first => update(first))
  clock.advance(5_000)
  expect([heard, socket.isPaused]).toEqual([[], true])
  peer.resume()
  expect([heard, socket.isPaused]).toEqual([[0, 1, 2], false])
})

test('T16 a line that is not read for its speed is not taken for dead, and its time begins anew when it is read', () => {
  const { socket, clock, connection, update } = talker()
  const isDeadAfter = (ms: number) => {
    clock.advance(ms)
    connection.tick()
    return socket.isTerminated
  }
  upTo(messages.atOnce + 50 * messages.perSecond).forEach(first => update(first))
  expect([isDeadAfter(49_000), socket.isPaused]).toEqual([false, true])
  expect([isDeadAfter(1_000), socket.isPaused]).toEqual([false, false])
  expect([isDeadAfter(34_000), isDeadAfter(1_000)]).toEqual([false, true])
})

test('T16 after a close nothing that waited is heard, and the line is read to its end', () => {
  const { socket, clock, peer, heard, update, happened } = talker()
  upTo(messages.atOnce + 100).forEach(first => update(first))
  peer.close(4503, 'come back')
  expect([socket.closedWith, socket.isPaused]).toEqual([4503, false])
  clock.advance(10_000)
  upTo(2 * messages.atOnce).forEach(first => update(first))
  expect([heard.length, socket.isPaused, happened]).toEqual([messages.atOnce, false, ['left']])
})

test('T16 whoever is sent away is heard no more, neither what waited nor a question that had no turn', () => {
  const { clock, connection, heard, say, update } = talker()
  upTo(limits.step1.most + 1).forEach(n => say(encodeSyncStep1(Uint8Array.of(1, n, 1))))
  upTo(messages.atOnce).forEach(first => update(first))
  const before = heard.length
  connection.hear({ kind: 'sessions-ended', memberId: 'kari' })
  clock.advance(2 * limits.step1.withinMs)
  expect(heard).toHaveLength(before)
})

test('T16 a bug met by what had waited closes the connection it came on, and nothing else', () => {
  const { socket, clock, happened } = connected({ receive: () => { throw new Error('a bug') }, showPresence: () => {} })
  upTo(messages.atOnce).forEach(() => socket.emit('message', Buffer.from(presenceFrame()), true))
  socket.emit('message', Buffer.from(encodeSync(2, emptyUpdate)), true)
  expect(socket.closedWith).toBeNull()
  clock.advance(10)
  expect([socket.closedWith, happened]).toEqual([1007, ['a frame could not be handled', 'left']])
})

test('T16 six step 1s a minute are answered at once; of the rest the latest, in its turn, and nobody is closed for it', () => {
  const { socket, clock, heard, say } = talker()
  const ask = (n: number) => say(encodeSyncStep1(Uint8Array.of(1, n, 1)))
  for (let n = 1; n <= 20; n++) {
    ask(n)
    clock.advance(100)
  }
  expect(heard).toEqual([1, 2, 3, 4, 5, 6])
  clock.advance(limits.step1.withinMs - 2_000)
  expect(heard).toEqual([1, 2, 3, 4, 5, 6, 20])
  clock.advance(limits.step1.withinMs)
  ask(21)
  expect([heard.at(-1), socket.isPaused, socket.closedWith]).toEqual([21, false, null])
})

test('T16 a client that asks anew every fifteen seconds is answered every time', () => {
  const { clock, heard, say } = talker()
  for (let n = 1; n <= 40; n++) {
    say(encodeSyncStep1(Uint8Array.of(1, n, 1)))
    expect(heard).toHaveLength(n)
    clock.advance(15_000)
  }
})

test('T16 ten questions a second about who is here are answered, and the last one always', () => {
  const { clock, heard, say } = talker()
  upTo(100).forEach(() => say(queryPresence))
  expect(heard).toHaveLength(10)
  clock.advance(1_000)
  expect(heard).toHaveLength(11)
  clock.advance(10_000)
  expect(heard).toHaveLength(11)
})

test('T16 a time that is set back stops nobody for longer than the pace does', () => {
  const { clock, heard, update, say } = talker()
  upTo(messages.atOnce - limits.presenceQuestions.most).forEach(first => update(first))
  upTo(limits.presenceQuestions.most).forEach(() => say(queryPresence))
  clock.sleep(-3_600_000)
  say(queryPresence)
  update(1)
  clock.advance(10)
  expect(heard).toHaveLength(messages.atOnce + 2)
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0))
    await close()
})

async function pacedServer() {
  const clock = pretendClock()
  const server = await testServer({ clock })
  closers.push(() => server.close())
  const { cookie } = await server.member('editor', 'Kari')
  const [flood, other] = [server.connect({ cookie }), server.connect({ cookie })]
  await Promise.all([flood.opening(), other.opening()])
  /** The server has done what there was to do: it has answered somebody else. */
  const rest = async () => {
    const before = other.acks().at(-1) ?? 0
    other.socket.send(encodeSync(2, emptyUpdate))
    await until(() => other.acks().at(-1) === before + 1, { what: 'the other is served' })
  }
  return { clock, server, flood, rest }
}

test('T16 on the wire: a flood of edits is taken at the pace, whole and in order, while others are served', async () => {
  const { clock, server, flood, rest } = await pacedServer()
  const writer = writerOf()
  for (let n = 0; n < 900; n++)
    flood.socket.send(encodeSync(2, writer.type(`,${n}`)))
  for (const count of [400, 700, 900]) {
    await until(() => flood.acks().at(-1) === count, { what: `${count} are acknowledged` })
    await rest()
    expect(flood.acks().at(-1)).toBe(count)
    clock.advance(1_000)
  }
  expect(await server.arena()).toBe(arenaOf(writer.doc))
  expect([flood.closed(), server.reported]).toEqual([null, []])
})

test('T16 on the wire: what comes too fast stays on the line and not in the server, and gets through in time', async () => {
  const { clock, server, flood, rest } = await pacedServer()
  const heavy = presenceFrame({ client: 5, state: { at: 'x'.repeat(512 * 1024) } })
  for (let n = 0; n < 64; n++)
    flood.socket.send(heavy)
  flood.socket.send(encodeSync(2, emptyUpdate))
  await rest()
  await rest()
  expect([flood.acks(), flood.socket.bufferedAmount > 64 * heavy.length / 2]).toEqual([[], true])
  await until(() => {
    clock.advance(1_000)
    return flood.acks().at(-1) === 1
  }, { what: 'the last of it is acknowledged', withinMs: 20_000 })
  expect([flood.closed(), flood.socket.readyState, server.reported]).toEqual([null, WebSocket.OPEN, []])
})
