import { createPinia, setActivePinia } from 'pinia'
import { shallowRef } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { writeCell } from '#shared/plan/bulk.ts'
import { moveRow, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import type { PlanSeed } from '#shared/plan/lay.ts'
import type { Plan } from '#shared/plan/plan.ts'
import type { Cell } from '#shared/plan/values.ts'
import { openAnnouncer, type Announcer } from '../../../client/plan/announcing.ts'
import { openFresh } from '../../../client/plan/fresh.ts'
import { namesOf } from '../../../client/plan/names.ts'
import { nearnessOf, type Near } from '../../../client/plan/near.ts'
import type { PersonHere } from '../../../client/plan/session.ts'
import { registerStore, usePlanStores } from '../../../client/plan/stores.ts'
import { nb } from '../../../client/text/nb.ts'
import { nn } from '../../../client/text/nn.ts'
import { bringTogether, planWith } from '../../support/plans.ts'

const seed: PlanSeed = {
  goals: [{ id: 'G1', text: 'Kommunene har kunnskap' }],
  activities: Array.from({ length: 12 }, (_, n) => ({ id: `K${n + 1}`, parentId: 'G1', arena: `Tiltak ${n + 1}` })),
}
const cellOf = (row: string, field = 'status'): Cell => ({ register: 'activities', row, field })

let closing: (() => void)[] = []
beforeEach(() => {
  setActivePinia(createPinia())
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  closing.forEach(close => close())
  closing = []
  vi.useRealTimers()
})

/** I am in row 7 of twelve; the rows up to 10 can be seen. */
function inRowSeven({ isOn = true, text = nb, unnumbered = '' } = {}) {
  const [mine, olavs, martes] = [planWith(seed), planWith(seed), planWith(seed)]
  closing.push(usePlanStores().follow(mine))
  const personOf = (plan: Plan, name: string, at: Cell | null): PersonHere =>
    ({ clientId: plan.doc.clientID, memberId: name, name, organisation: 'KS', colour: 1, at })
  const others = shallowRef<readonly PersonHere[]>([personOf(olavs, 'Olav Berge', null), personOf(martes, 'Marte Lunde', null)])
  const at = shallowRef<Cell | null>(cellOf('K7', 'arena'))
  const fresh = openFresh({ doc: mine.doc, others, now: Date.now, counts: ({ origin }) => origin === 'from afar' })
  const numberOf: Near['numberOf'] = (register, row) => row === unnumbered ? null : registerStore(register).order.indexOf(row) + 1 || null
  const near: Near = { numberOf, isInSight: (register, row) => (numberOf(register, row) ?? 99) <= 10, show: () => () => {} }
  const announcer: Announcer = openAnnouncer({
    session: { plan: mine, fresh, others, at, me: { memberId: 'Ingrid Vik', name: 'Ingrid Vik', organisation: 'SF', role: 'editor', registers: null } },
    near, isOn, wording: () => ({ doc: mine.doc, text, names: namesOf(text, []), screen: near }),
  })
  closing.push(() => announcer.close(), () => fresh.close())
  const spoken: { words: string, at: number }[] = []
  let last = announcer.said.value
  const listen = () => {
    if (announcer.said.value !== last)
      spoken.push({ words: announcer.said.value.words, at: Date.now() })
    last = announcer.said.value
  }
  return {
    mine, olavs, martes, announcer, at,
    deliver: () => bringTogether(mine, olavs, martes),
    place(name: 'Olav Berge' | 'Marte Lunde', cell: Cell | null) {
      others.value = others.value.map(person => person.name === name ? { ...person, at: cell } : person)
    },
    /** What is spoken within so many ms, at which moment. */
    within(ms: number) {
      for (let n = 0; n < ms; n += 50) {
        vi.advanceTimersByTime(50)
        listen()
      }
      return spoken.splice(0)
    },
    now() {
      vi.advanceTimersByTime(0)
      listen()
      return spoken.splice(0).map(({ words }) => words)
    },
  }
}
const words = (spoken: { words: string }[]) => spoken.map(one => one.words)

test('C31 a change in my row or beside it is spoken with who, what, where and to what', () => {
  const all = inRowSeven()
  setCell(all.olavs, cellOf('K8'), 'done')
  all.deliver()
  expect(words(all.within(2_000))).toEqual(['Olav Berge endret Status i rad 8 til Gjennomført.'])
  spliceText(all.martes, cellOf('K7', 'arena'), { at: 0, remove: 0, insert: 'Nye ' })
  all.deliver()
  expect(words(all.within(6_000))).toEqual(['Marte Lunde skrev i Aktivitet i rad 7.'])
  setCell(all.olavs, cellOf('K8'), null)
  all.deliver()
  expect(words(all.within(6_000))).toEqual(['Noen tømte Status i rad 8.'])
})

test('C31 changes are collected in one sentence, in which the rows I can see count along, and no more than one is spoken in five seconds', () => {
  const all = inRowSeven()
  const spoken: { words: string, at: number }[] = []
  for (let n = 0; n < 40; n++) {
    spliceText(all.olavs, cellOf('K6', 'arena'), { at: 0, remove: 0, insert: 'x' })
    if (n === 2) {
      setCell(all.martes, cellOf('K7'), 'done')
      setCell(all.olavs, cellOf('K8'), 'done')
      setCell(all.olavs, cellOf('K12'), 'done')
      setCell(all.olavs, cellOf('K9'), 'done')
    }
    all.deliver()
    spoken.push(...all.within(500))
  }
  expect(spoken.length).toBeGreaterThanOrEqual(4)
  spoken.slice(1).forEach(({ at }, n) => expect(at - (spoken[n]?.at ?? 0)).toBeGreaterThanOrEqual(5_000))
  expect(spoken[0]?.words).toBe('Olav Berge skrev i Aktivitet i rad 6.')
  expect(spoken[1]?.words).toMatch(/^Olav Berge( og Marte Lunde)? /)
  const whole = spoken.map(one => one.words).join(' ')
  expect(whole).toContain('Marte Lunde')
  expect(whole).not.toContain('12')
})

test('C31 what two people change at once is one sentence with both names and the rows', () => {
  const all = inRowSeven()
  setCell(all.olavs, cellOf('K6'), 'done')
  setCell(all.olavs, cellOf('K6', 'risk'), 'critical')
  setCell(all.martes, cellOf('K7'), 'done')
  setCell(all.martes, cellOf('K8'), 'done')
  all.deliver()
  expect(words(all.within(3_000))).toEqual(['Olav Berge og Marte Lunde endret 4 celler i rad 6–8.'])
})

test('C31 who is not known comes after those who are', () => {
  const all = inRowSeven()
  setCell(all.martes, cellOf('K8'), 'done')
  all.deliver()
  all.within(6_000)
  setCell(all.martes, cellOf('K8'), null)
  setCell(all.olavs, cellOf('K6'), 'done')
  all.deliver()
  expect(words(all.within(6_000))).toEqual(['Olav Berge og noen endret 2 celler i rad 6 og 8.'])
})

test('C31 what I can see counts along with what is beside me, and what I cannot see does not', () => {
  const all = inRowSeven()
  for (const row of ['K12', 'K9', 'K8'])
    setCell(all.olavs, cellOf(row), 'done')
  all.deliver()
  expect(words(all.within(3_000))).toEqual(['Olav Berge endret 2 celler i rad 8–9.'])
})

test('C31 a row that stands nowhere on the screen is counted, and is none of a span', () => {
  const all = inRowSeven({ unnumbered: 'K7' })
  for (const row of ['K6', 'K7', 'K8'])
    setCell(all.olavs, cellOf(row), 'done')
  all.deliver()
  expect(words(all.within(3_000))).toEqual(['Olav Berge endret 3 celler i 3 rader.'])
})

test('C31 focus areas and their answer are one cell, told whole', () => {
  const all = inRowSeven()
  const areas = cellOf('K8', 'focusAreas')
  writeCell(all.olavs, areas, { members: [{ id: '2', roles: [] }], answer: 'listed' })
  all.deliver()
  expect(words(all.within(2_000))).toEqual(['Olav Berge endret Innsatsområde i rad 8 til 2.'])
  writeCell(all.olavs, areas, { members: [], answer: 'overarching' })
  all.deliver()
  expect(words(all.within(6_000))).toEqual([`Olav Berge endret Innsatsområde i rad 8 til ${nb.words.choices.activities.focusAreasAnswer.overarching}.`])
})

test('C31 far away, or only in sight, nothing is spoken, nor of what I do myself', () => {
  const all = inRowSeven()
  setCell(all.olavs, cellOf('K2'), 'done')
  setCell(all.olavs, cellOf('K12'), 'done')
  setCell(all.mine, cellOf('K7'), 'done')
  all.deliver()
  expect(all.within(20_000)).toEqual([])
})

test('C32 who comes into my cell and goes out of it is told at once, and who only looks in is not', () => {
  const all = inRowSeven()
  all.place('Olav Berge', cellOf('K7', 'arena'))
  expect(all.now()).toEqual(['Olav Berge er i samme celle som deg.'])
  all.place('Olav Berge', null)
  all.place('Marte Lunde', cellOf('K7', 'arena'))
  all.place('Marte Lunde', null)
  expect(all.now()).toEqual([])
  expect(words(all.within(6_000))).toEqual(['Olav Berge gikk ut av cellen du er i.'])
})

test('C32 that my row is deleted or moved is told at once, though the page has taken me elsewhere', () => {
  const all = inRowSeven()
  all.mine.doc.getMap('activities').observeDeep(() => { all.at.value = cellOf('K8', 'arena') })
  trashRow(all.olavs, 'activities', 'K7')
  all.deliver()
  expect(all.now()).toEqual(['Olav Berge slettet raden du er i.'])
  all.at.value = cellOf('K3', 'arena')
  all.within(6_000)
  moveRow(all.martes, 'activities', 'K3', { parentId: 'G1', after: 'K1' })
  all.deliver()
  expect(all.now()).toEqual(['Marte Lunde flyttet raden du er i. Den er nå rad 2.'])
})

test('C33 muted nothing is spoken, but the latest can be asked for, and asked for again', () => {
  const all = inRowSeven()
  all.announcer.repeat()
  expect(all.now()).toEqual(['Ingen har endret noe nær deg ennå.'])
  all.announcer.turn(false)
  expect(all.now()).toEqual(['Kunngjøringer er slått av.'])
  setCell(all.olavs, cellOf('K8'), 'done')
  all.deliver()
  expect(all.within(10_000)).toEqual([])
  all.announcer.repeat()
  expect(all.now()).toEqual(['Olav Berge endret Status i rad 8 til Gjennomført.'])
  all.announcer.repeat()
  expect(all.now()).toEqual(['Olav Berge endret Status i rad 8 til Gjennomført.'])
})

test('C31 the sentences are in the language I have chosen', () => {
  const all = inRowSeven({ text: nn })
  setCell(all.olavs, cellOf('K8'), 'done')
  all.deliver()
  expect(words(all.within(2_000))).toEqual([`Olav Berge endra Status i rad 8 til ${nn.words.choices.activities.status.done}.`])
})

test('C31 near is my row, the goal and target group it stands under, and the rows before and after it', () => {
  const all = inRowSeven()
  const screen = { numberOf: (_register: string, row: string) => Number(row.slice(1)), isInSight: (_register: string, row: string) => row === 'K10' }
  const nearness = (cell: Cell) => nearnessOf(cell, all.at.value, screen)
  expect(['K7', 'K6', 'K8', 'K10', 'K11'].map(row => nearness(cellOf(row)))).toEqual(['mine', 'beside', 'beside', 'seen', 'away'])
  expect(nearness({ register: 'goals', row: 'G1', field: 'text' })).toBe('beside')
  expect(nearness({ register: 'networks', row: 'K8', field: 'name' })).toBe('away')
  expect(nearnessOf(cellOf('K7'), null, screen)).toBe('away')
})
