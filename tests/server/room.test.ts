import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { setCell } from '#shared/plan/commands.ts'
import { emptyUpdate } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { mayChange } from '../../server/access/rules.ts'
import { openRoom } from '../../server/rooms/room.ts'
import { pretendClock } from './support/pretendClock.ts'
import { pretendLog, turn } from './support/pretendLog.ts'
import { pretendPeer } from './support/peers.ts'
import { arenaOf, smallContent, writerOf } from './support/plans.ts'

const smallDoc = () => read([smallContent])
function read(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  updates.forEach(update => Y.applyUpdate(doc, update))
  return doc
}
const stateVectorOf = (clocks: Readonly<Record<number, number>>) =>
  Y.encodeStateVector(new Map(Object.entries(clocks).map(([client, clock]) => [Number(client), clock])))

function openTestRoom() {
  const log = pretendLog(smallContent)
  const clock = pretendClock()
  const doc = new Y.Doc()
  Y.applyUpdate(doc, smallContent)
  const happened: string[] = []
  const room = openRoom({
    doc, log, clock,
    admit: (role, touches) => mayChange(role, touches.cells),
    report: what => happened.push(what),
    onEmpty: () => happened.push('empty'),
    onDropped: () => happened.push('dropped'),
  })
  return { room, log, clock, doc, happened }
}

describe('nothing leaves before it is on disk', () => {
  test('S4 an update reaches nobody, and is not acknowledged, before its commit', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    kari.ask()
    olav.ask()
    await turn()
    kari.seat().receive(writerOf().type(' i mai'))
    await turn()
    expect(olav.sees()).toBe('nyhetsbrev')
    expect(kari.acks()).toEqual([])

    await log.commit()
    expect(olav.sees()).toBe('nyhetsbrev i mai')
    expect(kari.acks()).toEqual([1])
  })

  test('S4 a newcomer is answered, and told of what the room holds, only behind what is being written', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    kari.seat().receive(writerOf().type(' i mai'))
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    olav.ask()
    await turn()
    expect(olav.frames).toEqual([])

    await log.commit()
    expect(olav.frames.map(({ kind }) => kind)).toEqual(['step1', 'step2', 'update'])
    expect(olav.sees()).toBe('nyhetsbrev i mai')
  })

  test('S4 an update that brings nothing is acknowledged only when what came before it is on disk', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer().join(room)
    kari.seat().receive(writerOf().type(' i mai'))
    kari.seat().receive(emptyUpdate)
    await turn()
    expect(kari.acks()).toEqual([])
    await log.commit()
    expect(kari.acks()).toEqual([2])
    kari.seat().receive(emptyUpdate)
    expect(kari.acks()).toEqual([2, 3])
  })

  test('S4 every schedule of writing, joining and committing: nobody sees what is not written, nobody misses what is', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), who: fc.nat(4) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const), who: fc.nat(4) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('ask' as const), who: fc.nat(4) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('commit' as const), who: fc.nat(3) }) },
    )
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
      const { room, log } = openTestRoom()
      const writers = Array.from({ length: 5 }, (_, n) => writerOf(smallContent, 100 + n))
      const peers = new Map<number, ReturnType<typeof pretendPeer>>()
      const asked = new Set<number>()
      const written = () => {
        const doc = new Y.Doc()
        log.written.forEach(update => Y.applyUpdate(doc, update))
        return Y.encodeStateVector(doc)
      }
      for (const { do: what, who } of steps) {
        const peer = peers.get(who)
        if (what === 'join' && !peer)
          peers.set(who, pretendPeer({ name: `p${who}` }).join(room))
        else if (what === 'ask' && peer && peer.doc.store.clients.size === 0 && !asked.has(who)) {
          asked.add(who)
          peer.ask()
        }
        else if (what === 'write' && peer && arenaOf(peer.doc) !== '') {
          const update = writers[who]?.type(`${who}`) ?? emptyUpdate
          Y.applyUpdate(peer.doc, update)
          peer.seat().receive(update)
        }
        else if (what === 'commit')
          await log.commit(who)
        const onDisk = Y.decodeStateVector(written())
        for (const [n, { doc }] of peers) {
          expect(doc.store.pendingStructs).toBeNull()
          for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
            if (client !== 100 + n)
              expect(onDisk.get(client) ?? 0).toBeGreaterThanOrEqual(clock)
          }
        }
      }
      await log.commit()
      const doc = new Y.Doc()
      log.written.forEach(update => Y.applyUpdate(doc, update))
      for (const who of asked)
        expect(peers.get(who)?.sees()).toBe(arenaOf(doc))
    }), { seed: 20_211, numRuns: 60 })
  })
})

