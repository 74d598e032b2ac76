import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { referencePlans } from '#shared/reference/plans.ts'
import { findPersonalData } from '#shared/rules/personalData.ts'

/** What is found, as «kind: words». */
const found = (text: string) => findPersonalData(text).map(({ kind, from, to }) => `${kind}: ${text.slice(from, to)}`)
const weigh = (digits: readonly number[], weights: readonly number[]) => weights.reduce((sum, weight, n) => sum + weight * (digits[n] ?? 0), 0)

interface Numbered { readonly day: number, readonly month: number, readonly year: number, readonly individual: number, readonly rest?: number }
/** The number with this date and these three digits; null where no control digits fit. `rest`: what those from 2032 may leave of the first. */
function identityNumber({ day, month, year, individual, rest = 0 }: Numbered): string | null {
  const date = [day, month, year].map(part => String(part).padStart(2, '0')).join('')
  const digits = [...date + String(individual).padStart(3, '0')].map(Number)
  const first = (11 + rest - weigh(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11
  const second = (11 - weigh([...digits, first], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11
  return first === 10 || second === 10 ? null : [...digits, first, second].join('')
}
const identityNumbers = fc.record({
  day: fc.integer({ min: 1, max: 28 }), dayMore: fc.constantFrom(0, 40),
  month: fc.integer({ min: 1, max: 12 }), monthMore: fc.constantFrom(0, 40, 80),
  year: fc.integer({ min: 0, max: 99 }), individual: fc.integer({ min: 0, max: 999 }), rest: fc.constantFrom(0, 0, 1, 2, 3),
})
  .map(({ dayMore, monthMore, ...parts }) => identityNumber({ ...parts, day: parts.day + dayMore, month: parts.month + monthMore }))
  .filter(number => number !== null)

describe('identity numbers', () => {
  test('F37 every identity number is found where it stands, in one piece or with a space, a dot or a dash after the date', () => {
    const around = fc.constantFrom('', 'Ring ', 'født ', 'fnr. ', '(', '12 ')
    fc.assert(fc.property(identityNumbers, around, fc.constantFrom('', ' ', '.', '-', '\u00A0'), (number, before, apart) => {
      const written = number.slice(0, 6) + apart + number.slice(6)
      expect(findPersonalData(`${before}${written}, og mer`)).toEqual([{ kind: 'identityNumber', from: before.length, to: before.length + written.length }])
    }))
  })

  test('F37 one digit that is another makes it no identity number, and so does one more or one less', () => {
    fc.assert(fc.property(identityNumbers, fc.nat(10), fc.integer({ min: 1, max: 9 }), (number, at, more) => {
      const other = number.slice(0, at) + String((Number(number[at]) + more) % 10) + number.slice(at + 1)
      for (const text of [other, `${number}1`, `1${number}`, number.slice(1)])
        expect(found(text).filter(one => one.startsWith('identityNumber')), text).toEqual([])
    }))
  })

  test('F37 a day that no month has, and the number of an account, are no identity number', () => {
    const individuals = Array.from({ length: 200 }, (_, n) => n)
    const those = (day: number, month: number, year: number) =>
      individuals.flatMap(individual => identityNumber({ day, month, year, individual }) ?? [])
    expect(those(29, 2, 24).length).toBeGreaterThan(100)
    expect(those(29, 2, 24).every(number => found(number).length === 1)).toBe(true)
    const never = [[29, 2, 23], [31, 4, 80], [0, 4, 80], [32, 1, 80], [1, 13, 80], [72, 1, 80], [1, 93, 80]] as const
    for (const number of never.flatMap(([day, month, year]) => those(day, month, year)))
      expect(found(number), number).toEqual([])
    const [one = ''] = those(1, 81, 80)
    expect(found(`kontonr. ${one}`)).toEqual([])
    expect(found(`nr. ${one}`)).toHaveLength(1)
  })
})

test('F38 phone numbers are found in the ways they are written', () => {
  for (const number of [
    '51 56 87 00', '515 68 700', '51568700', '912 34 567', '+47 51 56 87 00', '+4751568700', '+47 5156 8700', '0047 51568700', '004751568700', '(+47) 515 68 700', '51.56.87.00',
  ]) {
    expect(found(`Ring Kari, ${number}, før møtet.`), number).toEqual([`phoneNumber: ${number}`])
    expect(found(number)).toEqual([`phoneNumber: ${number}`])
  }
  expect(found('tlf. 5156 8700')).toEqual(['phoneNumber: 5156 8700'])
  expect(found('51 56 87 00/90 12 34 56')).toEqual(['phoneNumber: 51 56 87 00', 'phoneNumber: 90 12 34 56'])
  expect(found('51 56 87 00, 90123456 og 912 34 567')).toHaveLength(3)
})

test('F38 years, periods, days, clocks, weeks, cases, amounts and numbers of organisations and municipalities are no phone numbers', () => {
  for (const text of [
    '2019-2023', '2019–2023', '2019 2023', 'i 2022 og 2023', '20/01234', '2021/4567', '2021/45678901', 'sak 22334455', '974760673', '974 760 673', 'org.nr. 974 760 673',
    'kr 25000000', '25 000 000 kroner', '22334455,50', '25000000 kr', '20210428', '28.04.2021', '28.04.21 22', '28.04.2021–31.12.2023', '20.30 22.15', 'uke 22 23 24 25', '22 23 24 25',
    '1103 1106 1108 1119', '1103', '11 22 33 44 55', '75-80 80-85', 'ISSN 2233-4455', '11223344', 'https://helse.no/artikkel/51568700', 'abc51568700', '51568700x', '5156870', '515687001',
  ])
    expect(found(text), text).toEqual([])
})

test('F39 a mail address is found, one that an organisation has for everybody is not', () => {
  expect(found('Skriv til kari.nes@ks.no.')).toEqual(['mailAddress: kari.nes@ks.no'])
  expect(found('<ola_nordmann+plan@post.example.com>, øyvind.å@nrk.no')).toEqual(['mailAddress: ola_nordmann+plan@post.example.com', 'mailAddress: øyvind.å@nrk.no'])
  expect(found('51568700@example.no')).toEqual(['mailAddress: 51568700@example.no'])
  for (const text of ['postmottak@stavanger.kommune.no', 'sfropost@statsforvalteren.no', 'post@ks.no', 'usht.rogaland@stavanger.kommune.no', 'firmapost@example.no', 'info@example.no', '@alle', 'a@b', 'a @ b.no', 'kari@', '@ks.no'])
    expect(found(text), text).toEqual([])
})

test('F40 a street address is found, with letter, post code and place', () => {
  for (const address of [
    'Storgata 5', 'Storgata 5a', 'Storgt. 12', 'Markveien 35 B, 0554 Oslo', 'Lagårdsveien 44, 4010 Stavanger', 'Jens Zetlitz gate 47', 'Carl Berners plass 2', 'Kirkevegen 3-5', 'storgata 5, 4006 Stavanger',
    'Solli plass 3, 0254 Oslo', 'Bjørnstjerne Bjørnsons allé 7',
  ])
    expect(found(`Møtes i ${address}.`), address).toEqual([`streetAddress: ${address}`])
})

test('F40 steps, gates, ways, places and phases with a number are no addresses', () => {
  for (const text of [
    'Trinn 3', 'Gate 2 i prosessen', 'Veien 3', 'På veien 2', 'Til alle 3 kommunene', 'Møteplass 3', 'Arbeidsplassen 4', 'Servicetorget 2', 'Fase 2', 'Løsning 12', 'Ny vei 2', 'Storgata', 'Storgata 2021',
    'Kirkeveien 50 %', 'Kirkeveien 1/3', 'møteplassen 5', 'hovedveien 5', 'Veien til målet 4', 'Dagens plass 2',
  ])
    expect(found(text), text).toEqual([])
})

test('F41 nothing in either reference plan is taken for personal data', () => {
  let cells = 0
  const look = (value: unknown): readonly string[] => {
    cells += typeof value === 'string' ? 1 : 0
    return typeof value === 'string' ? found(value) : typeof value === 'object' && value !== null ? Object.values(value).flatMap(look) : []
  }
  expect(referencePlans.flatMap(({ seed }) => look(seed()))).toEqual([])
  expect(cells).toBeGreaterThan(1_000)
})

test('F41 any text gets an answer: places in it, in order, none over another', () => {
  const parts = fc.constantFrom('51 56 87 00', '515 68 700', 'kari@ks.no', 'Storgata 5', ', 4006 Stavanger', '010190', ' ', '.', '/', '@', '+47', 'tlf ', 'gate ', 'A', '12', '\u{1F9D3}', '\uD800', '\n')
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(parts, { maxLength: 30 }).map(all => all.join(''))), (text) => {
    let end = 0
    for (const { from, to } of findPersonalData(text)) {
      expect(from).toBeGreaterThanOrEqual(end)
      expect(to).toBeGreaterThan(from)
      end = to
    }
    expect(end).toBeLessThanOrEqual(text.length)
  }))
})

test('F41 a text that was made to be slow to look through takes no longer than another of its length', () => {
  const hostile = ['1 ', '11 ', '51 56 87 00/', 'a@', '@', 'a', '1', 'a@b.', '@b.', `${'x'.repeat(63)}@`, 'Storgata 5 ', 'veien', 'A B ', 'A. ', ' ', '010190 12345 ', '01.', '+47', '(', 'gate 5, 4006 ', '.']
  /** The best of three: a busy machine is no fault of the text. */
  const msOf = (part: string, chars: number) => {
    const text = part.repeat(Math.ceil(chars / part.length))
    return Math.min(...[1, 2, 3].map(() => {
      const before = performance.now()
      findPersonalData(text)
      return performance.now() - before
    }))
  }
  for (const part of hostile) {
    // Ten times the text: what grew with its square would take a hundred times as long, which is seconds.
    const [tenth, whole] = [msOf(part, 10_000), msOf(part, 100_000)]
    expect(whole, `«${part}»: ${tenth} and ${whole} ms`).toBeLessThan(Math.max(400, tenth * 40))
  }
})
