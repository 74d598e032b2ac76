// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, defineComponent, h, shallowRef, type Component } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Contact, Deputy, Grant, MemberLine } from '#shared/protocol/access.ts'
import type { Asking, Refused } from '../../../client/features/members/asking.ts'
import ContactDialog from '../../../client/features/members/ContactDialog.vue'
import ContactsView from '../../../client/features/members/ContactsView.vue'
import DeputyDialog from '../../../client/features/members/DeputyDialog.vue'
import DeputyList from '../../../client/features/members/DeputyList.vue'
import GrantDialog from '../../../client/features/members/GrantDialog.vue'
import MemberCards from '../../../client/features/members/MemberCards.vue'
import SureDialog from '../../../client/features/members/SureDialog.vue'
import { providePlan } from '../../../client/plan/live.ts'
import type { PlanSession } from '../../../client/plan/session.ts'
import { usePlanStores } from '../../../client/plan/stores.ts'
import { languageKey, type Language } from '../../../client/text/index.ts'
import { members as membersNb } from '../../../client/text/members.nb.ts'
import { members as membersNn } from '../../../client/text/members.nn.ts'
import { nb } from '../../../client/text/nb.ts'
import { nn } from '../../../client/text/nn.ts'
import { openToasts, toastsKey } from '../../../client/ui/toasts.ts'
import { planWith } from '../../support/plans.ts'

const dayMs = 24 * 60 * 60_000
const at = new Date('2026-11-22T10:42:00').getTime()
const plain = (words: string) => words.replaceAll('\u00A0', ' ')

let open: VueWrapper[] = []
beforeEach(() => {
  vi.useFakeTimers({ now: at, toFake: ['Date'] })
  setActivePinia(createPinia())
  usePlanStores().follow(planWith())
  HTMLDialogElement.prototype.showModal ??= () => {}
  // The environment has none.
  vi.stubGlobal('visualViewport', null)
})
afterEach(() => {
  open.forEach(one => one.unmount())
  open = []
  vi.useRealTimers()
  document.body.replaceChildren()
})

function show(part: Component, props: object, language: Language = 'nb') {
  const toasts = openToasts()
  const provide = {
    [languageKey as symbol]: { language: shallowRef(language), text: computed(() => ({ nb, nn })[language]), choose: () => Promise.resolve() },
    [toastsKey as symbol]: toasts,
  }
  const page = mount(part, { props, global: { provide }, attachTo: document.body })
  open.push(page)
  return Object.assign(page, { toasts })
}
/** The control that a label names. */
function control(dialog: VueWrapper, label: string) {
  const found = dialog.findAll<HTMLLabelElement>('label').find(one => one.text() === label)
  return dialog.get<HTMLInputElement>(`#${found?.attributes('for')}`)
}
/** What is said to be wrong with a field, by its description; the sentence stands right after it. */
function wrongWith(dialog: VueWrapper, label: string): string {
  const field = control(dialog, label)
  const ids = field.attributes('aria-describedby')?.split(' ') ?? []
  const sentence = ids.map(id => document.getElementById(id)).find(one => one?.closest('[role=alert]'))
  expect(field.attributes('aria-invalid'), label).toBe(sentence ? 'true' : undefined)
  expect(sentence === undefined || field.element.closest('div.field, .date-field')?.contains(sentence ?? null), label).toBe(true)
  return sentence?.textContent ?? ''
}
const fill = (dialog: VueWrapper, label: string, words: string) => control(dialog, label).setValue(words)
async function press(dialog: VueWrapper) {
  await dialog.get('form').trigger('submit')
  await flushPromises()
}
/** What stands by the buttons: of no one field. */
const note = (dialog: VueWrapper) => dialog.find('div[role=alert] p').exists() ? dialog.get('div[role=alert] p').text() : ''
const refusing = (refused: Refused) => () => Promise.resolve({ ok: false, refused })

const contact = (id: string, given: Partial<Contact> = {}): Contact =>
  ({ id, name: `Kontakt ${id}`, organisationId: 'sf', position: '', email: null, from: null, until: null, ...given })
const grant: Grant = { role: 'editor', registers: null, until: null }
const member = (memberId: string, name: string, given: Partial<Grant> = {}): MemberLine => ({ memberId, name, organisation: 'SF', email: null, seenAt: null, ...grant, ...given })

