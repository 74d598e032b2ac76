import { expect, test } from 'vitest'
import { registerNames } from '#shared/plan/registers.ts'
import { roles } from '#shared/protocol/api.ts'
import { nb } from '../../../client/text/nb.ts'
import { nn } from '../../../client/text/nn.ts'
import { registerInWords } from '../../../client/text/naming.ts'
import { writeLetter, type Addressee } from '../../../server/mail/letter.ts'
import { toHtml, toText } from '../../../server/mail/rendering.ts'
import { momentInWords } from '../../../server/texts/letterParts.ts'
import { registerNamesNb, registerNamesNn } from '../../../server/texts/registerNames.ts'
import type { Language, LetterFacts, LetterKind } from '../../../server/texts/mails.ts'

const origin = 'https://plan.rogaland.example'
const link = `${origin}/invitasjon/lenke-som-ingen-gjetter-og-som-er-lang-nok1`
const kari = { name: 'Kari Nordmann', organisation: 'Statsforvalteren i Rogaland' }
const planTitle = 'Gjennomføringsplan for Rogaland 2021–2023'
const facts: LetterFacts = {
  signIn: { code: '482913', link, minutes: 15, origin },
  invitation: { planTitle, inviter: kari, grant: { role: 'editor', registers: null }, untilDay: '2026-12-31', link, expiresDay: '2026-07-01', origin },
  roleChanged: { planTitle, by: kari, grant: { role: 'chair', registers: null }, isNewRole: true, untilDay: null, hadEnd: false, link, origin },
  deputyAppointed: { planTitle, by: kari, principal: { name: 'Anne Sund', organisation: 'KS' }, fromDay: '2026-11-02', untilDay: '2026-11-30', link, origin },
  deputyEnded: { planTitle, by: kari, principal: { name: 'Anne Sund', organisation: 'KS' }, link, origin },
  removed: { planTitle, by: kari, origin },
  administratorTookRole: { planTitle, administrator: { name: 'Ola Drift', organisation: 'IKT' }, receiver: null, role: 'owner', at: Date.parse('2026-03-04T09:05:00Z'), reason: 'Skifte av maskin.', link, origin },
}
const to: Addressee = { name: null, address: 'a@b.test' }
const languages: readonly Language[] = ['nb', 'nn']
const kinds = Object.keys(facts) as LetterKind[]
const written = <K extends LetterKind>(kind: K, language: Language, more: Partial<LetterFacts[K]> = {}) => {
  const { words } = writeLetter(kind, { ...facts[kind], ...more }, { to, language })
  return { subject: words.subject, text: toText(words), html: toHtml(words, language) }
}

