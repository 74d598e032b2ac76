// @vitest-environment happy-dom
import fc from 'fast-check'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import { cellValueOf, isEmptyValue } from '#shared/plan/cellValues.ts'
import { writeCell } from '#shared/plan/bulk.ts'
import type { Outcome } from '#shared/plan/commands.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { reformOf } from '#shared/reference/reform.ts'
import { fullNamesOf, namesNow, namesOf } from '../../client/plan/names.ts'
import { usePlanStores } from '../../client/plan/stores.ts'
import { cellInWords } from '../../client/text/cellWords.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import { readCellWords } from '../../client/text/readWords.ts'
import { planWith } from '../support/plans.ts'

const areas = reformOf('leve-hele-livet')?.focusAreas ?? []

function follow(plan: Plan): Plan {
  setActivePinia(createPinia())
  usePlanStores().follow(plan)
  return plan
}

/** Cells that cannot be read back from their words alone, each for a reason that stands in the plans themselves. */
const otherwise: Readonly<Record<string, unknown>> = {
  // Two organisations are called KS, and this column names both.
  'rogaland/audiences/A-egne-org/organisations': null,
  'rogaland/audiences/A-ks/organisations': null,
  // A word of one's own with a comma in it.
  'rogaland/organisations/sof-vest/aliases': ['SOF Vest', 'SOFV', 'Senter for omsorgsforskning', 'vest'].map(id => ({ id, roles: [] })),
  // The plan's file knows more than the words say.
  'rogaland/activities/K07/furtherWhen': { raw: 'halvårlige møter', kind: 'half-yearly', perYear: { min: 2, max: 2 } },
  'oslo-og-viken/groups/g-koordinatornettverk/metBefore': { raw: 'månedlige', kind: 'monthly', perYear: { min: 12, max: 12 } },
  'oslo-og-viken/followUps/F2/when': { raw: 'gjennom våren', kind: 'seasons', seasons: ['spring'], perYear: { min: 1, max: 1 }, ambiguous: true },
}

describe.each(referencePlans.map(({ id, seed }) => [id, seed] as const))('every cell of %s', (id, seed) => {
  test.each([['bokmål', nb], ['nynorsk', nn]] as const)('U20 reads back from its words in %s as the same value', (_language, text) => {
    const plan = follow(planWith(seed()))
    const names = namesNow(areas)
    const value = readPlan(plan.doc)
    let count = 0
    for (const naming of [namesOf(text, areas), fullNamesOf(text, areas)]) {
      for (const register of registerNames) {
        for (const row of value[register]) {
          for (const [field, { kind }] of fieldsOf(register).filter(([, one]) => one.kind !== 'place' && one.kind !== 'richText')) {
            const name = `${id}/${register}/${row.id}/${field}`
            const whole = cellValueOf(register, row, field)
            const words = cellInWords({ register, row: row.id, field }, whole, text, naming)
            const wanted = name in otherwise ? otherwise[name] : whole
            const isRead = !(name in otherwise) || otherwise[name] !== null
            expect(readCellWords({ register, field }, words, names), `${name} (${kind}): ${words}`).toEqual(isRead ? { ok: true, value: wanted } : { ok: false })
            count += isEmptyValue(whole) ? 0 : 1
          }
        }
      }
    }
    expect(count).toBeGreaterThan(1_000)
  })
})

beforeEach(() => void follow(planWith(referencePlans.find(({ id }) => id === 'rogaland')?.seed())))
const reading = (register: RegisterName, field: string) => (words: string) => {
  const read = readCellWords({ register, field }, words, namesNow(areas))
  return read.ok ? read.value : 'not understood'
}
const ids = (value: unknown) => Array.isArray(value) ? value.map(({ id, roles }: { id: string, roles: string[] }) => [id, ...roles].join(' ')) : value

