import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { judgeUpdate } from '#shared/plan/admission.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { readPlan } from '#shared/plan/read.ts'
import { chanceFrom, fingerprint, openDocument, openTab, type Sending, type Tab } from '../../support/honest.ts'
import { smallSeed } from '../../support/plans.ts'

const runs = Number(process.env['SCHEDULES'] ?? 1_000)
const firstContent = layPlan(smallSeed)

/** A server that judges: its document, whom each client id belongs to, and what each tab has not yet been given. */
function judgingServer() {
  const doc = openDocument(firstContent)
  const owners = new Map<number, string>()
  const inboxes = new Map<Tab, Uint8Array[]>()
  const log: Uint8Array[] = [firstContent]
  return {
    doc, log, inboxes,
    receive(from: Tab, update: Uint8Array, { role = 'editor' }: { role?: 'editor' | 'reader' } = {}) {
      const { problem, fault, clients, isNothing, cells } = judgeUpdate(doc, update)
      expect({ problem, fault }).toEqual({ problem: null, fault: null })
      if (isNothing)
        return
      if (role === 'reader')
        expect(cells).toEqual([])
      for (const client of clients)
        expect(owners.get(client) ?? from.member).toBe(from.member)
      clients.forEach(client => owners.set(client, from.member))
      Y.applyUpdate(doc, update, from)
      expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
      expect(judgeUpdate(doc, update)).toMatchObject({ isNothing: true, problem: null, fault: null })
      log.push(update)
      for (const [tab, inbox] of inboxes) {
        if (tab !== from)
          inbox.push(update)
      }
    },
    hear(tab: Tab, count = Infinity) {
      inboxes.get(tab)?.splice(0, count).forEach(update => tab.hear(update))
    },
  }
}

const step = fc.record({
  who: fc.nat(4),
  what: fc.constantFrom('act', 'act', 'act', 'act', 'act', 'act', 'act', 'send', 'send', 'hear', 'hear', 'hearSome', 'reload', 'newTab', 'readerAnswers', 'wholeAgain', 'old'),
  how: fc.constantFrom<Sending>('singly', 'merged', 'step2'),
  seed: fc.nat(1_000_000),
})

test('D15 a thousand random schedules of honest people on several pages: nothing they send is refused, and all see what the server has', () => {
  fc.assert(fc.property(fc.array(step, { minLength: 15, maxLength: 60, size: 'max' }), (schedule) => {
    const server = judgingServer()
    let lastClient = 100
    const open = (member: string, { isReader = false } = {}) => {
      lastClient += 7
      const tab = openTab(Y.encodeStateAsUpdate(server.doc), { member, clientId: (lastClient * 37) % 1_009 + 2, isReader })
      server.inboxes.set(tab, [])
      return tab
    }
    const tabs = [open('kari'), open('olav'), open('marte'), open('kari')]
    const reader = open('leser', { isReader: true })
    let oldVector = Y.encodeStateVector(server.doc)
    const send = (tab: Tab, how: Sending, known = Y.encodeStateVector(server.doc)) => {
      for (const update of tab.takeUnsent(how, known))
        server.receive(tab, update)
    }
    for (const { who, what, how, seed } of schedule) {
      const n = who % tabs.length
      const tab = tabs[n] as Tab
      const chance = chanceFrom(seed)
      switch (what) {
        case 'act': tab.act(chance); break
        case 'send': send(tab, how); break
        case 'hear': server.hear(tab); break
        case 'hearSome': server.hear(tab, 1 + chance.below(3)); break
        // The page is closed; what it had not sent is sent by its successor, under the old client id.
        case 'reload': {
          const next = open(tab.member)
          tab.unsent.forEach(update => next.plan.doc.transact(() => Y.applyUpdate(next.plan.doc, update)))
          server.inboxes.delete(tab)
          tab.close()
          tabs[n] = next
          break
        }
        case 'newTab': tabs.length < 7 && tabs.push(open(tab.member)); break
        case 'readerAnswers': {
          server.hear(reader, 1 + chance.below(4))
          reader.takeUnsent('singly', Uint8Array.of(0)).forEach(update => server.receive(reader, update, { role: 'reader' }))
          server.receive(reader, Y.encodeStateAsUpdate(reader.plan.doc, Y.encodeStateVector(server.doc)), { role: 'reader' })
          server.receive(reader, Y.encodeStateAsUpdate(reader.plan.doc), { role: 'reader' })
          break
        }
        // A connection that broke before the acknowledgement: all of it comes once more.
        case 'wholeAgain': send(tab, 'step2', Uint8Array.of(0)); break
        case 'old': {
          send(tab, 'step2', oldVector)
          oldVector = Y.encodeStateVector(server.doc)
          break
        }
      }
    }
    for (const [n, tab] of tabs.entries())
      send(tab, n % 2 ? 'step2' : 'merged')
    // Hearing may make a document tidy up marks by itself: until nobody has more to say.
    for (let isQuiet = false; !isQuiet;) {
      isQuiet = true
      for (const tab of tabs) {
        server.hear(tab)
        isQuiet &&= tab.unsent.length === 0
        send(tab, 'singly')
      }
    }
    server.hear(reader)
    const wanted = { print: fingerprint(server.doc), value: readPlan(server.doc) }
    for (const tab of [...tabs, reader]) {
      expect({ print: fingerprint(tab.plan.doc), value: readPlan(tab.plan.doc) }).toEqual(wanted)
      tab.close()
    }
    expect(Object.values(readPlan(server.doc)).flat().flatMap(row => row.invalid)).toEqual([])
    server.doc.destroy()
  }), { numRuns: runs, seed: Number(process.env['SEED'] ?? 51), endOnFailure: true, ...(process.env['SEED_PATH'] ? { path: process.env['SEED_PATH'] } : {}) })
}, 600_000)
