import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { addRow, dropMember, moveRow, putMember, restoreRow, setCell, spliceText, textOf, trashRow } from '#shared/plan/commands.ts'
import { readOrder } from '#shared/plan/order.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { readTouches } from '#shared/plan/touches.ts'
import { bringTogether, planWith } from '../../support/plans.ts'

const runs = Number(process.env.SCHEDULES ?? 1_000)

/** A step of a schedule: who, what, and numbers to pick rows and spots with. */
const step = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom(
    'add', 'type', 'erase', 'move', 'moveGoal', 'trash', 'restore', 'trashGoal', 'put', 'drop', 'set', 'undo', 'redo', 'meet', 'meetOne',
  ),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
})

class Person {
  readonly plan: Plan
  readonly undo: Y.UndoManager
  constructor(clientId: number) {
    this.plan = planWith(undefined, { clientId })
    const roots = registerNames.map(name => this.plan.doc.getMap(name))
    this.undo = new Y.UndoManager(roots, { trackedOrigins: new Set([this.plan.mine]), captureTimeout: 0 })
  }

  pick(list: readonly string[], n: number): string {
    return list[n % Math.max(list.length, 1)] ?? 'nobody'
  }

  get rows() { return readOrder(this.plan.doc, 'activities').alive }
  get goals() { return readOrder(this.plan.doc, 'goals').alive }
}

test('D11 a thousand random schedules of three people apart and together converge, and no row or word is dropped or doubled', () => {
  fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (schedule) => {
    const people = [new Person(30), new Person(10), new Person(20)]
    const added = new Set(['K01', 'K02', 'K03'])
    const words: { word: string, row: string, who: number }[] = []
    for (const { who, what, a, b } of schedule) {
      const person = people[who] as Person
      const { plan } = person
      const row = person.pick(person.rows, a)
      const cell = (field: string) => ({ register: 'activities', row, field }) as const
      const goal = person.goals.length ? person.pick(person.goals, b) : null
      switch (what) {
        case 'add': {
          const outcome = addRow(plan, 'activities', { arena: 'ny' }, { parentId: goal, after: row })
          if (outcome.ok)
            added.add(outcome.id)
          break
        }
        case 'type': {
          const word = String.fromCharCode(0xE000 + words.length) // one unit, so that nobody types into the middle of it
          const text = textOf(plan, cell('topic'))
          if (text && spliceText(plan, cell('topic'), { at: b % (text.length + 1), remove: 0, insert: word }).ok)
            words.push({ word, row, who })
          break
        }
        case 'erase': {
          const text = textOf(plan, cell('arena'))
          if (text?.length)
            spliceText(plan, cell('arena'), { at: b % text.length, remove: 1, insert: '' })
          break
        }
        case 'move': moveRow(plan, 'activities', row, { parentId: goal, before: person.pick(person.rows, b) }); break
        case 'moveGoal': moveRow(plan, 'goals', person.pick(person.goals, a), { after: person.pick(person.goals, b) }); break
        case 'trash': trashRow(plan, 'activities', row); break
        case 'trashGoal': trashRow(plan, 'goals', person.pick(person.goals, a)); break
        case 'restore': restoreRow(plan, 'activities', person.pick([...added], b)); break
        case 'put': putMember(plan, cell('responsible'), person.pick(['sf', 'ks', 'usht'], b), b % 2 ? 'lead' : 'responsible'); break
        case 'drop': dropMember(plan, cell('responsible'), person.pick(['sf', 'ks', 'usht'], b)); break
        case 'set': setCell(plan, cell('status'), person.pick(['done', 'in-progress', 'postponed'], b)); break
        case 'undo': person.undo.undo(); break
        case 'redo': person.undo.redo(); break
        case 'meet': bringTogether(...people.map(each => each.plan)); break
        case 'meetOne': bringTogether(plan, (people[(who + 1) % 3] as Person).plan); break
      }
    }
    bringTogether(...people.map(each => each.plan))
    bringTogether(...people.map(each => each.plan))
    const [kari, olav, marte] = people.map(each => readPlan(each.plan.doc))
    expect(olav).toEqual(kari)
    expect(marte).toEqual(kari)
    for (const { plan } of people) {
      const { alive, trashed } = readOrder(plan.doc, 'activities')
      expect([...alive, ...trashed].sort()).toEqual([...added].sort())
      expect(new Set([...alive, ...trashed]).size).toBe(added.size)
      expect(plan.doc.store.pendingStructs).toBeNull()
    }
    expect(kari?.activities.flatMap(row => row.invalid)).toEqual([])
    const undid = new Set(schedule.filter(({ what }) => what === 'undo').map(({ who }) => who))
    for (const { word, row, who } of words) {
      const topic = kari?.activities.find(activity => activity.id === row)?.topic ?? ''
      const times = topic.split(word).length - 1
      expect(undid.has(who) ? times <= 1 : times === 1).toBe(true)
    }
    people.forEach(({ plan, undo }) => (undo.destroy(), plan.doc.destroy()))
  }), { numRuns: runs, seed: 2_111, endOnFailure: true })
}, 120_000)

