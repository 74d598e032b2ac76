import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Field } from '#shared/plan/fields.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import { hyphenated } from '../../client/text/naming.ts'

const texts = { nb, nn }

test('U1 bokmål and nynorsk have the same sentences, and none is empty', () => {
  expect(shapeOf(nn)).toEqual(shapeOf(nb))
  for (const [path, words] of [...sentencesOf(nb), ...sentencesOf(nn)])
    expect(words.trim(), path).not.toBe('')
})

test('U1 every field, choice, member and role of every register has words in both languages', () => {
  for (const text of Object.values(texts)) {
    for (const register of registerNames) {
      for (const [name, field] of fieldsOf(register)) {
        const fields: Readonly<Record<string, string>> = text.words.fields[register]
        expect(fields[name], `${register}.${name}`).toBeTruthy()
        const choices: Readonly<Record<string, Readonly<Record<string, string>>>> = text.words.choices[register]
        for (const option of optionsOf(field))
          expect(choices[name]?.[option] ?? text.words.members[option], `${register}.${name}.${option}`).toBeTruthy()
        for (const role of rolesOf(field))
          expect(text.words.roles[role], `${register}.${name}: ${role}`).toBeTruthy()
      }
    }
  }
})

test('U2 no sentence uses the machine\'s own words', () => {
  const forbidden = /(?<!\p{L})(?:sync\p{L}*|synk\p{L}*|crdt|token|websocket|cache|server-?feil|bug|exception|timeout|undefined|null)(?!\p{L})/iu
  for (const [path, words] of [...sentencesOf(nb), ...sentencesOf(nn)])
    expect(words, path).not.toMatch(forbidden)
})

test('U1 nynorsk is nynorsk: no bokmål word that has another form', () => {
  const bokmal = /(?<!\p{L})(?:ikke|jeg|hva|hvor|hvordan|hvem|noen|noe|fra|bare|igjennom|endringene|flere|lagret|ennå|lenken|uten|være|velg|også når det|en aktivitet)(?!\p{L})/iu
  for (const [path, words] of sentencesOf(nn))
    expect(words, path).not.toMatch(bokmal)
})

test('U3 long words may be divided where they are joined, else between syllables, and nowhere else', () => {
  expect(hyphenated('omsorgstjenestene')).toBe('omsorgs\u00ADtjenestene')
  expect(hyphenated('Kartlegging')).toBe('Kartlegging')
  expect(hyphenated('Årlig/halvårlig')).toBe('Årlig/\u200Bhalvårlig')
  expect(hyphenated('kanal/-arena')).toBe('kanal/\u200B-\u2060arena')
  const read = (words: string) => hyphenated(words).replaceAll('\u00AD', '|')
  expect(read('Kompetansesenter')).toBe('Kompetanse|senter')
  expect(read('universitetssjukehus')).toBe('universitets|sjukehus')
  expect(read('Helseforetak i Pasientsikkerhetskampanjen')).toBe('Helse|foretak i Pasient|sikkerhets|kampanjen')
  expect(read('innsatsområdene, Fylkeseldrerådet')).toBe('innsats|områdene, Fylkeseldre|rådet')
  expect(read('Koordineringsgruppe, funksjonsnedsettelse,')).toBe('Koordi|nerings|gruppe, funksjons|nedsettelse,')
  expect(read('frivillighetsentralene, nettverksarbeid, samarbeidsparter')).toBe('frivillighet|sentralene, nettverks|arbeid, samarbeids|parter')
  expect(read('kommunikasjonen')).toBe('kommuni|kasjonen')
  expect(read('https://www.helsedirektoratet.no')).toBe('https:/\u200B/\u200Bwww.helsedirektoratet.no')
  expect(read('post@statsforvalteren.no')).toBe('post@statsforvalteren.no')
})

test('U3 whatever a long word is made of, its parts are never short, and what it says is what it said', () => {
  const sounds = fc.constantFrom('b', 'd', 'f', 'k', 'l', 'm', 'n', 'r', 's', 't', 'sj', 'ng', 'a', 'e', 'i', 'o', 'ø', 'å')
  fc.assert(fc.property(fc.array(sounds, { minLength: 1, maxLength: 40 }), (made) => {
    const word = made.join('')
    const parts = hyphenated(word).split('\u00AD')
    expect(parts.join('')).toBe(word)
    expect(parts.length === 1 || parts.every(part => part.length >= 4)).toBe(true)
  }))
})

function optionsOf(field: Field): readonly string[] {
  if (field.kind === 'choice')
    return field.options
  return field.kind === 'set' && typeof field.of === 'object' && 'choices' in field.of ? field.of.choices : []
}
function rolesOf(field: Field): readonly string[] {
  return field.kind === 'set' && Array.isArray(field.roles) ? field.roles as readonly string[] : []
}

/** Sentences by path; those with inserts are tried with one and with several. */
function sentencesOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string')
    return [[path, value]]
  if (typeof value === 'function')
    return [1, 3].flatMap(n => sentencesOf(said(value as Sentence, n), path))
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, part]) => sentencesOf(part, `${path}.${key}`)) : []
}
const words = Array<string>(4).fill('Ny')
type Sentence = (...inserts: unknown[]) => unknown
/** With numbers, or with what it takes in their place: words, a list. */
function said(sentence: Sentence, n: number): unknown {
  for (const inserts of [Array<number>(5).fill(n), [n, ...words], ['Ny', ...words], [['a', 'b']]]) {
    try {
      return sentence(...inserts)
    }
    catch (error) {
      if (!(error instanceof TypeError))
        throw error
    }
  }
  throw new Error(`no inserts fit ${sentence.toString()}`)
}
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(shapeOf)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)])) : typeof value
}
