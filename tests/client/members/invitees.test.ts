import { expect, test } from 'vitest'
import { organisationsByDomain, readInvitees, troublesOf } from '../../../client/features/members/invitees.ts'

const read = (pasted: string) => readInvitees(pasted).map(({ name, email, organisation }) => [name, email, organisation])

test('U142 a list from a mail program is read as people, with the name before its address, whichever way round it stands', () => {
  expect(read('Kari Nordmann <kari@x.no>; Olav Berge <olav.berge@ks.no>;')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'olav.berge@ks.no', '']])
  expect(read('Nordmann, Kari <kari@x.no>; Berge, Olav <o@ks.no>')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'o@ks.no', '']])
  expect(read('"Nordmann, Kari" <kari@x.no>, \'Berge, Olav\' <o@ks.no>')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'o@ks.no', '']])
  expect(read('Nordmann, Kari <kari@x.no>, Olav Berge <mailto:o@ks.no>')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'o@ks.no', '']])
  expect(read('kari@x.no <kari@x.no>; <marte.lunde@rogaland.no>')).toEqual([['', 'kari@x.no', ''], ['Marte Lunde', 'marte.lunde@rogaland.no', '']])
  expect(read('ida@y.no; Kari Nordmann <kari@x.no>; per@z.no')).toEqual([['', 'ida@y.no', ''], ['Kari Nordmann', 'kari@x.no', ''], ['', 'per@z.no', '']])
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
})

test('U142 addresses alone, one on each line or many on one, are people too, and what has none is kept to be mended', () => {
  expect(read('kari@x.no\n\n  olav@ks.no ')).toEqual([['', 'kari@x.no', ''], ['', 'olav@ks.no', '']])
  expect(read('kari@x.no, olav@ks.no,ida@y.no')).toEqual([['', 'kari@x.no', ''], ['', 'olav@ks.no', ''], ['', 'ida@y.no', '']])
  expect(read('kari@x.no olav@ks.no')).toEqual([['', 'kari@x.no', ''], ['', 'olav@ks.no', '']])
  expect(read('Kari Nordmann kari@x.no; Olav Berge (olav@ks.no)')).toEqual([['Kari Nordmann', 'kari@x.no', ''], ['Olav Berge', 'olav@ks.no', '']])
  expect(read('Kari Nordmann')).toEqual([['Kari Nordmann', '', '']])
  expect(read('Kari Nordmann, kari@x')).toEqual([['Kari Nordmann', 'kari@x', '']])
  expect(read(' \n')).toEqual([])
})

test('U142 each of the list has what is wrong with it: no address, none that can be one, twice, or somebody who is in already', () => {
  const list = readInvitees('Kari <kari@x.no>\nOle\nIda ida@y\nKARI@x.no\nPer <per@z.no>\nAnne <anne@z.no>')
  expect(troublesOf(list, new Set(['per@z.no']))).toEqual([null, 'no-address', 'not-an-address', 'twice', 'member', null])
  expect(troublesOf([{ name: 'x'.repeat(101), email: 'a@b.no', organisation: '' }], new Set())).toEqual(['too-long'])
})

test('U142 the organisation most of those known have at a domain is suggested, and none at a provider that anybody uses', () => {
  const known = [
    { email: 'a@sandnes.kommune.no', organisation: 'Sandnes' }, { email: 'b@sandnes.kommune.no', organisation: 'Sandnes' },
    { email: 'c@sandnes.kommune.no', organisation: 'KS' }, { email: 'd@gmail.com', organisation: 'KS' }, { email: null, organisation: 'SF' },
  ]
  expect([...organisationsByDomain(known)]).toEqual([['sandnes.kommune.no', 'Sandnes']])
})