test('D12 the touches read from an update before it is applied are the cells that applying it changes', () => {
  fc.assert(fc.property(fc.array(step, { minLength: 3, maxLength: 25 }), (schedule) => {
    const [kari, olav] = [new Person(30), new Person(10)]
    const server = planWith().doc
    const admit = (update: Uint8Array) => {
      const touches = readTouches(server, update)
      expect(touches.problem).toBeNull()
      const vector = Y.encodeStateVector(server)
      const changed = changedCells(server, () => Y.applyUpdate(server, update))
      const named = new Set(touches.cells.map(cell => cell.field === '' ? `${cell.register} ${cell.row}` : `${cell.register} ${cell.row} ${cell.field}${cell.member === null ? '' : `/${cell.member}`}`))
      for (const cell of changed)
        expect(named).toContain(cell)
      if (touches.isNothing)
        expect([changed.size, Buffer.compare(Y.encodeStateVector(server), vector)]).toEqual([0, 0])
      expect(readTouches(server, update).isNothing).toBe(true)
    }
    for (const { who, what, a, b } of schedule) {
      const person = who % 2 ? kari : olav
      const { plan } = person
      const row = person.pick(person.rows, a)
      const cell = (field: string) => ({ register: 'activities', row, field }) as const
      switch (what) {
        case 'add': addRow(plan, 'activities', { arena: 'ny' }, { parentId: 'G1', after: row }); break
        case 'type':
        case 'erase': {
          const text = textOf(plan, cell('arena'))
          if (text)
            spliceText(plan, cell('arena'), { at: 0, remove: Math.min(b % 3, text.length), insert: what === 'type' ? 'ord' : '' })
          break
        }
        case 'trash': trashRow(plan, 'activities', row); break
        case 'restore': restoreRow(plan, 'activities', person.pick(readOrder(plan.doc, 'activities').trashed, a)); break
        case 'put': putMember(plan, cell('responsible'), person.pick(['sf', 'ks', 'usht'], b), 'lead'); break
        case 'drop': dropMember(plan, cell('responsible'), person.pick(['sf', 'ks'], b)); break
        case 'set': setCell(plan, cell('status'), person.pick(['done', 'in-progress'], b)); break
        case 'undo': person.undo.undo(); break
        case 'redo': person.undo.redo(); break
        case 'move': moveRow(plan, 'activities', row, { parentId: 'G2', before: person.pick(person.rows, b) }); break
        default:
          admit(Y.encodeStateAsUpdate(plan.doc, Y.encodeStateVector(server)))
          Y.applyUpdate(plan.doc, Y.encodeStateAsUpdate(server, Y.encodeStateVector(plan.doc)), 'from afar')
      }
    }
    for (const { plan } of [kari, olav])
      admit(Y.encodeStateAsUpdate(plan.doc, Y.encodeStateVector(server)))
  }), { numRuns: Math.ceil(runs / 3), seed: 7 })
})

/** What observers see change: `register row` for a row that comes or goes, else `register row key`. */
function changedCells(doc: Y.Doc, change: () => void): ReadonlySet<string> {
  const cells = new Set<string>()
  const stop = registerNames.map((register) => {
    const root = doc.getMap(register)
    const observe = (events: Y.YEvent<Y.AbstractType<unknown>>[]) => {
      for (const event of events) {
        const [row, field] = event.path
        if (event.target === root)
          event.keys.forEach((_change, id) => cells.add(`${register} ${id}`))
        else if (field === undefined)
          event.keys.forEach((_change, key) => cells.add(`${register} ${row} ${key}`))
        else
          cells.add(`${register} ${row} ${field}`)
      }
    }
    root.observeDeep(observe)
    return () => root.unobserveDeep(observe)
  })
  change()
  stop.forEach(end => end())
  return cells
}
