import { describe, expect, test } from 'vitest'
import { dutiesIn, fallsIn, halfYearAt, halfYearFirst, halfYearFrom, halfYearInAddress, halfYearsOf } from '#shared/rules/halfYear.ts'
import { markOf, responsibilityOf, standingOf, waysTo, type Mark, type Parties } from '#shared/rules/responsibility.ts'
import { parseWhen, type HalfYear } from '#shared/rules/when.ts'
import { readRegister } from '#shared/plan/read.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import rogalandFile from '#shared/reference/rogaland.json' with { type: 'json' }
import { planWith } from '../../support/plans.ts'

function rowsOf(id: string, period: { periodFrom: number, periodTo: number }) {
  const { doc } = planWith(referencePlans.find(plan => plan.id === id)?.seed())
  const parties: Parties = { organisations: readRegister(doc, 'organisations'), groups: readRegister(doc, 'groups') }
  return { activities: readRegister(doc, 'activities'), networks: readRegister(doc, 'networks'), parties, period }
}
const reform = { periodFrom: 2021, periodTo: 2023 }
const rogaland = rowsOf('rogaland', reform)
const osloOgViken = rowsOf('oslo-og-viken', { periodFrom: 2020, periodTo: 2023 })
const ids = (rows: readonly { id: string }[]) => rows.map(row => row.id)
const falls = (words: string, half: HalfYear = '2022-H2') => fallsIn(half, [parseWhen(words)], reform)

describe('who stands behind a mark', () => {
  const mark = (party: string, named: [string, ...string[]][]): Mark | null => {
    const standing = standingOf(named.map(([id, ...roles]) => ({ id, roles })), party, waysTo(party, rogaland.parties))
    return standing && markOf(standing)
  }

  test('F18 one who is named alone is lead, responsible or contributor by its own roles, and responsible where only its name stands', () => {
    expect(mark('usht', [['usht']])).toBe('responsible')
    expect(mark('usht', [['usht', 'responsible']])).toBe('responsible')
    expect(mark('usht', [['usht', 'responsible', 'lead']])).toBe('lead')
    expect(mark('usht', [['usht', 'contributor']])).toBe('contributor')
    expect(mark('usht', [['usht', 'contributor', 'responsible']])).toBe('responsible')
    expect(mark('usht', [['ks-rogaland']])).toBeNull()
  })

  test('F18 through a collective that only takes part nobody is responsible; an own role comes before what one is through others', () => {
    expect(mark('usht-rogaland', [['usht', 'responsible']])).toBe('through')
    expect(mark('usht-rogaland', [['usht', 'contributor']])).toBe('contributes-through')
    expect(mark('usht-rogaland', [['usht', 'contributor'], ['g-koordinering']])).toBe('through')
    expect(mark('usht-rogaland', [['usht'], ['usht-rogaland', 'contributor']])).toBe('contributor')
  })
})

describe('when a row falls in a half-year', () => {
  test('F19 what surely falls in a half-year is told apart from what may, what goes on, and what has no time', () => {
    expect(falls('Vår/høst')).toBe('fixed')
    expect(falls('Halvårlig')).toBe('fixed')
    expect(falls('Månedlig')).toBe('fixed')
    expect(falls('Våren')).toBeNull()
    expect(falls('Våren', '2022-H1')).toBe('fixed')
    expect(falls('Høst 2021')).toBeNull()
    expect(falls('Oktober 2022')).toBe('fixed')
    expect(falls('Oktober 2022', '2022-H1')).toBeNull()
    expect(falls('Årlig')).toBe('sometime')
    expect(falls('2022')).toBe('sometime')
    expect(falls('2021')).toBeNull()
    expect(falls('I løpet av reformperioden')).toBe('sometime')
    expect(falls('Kontinuerlig')).toBe('continuous')
    expect(falls('Etter invitasjon')).toBe('undated')
    expect(falls('Jevnlig')).toBe('undated')
  })

  test('F19 of two recurrences in one row the surest counts, and a row that says nothing has no time', () => {
    expect(fallsIn('2022-H2', [parseWhen('Kontinuerlig'), parseWhen('Halvårlig')], reform)).toBe('fixed')
    expect(fallsIn('2022-H2', [parseWhen('2021'), parseWhen('Etter invitasjon')], reform)).toBe('undated')
    expect(fallsIn('2022-H2', [null, null], reform)).toBe('undated')
    expect(fallsIn('2022-H2', [parseWhen('2021'), null], reform)).toBeNull()
  })
})