test('T33 each letter says what it is about in bokmål and in nynorsk, with its link as a button and written out', () => {
  const wanted: Record<LetterKind, Record<Language, readonly string[]>> = {
    signIn: {
      nb: ['482913', '15 minutter', 'på en annen enhet', 'på den samme enheten', 'Ingen kommer inn uten koden eller lenken'],
      nn: ['482913', '15 minutt,', 'på ei anna eining', 'på den same eininga', 'Ingen kjem inn utan koden eller lenkja'],
    },
    invitation: {
      nb: ['Kari Nordmann (Statsforvalteren i Rogaland) inviterer deg', planTitle, 'redaktør', 'til og med 31. desember 2026', 'virker til og med 1. juli 2026', 'ikke noe passord'],
      nn: ['Kari Nordmann (Statsforvalteren i Rogaland) inviterer deg', planTitle, 'redaktør', 'til og med 31. desember 2026', 'verkar til og med 1. juli 2026', 'ikkje noko passord'],
    },
    roleChanged: { nb: [planTitle, 'nå møteleder', 'spør Kari Nordmann'], nn: [planTitle, 'no møteleiar', 'spør Kari Nordmann'] },
    deputyAppointed: {
      nb: ['Du er vikar for Anne Sund (KS)', planTitle, 'fra og med 2. november 2026 til og med 30. november 2026, og kan gjøre det samme', 'spør Kari Nordmann'],
      nn: ['Du er vikar for Anne Sund (KS)', planTitle, 'frå og med 2. november 2026 til og med 30. november 2026, og kan gjere det same', 'spør Kari Nordmann'],
    },
    deputyEnded: { nb: ['ikke lenger vikar for Anne Sund (KS)', planTitle], nn: ['ikkje lenger vikar for Anne Sund (KS)', planTitle] },
    removed: { nb: [planTitle, 'Takk for at du var med', 'kontakt med Kari Nordmann'], nn: [planTitle, 'Takk for at du var med', 'kontakt med Kari Nordmann'] },
    administratorTookRole: {
      nb: ['Ola Drift (IKT) er administrator', 'rollen eier', '4. mars 2026 kl. 10.05', 'Skifte av maskin.', 'ta bort rollen der'],
      nn: ['Ola Drift (IKT) er administrator', 'rolla eigar', '4. mars 2026 kl. 10.05', 'Skifte av maskin.', 'ta bort rolla der'],
    },
  }
  for (const kind of kinds) {
    for (const language of languages) {
      const { subject, text, html } = written(kind, language)
      for (const said of wanted[kind][language])
        expect([kind, language, said, text.includes(said), html.includes(said)]).toEqual([kind, language, said, true, true])
      expect([kind, subject.length > 10 && subject.length < 120]).toEqual([kind, true])
      expect(text).toContain('plan.rogaland.example')
      expect(html).toContain(`<html lang="${language}">`)
      const hasLink = 'link' in facts[kind]
      expect([kind, html.split(`href="${link}"`).length - 1, text.includes(link)]).toEqual([kind, hasLink ? 2 : 0, hasLink])
      expect(html).not.toMatch(/<(img|link|style|script|iframe|object|video|form)\b|\bsrc=|url\(/i)
      expect(text + html).not.toMatch(/undefined|null|\[object/)
    }
  }
})

test('T33 in nynorsk no word of the letters is left in bokmål', () => {
  const ours = (language: Language) => kinds.map(kind => written(kind, language, {}).text).join('\n')
  const onlyBokmal = /(?<!\p{L})(ikke|jeg|noen|noe|hva|hvem|hvis|gjøre|være|uten|fra|lenken|siden|åpne|eier|leder|møteleder|gjelder|virker|trykke|sjekke|rollen|samme|enheten|minutter)(?!\p{L})/iu
  expect(onlyBokmal.exec(ours('nn'))?.[0]).toBeUndefined()
  expect(onlyBokmal.test(ours('nb'))).toBe(true)
})

test('T33 a role, an inviter, an end and a reason that are not given are not spoken of, and every role has its words', () => {
  for (const language of languages) {
    const bare = written('invitation', language, { inviter: null, untilDay: null })
    expect(bare.text).not.toMatch(/Kari|2026-|31\. desember|\(\)/)
    expect(written('administratorTookRole', language, { reason: null }).text).not.toMatch(/:\s*\n\nDu får/)
    expect(written('roleChanged', language, { by: null }).text).toContain(language === 'nb' ? 'den som leder planen' : 'den som leier planen')
    expect(written('removed', language, { by: { name: 'Kari', organisation: null } }).text).toContain('kontakt med Kari.')
    expect(new Set(roles.map(role => written('invitation', language, { grant: { role, registers: null } }).text)).size).toBe(roles.length)
  }
})

test('T33 an administrator who makes somebody else an owner is not said to have taken the role', () => {
  const wanted = {
    nb: ['Ola Drift (IKT) er administrator', 'gjorde Kari Nordmann (Statsforvalteren i Rogaland) til eier', 'har fått ny eier'],
    nn: ['Ola Drift (IKT) er administrator', 'gjorde Kari Nordmann (Statsforvalteren i Rogaland) til eigar', 'har fått ny eigar'],
  }
  for (const language of languages) {
    const { subject, text } = written('administratorTookRole', language, { receiver: kari })
    for (const said of wanted[language])
      expect(`${subject}\n${text}`).toContain(said)
    expect(text).not.toMatch(/seg selv|seg sjølv|Uten en slik rolle|Utan ei slik rolle/)
  }
})

test('T33 what people have written stands in a letter as words, and days are those of Norway', () => {
  const nasty = '</p><script>alert(1)</script>"\'& <a href="https://ond.test">her</a>'
  const { html, text } = written('invitation', 'nb', { planTitle: nasty, inviter: { name: nasty, organisation: nasty } })
  expect(html).not.toMatch(/<script|<a href="https:\/\/ond/)
  expect(html).toContain('&lt;/p&gt;&lt;script&gt;')
  const linesOf = (words: string) => words.split('\n').length
  expect(linesOf(text)).toBe(linesOf(written('invitation', 'nb').text))
  expect(linesOf(written('invitation', 'nb', { planTitle: 'En\nto\r\n\u2028tre' }).text)).toBe(linesOf(text))
  expect([momentInWords(Date.parse('2026-12-31T23:30:00Z')), momentInWords(Date.parse('2026-06-30T22:00:00Z'))])
    .toEqual(['1. januar 2027 kl. 00.30', '1. juli 2026 kl. 00.00'])
})

test('T95 a letter promises no more than the right is: the registers one is limited to, by the names they have on the pages', () => {
  const grant = { role: 'editor', registers: ['networks', 'plan'] } as const
  expect(written('invitation', 'nb', { grant }).text).toContain('Du blir redaktør, og kan endre Nettverk og Om planen. Resten av planen kan du lese.')
  expect(written('roleChanged', 'nn', { grant }).text).toContain('er du no redaktør, og kan endre Nettverk og Om planen. Resten av planen kan du lese.')
  expect(written('invitation', 'nb', { grant: { role: 'chair', registers: ['goals'] } }).text).toContain('Du blir møteleder, og kan endre Mål, og invitere andre. Resten')
  expect(written('invitation', 'nb', { grant: { role: 'reader', registers: ['goals'] } }).text).toContain('Du blir leser, og kan lese planen.')
  for (const [names, text] of [[registerNamesNb, nb], [registerNamesNn, nn]] as const)
    expect(names).toEqual(Object.fromEntries(registerNames.map(register => [register, registerInWords(register, text)])))
})

test('T95 only who has another role is told of one; of limits and an end alone it is said that they are others', () => {
  const limited = written('roleChanged', 'nb', { isNewRole: false, grant: { role: 'editor', registers: ['networks'] }, untilDay: '2026-12-31' })
  expect(limited.subject).toBe(`Tilgangen din i «${planTitle}» er endret`)
  expect(limited.text).toMatch(/er du fortsatt redaktør, og kan endre Nettverk[^]*til og med 31\. desember 2026/)
  expect(limited.text).not.toMatch(/ny rolle|sluttdato/)
  expect(written('roleChanged', 'nn', { isNewRole: false, hadEnd: true }).text).toContain('Tilgangen din har ikkje lenger nokon sluttdato.')
})