test('S5 the updates of one commit go out merged in one frame, the same bytes to every peer', async () => {
  const { room, log } = openTestRoom()
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  const olav = pretendPeer({ name: 'Olav' }).join(room)
  const marte = pretendPeer({ name: 'Marte' }).join(room)
  for (const peer of [kari, olav, marte])
    peer.ask()
  const writer = writerOf()
  kari.seat().receive(writer.type('1'))
  kari.seat().receive(writer.type('2'))
  await log.commit()
  expect(olav.frames.filter(({ kind }) => kind === 'update')).toHaveLength(1)
  expect(kari.frames.filter(({ kind }) => kind === 'update')).toHaveLength(0)
  expect(marte.sees()).toBe('nyhetsbrev12')

  kari.seat().receive(writer.type('3'))
  olav.seat().receive(writerOf(smallContent, 5).write(plan => setCell(plan, { register: 'activities', row: 'K02', field: 'status' }, 'done')))
  await log.commit()
  const [frame] = marte.frames.slice(-1)
  expect(kari.frames.filter(({ kind }) => kind === 'update')).toEqual([frame])
})

test('S6 an acknowledgement counts the sync updates of its own connection, and goes to those who asked', async () => {
  const { room, log } = openTestRoom()
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  const stock = pretendPeer({ name: 'Olav', wantsAcks: false }).join(room)
  const writer = writerOf()
  kari.seat().receive(writer.type('1'))
  kari.seat().receive(writer.type('2'))
  stock.seat().receive(writerOf(smallContent, 5).type('3'))
  await log.commit(1)
  await log.commit()
  expect(kari.acks()).toEqual([1, 2])
  expect(stock.acks()).toEqual([])
})

describe('answers to step 1', () => {
  test('S15 of many questions of one peer one answer is made, to the last of them, when it can go out', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    const answers = () => olav.frames.filter(({ kind }) => kind === 'step2')
    for (let n = 0; n < 100; n++)
      olav.seat().askFor(stateVectorOf({ [1_000 + n]: 0 }))
    expect(answers()).toHaveLength(0)
    await turn()
    expect(answers()).toHaveLength(1)

    kari.seat().receive(writerOf().type(' i mai'))
    for (let n = 0; n < 100; n++)
      olav.seat().askFor(n < 99 ? Uint8Array.of(0) : Y.encodeStateVector(smallDoc()))
    await turn()
    expect(answers()).toHaveLength(1)
    await log.commit()
    expect(answers()).toHaveLength(2)
    const last = answers().at(-1)
    expect(last?.kind === 'step2' && last.update.byteLength).toBeLessThan(100)
    expect(olav.sees()).toBe('nyhetsbrev i mai')
  })

  test('S15 an answer made while something is being written waits for that too, and a later question takes its place', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    const writer = writerOf()
    kari.seat().receive(writer.type(' 1'))
    olav.ask()
    kari.seat().receive(writer.type(' 2'))
    await log.commit(1)
    expect(olav.sees()).toBe('')
    olav.ask()
    kari.seat().receive(writer.type(' 3'))
    await log.commit(1)
    expect(olav.sees()).toBe('')
    await log.commit()
    expect(olav.sees()).toBe('nyhetsbrev 1 2 3')
    expect(olav.frames.filter(({ kind }) => kind === 'step2')).toHaveLength(1)
  })
})

test.each([['what it sent is being written', true], ['nothing is', false]])(
  'S14 whoever is dismissed while %s is told what of theirs is on disk, nothing else, and is then closed', async (_what, isWriting) => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    kari.ask()
    await turn()
    const before = kari.frames.length
    if (isWriting) {
      kari.seat().receive(writerOf().type(' i mai'))
      olav.seat().receive(writerOf().type(' not for her'))
      kari.ask()
    }
    kari.seat().dismiss(4403, 'removed')
    kari.seat().receive(writerOf().type(' too late'))
    kari.ask()
    if (isWriting)
      expect(kari.closed()).toBeNull()
    await log.commit()
    expect(kari.frames.slice(before)).toEqual(isWriting ? [{ kind: 'ack', count: 1 }] : [])
    expect(kari.closed()).toEqual({ code: 4403, reason: 'removed' })
    expect(log.written).toHaveLength(isWriting ? 3 : 1)
  })