test('U148 what is wrong with a contact stands at each field from the press until it is mended, with the focus in the first', async () => {
  const put: unknown[] = []
  const asking = { putContact: (one: Contact) => {
    put.push(one)
    return Promise.resolve({ ok: true, answer: { ...one, id: 'c1' } })
  } } as unknown as Asking
  const { contacts: words } = membersNb
  const dialog = show(ContactDialog, { asking, contact: null })
  await fill(dialog, words.email, 'tone')
  await fill(dialog, words.from, '1.3.2027')
  await fill(dialog, words.until, '1.2.2027')
  const wrongs = () => [words.name, words.organisation, words.email, words.from, words.until].map(label => wrongWith(dialog, label))
  expect(wrongs()).toEqual(['', '', '', '', words.wrong.days])
  await press(dialog)
  expect(wrongs()).toEqual([words.wrong.name, words.wrong.organisation, words.wrong.email, '', words.wrong.days])
  expect([document.activeElement, put, note(dialog)]).toEqual([control(dialog, words.name).element, [], ''])

  await fill(dialog, words.name, 'Tone Vik')
  await fill(dialog, words.email, 'tone@')
  expect(wrongs()).toEqual(['', words.wrong.organisation, words.wrong.email, '', words.wrong.days])
  await control(dialog, words.organisation).setValue('sf')
  await fill(dialog, words.email, 'tone@sf.no')
  const until = control(dialog, words.until)
  until.element.value = 'om en stund'
  await until.trigger('input')
  expect(wrongs()).toEqual(['', '', '', '', words.wrong.noDay])
  // What is mended is not told of again while it is written.
  await fill(dialog, words.email, 'tone')
  expect(wrongWith(dialog, words.email)).toBe('')
  await press(dialog)
  expect(document.activeElement).toBe(control(dialog, words.email).element)
  await fill(dialog, words.email, 'tone@sf.no')
  await fill(dialog, words.until, '')
  await press(dialog)
  expect(put).toEqual([{ id: null, name: 'Tone Vik', organisationId: 'sf', position: '', email: 'tone@sf.no', from: '2027-03-01', until: null }])
  expect(dialog.emitted('done')?.[0]).toEqual([words.saved('Tone Vik'), { ...put[0] as Contact, id: 'c1' }])
})

test('U148 what the server refuses of a contact, and is in no one field, stands by the button', async () => {
  const dialog = show(ContactDialog, { asking: { putContact: refusing('not-there') }, contact: contact('c1') }, 'nn')
  await press(dialog)
  expect([note(dialog), dialog.emitted('refused')]).toEqual([membersNn.refusals['not-there'], [[]]])
})

test('U147 what is wrong with a deputy’s time, or with who it is, stands at its field, also where the server finds it', async () => {
  const { deputies: words, refusals, contacts } = membersNb
  const answers: Refused[] = ['in-the-past', 'not-in-the-plan', 'above-you', 'stands-in-already', 'over-by-then', 'too-often']
  const asking = { appoint: () => refusing(answers.shift() ?? 'failed')() } as unknown as Asking
  const dialog = show(DeputyDialog, { asking, member: null, members: [member('m1', 'Kari Nes'), member('m2', 'Olav Berge')], myId: 'm1' })
  const wrongs = () => [words.who, words.from, words.to].map(label => wrongWith(dialog, label))
  await press(dialog)
  expect(wrongs()).toEqual([words.noWho, '', words.noUntil])
  expect(document.activeElement).toBe(control(dialog, words.who).element)
  await control(dialog, words.who).setValue('m2')
  await fill(dialog, words.from, '')
  await fill(dialog, words.to, '21.11.2026')
  expect(wrongs()).toEqual(['', '', contacts.wrong.days])
  await press(dialog)
  expect(wrongs()).toEqual(['', words.noFrom, contacts.wrong.days])
  await fill(dialog, words.from, '21.11.2026')
  expect(wrongs()).toEqual(['', refusals['in-the-past'], ''])
  await fill(dialog, words.from, '23.11.2026')
  await fill(dialog, words.to, '30.11.2026')
  expect(wrongs()).toEqual(['', '', ''])

  await press(dialog)
  expect([...wrongs(), note(dialog)]).toEqual(['', '', refusals['in-the-past'], ''])
  expect(document.activeElement).toBe(control(dialog, words.to).element)
  await fill(dialog, words.to, '1.12.2026')
  expect(wrongs()).toEqual(['', '', ''])
  await press(dialog)
  expect([...wrongs(), note(dialog)]).toEqual([refusals['not-in-the-plan'], '', '', ''])
  await control(dialog, words.who).setValue('')
  await control(dialog, words.who).setValue('m2')
  await press(dialog)
  expect([...wrongs(), note(dialog)]).toEqual(['', '', '', refusals['above-you']])
  await press(dialog)
  expect([...wrongs(), note(dialog)]).toEqual([refusals['stands-in-already'], '', '', ''])
  await press(dialog)
  expect([...wrongs(), note(dialog)]).toEqual(['', refusals['over-by-then'], '', ''])
  await press(dialog)
  expect([...wrongs(), note(dialog)]).toEqual(['', '', '', refusals['too-often']])
})

