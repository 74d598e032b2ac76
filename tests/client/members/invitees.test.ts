import { expect, test } from 'vitest'
import { fieldOf, isFault, keyOf, organisationsByDomain, readInvitees, readSome, troublesOf } from '../../../client/features/members/invitees.ts'

const read = (pasted: string) => readInvitees(pasted).map(({ name, email, organisation }) => [name, email, organisation])

test('U142 a list from a mail program is read as people, with the name before its address, whichever way round it stands', () => {
  expect(read('Kari Nordmann <kari@x.no>; Olav Berge <olav.berge@ks.no>;')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'olav.berge@ks.no', '']])
  expect(read('Nordmann, Kari <kari@x.no>; Berge, Olav <o@ks.no>')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'o@ks.no', '']])
  expect(read('"Nordmann, Kari" <kari@x.no>, \'Berge, Olav\' <o@ks.no>')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'o@ks.no', '']])
  expect(read('Nordmann, Kari <kari@x.no>, Olav Berge <mailto:o@ks.no>')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'o@ks.no', '']])
  expect(read('kari@x.no <kari@x.no>; <marte.lunde@rogaland.no>')).toEqual([['', 'kari@x.no', ''], ['Marte Lunde', 'marte.lunde@rogaland.no', '']])
  expect(read('ida@y.no; Kari Nordmann <kari@x.no>; per@z.no')).toEqual([['', 'ida@y.no', ''], ['Kari Nordmann', 'kari@x.no', ''], ['', 'per@z.no', '']])
  expect(read('Kari Nordmann <kari@x.no>, ida@y.no, Berge, Olav <o@ks.no>, per@z.no'))
    .toEqual([['Kari Nordmann', 'kari@x.no', ''], ['', 'ida@y.no', ''], ['Olav Berge', 'o@ks.no', ''], ['', 'per@z.no', '']])
})

test('U142 columns of a spreadsheet are read with a line of headings and without, in whatever order they are', () => {
  const plain = [['Kari Nordmann', 'kari@x.no', 'Sandnes kommune'], ['Olav Berge', 'olav@ks.no', 'KS']]
  expect(read('Kari Nordmann\tkari@x.no\tSandnes kommune\r\nOlav Berge\tolav@ks.no\tKS\r\n')).toEqual(plain)
  expect(read('Navn\tE-post\tOrganisasjon\nKari Nordmann\tkari@x.no\tSandnes kommune\nOlav Berge\tolav@ks.no\tKS')).toEqual(plain)
  expect(read('Verksemd;E-postadresse;Namn\nSandnes kommune;kari@x.no;Kari Nordmann\nKS;olav@ks.no;Olav Berge')).toEqual(plain)
  expect(read('Fornavn\tEtternavn\tE-post\nKari\tNordmann\tkari@x.no')).toEqual([['Kari Nordmann', 'kari@x.no', '']])
  expect(read('Kari\tNordmann\tkari@x.no\tKS')).toEqual([['Kari Nordmann', 'kari@x.no', 'KS']])
  expect(read('Kari Nordmann\tKS\tkari@x.no')).toEqual([['Kari Nordmann', 'kari@x.no', 'KS']])
  expect(read('kari@x.no\tKari Nordmann\tKS')).toEqual([['Kari Nordmann', 'kari@x.no', 'KS']])
  expect(read('Kari Nordmann;kari@x.no;"Helse, omsorg og velferd"')).toEqual([['Kari Nordmann', 'kari@x.no', 'Helse, omsorg og velferd']])
  expect(read('1\tKari Nordmann\tkari@x.no\n2\tOlav Berge\tolav@ks.no')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'olav@ks.no', '']])
  expect(read('Kari Nordmann\tKari Nordmann <kari@x.no>\tSandnes kommune')).toEqual([plain[0]])
  expect(read('"Kari\r\nNordmann"\tkari@x.no\t"Sandnes\r\nkommune"')).toEqual([plain[0]])
})

test('U142 under headings an empty cell keeps its place, and a column is what its heading says it is', () => {
  const found = [['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'olav@ks.no', 'KS']]
  expect(read('Navn\tVirksomhet\tTelefon\tE-post\nKari Nordmann\t\t\tkari@x.no\nOlav Berge\tKS\t51 50 50 50\tolav@ks.no')).toEqual(found)
  expect(read('Virksomhetsnavn;Navn;Adresse;E-post\n;Kari Nordmann;Storgata 1;kari@x.no\nKS;"Berge, Olav";;olav@ks.no')).toEqual(found)
  expect(read('Namn\tAdresse\nKari Nordmann\tkari@x.no')).toEqual([found[0]])
  expect(read(';;;\nKari Nordmann;kari@x.no;\n;;;')).toEqual([found[0]])
})

test('U142 addresses alone, one on each line or many on one, are people too, and what has none is kept to be mended', () => {
  expect(read('kari@x.no\n\n  olav@ks.no ')).toEqual([['', 'kari@x.no', ''], ['', 'olav@ks.no', '']])
  expect(read('kari@x.no, olav@ks.no,ida@y.no')).toEqual([['', 'kari@x.no', ''], ['', 'olav@ks.no', ''], ['', 'ida@y.no', '']])
  expect(read('kari@x.no olav@ks.no')).toEqual([['', 'kari@x.no', ''], ['', 'olav@ks.no', '']])
  expect(read('Kari Nordmann kari@x.no; Olav Berge (olav@ks.no)')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'olav@ks.no', '']])
  expect(read('Kari Nordmann kari@x.no Olav Berge olav@ks.no')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'olav@ks.no', '']])
  expect(read('kari@x.no Kari Nordmann olav@ks.no Olav Berge')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'olav@ks.no', '']])
  expect(read('Kari Nordmann')).toEqual([['Kari Nordmann', '', '']])
  expect(read('Kari Nordmann, kari@x')).toEqual([['Kari Nordmann', 'kari@x', '']])
  expect(read(' \n')).toEqual([])
})