test('U20 a choice is read by its label in either language, whatever the case, or by its id; words of one’s own where it is open', () => {
  const status = reading('activities', 'status')
  expect(['Gjennomført', 'GJENNOMFØRT ', 'ikke  startet', 'Ikkje starta', 'in-progress', 'Ferdig'].map(status))
    .toEqual(['done', 'done', 'not-started', 'not-started', 'in-progress', 'not understood'])
  const state = reading('networks', 'state')
  expect(['nyetablering', 'På vent', 'constructor', 'x'.repeat(121)].map(state)).toEqual(['new', 'På vent', 'constructor', 'not understood'])
})

test('U20 numbers, days, yes and no are read as they are written here and as a spreadsheet gives them', () => {
  const year = reading('plan', 'periodFrom')
  expect(['2021', ' 2 021 ', '2021,0', '2021,5', '1e3', '0x7E5', '20 21', '1900'].map(year))
    .toEqual([2021, 2021, 2021, 'not understood', 'not understood', 'not understood', 'not understood', 'not understood'])
  const day = reading('plan', 'planDate')
  expect(['28.04.2021', '28.4.21', '2021-04-28', '30.02.2021', 'i vår'].map(day))
    .toEqual(['2021-04-28', '2021-04-28', '2021-04-28', 'not understood', 'not understood'])
  const flag = reading('organisations', 'coordinates')
  expect(['Ja', 'nei', 'SANN', 'FALSE', 'kanskje'].map(flag)).toEqual([true, false, true, false, 'not understood'])
})

test('U20 text stands as it is, a line on one line, a recurrence by its words, and blank words empty any cell', () => {
  expect(reading('activities', 'arena')(' Møter\r\ni mai ')).toBe(' Møter\ni mai ')
  expect(reading('organisations', 'name')(' KS\nRogaland ')).toBe('KS Rogaland')
  expect(reading('activities', 'when')('To ganger i året')).toMatchObject({ raw: 'To ganger i året', kind: 'per-year' })
  expect(reading('activities', 'when')('x'.repeat(501))).toBe('not understood')
  expect(['arena', 'when', 'status', 'responsible', 'focusAreas'].map(field => reading('activities', field)(' \n')))
    .toEqual(['', null, null, [], { members: [], answer: null }])
})

test('U21 parties are read by short name, name or other names, with roles, however they are parted; all of them, or none', () => {
  const responsible = reading('activities', 'responsible')
  expect(ids(responsible('SF/KS/USHT'))).toEqual(['ks-rogaland', 'sf-rogaland', 'usht'])
  expect(ids(responsible('usht og sf, KS Rogaland (KS regionalt);\nFylkeseldrerådet'))).toEqual(['fylkeseldreradet-rogaland', 'ks-rogaland', 'sf-rogaland', 'usht'])
  expect(ids(responsible('SF (leder, medvirker) / KS (ansvarleg)'))).toEqual(['ks-rogaland responsible', 'sf-rogaland lead contributor'])
  expect(ids(responsible('SF, SF (leder),, \nKS, '))).toEqual(['ks-rogaland', 'sf-rogaland lead'])
  expect(['SF og noen andre', 'SF (sjef)', 'SF KS', 'sf-rogaland', '(leder)', 'SF ()'].map(responsible)).toEqual(Array(6).fill('not understood'))
  expect(reading('activities', 'audienceId')('noen vi ikke kjenner')).toBe('not understood')
})

test('U21 a name that holds what parts others is read whole, and one that several go by is the one its column names already', () => {
  const seed = {
    organisations: [
      { id: 'a', name: 'Helse og omsorg, nord/sør', short: 'HO' }, { id: 'b', name: 'Helse', short: 'Helse' }, { id: 'c', name: 'Omsorg', short: 'omsorg' },
      { id: 'd', name: 'Nord', short: 'Felles' }, { id: 'e', name: 'Sør', short: 'Felles' }, { id: 'f', name: 'Borte', short: 'Borte', deletedAt: 1 },
    ],
    activities: [{ id: 'K1', responsible: { d: 'lead' } }],
  }
  follow(planWith({ organisations: seed.organisations.map(({ deletedAt: _at, ...row }) => row), activities: seed.activities }))
  expect(ids(reading('activities', 'responsible')('Helse og omsorg, nord/sør og Helse'))).toEqual(['a', 'b'])
  expect(ids(reading('activities', 'responsible')('helse og omsorg'))).toEqual(['b', 'c'])
  expect(ids(reading('activities', 'responsible')('Felles'))).toEqual(['d'])
  expect(reading('activities', 'via')('Felles')).toBe('not understood')
})

