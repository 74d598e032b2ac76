// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { computed, shallowRef } from 'vue'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { AdministeredPlan, MeAnswer, OwnSession } from '#shared/protocol/access.ts'
import type { KeptAnswer } from '#shared/protocol/kept.ts'
import AdministeredPlans from '../../client/features/me/AdministeredPlans.vue'
import { keptInWords } from '../../client/features/me/keptText.ts'
import MyPage from '../../client/features/me/MyPage.vue'
import OwnerDialog from '../../client/features/me/OwnerDialog.vue'
import { languageKey, type Language } from '../../client/text/index.ts'
import { kept as keptNb } from '../../client/text/kept.nb.ts'
import { kept as keptNn } from '../../client/text/kept.nn.ts'
import { members as membersNb } from '../../client/text/members.nb.ts'
import { members as membersNn } from '../../client/text/members.nn.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'

const [me, other] = ['a'.repeat(32), 'b'.repeat(32)] as const
const at = '2026-11-22T10:42:11+01:00'
const answer: KeptAnswer = {
  member: { memberId: me, name: 'Kari Nes', organisation: 'SF', email: 'kari@sf.test', since: '2026-07-01T09:00:00+02:00' },
  offices: [{ office: 'administrator', since: at }],
  plans: [{ planId: 'p', title: 'Plan for Rogaland', role: 'editor', registers: ['networks'], until: at, since: at, seenAt: null }],
  deputies: [{ id: 'd', planId: 'p', memberId: other, deputyId: me, from: at, until: at }],
  sessions: [{ way: 'email', browser: { name: 'Firefox', system: 'Windows' }, at, expiresAt: '2026-12-22T10:42:11+01:00' }, { way: 'printed-link', browser: null, at, expiresAt: at }],
  identities: [{ issuer: 'https://konto.example.no', subject: 'kari', since: at }],
  devices: [{ since: at, usedAt: at }],
  invitations: [{ planId: 'q', email: 'kari@sf.test', name: 'Kari', organisation: '', at }],
  contacts: [],
  accessLog: [
    { number: 2, at, event: 'right-changed', planId: 'p', by: other, about: me, facts: { from: 'reader', role: 'editor', registers: 'networks', until: '2027-07-01T00:00:00+02:00' } },
    { number: 3, at, event: 'renamed', planId: null, by: me, about: me, facts: {} },
  ],
  changes: [{ planId: 'p', register: 'activities', row: 'K01', field: 'when', from: at, until: at }],
  namedIn: [{ planId: 'p', register: 'groups', row: 'g1', field: 'people', roles: ['leder'] }],
  unreadPlans: ['q'],
}
const plain = (words: string) => words.replaceAll('\u00A0', ' ')

