import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { judgeUpdate } from '#shared/plan/admission.ts'
import { addRows, spliceText } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { openPlan } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { limits } from '#shared/protocol/limits.ts'
import { openDocument, openTab, type Sending, type Tab } from '../../support/honest.ts'
import { allActs, crowdedActs, richTextActs, type Act } from '../../support/honestActs.ts'
import { chanceFrom } from '../../support/honestChance.ts'
import { fingerprint } from '../../support/honestPrint.ts'
import { smallSeed } from '../../support/plans.ts'

const runs = Number(process.env['SCHEDULES'] ?? 1_000)
const seed = Number(process.env['SEED'] ?? 51)
const firstContent = layPlan(smallSeed)
const ways = ['singly', 'merged', 'step2'] as const
const vectorOf = (doc: Y.Doc) => Y.encodeStateVector(doc)

/** A server that judges: its document, whom each client id belongs to, and what each page has not yet been given. */
class JudgingServer {
  readonly doc = openDocument(firstContent)
  readonly #owners = new Map<number, string>()
  readonly #inboxes = new Map<Tab, Uint8Array[]>()

  receive(from: Tab, update: Uint8Array, role: 'editor' | 'reader' = 'editor'): void {
    const { doc } = this
    const { problem, fault, clients, isNothing, isTidying } = judgeUpdate(doc, update)
    expect({ problem, fault }).toEqual({ problem: null, fault: null })
    if (role === 'reader')
      return expect(isNothing || isTidying).toBe(true)
    if (isNothing)
      return
    for (const client of clients)
      expect(this.#owners.get(client) ?? from.member).toBe(from.member)
    clients.forEach(client => this.#owners.set(client, from.member))
    Y.applyUpdate(doc, update, from)
    expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
    expect(judgeUpdate(doc, update)).toMatchObject({ isNothing: true, problem: null, fault: null })
    for (const [tab, inbox] of this.#inboxes) {
      if (tab !== from)
        inbox.push(update)
    }
  }

  join(tab: Tab): Tab {
    this.#inboxes.set(tab, [])
    return tab
  }

  leave(tab: Tab): void {
    this.#inboxes.delete(tab)
    tab.close()
  }

  /** What the server has sent, one by one or, as it does for what came in one commit, merged. */
  hear(tab: Tab, { count = Infinity, merged = false } = {}): void {
    const updates = this.#inboxes.get(tab)?.splice(0, count) ?? []
    const frames = merged && updates.length > 1 ? [Y.mergeUpdates(updates)] : updates
    frames.forEach(update => tab.hear(update))
  }
}

const step = fc.record({
  who: fc.nat(4),
  what: fc.constantFrom(
    'act', 'act', 'act', 'act', 'act', 'act', 'act', 'send', 'send', 'hear', 'hear', 'hearSome', 'reload', 'newTab', 'readerAnswers', 'wholeAgain', 'old',
  ),
  how: fc.constantFrom<Sending>(...ways),
  seed: fc.nat(1_000_000),
})

/** One of a few people in one plan, on several pages, for as long as the schedule goes. */
function play(schedule: readonly { who: number, what: string, how: Sending, seed: number }[], acts: readonly Act[]): void {
  const server = new JudgingServer()
  let lastClient = 100
  const open = (member: string, { isReader = false } = {}) => {
    lastClient += 7
    const clientId = (lastClient * 37) % 1_009 + 2
    return server.join(openTab(Y.encodeStateAsUpdate(server.doc), { member, clientId, isReader, tidies: isReader, acts }))
  }
  const tabs = [open('kari'), open('olav'), open('marte'), open('kari')]
  const reader = open('leser', { isReader: true })
  let oldVector = vectorOf(server.doc)
  const send = (tab: Tab, how: Sending, known = vectorOf(server.doc)) => {
    for (const update of tab.takeUnsent(how, known))
      server.receive(tab, update)
  }
  for (const { who, what, how, seed: number } of schedule) {
    const n = who % tabs.length
    const tab = tabs[n] as Tab
    const chance = chanceFrom(number)
    switch (what) {
      case 'act': tab.act(chance); break
      case 'send': send(tab, how); break
      case 'hear': server.hear(tab, { merged: chance.below(2) === 0 }); break
      case 'hearSome': server.hear(tab, { count: 1 + chance.below(3) }); break
      // The page is closed; what it had not sent is sent by its successor, under the old client id.
      case 'reload': {
        const next = open(tab.member)
        tab.unsent.forEach(update => next.plan.doc.transact(() => Y.applyUpdate(next.plan.doc, update)))
        server.leave(tab)
        tabs[n] = next
        break
      }
      case 'newTab':
        if (tabs.length < 7)
          tabs.push(open(tab.member))
        break
      // A stock reader: sends what its document did by itself, and in answer to step 1 its whole delete set.
      case 'readerAnswers':
        server.hear(reader, { count: 1 + chance.below(4), merged: chance.below(2) === 0 })
        reader.takeUnsent('singly', firstContent).forEach(update => server.receive(reader, update, 'reader'))
        server.receive(reader, Y.encodeStateAsUpdate(reader.plan.doc, vectorOf(server.doc)), 'reader')
        server.receive(reader, Y.encodeStateAsUpdate(reader.plan.doc), 'reader')
        break
      // A connection that broke before the acknowledgement: all of it comes once more.
      case 'wholeAgain': send(tab, 'step2', Uint8Array.of(0)); break
      case 'old':
        send(tab, 'step2', oldVector)
        oldVector = vectorOf(server.doc)
        break
    }
  }
  tabs.forEach((tab, n) => send(tab, n % 2 ? 'step2' : 'merged'))
  const wanted = { print: fingerprint(server.doc), value: readPlan(server.doc) }
  for (const tab of tabs) {
    server.hear(tab)
    expect({ print: fingerprint(tab.plan.doc), value: readPlan(tab.plan.doc) }).toEqual(wanted)
    expect(tab.unsent).toEqual([])
    tab.close()
  }
  expect(Object.values(wanted.value).flat().flatMap(row => row.invalid)).toEqual([])
  reader.close()
  server.doc.destroy()
}

describe('honest people on several pages, apart and together: nothing they send is refused, and all end with what the server has', () => {
  test.each<[string, number, readonly Act[]]>([
    ['do all there is to do', 0.6, allActs], ['write rich text and take it back', 0.2, richTextActs], ['all write at one place', 0.2, crowdedActs],
  ])('D15 when they %s', (_what, part, acts) => {
    fc.assert(fc.property(fc.array(step, { minLength: 15, maxLength: 60, size: 'max' }), schedule => play(schedule, acts)), {
      numRuns: Math.ceil(runs * part), seed, endOnFailure: true, ...process.env['SEED_PATH'] ? { path: process.env['SEED_PATH'] } : {},
    })
  }, 600_000)
})

const crowded = { register: 'activities', row: 'K03', field: 'note' } as const
const tabOf = (clientId: number, member = `${clientId}`, content = firstContent) => openTab(content, { member, clientId })
const typeIn = (tab: Tab, at: number, insert: string) => spliceText(tab.plan, crowded, { at, remove: 0, insert })

test.each(ways.flatMap(how => [[how, 5, 9], [how, 9, 5]] as const))(
  'D15 two write at one place while apart, and one of them then between both: nothing is refused (sent %s, ids %i and %i)', (how, kariId, olavId) => {
    for (let at = 0; at <= 12; at++) {
      const server = new JudgingServer()
      const [kari, olav] = [server.join(tabOf(kariId)), server.join(tabOf(olavId))]
      for (const [n, letter] of [...'kari'].entries())
        typeIn(kari, n, letter)
      typeIn(olav, 0, 'olav')
      olav.takeUnsent(how, vectorOf(server.doc)).forEach(update => server.receive(olav, update))
      server.hear(kari)
      // Her own words are not sent yet; she writes into and between both.
      for (const [n, letter] of [...'ABC'].entries())
        typeIn(kari, Math.min(at, 8) + (at % 2 ? n : 0), letter)
      spliceText(kari.plan, crowded, { at: Math.min(at, 7), remove: 2, insert: '-' })
      kari.takeUnsent(how, vectorOf(server.doc)).forEach(update => server.receive(kari, update))
      server.hear(olav)
      expect(fingerprint(kari.plan.doc)).toBe(fingerprint(server.doc))
      expect(fingerprint(olav.plan.doc)).toBe(fingerprint(server.doc))
    }
  })

test.each(ways)('D17 two who each put a thousand letters at the front of one text while apart are admitted, or told that it costs too much (sent %s)', (how) => {
  const server = openDocument(firstContent)
  const tabs = [tabOf(5), tabOf(9)]
  for (const tab of tabs) {
    for (let n = 0; n < 1_000; n++)
      typeIn(tab, 0, 'x')
  }
  const said = tabs.flatMap(tab => tab.takeUnsent(how, vectorOf(server)).map((update) => {
    const { problem, fault } = judgeUpdate(server, update)
    Y.applyUpdate(server, update)
    return problem ?? fault?.reason ?? 'admitted'
  }))
  expect(['admitted', 'too-costly']).toEqual(expect.arrayContaining([...new Set(said)]))
})

test.each(['singly', 'merged'] as const)('D15 2,000 rows pasted while apart, then changed, are admitted piece by piece (sent %s)', (how) => {
  const server = new JudgingServer()
  const [kari, olav] = [server.join(tabOf(5)), server.join(tabOf(9))]
  const rows = Array.from({ length: 2_000 }, (_, n) => ({ arena: `Samling ${n}`, topic: 'Tema', status: 'done', audienceId: 'A1', responsible: { sf: 'lead' } }))
  const added = addRows(kari.plan, 'activities', rows, { parentId: 'G1', after: 'K01' })
  kari.undo.undo()
  kari.undo.redo()
  const chance = chanceFrom(8)
  for (let n = 0; n < 40; n++) {
    kari.act(chance)
    olav.act(chance)
    olav.takeUnsent('singly', firstContent).forEach(update => server.receive(olav, update))
  }
  const pieces = kari.takeUnsent(how, firstContent)
  expect(pieces.length).toBeGreaterThan(how === 'singly' ? 20 : 3)
  for (const piece of pieces) {
    expect(piece.length).toBeLessThan(limits.maxBytesPerTransaction * 1.5)
    server.receive(kari, piece)
  }
  server.hear(olav)
  server.hear(kari)
  expect(added.ok && added.ids.every(id => server.doc.getMap('activities').has(id))).toBe(true)
  expect([fingerprint(olav.plan.doc), fingerprint(kari.plan.doc)]).toEqual([fingerprint(server.doc), fingerprint(server.doc)])
}, 120_000)

test('D15 in a plan that ten thousand pages have written in, a letter, a stock reader\'s answer and all of it again pass', () => {
  const server = openDocument(firstContent)
  const note = { ...crowded, row: 'K01' } as const
  const plan = openPlan(server)
  server.transact(() => {
    for (let client = 10_000; client < 20_000; client++) {
      server.clientID = client
      spliceText(plan, client % 2 ? crowded : note, { at: 0, remove: client % 20 < 2 ? 0 : 1, insert: 'x' })
    }
  })
  expect(server.store.clients.size).toBeGreaterThan(9_999)
  const typist = tabOf(5, 'kari', Y.encodeStateAsUpdate(server))
  typeIn(typist, 1, 'a')
  const [letter = new Uint8Array()] = typist.unsent
  const reader = openDocument(Y.encodeStateAsUpdate(server))
  expect(judgeUpdate(server, letter)).toMatchObject({ problem: null, fault: null, isNothing: false })
  for (const update of [Y.encodeStateAsUpdate(reader, vectorOf(server)), Y.encodeStateAsUpdate(reader)])
    expect(judgeUpdate(server, update)).toMatchObject({ problem: null, fault: null, isNothing: true })
})

test('D15 a stock reader\'s answer after fifty thousand letters, every other taken out, is nothing', () => {
  const server = openDocument(firstContent)
  server.clientID = 7
  const plan = openPlan(server)
  server.transact(() => {
    for (let n = 0; n < 25_000; n++) {
      spliceText(plan, crowded, { at: n % 50, remove: 0, insert: 'ab' })
      spliceText(plan, crowded, { at: n % 50, remove: n < 50 ? 1 : 2, insert: '' })
    }
  })
  const reader = openDocument(Y.encodeStateAsUpdate(server))
  const answer = Y.encodeStateAsUpdate(reader, vectorOf(server))
  expect(answer.length).toBeGreaterThan(50)
  expect(judgeUpdate(server, answer)).toMatchObject({ problem: null, fault: null, isNothing: true, cells: [] })
  expect(judgeUpdate(server, Y.encodeStateAsUpdate(reader))).toMatchObject({ problem: null, fault: null, isNothing: true })
})