test('U21 channels and words of one’s own are sets too', () => {
  expect(ids(reading('activities', 'channelTypes')('Nyhetsbrev og webinar; Kurs'))).toEqual(['course', 'newsletter', 'webinar'])
  expect(reading('activities', 'channelTypes')('Nyhetsbrev og brevdue')).toBe('not understood')
  expect(ids(reading('phases', 'years')('2019, 2020/2021'))).toEqual(['2019', '2020', '2021'])
  expect(reading('phases', 'years')('__proto__')).toBe('not understood')
})

test('U22 focus areas are read with their answer: numbers, names, all of them or none', () => {
  const focus = reading('activities', 'focusAreas')
  const listed = (...numbers: string[]) => ({ members: numbers.map(id => ({ id, roles: [] })), answer: 'listed' })
  expect(focus('2,3 4 og 5')).toEqual(listed('2', '3', '4', '5'))
  expect(focus('Aktivitet og felleskap')).toEqual(listed('2'))
  expect(focus('2 Aktivitet og fellesskap, 4 Helsehjelp')).toEqual(listed('2', '4'))
  expect(['Alle', 'Overordnet', 'alle områda'].map(focus)).toEqual(Array(3).fill({ members: [], answer: 'overarching' }))
  expect(focus('Ingen bestemte områder')).toEqual({ members: [], answer: 'none' })
  expect(['7', '2 og noe mer', 'Helsehjelp og noe mer', 'Noen områder', 'ukjent'].map(focus)).toEqual(Array(5).fill('not understood'))
})

test('U20 any words in any cell are answered, and what is understood can be written', () => {
  const plan = follow(planWith(referencePlans[0]?.seed()))
  const fields = registerNames.flatMap(register => fieldsOf(register).flatMap(([field, { byServer }]) => byServer ? [] : [{ register, field }]))
  const names = namesNow(areas)
  const pieces = fc.constantFrom('SF', 'KS', ' og ', ', ', '/', '(leder)', '(', ')', '2', '2021', 'Alle', 'Ja', 'årlig', '\n', '28.04.2021', '__proto__', '👍', '\uD83D')
  const words = fc.oneof(fc.string({ unit: 'binary' }), fc.array(pieces, { maxLength: 12 }).map(parts => parts.join('')))
  fc.assert(fc.property(fc.constantFrom(...fields), words, ({ register, field }, said) => {
    const read = readCellWords({ register, field }, said, names)
    const row = readPlan(plan.doc)[register][0]?.id ?? ''
    if (read.ok && row !== '')
      expect(writeCell(plan, { register, row, field }, read.value)).toSatisfy((outcome: Outcome) => outcome.ok || outcome.refusal === 'too-long')
  }), { numRuns: 300, seed: 4 })
})

test('U21 in a long list of names, or of nothing, each is looked up a few times and no more', () => {
  const names = namesNow(areas)
  const lookedUp = (words: string) => {
    let count = 0
    const counting = { ...names, rowNamed: (...asked: Parameters<typeof names.rowNamed>) => (count++, names.rowNamed(...asked)) }
    readCellWords({ register: 'activities', field: 'responsible' }, words, counting)
    return count
  }
  expect(lookedUp('SF, '.repeat(1_000))).toBeLessThan(24 * 1_000)
  expect(lookedUp('SF (leder), '.repeat(1_000))).toBeLessThan(24 * 1_000)
  expect(['SF,'.repeat(6_000), ','.repeat(20_000), 'x'.repeat(20_001)].map(lookedUp)).toEqual([0, 0, 0])
  expect(lookedUp(' , '.repeat(1_000))).toBe(0)
})