test('U141 nothing ticked and a day that cannot be given are told at once, each at its field; the rest by the button', async () => {
  const { grant: words, refusals } = membersNb
  const answers: Refused[] = ['in-the-past', 'above-you']
  const asking = { grant: () => refusing(answers.shift() ?? 'failed')() } as unknown as Asking
  const until = at + 40 * dayMs
  const dialog = show(GrantDialog, { asking, member: member('m2', 'Olav Berge', { registers: ['networks'], until }), givers: [{ role: 'chair', registers: null, until }] })
  const boxes = () => dialog.findAll<HTMLInputElement>('.registers input')
  const ticked = boxes().find(box => box.element.checked)
  await ticked?.setValue(false)
  await fill(dialog, words.until, '')
  await press(dialog)
  const group = dialog.get('.registers')
  const sentence = () => document.getElementById(group.attributes('aria-describedby') ?? '')
  expect([sentence()?.textContent, sentence()?.closest('fieldset')]).toEqual([words.noRegister, group.element])
  expect(boxes().every(box => box.attributes('aria-invalid') === 'true')).toBe(true)
  expect(document.activeElement).toBe(boxes()[0]?.element)
  expect(plain(wrongWith(dialog, words.until))).toBe('Velg en dag fra i dag til og med 1. januar 2027.')
  expect(note(dialog)).toBe('')

  await boxes()[0]?.setValue(true)
  expect([sentence(), boxes()[0]?.attributes('aria-invalid')]).toEqual([null, undefined])
  await fill(dialog, words.until, '31.12.2026')
  expect(wrongWith(dialog, words.until)).toBe('')
  await press(dialog)
  expect([wrongWith(dialog, words.until), note(dialog)]).toEqual([refusals['in-the-past'], ''])
  expect(document.activeElement).toBe(control(dialog, words.until).element)
  await fill(dialog, words.until, '30.12.2026')
  await press(dialog)
  expect([wrongWith(dialog, words.until), note(dialog)]).toEqual(['', refusals['above-you']])
})

test('U144 before somebody is removed «Avbryt» comes first and has the focus, and the dialog is described by what it means', async () => {
  const acted: string[] = []
  const act = () => {
    acted.push('removed')
    return Promise.resolve('Det gikk ikke.')
  }
  const dialog = show(SureDialog, { title: 'Fjerne Kari Nes fra planen?', what: 'Kari Nes mister tilgangen.', yes: 'Fjern fra planen', act })
  const buttons = dialog.findAll('button')
  expect(buttons.map(button => button.text())).toEqual([membersNb.cancel, 'Fjern fra planen'])
  expect(document.activeElement).toBe(buttons[0]?.element)
  expect(document.getElementById(dialog.get('dialog').attributes('aria-describedby') ?? '')?.textContent).toBe('Kari Nes mister tilgangen.')
  await buttons[1]?.trigger('click')
  await flushPromises()
  expect([acted, note(dialog)]).toEqual([['removed'], 'Det gikk ikke.'])
})