describe('refusals', () => {
  test.each(['reader', 'commenter'] as const)('S10 what a %s brings is refused whole, and the document is as before', async (role) => {
    const { room, log, doc } = openTestRoom()
    const jon = pretendPeer({ name: 'Jon', role }).join(room)
    const before = Y.encodeStateAsUpdate(doc)
    jon.seat().receive(emptyUpdate)
    jon.seat().receive(writerOf().type(' hei'))
    jon.seat().receive(writerOf().type(' igjen'))
    await turn()
    expect(jon.frames.at(-1)).toEqual({
      kind: 'refusal', nth: 2, refusal: { reason: 'not-allowed', cells: [{ register: 'activities', row: 'K01', field: 'arena' }] },
    })
    expect(jon.acks()).toEqual([1])
    expect(jon.closed()?.code).toBe(4403)
    expect(log.waiting()).toBe(0)
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
  })

  test('S10 a reader\'s answer with the whole delete set is nothing, and passes', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const writer = writerOf()
    kari.seat().receive(writer.write(plan => setCell(plan, { register: 'activities', row: 'K01', field: 'status' }, 'done')))
    await log.commit()
    const jon = pretendPeer({ name: 'Jon', role: 'reader' }).join(room)
    jon.ask()
    await turn()
    jon.seat().receive(Y.encodeStateAsUpdate(jon.doc, Y.encodeStateVector(jon.doc)))
    jon.seat().receive(Y.encodeStateAsUpdate(jon.doc))
    expect(jon.acks()).toEqual([1, 2])
    expect(jon.closed()).toBeNull()
  })

  test('S10 a refusal comes after the acks of what came before it', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer().join(room)
    kari.seat().receive(writerOf().type('1'))
    kari.seat().receive(new Uint8Array(limits.maxUpdateBytes + 1))
    await turn()
    expect(kari.closed()).toBeNull()
    await log.commit()
    expect(kari.frames.slice(-2).map(({ kind }) => kind)).toEqual(['ack', 'refusal'])
    expect(kari.frames.at(-1)).toMatchObject({ nth: 2, refusal: { reason: 'too-large' } })
    expect(kari.closed()?.code).toBe(4403)
  })

  test('S10 an update that rests on what is missing is refused, and nothing waits in the document', () => {
    const { room, doc } = openTestRoom()
    const kari = pretendPeer().join(room)
    const writer = writerOf()
    writer.type('lost on the way')
    kari.seat().receive(writer.type('!'))
    expect(kari.frames.at(-1)).toMatchObject({ kind: 'refusal', nth: 1, refusal: { reason: 'missing-part' } })
    expect(doc.store.pendingStructs).toBeNull()
  })

  test('S10 bytes that are no update close their own connection and no other', () => {
    const { room } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    kari.seat().receive(Uint8Array.of(9, 9, 9, 9))
    expect(kari.closed()?.code).toBe(1007)
    expect(olav.closed()).toBeNull()
  })
})

test('S10 an admitted update that then does not fit: its sender stays away, what came before it counts, the others come back', async () => {
  const { room, log, doc, happened } = openTestRoom()
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  const olav = pretendPeer({ name: 'Olav' }).join(room)
  olav.ask()
  const writer = writerOf()
  kari.seat().receive(writer.type(' i mai'))
  doc.getMap('activities').observeDeep(() => { throw new Error('a bug') })
  kari.seat().receive(writer.type('!'))
  await turn()
  expect(pretendPeer({ name: 'Marte' }).join(room).closed()?.code).toBe(4503)
  await log.commit()
  expect(kari.frames.slice(-2)).toMatchObject([{ kind: 'ack', count: 1 }, { kind: 'refusal', nth: 2, refusal: { reason: 'ill-formed' } }])
  expect([kari.closed()?.code, olav.closed()?.code]).toEqual([4403, 4503])
  expect(happened).toEqual(['applying failed', 'dropped'])
  expect(log.written).toHaveLength(2)
})

test('S11 when a commit fails everybody is told to come back, and nothing has left', async () => {
  const { room, log, happened } = openTestRoom()
  const kari = pretendPeer({ name: 'Kari' }).join(room)
  const olav = pretendPeer({ name: 'Olav' }).join(room)
  olav.ask()
  await turn()
  kari.seat().receive(writerOf().type(' i mai'))
  await log.fail()
  expect(olav.sees()).toBe('nyhetsbrev')
  expect(kari.acks()).toEqual([])
  expect([kari.closed()?.code, olav.closed()?.code]).toEqual([4503, 4503])
  expect(happened).toEqual(['writing failed', 'dropped'])
  expect(pretendPeer({ name: 'Marte' }).join(room).closed()?.code).toBe(4503)
})