describe('the half-years of a plan', () => {
  test('F20 the one we are in is asked about first, else the plan’s last', () => {
    expect(halfYearsOf(reform)).toEqual(['2021-H1', '2021-H2', '2022-H1', '2022-H2', '2023-H1', '2023-H2'])
    expect(halfYearAt('2022-06-30')).toBe('2022-H1')
    expect(halfYearAt('2022-07-01')).toBe('2022-H2')
    expect(halfYearFirst(reform, '2022-10-03')).toBe('2022-H2')
    expect(halfYearFirst(reform, '2026-10-03')).toBe('2023-H2')
    expect(halfYearFirst({ periodFrom: null, periodTo: 2023 }, '2026-10-03')).toBe('2026-H2')
    expect(halfYearsOf({ periodFrom: 1990, periodTo: 2100 })).toEqual([])
    expect(halfYearsOf({ periodFrom: 2023, periodTo: 2021 })).toEqual([])
  })

  test('F20 each has an address of its own, and what is no half-year is none', () => {
    for (const half of halfYearsOf(reform))
      expect(halfYearFrom(halfYearInAddress(half))).toBe(half)
    expect(halfYearInAddress('2022-H2')).toBe('2022h')
    for (const wrong of ['2022', '2022x', '22h', '2022hh', '', null, ['2022h'], undefined])
      expect(halfYearFrom(wrong)).toBeNull()
  })
})

describe('what a party has to do in a half-year', () => {
  test('F21 in autumn 2022 USHT Rogaland has what it has through USHT, through Koordineringsgruppa, and the networks it operates', () => {
    const duties = dutiesIn('2022-H2', 'usht-rogaland', rogaland)
    const { expanded, networks } = rogalandFile.derived.responsibility['usht-rogaland']
    expect(ids([...duties.fixed, ...duties.loose]).sort()).toEqual(expanded)
    // K07 goes on all the time, and its own words promise half-yearly meetings.
    expect(ids(duties.fixed)).toEqual(['K07', 'K08', 'K15'])
    expect(duties.loose.find(({ id }) => id === 'K22')?.standing.through).toEqual([{ way: ['g-koordinering', 'usht'], roles: [] }])
    expect(duties.loose.find(({ id }) => id === 'K06')).toMatchObject({ falling: 'continuous', standing: { isDirect: false, through: [{ way: ['usht'] }] } })
    expect(duties.loose.find(({ id }) => id === 'K11')?.falling).toBe('undated')
    // What is only considered does not run.
    expect(ids(duties.networks)).toEqual(networks.filter(id => id !== 'N12'))
    expect(duties.networks[0]?.standing).toEqual({ isDirect: true, roles: ['operator'], through: [] })
  })

  test('F21 the half-years of Rogaland give each party no more than what is its own, and over all of them all of it', () => {
    for (const [party, { expanded }] of Object.entries(rogalandFile.derived.responsibility)) {
      const seen = halfYearsOf(reform).flatMap((half) => {
        const { fixed, loose } = dutiesIn(half, party, rogaland)
        return ids([...fixed, ...loose])
      })
      expect([...new Set(seen)].sort(), party).toEqual(expanded)
    }
  })

  test('F21 in autumn 2022 Oslo kommune has its three rows, one of them also through Det regionale støtteapparatet, and not what was for 2020 and 2021', () => {
    const duties = dutiesIn('2022-H2', 'oslo-kommune', osloOgViken)
    const mine = responsibilityOf('oslo-kommune', osloOgViken).activities.map(task => task.id)
    expect(mine).toContain('K01')
    expect(ids(duties.fixed)).toEqual([])
    expect(ids(duties.loose).sort()).toEqual(['K03', 'K04', 'K05'])
    expect(ids(dutiesIn('2021-H2', 'oslo-kommune', osloOgViken).loose).sort()).toEqual(['K01', 'K03', 'K04', 'K05'])
    expect(duties.loose.find(({ id }) => id === 'K03')?.standing).toMatchObject({ isDirect: true, through: [{ way: ['g-regionalt-stotteapparat'] }] })
  })

  test('F21 a trashed row and one that names nobody are nobody’s', () => {
    const trashed = rogaland.activities.map(row => row.id === 'K08' ? { ...row, deletedAt: 5 } : row)
    expect(ids(dutiesIn('2022-H2', 'usht-rogaland', { ...rogaland, activities: trashed }).fixed)).toEqual(['K07', 'K15'])
    expect(dutiesIn('2022-H2', 'nobody', rogaland)).toEqual({ fixed: [], loose: [], networks: [] })
  })
})