/** A server that keeps contacts. */
function contactsOf(first: readonly Contact[]) {
  const kept = new Map(first.map(one => [one.id, one]))
  let isDown = false
  const asking = {
    contacts: () => Promise.resolve(isDown ? { ok: false, status: null, error: '' } : { ok: true, answer: { contacts: [...kept.values()] } }),
    putContact: (one: Contact) => {
      const put = { ...one, id: one.id ?? 'c9' }
      kept.set(put.id, put)
      return Promise.resolve({ ok: true, answer: put })
    },
    removeContact: (id: string) => {
      kept.delete(id)
      return Promise.resolve({ ok: true, answer: undefined })
    },
  } as unknown as Asking
  return { asking, setDown: (down: boolean) => { isDown = down } }
}
async function showContacts(first: readonly Contact[], language: Language = 'nb') {
  const server = contactsOf(first)
  const heading = document.body.appendChild(document.createElement('main')).appendChild(document.createElement('h1'))
  heading.tabIndex = -1
  const view = show(ContactsView, { asking: server.asking, role: 'editor', isMember: true }, language)
  await flushPromises()
  const changeName = (name: string) => `[aria-label="${(language === 'nb' ? membersNb : membersNn).contacts.changeName(name)}"]`
  return {
    view, heading, server,
    lines: (part: string) => view.findAll(`[data-part=${part}] li .name`).map(name => name.text()),
    button: (name: string) => view.get<HTMLElement>(changeName(name)).element,
    async change(name: string, fields: Readonly<Record<string, string>>) {
      await view.get(changeName(name)).trigger('click')
      for (const [label, words] of Object.entries(fields))
        await fill(view, label, words)
      await press(view)
    },
    async remove(name: string) {
      await view.get(`[aria-label="${membersNb.contacts.removeName(name)}"]`).trigger('click')
      await view.findAll('dialog button')[1]?.trigger('click')
      await flushPromises()
    },
  }
}

test.each([['nb', 'Kommer', 'fra 1. januar 2027'], ['nn', 'Kjem', 'frå 1. januar 2027']] as const)(
  'U148 those who are contacts from a day that comes stand apart from those who are, with the day, first come first (%s)', async (language, title, from) => {
    const { view, lines } = await showContacts([
      contact('1', { from: '2027-01-01' }), contact('2', { from: '2026-12-01' }), contact('3', { from: '2026-11-22' }), contact('4'), contact('5', { until: '2026-11-21' }),
    ], language)
    expect([lines('now'), lines('coming'), lines('past')]).toEqual([['Kontakt 3', 'Kontakt 4'], ['Kontakt 2', 'Kontakt 1'], ['Kontakt 5']])
    const coming = view.get('[data-part=coming]')
    expect([coming.get('h3').text(), plain(coming.get('[data-contact="1"] .quiet').text())]).toEqual([title, from])
  })

test('U148 after a contact is added, changed or over the focus is at it, and it is told', async () => {
  const { contacts: words } = membersNb
  const { view, button, change, lines } = await showContacts([])
  await view.get('button').trigger('click')
  await fill(view, words.name, 'Tone Vik')
  await control(view, words.organisation).setValue('sf')
  await fill(view, words.email, 'tone@sf.no')
  await press(view)
  expect([view.find('dialog').exists(), document.activeElement]).toEqual([false, button('Tone Vik')])
  expect(view.toasts.current.value?.words).toBe(words.saved('Tone Vik'))
  await change('Tone Vik', { [words.position]: 'rådgiver' })
  expect([document.activeElement, view.text().includes('rådgiver')]).toEqual([button('Tone Vik'), true])
  await change('Tone Vik', { [words.until]: '20.11.2026' })
  expect([lines('past'), document.activeElement, view.get('details').element.open]).toEqual([['Tone Vik'], button('Tone Vik'), true])
})

test('U148 after a contact is removed the focus is at the next one, else at the one before, else at the heading', async () => {
  const { view, button, remove, heading } = await showContacts([contact('1'), contact('2'), contact('3'), contact('4', { organisationId: 'ks' }), contact('5', { organisationId: 'ks', from: '2027-01-01' })])
  await remove('Kontakt 2')
  expect(document.activeElement).toBe(button('Kontakt 3'))
  expect(view.toasts.current.value?.words).toBe(membersNb.contacts.removed('Kontakt 2'))
  await remove('Kontakt 3')
  expect(document.activeElement).toBe(button('Kontakt 1'))
  await remove('Kontakt 4')
  expect(document.activeElement?.textContent).toContain('KS')
  await remove('Kontakt 5')
  expect(document.activeElement).toBe(heading)
})

