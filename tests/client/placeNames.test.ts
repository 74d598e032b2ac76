// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { setCell } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { counties, countyName, countyNumberOf } from '#shared/reference/counties.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { reformOf } from '#shared/reference/reform.ts'
import { followUpLines, placeLines } from '../../client/features/table/notes/followUpLines.ts'
import { isNoted } from '../../client/features/table/notes/noted.ts'
import { namesNow, namesOf } from '../../client/plan/names.ts'
import { usePlaceNames } from '../../client/plan/placeNames.ts'
import { registerStore, usePlanStores } from '../../client/plan/stores.ts'
import { cellInWords } from '../../client/text/cellWords.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import { readCellWords } from '../../client/text/readWords.ts'
import { planWith } from '../support/plans.ts'

const ofReform = (reformOf('leve-hele-livet')?.serviceAreas ?? []).flatMap(({ municipalityNumbers, municipalityNames }) =>
  municipalityNumbers.map((number, n) => ({ number, name: municipalityNames[n] ?? '' })))
let plan: Plan
function open(region: string) {
  setActivePinia(createPinia())
  plan = planWith(referencePlans.find(one => one.regionId === region)?.seed())
  usePlanStores().follow(plan)
  usePlaceNames().learn(ofReform)
}
beforeEach(() => open('rogaland'))

const inWords = (register: 'serviceAreas' | 'organisations' | 'municipalities', row: string, field: string) => {
  const cells = registerStore(register).byId.get(row) as unknown as Readonly<Record<string, unknown>>
  return cellInWords({ register, row, field }, cells[field], nb, namesOf(nb, []))
}

test('F32 the municipalities of an area are told by name in the order of the alphabet, those of another county too', () => {
  expect(inWords('serviceAreas', 'helse-fonna', 'municipalities')).toBe(
    'Bokn, Bømlo, Eidfjord, Etne, Fitjar, Haugesund, Karmøy, Kvinnherad, Sauda, Stord, Suldal, Sveio, Tysvær, Ullensvang, Utsira, Vindafjord')
  for (const id of registerStore('serviceAreas').order)
    expect(inWords('serviceAreas', id, 'municipalities')).not.toMatch(/\d/)
  expect(inWords('organisations', 'kommune-1103', 'municipalityNumber')).toBe('Stavanger')
  open('oslo-og-viken')
  expect(inWords('organisations', 'usht-ostfold', 'hostMunicipality')).toBe('Indre Østfold')
  expect(inWords('municipalities', '030101', 'partOf')).toBe('Oslo')
})

test('F32 a name is told as the plan itself has it, and a number that nobody has named stands as it is', () => {
  const { nameOf, numberOf } = usePlaceNames()
  setCell(plan, { register: 'municipalities', row: '1106', field: 'name' }, 'Haugesund kommune')
  expect([nameOf('municipality', '1106'), numberOf('municipality', 'haugesund  Kommune')]).toEqual(['Haugesund kommune', '1106'])
  expect([nameOf('municipality', '5001'), numberOf('municipality', 'Trondheim')]).toEqual([null, null])
  usePlaceNames().learn([...ofReform, { number: '5001', name: 'Trondheim' }])
  expect([nameOf('municipality', '5001'), numberOf('municipality', '5001')]).toEqual(['Trondheim', '5001'])
})

test('F32 each number is told by a name of its own and read back by it, also where two have the same name', () => {
  for (const region of ['rogaland', 'oslo-og-viken']) {
    open(region)
    const places = usePlaceNames()
    for (const of of ['municipality', 'county'] as const) {
      const all = places.all(of)
      expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
      expect(all.map(({ name }) => places.numberOf(of, name))).toEqual(all.map(({ number }) => number))
    }
  }
  // Halden got another number in 2024.
  expect(usePlaceNames().nameOf('municipality', '3001')).toBe('Halden')
  expect(usePlaceNames().nameOf('municipality', '3101')).toBe('Halden (3101)')
})

test('U105 where a place is written its name or its number may be, and the number is kept', () => {
  const read = (register: 'organisations' | 'municipalities' | 'serviceAreas', field: string, words: string) =>
    readCellWords({ register, field }, words, namesNow([]))
  expect(read('organisations', 'municipalityNumber', 'etne')).toEqual({ ok: true, value: '4611' })
  expect(read('organisations', 'municipalityNumber', '4611')).toEqual({ ok: true, value: '4611' })
  expect(read('municipalities', 'county', 'Møre og Romsdal')).toEqual({ ok: true, value: '15' })
  expect(read('serviceAreas', 'municipalities', 'Etne, Sveio, 5001')).toEqual({ ok: true, value: ['4611', '4612', '5001'].map(id => ({ id, roles: [] })) })
})

test('F33 a county is told by its name, whether its number is of 2020 or of 2024, and each number is of one county', () => {
  expect(new Set(counties.map(({ number }) => number)).size).toBe(counties.length)
  const in2021 = counties.filter(({ from, to }) => from <= 2021 && (to === null || to >= 2021))
  const in2024 = counties.filter(({ from, to }) => from <= 2024 && (to === null || to >= 2024))
  expect([in2021.length, in2024.length]).toEqual([11, 15])
  expect([countyName('30'), countyName('31'), countyName('99')]).toEqual(['Viken', 'Østfold', null])
  expect([countyNumberOf('3101'), countyNumberOf('030101'), countyNumberOf(''), countyNumberOf('31')]).toEqual(['31', '03', null, null])
  expect(inWords('municipalities', '1106', 'county')).toBe('Rogaland')
})

test('U105 under a place stands its number, and under a county the one that its municipality has with its other number', () => {
  open('oslo-og-viken')
  const { nameOf } = usePlaceNames()
  const under = (row: string, field: string, text = nb) => {
    const cells = registerStore('municipalities').byId.get(row) ?? {}
    return placeLines(field, cells, number => nameOf(field === 'county' ? 'county' : 'municipality', number), text).map(line => line.words)
  }
  expect(inWords('municipalities', '3001', 'county')).toBe('Viken')
  expect(under('3001', 'county')).toEqual(['30, fra 2024: 31 Østfold'])
  expect(under('3001', 'county', nn)).toEqual(['30, frå 2024: 31 Østfold'])
  expect(under('0301', 'county')).toEqual(['03'])
  expect(under('030101', 'partOf')).toEqual(['0301'])
  setCell(plan, { register: 'municipalities', row: '3001', field: 'county' }, '31')
  expect(under('3001', 'county')).toEqual(['31, før 2024: 30 Viken'])
  setCell(plan, { register: 'municipalities', row: '3001', field: 'county' }, 'et sted')
  expect(under('3001', 'county')).toEqual([])
  const around = { row: registerStore('municipalities').byId.get('3002') ?? {}, year: 2022, today: '2022-10-28', crossing: () => [] }
  expect(followUpLines('municipalities', 'successorNumber', around, nb).map(line => line.words)).toEqual(['Østfold'])
  expect([isNoted('municipalities', 'county'), isNoted('organisations', 'hostMunicipality'), isNoted('organisations', 'tasks')]).toEqual([true, true, false])
})
