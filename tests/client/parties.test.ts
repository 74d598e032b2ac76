// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, effectScope, h, nextTick, provide, shallowRef, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dropMember, putMember, setCell, trashRow } from '#shared/plan/commands.ts'
import type { PlanSeed } from '#shared/plan/lay.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { fieldOf } from '#shared/plan/registers.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { parseWhen } from '#shared/rules/when.ts'
import { tableColumns, type Column, type TableRegister } from '../../client/features/table/columns.ts'
import CellValue from '../../client/features/table/CellValue.vue'
import { tableKey, type TableContext } from '../../client/features/table/context.ts'
import CellNote from '../../client/features/table/notes/CellNote.vue'
import { isToldBelow } from '../../client/features/table/notes/noted.ts'
import { cellPlaceKey } from '../../client/features/table/panel/cellPlace.ts'
import { useFilter } from '../../client/features/table/useFilter.ts'
import { timesOf } from '../../client/features/table/whenTimes.ts'
import { inPlanOrder, namedRow } from '../../client/plan/names.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { namedIn, usesOf } from '../../client/plan/uses.ts'
import { languageKey } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { sharedNames } from '../../client/text/sharedNames.ts'
import { planWith } from '../support/plans.ts'

const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => {} }
const period = { periodFrom: 2021, periodTo: 2023 }
const referenceSeed = (id: string) => referencePlans.find(one => one.id === id)?.seed()
let scopes: EffectScope[] = []
beforeEach(() => setActivePinia(createPinia()))
afterEach(() => {
  scopes.forEach(scope => scope.stop())
  scopes = []
})

function open(seed: PlanSeed | undefined): Plan {
  const plan = planWith(seed)
  usePlanStores().follow(plan)
  return plan
}
const nameOf: TableContext['nameOf'] = (registers, id) => namedRow(registers, id) ?? { label: 'borte', name: 'borte', isCollective: false, isGone: true }
const rowOf = (register: TableRegister, id: string) => {
  const row = registerStore(register).byId.get(id)
  if (!row)
    throw new Error(`no row ${id}`)
  return row
}

/** One cell with what stands under it, in the table or among a row's details, as lines of words. */
function show(register: TableRegister, id: string, field: string, place: 'grid' | 'panel' = 'grid') {
  const declared = fieldOf(register, field)
  if (!declared)
    throw new Error(`no field ${field}`)
  const row = rowOf(register, id)
  const value = (row as unknown as Readonly<Record<string, unknown>>)[field]
  return mount(defineComponent(() => {
    provide(tableKey, { register, inOrder: inPlanOrder, nameOf, focusAreas: computed(() => []) } as Partial<TableContext> as TableContext)
    provide(cellPlaceKey, place)
    return () => [h(CellValue, { register, field, declared, value, row }), h(CellNote, { register, field, row })]
  }), { global: { provide: { [languageKey as symbol]: language } } })
}
const plain = (words: string) => words.replace(/[\u00AD\u200B\u2060]/gu, '').replace(/\s+/g, ' ').trim()
const words = (...args: Parameters<typeof show>) => plain(show(...args).text())
const notes = (...args: Parameters<typeof show>) => show(...args).findAll('.note').map(note => plain(note.text()).replace(/^\. ?/, ''))