test('U148 contacts that cannot be fetched can be asked for again, and the focus is not lost when they come', async () => {
  const server = contactsOf([contact('1')])
  server.setDown(true)
  const heading = document.body.appendChild(document.createElement('main')).appendChild(document.createElement('h1'))
  const view = show(ContactsView, { asking: server.asking, role: 'reader', isMember: true })
  await flushPromises()
  expect(view.get('[role=alert]').text()).toBe(membersNb.failed)
  const before = view.get('[role=alert] p').element
  view.get<HTMLElement>('button').element.focus()
  await view.get('button').trigger('click')
  await flushPromises()
  expect([view.get('[role=alert]').text(), view.get('[role=alert] p').element === before]).toEqual([membersNb.failed, false])
  server.setDown(false)
  await view.get('button').trigger('click')
  await flushPromises()
  expect([view.text(), document.activeElement]).toEqual([expect.stringContaining('Kontakt 1'), heading])
})

test('U147 the list tells until when somebody stands in: not longer than either is in the plan', () => {
  const [until, sooner] = [new Date(2026, 11, 15).getTime(), new Date(2026, 11, 9).getTime()]
  const linesWith = (kari: number | null, olav: number | null) => show(DeputyList, {
    deputies: [{ id: 'd1', memberId: 'm1', deputyId: 'm2', from: at - 1, until }],
    byId: new Map([['m1', { ...member('m1', 'Kari Nes'), until: kari }], ['m2', { ...member('m2', 'Olav Berge'), until: olav }]]),
    me: { memberId: 'm3', role: 'editor' }, wrong: '',
  }).get('[data-deputy]').text()
  expect(linesWith(null, null)).toMatch(/ 14\.\sdesember/)
  expect(linesWith(sooner, null)).toMatch(/ 8\.\sdesember/)
  expect(linesWith(null, sooner)).toMatch(/ 8\.\sdesember/)
})

test('U147 the focus goes from a deputy’s line that is ended to the next, else to the one before, else to the heading', async () => {
  const names = new Map([member('m1', 'Kari Nes'), member('m2', 'Olav Berge'), member('m3', 'Siri Dahl')].map(one => [one.memberId, one]))
  const deputy = (id: string, deputyId: string, memberId = 'm1'): Deputy => ({ id, memberId, deputyId, from: at - 1, until: at + dayMs })
  const all = [deputy('d1', 'm2'), deputy('d2', 'm3'), deputy('d3', 'm2', 'm3'), deputy('d4', 'm3')]
  const list = show(DeputyList, { deputies: all, byId: names, me: { memberId: 'm1', role: 'editor' }, wrong: '' })
  const button = (id: string) => list.get<HTMLElement>(`[data-deputy="${id}"] button`).element
  button('d2').focus()
  await list.setProps({ deputies: all.filter(({ id }) => id !== 'd2') })
  await flushPromises()
  expect(document.activeElement).toBe(button('d4'))
  await list.setProps({ deputies: [all[0], all[2]] })
  await flushPromises()
  expect(document.activeElement).toBe(button('d1'))
  await list.setProps({ deputies: [all[2]] })
  await flushPromises()
  expect(document.activeElement).toBe(list.get('h2').element)
  await list.setProps({ wrong: membersNb.refusals['may-not'] })
  expect(list.get('[role=alert]').text()).toBe(membersNb.refusals['may-not'])
})

test.each([['nb', 'Er her nå', 'Sist i planen: i går', 'Ikke vært inne ennå'], ['nn', 'Er her no', 'Sist i planen: i går', 'Ikkje vore inne enno']] as const)(
  'U140 on a card who is here is told so by itself, and of the others when they were here last (%s)', (language, here, yesterday, never) => {
    const members = [member('m1', 'Kari Nes'), { ...member('m2', 'Olav Berge'), seenAt: at - dayMs }, member('m3', 'Siri Dahl')]
    const cards = show(defineComponent({
      setup() {
        providePlan({ others: shallowRef([]) } as unknown as PlanSession)
        return () => h(MemberCards, { members, me: { memberId: 'm1', role: 'editor' }, isMember: true, mayLead: false, mayAppointFor: () => false })
      },
    }), {}, language)
    expect(cards.findAll('li p:last-of-type').map(line => line.text())).toEqual([here, yesterday, never])
  })
