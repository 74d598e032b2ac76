import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { putMember, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { serverClientId } from '#shared/plan/lay.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import { readTouches } from '#shared/plan/touches.ts'
import { emptyUpdate } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { mayChange } from '../../server/access/rules.ts'
import { openFreezes } from '../../server/rooms/freezes.ts'
import type { LargeJudge } from '../../server/rooms/largeJudge.ts'
import { openChangeLines } from '../../server/rooms/changeLines.ts'
import { openRoom } from '../../server/rooms/room.ts'
import type { Admission } from '../../server/rooms/verdict.ts'
import { presenceEntries } from './support/frames.ts'
import { pretendClock } from './support/pretendClock.ts'
import { pretendLog, turn } from './support/pretendLog.ts'
import { pretendPeer } from './support/peers.ts'
import { arenaOf, smallContent, writerOf } from './support/plans.ts'

/** For rooms that meet no large update. */
const noJudge: LargeJudge = { judge: () => Promise.reject(new Error('a large update')), close: () => Promise.resolve() }

const smallDoc = () => read([smallContent])
function read(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  updates.forEach(update => Y.applyUpdate(doc, update))
  return doc
}
const stateVectorOf = (clocks: Readonly<Record<number, number>>) =>
  Y.encodeStateVector(new Map(Object.entries(clocks).map(([client, clock]) => [Number(client), clock])))

function openTestRoom({ owners = new Map<number, string>(), admit = mayChange }: {
  owners?: ReadonlyMap<number, string>, admit?: Admission
} = {}) {
  const log = pretendLog(smallContent)
  const clock = pretendClock()
  const freezes = openFreezes()
  const doc = new Y.Doc()
  Y.applyUpdate(doc, smallContent)
  const happened: string[] = []
  const room = openRoom({
    ground: doc, tail: 0, log, clock, owners, freezes, admit,
    judge: noJudge,
    report: what => happened.push(what),
    onGrown: () => Promise.resolve(false),
    onEmpty: () => happened.push('empty'),
    onDropped: () => happened.push('dropped'),
  })
  return { room, log, clock, doc, freezes, happened }
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

test('S31 a room of twenty writes and releases at most every 16 ms, the first of a quiet spell at once; a smaller one does not wait', async () => {
  for (const count of [19, 20]) {
    const { room, log, clock } = openTestRoom()
    const [kari, olav] = Array.from({ length: count }, (_, n) => pretendPeer({ name: `p${n}` }).join(room))
    const writer = writerOf()
    const updatesAt = () => olav?.frames.filter(({ kind }) => kind === 'update').length
    kari?.ask()
    olav?.ask()
    await turn()
    for (const word of [' a', 'b', 'c']) {
      kari?.seat().receive(writer.type(word))
      await log.commit()
    }
    expect(updatesAt()).toBe(count < 20 ? 3 : 1)
    clock.advance(15)
    await log.commit()
    expect(updatesAt()).toBe(count < 20 ? 3 : 1)
    clock.advance(1)
    await log.commit()
    expect([updatesAt(), olav?.sees(), kari?.acks().at(-1)]).toEqual([count < 20 ? 3 : 2, 'nyhetsbrev abc', 3])
    expect(log.entries.map(({ changes }) => changes.map(({ after }) => after))).toEqual(count < 20
      ? [['nyhetsbrev a'], ['nyhetsbrev ab'], ['nyhetsbrev abc']]
      : [['nyhetsbrev a'], [], ['nyhetsbrev abc']])
    clock.advance(16)
    kari?.seat().receive(writer.type('d'))
    await log.commit()
    expect(olav?.sees()).toBe('nyhetsbrev abcd')
  }
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

describe('why an update is refused', () => {
  const cell = (row: string, field: string, register: 'activities' | 'organisations' = 'activities') => ({ register, row, field })
  /** Changes two rows of activities, one of them twice in one set, and one of organisations. */
  function changeMuch(plan: Plan): void {
    spliceText(plan, cell('K02', 'arena'), { at: 0, remove: 0, insert: 'ny ' })
    putMember(plan, cell('K01', 'responsible'), 'sf-rogaland', 'lead')
    putMember(plan, cell('K01', 'responsible'), 'ks-rogaland', 'lead')
    setCell(plan, cell('ks-rogaland', 'short', 'organisations'), 'KS-R')
  }
  const much = () => writerOf(smallContent, 70).write(changeMuch)

  function refusalOf({ room }: ReturnType<typeof openTestRoom>, update: Uint8Array, role: 'reader' | 'editor' | 'owner' = 'editor') {
    const kari = pretendPeer({ name: 'Kari', role }).join(room)
    kari.seat().receive(update)
    const last = kari.frames.at(-1)
    return last?.kind === 'refusal' ? last.refusal : null
  }

  test('S22 a refusal names the cells that caused it, each once, and no others', () => {
    const activitiesOnly: Admission = (role, register) => mayChange(role, register) && register === 'activities'
    expect(refusalOf(openTestRoom({ admit: activitiesOnly }), much()))
      .toEqual({ reason: 'not-allowed', cells: [cell('ks-rogaland', 'short', 'organisations')] })

    const frozen = openTestRoom()
    frozen.freezes.freeze({ register: 'activities', row: 'K01' })
    expect(refusalOf(frozen, much())).toEqual({ reason: 'row-frozen', cells: [cell('K01', 'responsible')] })

    const unfit = writerOf(smallContent, 70)
    const update = unfit.write((plan) => {
      changeMuch(plan)
      ;(unfit.doc.getMap('activities').get('K02') as Y.Map<unknown>).set('status', 'nonsense')
    })
    expect(refusalOf(openTestRoom(), update)).toEqual({ reason: 'not-valid', cells: [cell('K02', 'status')] })
    expect(refusalOf(openTestRoom(), much())).toBeNull()
  })

  test('S22 of several reasons the first is told: role, client id, freeze, and then what stands in it', () => {
    const unfit = (clientId: number) => {
      const writer = writerOf(smallContent, clientId)
      return writer.write(() => (writer.doc.getMap('activities').get('K01') as Y.Map<unknown>).set('status', 'nonsense'))
    }
    const room = openTestRoom({ owners: new Map([[70, 'Olav']]) })
    const unfreeze = room.freezes.freeze({ register: 'activities', row: 'K01' })
    expect(refusalOf(room, unfit(70), 'reader')?.reason).toBe('not-allowed')
    expect(refusalOf(room, unfit(70))).toEqual({ reason: 'not-yours', cells: [] })
    expect(refusalOf(room, unfit(71))?.reason).toBe('row-frozen')
    unfreeze()
    expect(refusalOf(room, unfit(71))?.reason).toBe('not-valid')
  })

  test.each([[limits.maxNewClients, null], [limits.maxNewClients + 1, 'too-large']])(
    'S22 one update brings structs of at most so many client ids that the plan has not seen (%i)', (count, reason) => {
      const room = openTestRoom()
      const updates = Array.from({ length: count }, (_, n) => writerOf(smallContent, 1_000 + n).type('x'))
      expect(refusalOf(room, Y.mergeUpdates(updates))?.reason ?? null).toBe(reason)
    })

  test('S20 a row that is frozen takes no change of any kind from anybody, and all others do; when all have let go it does again', async () => {
    const room = openTestRoom()
    const row = { register: 'activities', row: 'K01' }
    const [first, second] = [room.freezes.freeze(row), room.freezes.freeze(row)]
    const trash = () => writerOf().write(plan => trashRow(plan, 'activities', 'K01'))
    const erase = () => writerOf().write(plan => spliceText(plan, cell('K01', 'arena'), { at: 0, remove: 3, insert: '' }))
    for (const update of [writerOf().type('x'), trash(), erase()])
      expect(refusalOf(room, update, 'owner')?.reason).toBe('row-frozen')
    expect(refusalOf(room, writerOf().write(plan => spliceText(plan, cell('K02', 'arena'), { at: 0, remove: 0, insert: 'x' })))).toBeNull()
    await room.log.commit()
    first()
    first()
    expect(refusalOf(room, writerOf().type('x'))?.reason).toBe('row-frozen')
    second()
    expect(refusalOf(room, writerOf().type('x'))).toBeNull()
  })
})

describe('whose a client id is', () => {
  /** Somebody who writes under an id that the document knows already. */
  function writerUnder(clientId: number, content: Uint8Array) {
    const writer = writerOf(content)
    writer.doc.clientID = clientId
    return writer
  }

  test('S18 what is written under another member\'s client id, or the server\'s, is refused whole, and the owner\'s next words land', async () => {
    const { room, log } = openTestRoom()
    const [kari, mallory, another] = ['Kari', 'Mallory', 'Mallory'].map(name => pretendPeer({ name }).join(room))
    if (!kari || !mallory || !another)
      throw new Error('peers are missing')
    const victim = writerOf(smallContent, 70)
    kari.seat().receive(victim.type(' i mai'))
    const forger = writerUnder(70, Y.encodeStateAsUpdate(victim.doc))
    mallory.seat().receive(forger.type(' FORGED'))
    another.seat().receive(writerUnder(serverClientId, smallContent).type(' FORGED'))
    await log.commit()
    for (const peer of [mallory, another])
      expect(peer.frames.at(-1)).toEqual({ kind: 'refusal', nth: 1, refusal: { reason: 'not-yours', cells: [] } })
    expect([mallory.closed()?.code, another.closed()?.code]).toEqual([4403, 4403])

    kari.seat().receive(victim.type(' og juni'))
    await log.commit()
    expect(arenaOf(read(log.written))).toBe('nyhetsbrev i mai og juni')
  })

  test('S18 an id is the first one\'s who was seen under it, before a word is written, and also when the server has begun anew', async () => {
    const { room, log } = openTestRoom()
    const kari = pretendPeer({ name: 'Kari' }).join(room)
    kari.seat().showPresence(presenceEntries({ client: 70, state: {} }))
    kari.seat().leave()
    const early = pretendPeer({ name: 'Mallory' }).join(room)
    early.seat().receive(writerOf(smallContent, 70).type(' FORGED'))
    await log.commit()
    const restarted = openTestRoom({ owners: await log.owners() })
    const late = pretendPeer({ name: 'Mallory' }).join(restarted.room)
    late.seat().receive(writerOf(smallContent, 70).type(' FORGED'))
    for (const mallory of [early, late])
      expect(mallory.frames.at(-1)).toMatchObject({ kind: 'refusal', refusal: { reason: 'not-yours' } })

    const back = pretendPeer({ name: 'Kari' }).join(restarted.room)
    back.seat().receive(writerOf(smallContent, 70).type(' i mai'))
    await restarted.log.commit()
    expect(back.acks()).toEqual([1])
  })

  test('S18 a member\'s tabs and earlier page loads each write under their ids, and any of them sends the words of another', async () => {
    const { room, log } = openTestRoom()
    const [first, second] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Kari' }).join(room)]
    const [tab, closedTab] = [writerOf(smallContent, 70), writerOf(smallContent, 71)]
    first.seat().receive(tab.type('1'))
    second.seat().receive(Y.mergeUpdates([closedTab.type('2'), tab.type('3')]))
    await log.commit()
    expect([first.acks(), second.acks()]).toEqual([[1], [1]])
    expect(log.entries.map(({ binds }) => binds)).toEqual([[70], [71]])
    expect(await log.owners()).toEqual(new Map([[70, 'Kari'], [71, 'Kari']]))
  })

  test('S18 nobody is seen under an id before it is on disk whose it is, nor under another\'s ever', async () => {
    const { room, log, clock } = openTestRoom()
    const [kari, olav, jon] = ['Kari', 'Olav', 'Jon'].map(name => pretendPeer({ name, role: 'reader' }).join(room))
    kari?.seat().showPresence(presenceEntries({ client: 70, state: {} }))
    olav?.seat().showPresence(presenceEntries({ client: 70, state: {} }))
    clock.advance(1_000)
    expect([jon?.presence(), log.waiting()]).toEqual([[], 1])
    await log.commit()
    clock.advance(1_000)
    expect(jon?.presence()).toMatchObject([{ client: 70, state: { user: { name: 'Kari' } } }])
    kari?.seat().showPresence(presenceEntries({ client: 70, state: { at: null } }))
    clock.advance(1_000)
    expect([jon?.presence().length, log.waiting()]).toEqual([2, 0])
  })

  test('S18 when the binding cannot be written, nobody has been seen, and everybody is told to come back', async () => {
    const { room, log, happened } = openTestRoom()
    const [kari, olav] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Olav' }).join(room)]
    kari.seat().showPresence(presenceEntries({ client: 70, state: {} }))
    await log.fail()
    expect([kari.closed()?.code, olav.closed()?.code, olav.presence()]).toEqual([4503, 4503, []])
    expect(happened).toEqual(['writing failed', 'dropped'])
  })
})

describe('the question which state one should have', () => {
  const hashOf = (doc: Y.Doc) => openStateHash(doc).read()
  const statesOf = ({ frames }: ReturnType<typeof pretendPeer>) => frames.flatMap(frame => frame.kind === 'state' ? [frame.hash] : [])

  test('S19 it is answered when all that is in the document has been released, behind it on the line, and once', async () => {
    const { room, log } = openTestRoom()
    const [kari, olav] = [pretendPeer({ name: 'Kari' }).join(room), pretendPeer({ name: 'Olav' }).join(room)]
    for (const peer of [kari, olav])
      peer.ask()
    await turn()
    olav.seat().askForState()
    await turn()
    expect(statesOf(olav)).toEqual([hashOf(olav.doc)])

    const writer = writerOf()
    kari.seat().receive(writer.type(' 1'))
    for (let n = 0; n < 5; n++)
      olav.seat().askForState()
    kari.seat().askForState()
    kari.seat().receive(writer.type(' 2'))
    await turn()
    await log.commit(1)
    expect([statesOf(olav).length, statesOf(kari).length]).toEqual([1, 0])
    await log.commit()
    expect([statesOf(olav).length, statesOf(kari).length]).toEqual([2, 1])
    expect(olav.frames.at(-1)).toEqual({ kind: 'state', hash: hashOf(olav.doc) })
    expect(kari.frames.slice(-2)).toEqual([{ kind: 'ack', count: 2 }, { kind: 'state', hash: hashOf(writer.doc) }])
    expect(olav.sees()).toBe('nyhetsbrev 1 2')
  })

  test('S19 who has been sent away, or has left, is not answered', async () => {
    const { room, log } = openTestRoom()
    const [kari, olav, marte] = ['Kari', 'Olav', 'Marte'].map(name => pretendPeer({ name }).join(room))
    kari?.seat().receive(writerOf().type(' 1'))
    for (const peer of [kari, olav, marte])
      peer?.seat().askForState()
    olav?.seat().leave()
    marte?.seat().dismiss(4403, 'removed')
    marte?.seat().askForState()
    await log.commit()
    expect([kari, olav, marte].map(peer => peer?.frames.filter(({ kind }) => kind === 'state').length)).toEqual([1, 0, 0])
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

test('S11 when a commit fails everybody is told to come back, nothing has left, and nothing of the room is kept', async () => {
  const { room, log, clock, happened } = openTestRoom()
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
  expect(clock.waiting()).toBe(0)
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

test('S31 what waits for its turn in a busy room is written when the room is closed, and never when it is dropped', async () => {
  for (const isDropped of [false, true]) {
    const { room, log } = openTestRoom()
    const [kari] = Array.from({ length: 20 }, (_, n) => pretendPeer({ name: `p${n}` }).join(room))
    const writer = writerOf()
    kari?.seat().receive(writer.type(' i'))
    kari?.seat().receive(writer.type(' mai'))
    expect(log.waiting()).toBe(1)
    if (isDropped)
      await log.fail()
    const closing = room.close(1012)
    await log.commit()
    await closing
    expect([log.written.length, kari?.acks()]).toEqual([isDropped ? 1 : 3, []])
  }
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

  test('S7 values that JSON cannot hold, from before they were refused, are told of as not valid, also those that did not win', () => {
    const deep = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown
    for (const odd of [10n, deep, undefined]) {
      const doc = smallDoc()
      const lines = openChangeLines(doc)
      let at = 0
      const put = (value: unknown, clientId: number) => {
        const other = writerOf(smallContent, clientId)
        const update = other.write(() => (other.doc.getMap('activities').get('K01') as Y.Map<unknown>).set('status', value))
        lines.around(() => Y.applyUpdate(doc, update), readTouches(doc, update).cells, 'Kari', at += 60_000)
        return lines.take()
      }
      const told = odd === undefined ? null : { invalid: true }
      expect(put(odd, 1_000)).toMatchObject([{ before: 'not-started', after: told }])
      expect(put('done', 2_000)).toMatchObject([{ before: told, after: 'done' }])
      const [last] = put(odd, 500)
      expect(last).toMatchObject({ before: 'done', after: 'done', lost: told })
      expect(() => structuredClone(last)).not.toThrow()
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