test('U151 the file one downloads is read from top to bottom: headings, sentences, names of plans and fields, and moments by Norwegian clocks', () => {
  const said = plain(keptInWords(answer, '2026-11-23', { kept: keptNb, members: membersNb, text: nb })).split('\r\n')
  for (const line of [
    'Alt Plantavle har lagret om Kari Nes', 'Hentet 23. november 2026. Alle klokkeslett er norsk tid.', 'PLANER DU ER MED I', 'E-post: kari@sf.test', 'Siden 1. juli 2026 kl. 09.00',
    '«Plan for Rogaland»: redaktør, bare Nettverk, siden 22. november 2026 kl. 10.42, varer til 22. november 2026 kl. 10.42',
    'Firefox på Windows, logget inn med e-post 22. november 2026 kl. 10.42, varer til 22. desember 2026 kl. 10.42',
    'Ukjent nettleser, logget inn med personlig lenke 22. november 2026 kl. 10.42, varer til 22. november 2026 kl. 10.42',
    '22. november 2026 kl. 10.42: En annen endret Kari Nes fra leser til redaktør, bare Nettverk, til og med 30. juni 2027, «Plan for Rogaland»',
    '22. november 2026 kl. 10.42: Kari Nes endret navnet sitt',
    '22. november 2026 kl. 10.42: «Plan for Rogaland», Aktiviteter, Når (rad K01)', '«Plan for Rogaland»: Grupper, Personer (rad g1), leder',
    'En plan du ikke er med i nå (q): Denne planen kunne ikke leses. Hent opplysningene på nytt senere.',
    'En plan du ikke er med i nå (q): Kari, kari@sf.test, 22. november 2026 kl. 10.42',
  ])
    expect(said).toContain(line)
  expect(said[said.indexOf('DU SOM KONTAKT') + 1]).toBe('Ingenting')
  expect(said.join('\n')).not.toMatch(/undefined|null|\[object|T10:42|1[67]\d{11}|b{32}/)
})

test('U151 the same in nynorsk, with as many lines', () => {
  const [one, two] = [
    keptInWords(answer, '2026-11-23', { kept: keptNb, members: membersNb, text: nb }), keptInWords(answer, '2026-11-23', { kept: keptNn, members: membersNn, text: nn }),
  ]
  expect(two.split('\r\n')).toHaveLength(one.split('\r\n').length)
  expect(plain(two)).toContain('Firefox på Windows, logga inn med e-post 22. november 2026 kl. 10.42')
  expect(two).not.toMatch(/(?<!\p{L})(?:ikke|fra|bare|logget|lagret|noen)(?!\p{L})/iu)
})

const global = (language: Language = 'nb') => ({
  provide: { [languageKey as symbol]: { language: shallowRef(language), text: computed(() => language === 'nb' ? nb : nn), choose: () => Promise.resolve() } },
  stubs: { RouterLink: { template: '<a><slot /></a>' } },
})
const session = (id: string, change: Partial<OwnSession>): OwnSession => ({ id, isThis: false, way: 'email', from: 1, until: 2, browser: null, ...change })

test('U151 each session says which browser it is in, as far as that is known, and which of them is this one', () => {
  const person: MeAnswer = {
    memberId: me, name: 'Kari Nes', organisation: 'SF', email: null, offices: [],
    sessions: [
      session('1', { isThis: true, browser: { name: 'Firefox', system: 'Windows' } }), session('2', { browser: { name: 'Safari', system: 'iPhone' }, from: 9 }),
      session('3', { browser: { name: null, system: 'Linux' }, from: 8 }), session('4', { browser: { name: 'Edge', system: null }, from: 7 }), session('5', { from: 6 }),
    ],
  }
  const names = (language: Language) => mount(MyPage, { props: { me: person }, global: global(language) }).findAll('li strong').map(one => one.text())
  expect(names('nb')).toEqual(['Firefox på Windows (denne nettleseren)', 'Safari på iPhone', 'Nettleser på Linux', 'Edge', 'En annen nettleser'])
  expect(names('nn')).toEqual(['Firefox på Windows (denne nettlesaren)', 'Safari på iPhone', 'Nettlesar på Linux', 'Edge', 'Ein annan nettlesar'])
})

const owned: AdministeredPlan = { planId: 'p', title: 'Rogaland', regionId: 'rogaland', members: 3, owners: [{ memberId: me, name: 'Kari Nes', organisation: 'SF' }] }

test('U151 an administrator gives a plan that has an owner one more, and is told so in other words than where there is none', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ plans: [owned, { ...owned, planId: 'q', title: 'Oslo', owners: [] }] })))
  onTestFinished(() => void vi.unstubAllGlobals())
  const page = mount(AdministeredPlans, { global: { ...global(), stubs: { ...global().stubs, OwnerDialog: true } } })
  await flushPromises()
  const buttons = page.findAll('li button')
  expect(buttons.map(button => [button.text(), button.attributes('aria-label')]))
    .toEqual([['Gi planen en eier til …', 'Gi planen en eier til … («Rogaland»)'], ['Gi planen en eier …', 'Gi planen en eier … («Oslo»)']])
  const told = []
  for (const button of buttons) {
    await button.trigger('click')
    page.findComponent(OwnerDialog).vm.$emit('given')
    await flushPromises()
    told.push(page.get('[role=status]').text())
  }
  expect(told).toEqual(['«Rogaland» har fått en eier til', '«Oslo» har fått en eier'])
  HTMLDialogElement.prototype.showModal ??= () => {}
  const dialog = (plan: AdministeredPlan) => mount(OwnerDialog, { props: { plan }, global: global() }).text()
  expect([dialog(owned).includes('Hvem skal også eie «Rogaland»?'), dialog(owned).includes('er fortsatt eiere')]).toEqual([true, true])
  expect([dialog({ ...owned, owners: [] }).includes('Hvem skal eie «Rogaland»?'), dialog({ ...owned, owners: [] }).includes('Eierne')]).toEqual([true, false])
})