test('U142 each of the list has what is wrong with it: no address, none that can be one, twice, or somebody who is in already', () => {
  const list = readInvitees('Kari <kari@x.no>\nOle\nIda ida@y\nKARI@x.no\nPer <per@z.no>\nAnne <anne@z.no>')
  expect(troublesOf(list, new Set(['per@z.no']))).toEqual([null, 'no-address', 'not-an-address', 'twice', 'member', null])
  const forms = readInvitees('Kari <kari@å.no>\nKari <Kari@xn--5ca.no>\nPer <per@xn--s-1fa.no>')
  expect(troublesOf(forms, new Set(['per@xn--s-1fa.no']))).toEqual([null, 'twice', 'member'])
  expect(['per@ås.no', 'PER@a\u030as.no', 'per', 'per@x_y.no'].map(keyOf)).toEqual(['per@xn--s-1fa.no', 'per@xn--s-1fa.no', null, null])
  expect(troublesOf([{ name: 'x'.repeat(101), email: 'a@b.no', organisation: '' }], new Set())).toEqual(['too-long'])
})

test('U142 the organisation most of those known have at a domain is suggested, and none at a provider that anybody uses', () => {
  const known = [
    { email: 'a@sandnes.kommune.no', organisation: 'Sandnes' }, { email: 'b@sandnes.kommune.no', organisation: 'Sandnes' },
    { email: 'c@sandnes.kommune.no', organisation: 'KS' }, { email: 'd@gmail.com', organisation: 'KS' }, { email: null, organisation: 'SF' },
  ]
  expect([...organisationsByDomain(known)]).toEqual([['sandnes.kommune.no', 'Sandnes']])
})

test('U169 a closed parenthesis is the organisation, the number of a line is none of it, and a phone number is neither', () => {
  expect(read('Liv Larsen (USHT) liv.l@x.no\n1. Arne Vik arne@x.no\n2) ida@y.no')).toEqual([['Liv Larsen', 'liv.l@x.no', 'USHT'], ['Arne Vik', 'arne@x.no', ''], ['', 'ida@y.no', '']])
  expect(read('Kari Nordmann, kari@x.no, tlf 51 50 50 50\nKari Nordmann; kari@x.no; +47 51505050; KS')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Kari Nordmann', 'kari@x.no', 'KS']])
  expect(read('Kari Nordmann kari@x.no tlf 51 50 50 50')).toEqual([['Kari Nordmann', 'kari@x.no', '']])
  const two = [['Liv Larsen', 'liv@x.no', 'USHT Rogaland'], ['Arne Vik', 'arne@x.no', 'KS']]
  expect(read('Larsen, Liv (USHT Rogaland) <liv@x.no>; "Arne Vik (KS)" <arne@x.no>')).toEqual(two)
  expect(read('• Liv Larsen <liv@x.no>, USHT Rogaland\n- Arne Vik <arne@x.no> – KS')).toEqual(two)
  expect(read('Liv Larsen <liv@x.no>\tUSHT Rogaland')).toEqual([two[0]])
})

test('U142 words without an end, with no address or one, are read as fast as others', () => {
  const long = 'x'.repeat(200_000)
  const from = performance.now()
  expect([read(long).length, read(`@${long}`).length, read(`Kari ${' '.repeat(50_000)} <kari@x.no>`)]).toEqual([1, 1, [['Kari', 'kari@x.no', '']]])
  expect(performance.now() - from).toBeLessThan(2_000)
})

test('U170 what is over the limit is read the next time as it would have been, with the headings it stood under and within a line', () => {
  const { found, rest } = readSome('Verksemd;Namn;E-post\nKS;Kari;k@x.no\nSF;Ole;o@x.no', 1)
  expect(found).toEqual([{ name: 'Kari', email: 'k@x.no', organisation: 'KS' }])
  expect(readSome(rest, 9)).toEqual({ found: [{ name: 'Ole', email: 'o@x.no', organisation: 'SF' }], rest: '' })
  const line = readSome('Kari Nes <k@x.no>; Ole Moe <o@x.no>; Ida Lie <i@x.no>\nPer <p@x.no>', 1)
  expect(readSome(line.rest, 9).found.map(({ name }) => name)).toEqual(['Ole Moe', 'Ida Lie', 'Per'])
})

test('U171 what is too long is told at its own field, and who stands twice or is in already is no fault', () => {
  const row = { name: 'x'.repeat(101), email: 'a@b.no', organisation: '' }
  expect([fieldOf(row, 'too-long'), fieldOf({ ...row, name: '', organisation: row.name }, 'too-long'), fieldOf(row, 'no-address')]).toEqual(['name', 'organisation', 'email'])
  expect((['no-address', 'twice', 'member', null] as const).map(isFault)).toEqual([true, false, false, false])
})