describe('cells', () => {
  test('U79 what need not be stated is a dash in a table, spoken in words; words where a few answers are to be chosen from; words in the details', () => {
    open({ organisations: [{ id: 'o', name: 'O', short: 'O' }], collaborations: [{ id: 'c', with: 'C' }], followUps: [{ id: 'f', text: 'F' }] })
    expect([words('organisations', 'o', 'members'), show('organisations', 'o', 'members').get('[aria-hidden]').text()]).toEqual([`–${nb.cell.notStated}`, '–'])
    expect(words('followUps', 'f', 'groupId')).toBe(`–${nb.cell.notStated}`)
    expect(words('collaborations', 'c', 'agreement')).toBe(nb.cell.notStated)
    expect(words('organisations', 'o', 'members', 'panel')).toBe(nb.cell.notStated)
    // What ought to be stated is another thing.
    expect(words('followUps', 'f', 'when')).toBe(nb.cell.missing)
  })

  test('U80 a member with a role in words stands on a line of its own, its role after it, in the plan’s order', () => {
    open(referenceSeed('rogaland'))
    const roster = show('groups', 'g-koordinering', 'members').findAll('.on-roster')
    expect(roster.map(member => member.findAll('.pill > span:first-of-type, .role').map(part => plain(part.text()))))
      .toEqual([['SF'], ['KS'], ['USHT'], ['Fylkeseldrerådet', 'leder']])
    expect(words('groups', 'g-koordinering', 'members')).toContain('Fylkeseldrerådet i Rogaland, leder')
  })

  test('U80 members that no row stands for are told under the others, and answer for a set that is empty', () => {
    open(referenceSeed('rogaland'))
    expect(notes('groups', 'g-kontaktpersoner', 'members')).toEqual(['1 til 2 fra hver kommune'])
    expect(words('groups', 'g-kontaktpersoner', 'members')).not.toContain('–')
    expect(notes('groups', 'g-ressursforum', 'members')[0]).toMatch(/^Også ernæringsfaglig miljø, .* og utdanningsinstitusjoner$/)
    expect(notes('collaborations', 'C1', 'organisations')).toEqual(['Gjennom Ressursforum'])
    expect(isToldBelow('groups', 'members', rowOf('groups', 'g-koordinering'))).toBe(false)
  })

  test('U81 a short name stands as its pill, outlined where it stands for several; whose tasks it takes stands under the name', () => {
    open(referenceSeed('oslo-og-viken'))
    expect(show('organisations', 'usht', 'short').get('.pill').classes()).toContain('collective')
    expect(show('organisations', 'usht-oslo', 'short').get('.pill').classes()).not.toContain('collective')
    expect(notes('organisations', 'oslo-kommune', 'name')).toEqual(['Ivaretar oppgavene til KS, for Oslo'])
    expect(notes('organisations', 'usht', 'name')).toEqual([])
  })

  test('U81 years that follow each other are a span, municipalities have their names, and other names are other than what it is called', () => {
    open(referenceSeed('rogaland'))
    expect(words('phases', rowAt('phases', 1), 'years')).toBe('2019–2021')
    const municipalities = words('serviceAreas', 'helse-fonna', 'municipalities')
    expect(municipalities).toMatch(/^Bokn, Haugesund, Karmøy, .*Vindafjord, 4611, /)
    expect(words('organisations', 'sf-rogaland', 'aliases')).toBe('Fylkesmannen, Statsforvalteren')
    expect(words('organisations', 'husbanken', 'aliases')).toBe(`–${nb.cell.notStated}`)
  })
  const rowAt = (register: TableRegister, n: number) => registerStore(register).order[n] ?? ''

  test('U82 a name that another goes by too is told in amber at both, with whom; a trashed one and a row’s own two spellings are not', () => {
    const plan = open(referenceSeed('rogaland'))
    expect(notes('organisations', 'ks-rogaland', 'short')).toEqual(['«KS» brukes også av KS nasjonalt'])
    expect(show('organisations', 'ks-rogaland', 'short').get('.note').classes()).toContain('open')
    expect(notes('organisations', 'ks-nasjonalt', 'short')).toEqual(['«KS» brukes også av KS Rogaland (KS regionalt)'])
    expect(notes('organisations', 'rogaland-fk', 'aliases')).toEqual([])
    putMember(plan, { register: 'groups', row: 'g-koordinering', field: 'aliases' }, 'sf')
    expect(notes('groups', 'g-koordinering', 'aliases')).toEqual(['«sf» brukes også av Statsforvalteren i Rogaland'])
    expect(notes('organisations', 'sf-rogaland', 'short')).toEqual(['«SF» brukes også av Koordineringsgruppe'])
    trashRow(plan, 'organisations', 'ks-nasjonalt')
    expect(notes('organisations', 'ks-rogaland', 'short')).toEqual([])
  })

  test('U82 each name that is shared is told once, where it stands first, in whatever case it is written', () => {
    const row = (id: string, name: string, short: string, ...aliases: string[]) =>
      ({ id, name, short, deletedAt: null, aliases: aliases.map(alias => ({ id: alias })) })
    const shared = sharedNames([row('a', 'Fylket', 'FK', 'fk', 'Fylkeskommunen'), row('b', 'FK ', 'B'), row('c', 'C', 'C', 'fylkes\u00ADkommunen'), { ...row('d', 'FK', 'C'), deletedAt: 1 }])
    expect([...shared]).toEqual([
      ['a', [{ words: 'FK', field: 'short', others: ['b'] }, { words: 'Fylkeskommunen', field: 'aliases', others: ['c'] }]],
      ['b', [{ words: 'FK ', field: 'name', others: ['a'] }]],
      ['c', [{ words: 'fylkes\u00ADkommunen', field: 'aliases', others: ['a'] }]],
    ])
  })

  test('U82 a ring of members is told where it is, with the way round', () => {
    const plan = open({ groups: [{ id: 'a', name: 'A', members: { b: true } }, { id: 'b', name: 'B' }] })
    expect(notes('groups', 'a', 'members')).toEqual([])
    putMember(plan, { register: 'groups', row: 'b', field: 'members' }, 'a')
    expect(notes('groups', 'a', 'members')).toEqual(['Medlemmene går i ring: A → B → A'])
    dropMember(plan, { register: 'groups', row: 'b', field: 'members' }, 'a')
    expect(notes('groups', 'a', 'members')).toEqual([])
  })
})

