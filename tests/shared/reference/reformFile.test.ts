import { describe, expect, test } from 'vitest'
import { registerNames } from '#shared/plan/registers.ts'
import { readHead, readRegister } from '#shared/plan/read.ts'
import { refusalOfCells } from '#shared/plan/rows.ts'
import { builtInReforms } from '#shared/reference/reform.ts'
import reformFile from '#shared/reference/reform.json' with { type: 'json' }
import { readReform, type Reform } from '#shared/reference/reformFile.ts'
import { templateSeed } from '#shared/reference/templates.ts'
import boTrygtHjemme from '../../fixtures/bo-trygt-hjemme.json' with { type: 'json' }
import { planWith } from '../../support/plans.ts'

/** The test's set with one part made another. */
function changed(way: readonly (string | number)[], value: unknown): unknown {
  const file = structuredClone(boTrygtHjemme) as unknown
  const [last, ...before] = way.toReversed()
  const holder = before.reduceRight<unknown>((at, step) => Reflect.get(at as object, step), file)
  if (value === undefined)
    Reflect.deleteProperty(holder as object, String(last))
  else
    Reflect.set(holder as object, String(last), value)
  return file
}
const faultsOf = (value: unknown) => {
  const read = readReform(value)
  return read.ok ? [] : read.faults.map(({ at, problem }) => `${at.join('.')}: ${problem}`)
}
function reformIn(value: unknown): Reform {
  const read = readReform(value)
  if (!read.ok)
    throw new Error(JSON.stringify(read.faults))
  return read.reform
}

describe('a reform set', () => {
  test('D32 the built-in one and another are read by the same reader', () => {
    expect(builtInReforms).toEqual([reformIn(reformFile)])
    const reform = reformIn(boTrygtHjemme)
    expect(reform).toMatchObject({ id: 'bo-trygt-hjemme', name: 'Bo trygt hjemme', nameNn: 'Bu trygt heime', periodFrom: 2024, periodTo: 2027 })
    expect(reform.focusAreas.map(area => area.number)).toEqual([1, 2, 3, 7])
    expect(reform.focusAreas[1]?.aliases).toEqual(['Bolig'])
    expect(reform.phases.map(phase => phase.years)).toEqual([[2024], [2025, 2026], [2027]])
    expect(reform.serviceAreas).toEqual([])
  })

  test('F34 an area may name its municipalities, one name a number, and a region may have a name in nynorsk', () => {
    const area = { id: 'her', name: 'Her', municipalityNumbers: ['4611', '4612'] }
    const withArea = (more: object) => changed(['serviceAreas'], [{ ...area, ...more }])
    expect(reformIn(withArea({ municipalityNames: ['Etne', 'Sveio'] })).serviceAreas[0]?.municipalityNames).toEqual(['Etne', 'Sveio'])
    expect(reformIn(withArea({})).serviceAreas[0]?.municipalityNames).toEqual([])
    expect(faultsOf(withArea({ municipalityNames: ['Etne'] }))).toEqual(['serviceAreas.0.municipalityNames: too-few'])
    expect(faultsOf(withArea({ municipalityNames: ['Etne', 'Sveio', 'Stord'] }))).toEqual(['serviceAreas.0.municipalityNames: too-many'])
    const [region] = reformIn(boTrygtHjemme).regions
    expect(region?.officeNn).toBe(region?.office)
    expect(reformIn(changed(['regions', 0, 'officeNn'], 'Statsforvaltaren')).regions[0]?.officeNn).toBe('Statsforvaltaren')
    expect(builtInReforms[0]?.regions.find(({ id }) => id === 'rogaland')?.officeNn).toBe('Statsforvaltaren i Rogaland')
  })

  test.each<[string, readonly (string | number)[], unknown, string]>([
    ['no id', ['reform', 'id'], undefined, 'reform.id: missing'],
    ['an id that leads elsewhere', ['reform', 'id'], '../x', 'reform.id: not-an-id'],
    ['an id with a slash', ['regions', 0, 'id'], 'a/b', 'regions.0.id: not-an-id'],
    ['an id no object may have', ['reform', 'id'], '__proto__', 'reform.id: not-an-id'],
    ['no nynorsk name', ['focusAreas', 2, 'nameNn'], undefined, 'focusAreas.2.nameNn: missing'],
    ['an empty name', ['focusAreas', 2, 'name'], '  ', 'focusAreas.2.name: empty'],
    ['a name that steers the terminal', ['reform', 'name'], 'Bo\u001b[2J', 'reform.name: unprintable'],
    ['a name over two lines', ['reform', 'name'], 'Bo\ntrygt', 'reform.name: unprintable'],
    ['half a character', ['reform', 'name'], 'Bo \uD800', 'reform.name: unprintable'],
    ['a name that is a number', ['reform', 'name'], 7, 'reform.name: not-text'],
    ['a very long name', ['reform', 'name'], 'x'.repeat(10_000), 'reform.name: too-long'],
    ['a number that is text', ['focusAreas', 0, 'number'], '1', 'focusAreas.0.number: not-a-number'],
    ['half a number', ['focusAreas', 0, 'number'], 1.5, 'focusAreas.0.number: not-a-number'],
    ['a number twice', ['focusAreas', 3, 'number'], 2, 'focusAreas.3.number: twice'],
    ['a phase twice', ['phases', 1, 'number'], 1, 'phases.1.number: twice'],
    ['no areas', ['focusAreas'], [], 'focusAreas: too-few'],
    ['more areas than any reform has', ['focusAreas'], Array.from({ length: 10_000 }, (_, n) => ({ number: n, name: 'a', nameNn: 'a' })), 'focusAreas: too-many'],
    ['areas that are an object', ['focusAreas'], { 0: 'x' }, 'focusAreas: not-a-list'],
    ['an area that is a list', ['focusAreas', 0], [], 'focusAreas.0: not-an-object'],
    ['an area that is null', ['focusAreas', 0], null, 'focusAreas.0: missing'],
    ['a year that is none', ['phases', 0, 'years', 0], 24, 'phases.0.years.0: not-a-year'],
    ['a period that ends first', ['reform', 'periodPlanned', 'to'], 2023, 'reform.periodPlanned.to: ends-before-it-begins'],
    ['a chapter that shows no table', ['templates', 0, 'chapters', 1, 'shows'], 'members', 'templates.0.chapters.1.shows: no-such-register'],
    ['a column of no field', ['templates', 0, 'columns', 'activities', 0, 'field'], 'colour', 'templates.0.columns.activities.0.field: no-such-field'],
    ['a column of what every object has', ['templates', 0, 'columns', 'activities', 0, 'field'], 'constructor', 'templates.0.columns.activities.0.field: no-such-field'],
    ['a column twice', ['templates', 0, 'columns', 'networks', 1, 'field'], 'name', 'templates.0.columns.networks.1.field: twice'],
    ['no columns', ['templates', 0, 'columns', 'networks'], undefined, 'templates.0.columns.networks: missing'],
    ['the name of the template without one', ['templates', 0, 'id'], 'blank', 'templates.0.id: taken'],
  ])('D33 with %s it is refused, and the part is named', (_what, way, value, fault) => {
    expect(faultsOf(changed(way, value))).toContain(fault)
  })

  test('D33 all that is wrong is told at once, but no endless list', () => {
    expect(faultsOf(changed(['focusAreas'], [{ number: 0 }, 'x', { number: 1, name: 'a', nameNn: 'a' }])).length).toBeGreaterThanOrEqual(5)
    expect(faultsOf(changed(['focusAreas'], Array.from({ length: 40 }, () => ({})))).length).toBeLessThanOrEqual(40)
  })

  test.each<[string, unknown]>([
    ['nothing', undefined], ['null', null], ['a number', 1], ['a text', 'reform'], ['a list', []], ['an empty object', {}],
    ['an object with no parent', Object.create(null)], ['a very deep one', JSON.parse(`${'{"reform":'.repeat(20_000)}1${'}'.repeat(20_000)}`)],
    ['one with a parent of its own', JSON.parse('{"__proto__": {"reform": {"id": "x"}}, "focusAreas": {"__proto__": []}}')],
  ])('D33 %s is no reform set, and is told to be none', (_what, value) => {
    expect(faultsOf(value).length).toBeGreaterThan(0)
  })

  test('D33 what nobody reads is allowed, and told of', () => {
    const read = readReform(changed(['focusAreas', 0, 'colour'], 'red'))
    expect(read.ok && read.unread).toEqual(['focusAreas[].colour', 'about'])
  })
})