test('S12 closing sends everybody away and waits for what is being written', async () => {
  const { room, log } = openTestRoom()
  const kari = pretendPeer().join(room)
  kari.seat().receive(writerOf().type(' i mai'))
  let isClosed = false
  const closing = room.close(1012).then(() => { isClosed = true })
  await turn()
  expect(kari.closed()?.code).toBe(1012)
  expect(isClosed).toBe(false)
  await log.commit()
  await closing
  expect(log.written).toHaveLength(2)
})

describe('change lines', () => {
  const status = { register: 'activities', row: 'K01', field: 'status' } as const

  test('S7 one person\'s typing in one cell within 30 s is one line from first to last', async () => {
    const { room, log, clock } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const writer = writerOf()
    kari.seat().receive(writer.type(' i'))
    clock.advance(20_000)
    kari.seat().receive(writer.type(' mai'))
    clock.advance(20_000)
    kari.seat().receive(writer.type('!'))
    await log.commit()
    const [first, second, third] = log.entries.flatMap(({ changes }) => changes)
    expect(first).toMatchObject({ by: 'Kari', register: 'activities', row: 'K01', field: 'arena', before: 'nyhetsbrev', after: 'nyhetsbrev i' })
    expect(second).toMatchObject({ id: first?.id, before: 'nyhetsbrev', after: 'nyhetsbrev i mai', from: first?.from })
    expect(third).toMatchObject({ before: 'nyhetsbrev i mai', after: 'nyhetsbrev i mai!' })
    expect(third?.id).not.toBe(first?.id)
  })

  test('S7 a line ends where someone else writes in the cell', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    const writer = writerOf()
    kari.seat().receive(writer.type('1'))
    olav.seat().receive(writerOf().type('2'))
    kari.seat().receive(writer.type('3'))
    await log.commit()
    expect(new Set(log.entries.flatMap(({ changes }) => changes).map(({ id }) => id)).size).toBe(3)
  })

  test.each([[5, 9], [9, 5]])('S7 of two who chose at once, the line keeps what did not win (client ids %i and %i)', async (first, second) => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    const olav = pretendPeer({ name: 'Olav' }).join(room)
    kari.seat().receive(writerOf(smallContent, first).write(plan => setCell(plan, status, 'done')))
    olav.seat().receive(writerOf(smallContent, second).write(plan => setCell(plan, status, 'postponed')))
    await log.commit()
    const line = log.entries.at(-1)?.changes[0]
    const [won, lost] = second > first ? ['postponed', 'done'] : ['done', 'postponed']
    expect(line).toMatchObject({ by: 'Olav', field: 'status', before: 'done', after: won, lost })
  })

  test('S7 values that JSON cannot hold are told of as not valid, also those that did not win', async () => {
    const { room, log, happened } = openTestRoom()
    const deep = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown
    for (const [n, odd] of [10n, deep, undefined].entries()) {
      const [kari, olav] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Olav' }).join(room)]
      const content = Y.encodeStateAsUpdate(read(log.written))
      const set = (value: unknown, clientId: number) => {
        const { doc, write } = writerOf(content, clientId)
        return write(() => (doc.getMap('activities').get('K01') as Y.Map<unknown>).set('status', value))
      }
      olav.seat().receive(set('done', 1_000 + n))
      kari.seat().receive(set(odd, 10 + n))
      await log.commit()
      expect([kari.closed(), happened.filter(what => what !== 'empty')]).toEqual([null, []])
      expect(log.entries.at(-1)?.changes[0]).toMatchObject({ before: 'done', after: 'done', lost: odd === undefined ? null : { invalid: true } })
      expect(() => structuredClone(log.entries.at(-1))).not.toThrow()
    }
  })

  test('S7 a new title is told to the storage with the update that made it', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer().join(room)
    const writer = writerOf()
    kari.seat().receive(writer.type('x'))
    kari.seat().receive(writer.write(() => {
      const head = writer.doc.getMap('plan').get('head')
      const title = head instanceof Y.Map ? head.get('title') : null
      if (title instanceof Y.Text)
        title.insert(0, 'Ny ')
    }))
    await log.commit()
    expect(log.entries.map(({ title }) => title)).toEqual([null, 'Ny Prøveplan'])
  })
})