describe('where a row is used', () => {
  test('U83 all living rows that name it are found, by the field that does', () => {
    const plan = open(referenceSeed('rogaland'))
    const counts = (id: string) => Object.fromEntries(usesOf('organisations', id).map(({ register, field, rows }) => [`${register}/${field}`, rows.length]))
    expect(counts('sf-rogaland')).toMatchObject({ 'activities/responsible': 17, 'groups/members': 4, 'plan/preparedBy': 1 })
    expect(counts('usht-rogaland')).toMatchObject({ 'organisations/members': 1 })
    trashRow(plan, 'groups', 'g-sf-intern')
    expect(counts('sf-rogaland')['groups/members']).toBe(3)
    expect(usesOf('goals', 'G1').map(({ field, rows }) => [field, rows.length])).toEqual([['place', 7]])
  })

  test('U83 a list’s row says in how many activities it is, counted once for each', () => {
    const plan = open(referenceSeed('oslo-og-viken'))
    const phase = registerStore('phases').order[2] ?? ''
    expect(notes('phases', phase, 'name')).toEqual([])
    for (const row of ['K01', 'K02'])
      putMember(plan, { register: 'activities', row, field: 'phases' }, phase)
    expect(notes('phases', phase, 'name')).toEqual(['i 2 aktiviteter'])
    expect(notes('goals', registerStore('goals').order[0] ?? '', 'text')[0]).toMatch(/^i (?:én aktivitet|\d aktiviteter)$/)
  })
})