describe('a plan of another reform', () => {
  test.each(['nb', 'nn'] as const)('D32 begins with that reform’s chapters, tasks, columns and phases, in %s', (language) => {
    const reform = reformIn(boTrygtHjemme)
    const [template] = reform.templates
    if (!template)
      throw new Error('the set has no template')
    const seed = templateSeed(reform, template, { title: 'Plan', regionId: 'rogaland', language, period: { from: 2025, to: 2026 } })
    const { doc } = planWith(seed)
    const inNn = language === 'nn'
    expect(readHead(doc)).toMatchObject({ reformId: 'bo-trygt-hjemme', language, periodFrom: 2025, periodTo: 2026, state: 'draft' })
    expect(readRegister(doc, 'sections').map(row => [row.number, row.title, row.shows])).toEqual([
      ['1', inNn ? 'Kvifor' : 'Hvorfor', null], ['2', inNn ? 'Det vi gjer saman' : 'Det vi gjør sammen', 'activities'],
      ['3', inNn ? 'Møteplassane' : 'Møteplassene', 'networks'],
    ])
    expect(readRegister(doc, 'phases').map(row => row.name)).toEqual(['Forankre', 'Prøve ut', inNn ? 'Spreie' : 'Spre'])
    expect(readRegister(doc, 'mainTasks')).toHaveLength(1)
    expect(readRegister(doc, 'columns').map(row => [row.register, row.field])).toEqual([
      ['activities', 'place'], ['activities', 'arena'], ['activities', 'audienceId'], ['activities', 'responsible'], ['activities', 'when'],
      ['networks', 'name'], ['networks', 'operatedBy'],
    ])
    expect(registerNames.flatMap(register => (seed[register] ?? []).map(({ id: _id, ...cells }) => refusalOfCells(register, cells)))
      .filter(refusal => refusal !== null)).toEqual([])
  })
})