describe('filters', () => {
  /** A filter over a table, and its address. */
  function openFilter(register: TableRegister, query: Record<string, unknown> = {}) {
    const address = shallowRef(query)
    const scope = effectScope()
    scopes.push(scope)
    const filter = scope.run(() => {
      const own = registerStore('columns')
      const columns = computed<readonly Column[]>(() => tableColumns(register, own.order.flatMap(id => own.byId.get(id) ?? []), nb))
      return withText(() => useFilter(register, columns, {
        focusAreas: () => [1, 2, 3, 4, 5].map(number => ({ number, name: `Område ${number}` })),
        nameOf: (column, id) => nameOf(namedIn(column.declared), id),
        period: () => period,
        address: { read: () => address.value, write: (chosen) => { address.value = { ...address.value, ...chosen } } },
      }))
    })
    if (!filter)
      throw new Error('no filter')
    const store = registerStore(register)
    return { filter, query: address, kept: () => store.order.filter(id => filter.keeps(id)) }
  }
  function withText<T>(make: () => T): T {
    let made: T | undefined
    mount(defineComponent(() => {
      made = make()
      return () => null
    }), { global: { provide: { [languageKey as symbol]: language } } })
    return made as T
  }
  const fields = (columns: readonly Column[]) => columns.map(({ field }) => field)

  test('U84 fields without a column are offered when a row uses them, and rows for one phase can be listed', () => {
    const plan = open(referenceSeed('oslo-og-viken'))
    const [, , third = ''] = registerStore('phases').order
    const { filter, kept } = openFilter('activities')
    expect(fields(filter.columns.value)).not.toContain('phases')
    expect(fields(filter.further.value)).not.toContain('phases')
    putMember(plan, { register: 'activities', row: 'K02', field: 'phases' }, third)
    putMember(plan, { register: 'activities', row: 'K05', field: 'phases' }, third)
    expect(fields(filter.further.value)).toContain('phases')
    filter.ask('phases')
    expect([fields(filter.columns.value).at(-1), filter.asked.value]).toEqual(['phases', 'phases'])
    expect(fields(filter.further.value)).not.toContain('phases')
    const column = filter.columns.value.find(({ field }) => field === 'phases')
    expect(column && filter.optionsOf(column)).toEqual([
      { id: third, label: '3 Implementering og gjennomføring', count: 2 }, { id: '–', label: nb.cell.notStated, count: 4 },
    ])
    filter.choose('phases', new Set([third]))
    expect(kept()).toEqual(['K02', 'K05'])
    filter.clear()
    expect(kept()).toHaveLength(6)
    expect(fields(filter.columns.value)).not.toContain('phases')
  })

  test('U84 the five target groups and five messages of Oslo og Viken are filters as soon as a row refers to them', () => {
    const plan = open(referenceSeed('oslo-og-viken'))
    const { filter, kept } = openFilter('activities')
    const [audience = '', message = ''] = [registerStore('audiences').order[2], registerStore('messages').order[4]]
    expect([registerStore('audiences').order, registerStore('messages').order].map(order => order.length)).toEqual([5, 5])
    setCell(plan, { register: 'activities', row: 'K03', field: 'audienceId' }, audience)
    putMember(plan, { register: 'activities', row: 'K04', field: 'messages' }, message)
    expect(fields(filter.further.value)).toEqual(expect.arrayContaining(['audienceId', 'messages', 'goals', 'channelTypes']))
    filter.choose('audienceId', new Set([audience]))
    expect(kept()).toEqual(['K03'])
    filter.clear()
    filter.choose('messages', new Set([message]))
    expect(kept()).toEqual(['K04'])
  })

  test('U84 what is chosen stands in the address, and a link shows the same rows; what is no filter there is left alone', async () => {
    open(referenceSeed('rogaland'))
    const asked = { rad: 'K01', responsible: ['g-koordinering', 'fylkeseldreradet-rogaland'], arena: 'x', status: '' }
    const { filter, query, kept } = openFilter('activities', asked)
    expect(kept()).toHaveLength(3)
    expect([filter.isOn.value, filter.chosenOf('responsible').size, filter.chosenOf('arena').size]).toEqual([true, 2, 0])
    filter.choose('responsible', new Set(['g-koordinering']))
    expect(query.value).toMatchObject({ rad: 'K01', arena: 'x', responsible: ['g-koordinering'] })
    expect(kept()).toEqual(['K22'])
    query.value = { place: 'G1' }
    await nextTick()
    expect(kept()).toHaveLength(7)
    expect(fields(filter.columns.value)).toContain('place')
    filter.clear()
    expect(query.value).toEqual({ place: undefined })
    expect(kept()).toHaveLength(25)
  })

  test('U84 a number of a few steps is a filter, and a fact of the row is none', () => {
    open({ municipalities: [{ id: 'm', number: '1101', name: 'M', phase: 2, contactCount: 3 }, { id: 'n', number: '1102', name: 'N', phase: 3 }] })
    const { filter, kept } = openFilter('municipalities', { phase: '3', contactCount: '3' })
    expect(kept()).toEqual(['n'])
    const column = [...filter.columns.value].find(({ field }) => field === 'phase')
    expect(column && filter.optionsOf(column).map(({ label, count }) => [label, count])).toEqual([['Fase 2', 1], ['Fase 3', 1]])
  })

  test('U84 times of the year are kept by what the words were understood as, and nothing is guessed', () => {
    const read = (said: string) => timesOf(parseWhen(said), period)
    const understood = {
      'Vår': ['spring'], 'Høst 2021': ['autumn'], 'Vår/høst': ['spring', 'autumn'], 'Halvårlig': ['spring', 'autumn'], 'mars og oktober': ['spring', 'autumn'],
      'Månedlig': ['spring', 'autumn'], 'Årlig': ['year'], 'I løpet av reformperioden': ['year'], 'Kontinuerlig': ['continuous'], 'Jevnlig': ['undated'],
      'Etter invitasjon': ['undated'],
    }
    expect(Object.fromEntries(Object.keys(understood).map(said => [said, read(said)]))).toEqual(understood)
    expect(timesOf('tull', period)).toEqual(['undated'])
  })
})
