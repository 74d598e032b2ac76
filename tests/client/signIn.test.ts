// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { computed, nextTick, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { signInRefusals, type InvitationAnswer, type InvitationRefusal, type SignInRefusal, type WaysInAnswer } from '#shared/protocol/access.ts'
import type { OidcReason } from '../../server/access/oidcClaims.ts'
import { readSession } from '../../client/features/account/readAccount.ts'
import type { Outcome, SignInEdges } from '../../client/features/signIn/asking.ts'
import InvitationCard from '../../client/features/signIn/InvitationCard.vue'
import LinkCard from '../../client/features/signIn/LinkCard.vue'
import AccountLine from '../../client/features/account/AccountLine.vue'
import { signOut } from '../../client/features/account/readAccount.ts'
import MyName from '../../client/features/me/MyName.vue'
import { leftProvider } from '../../client/plan/leftProvider.ts'
import { members as membersNb } from '../../client/text/members.nb.ts'
import SignInCard from '../../client/features/signIn/SignInCard.vue'
import SignInDialog from '../../client/features/signIn/SignInDialog.vue'
import SignInForm from '../../client/features/signIn/SignInForm.vue'
import { isNameTrouble } from '../../client/features/signIn/ownName.ts'
import { keepWanted, ownPath, takeWanted } from '../../client/features/signIn/wanted.ts'
import { languageKey, type Language } from '../../client/text/index.ts'
import { nb as sharedNb } from '../../client/text/nb.ts'
import { nn as sharedNn } from '../../client/text/nn.ts'
import { signIn as nb, type TurnedBack } from '../../client/text/signIn.nb.ts'
import { signIn as nn } from '../../client/text/signIn.nn.ts'

const languages = { nb: [nb, sharedNb], nn: [nn, sharedNn] } as const
const provideIn = (name: Language) => ({
  [languageKey as symbol]: { language: shallowRef(name), text: computed(() => languages[name][1]), choose: () => Promise.resolve() },
})
const provide = provideIn('nb')
const at = new Date('2026-11-22T10:42:00').getTime()
const someone = { memberId: 'm1', planId: null }

beforeEach(() => { vi.useFakeTimers({ now: at }) })
afterEach(() => {
  vi.useRealTimers()
  localStorage.clear()
  sessionStorage.clear()
  document.body.replaceChildren()
})

const done = <T>(answer: T) => ({ state: 'done', answer }) as const
const refused = <R>(refusal: R, seconds: number | null = null) => ({ state: 'refused', refusal, seconds }) as const

/** A server that says what the test wants next. */
function openEdges(ways: Partial<WaysInAnswer> = {}) {
  const asked: [string, string][] = []
  const tried: string[] = []
  const named: (string | undefined)[] = []
  const next = {
    ask: done({ until: at + 15 * 60_000 }) as Outcome<{ until: number }, SignInRefusal> | Promise<never>,
    code: refused('wrong-code') as Outcome<typeof someone, SignInRefusal>,
    link: refused('other-device') as Outcome<typeof someone, SignInRefusal>,
    look: refused('not-there') as Outcome<InvitationAnswer, InvitationRefusal>,
    take: refused('taken') as Outcome<{ memberId: string, planId: string | null }, InvitationRefusal>,
    told: done({}) as Outcome<object, never>,
  }
  const gone: string[] = []
  const edges: SignInEdges = {
    readWays: () => Promise.resolve(done({ email: true, provider: null, contact: null, ...ways })),
    async askForCode(email, language) {
      asked.push([email, language])
      return await next.ask
    },
    tryCode(code, name) {
      tried.push(code)
      named.push(name)
      return Promise.resolve(next.code)
    },
    tryLink: (_token, name) => {
      named.push(name)
      return Promise.resolve(next.link)
    },
    lookAtInvitation: () => Promise.resolve(next.look),
    takeInvitation: (_token, name) => {
      named.push(name)
      return Promise.resolve(next.take)
    },
    tellProviderName: (_token, name) => {
      named.push(name)
      return Promise.resolve(next.told)
    },
    goTo: address => void gone.push(address),
  }
  return { edges, asked, tried, named, next, gone }
}

async function openForm(edges: SignInEdges, props: object = {}, language: Language = 'nb') {
  const form = mount(SignInForm, { props: { edges, ...props }, global: { provide: provideIn(language) }, attachTo: document.body })
  await flushPromises()
  return form
}
async function atCode(server: ReturnType<typeof openEdges>, language: Language = 'nb') {
  sessionStorage.clear()
  const form = await openForm(server.edges, {}, language)
  await form.get('input[type=email]').setValue(' kari@rogaland.test ')
  await form.get('form').trigger('submit')
  await flushPromises()
  return form
}

test('U127 the page offers what the server has: a provider above mail, either alone, or whom to ask for a link', async () => {
  const both = await openForm(openEdges({ provider: 'Entra ID' }).edges)
  expect(both.get('a').attributes('href')).toBe('/api/sign-in/provider')
  expect([both.get('a').text(), both.get('a').attributes('target')]).toEqual(['Logg inn med Entra ID', undefined])
  expect(both.find('input[type=email]').exists()).toBe(true)
  const alone = await openForm(openEdges({ provider: 'Feide', email: false }).edges, { opensNewTab: true })
  expect([alone.get('a').attributes('target'), alone.get('a').attributes('data-variant'), alone.find('input').exists()]).toEqual(['_blank', 'primary', false])
  const none = await openForm(openEdges({ email: false, contact: 'hjelp@region.test' }).edges)
  expect(none.text()).toContain(nb.noWay)
  expect(none.get('a').attributes('href')).toBe('mailto:hjelp@region.test')
})

test('U128 a field for a code follows an address, whoever\'s it is, with the moment until which the code holds', async () => {
  const server = openEdges()
  const form = await atCode(server)
  expect(server.asked).toEqual([['kari@rogaland.test', 'nb']])
  expect(form.text()).toContain('Hvis kari@rogaland.test er kjent her, har vi sendt en kode dit.')
  expect(form.text()).toContain('Koden gjelder til 10:57.')
  const field = form.get('input[name=code]')
  expect(document.activeElement).toBe(field.element)
  expect([field.attributes('autocomplete'), field.attributes('inputmode')]).toEqual(['one-time-code', 'numeric'])
})

test('U128 the code goes off by itself at its sixth digit, with or without spaces, pasted or typed, and the same once only', async () => {
  const server = openEdges()
  const form = await atCode(server)
  const field = form.get('input[name=code]')
  await field.setValue('12345')
  expect(server.tried).toEqual([])
  await field.setValue(' 123 456 ')
  await flushPromises()
  expect(server.tried).toEqual(['123456'])
  await field.setValue('123456')
  await flushPromises()
  expect(server.tried).toEqual(['123456'])
  // By Enter it is tried again; five digits are told of without asking.
  await form.get('form').trigger('submit')
  await flushPromises()
  expect(server.tried).toEqual(['123456', '123456'])
  await field.setValue('1234')
  await form.get('form').trigger('submit')
  expect(form.get('[role=alert]').text()).toBe(nb.troubles.incomplete(''))
  server.next.code = done(someone)
  await field.setValue('654321')
  await flushPromises()
  expect(form.emitted('signedIn')).toEqual([[someone]])
})

test.each(['nb', 'nn'] as const)('U129 every refusal of an address or a code is said in words by its field, with how long to wait (%s)', async (language) => {
  const words = languages[language][0]
  for (const refusal of signInRefusals.filter(one => !isNameTrouble(one))) {
    const server = openEdges()
    const form = await atCode(server, language)
    server.next.code = refused(refusal, refusal === 'too-many' ? 200 : null)
    await form.get('input[name=code]').setValue('000000')
    await flushPromises()
    const said = form.get('[role=alert]').text()
    expect(said).toBe(words.troubles[refusal === 'too-many' ? 'too-many-codes' : refusal](words.wait(4)))
    expect(said).toContain(refusal === 'too-many' ? '4 minutt' : '')
    form.unmount()
  }
  expect(words.wait(1)).toContain(language === 'nb' ? 'ett minutt' : 'eitt minutt')
})

test.each(['used-up', 'expired', 'other-device'] as const)('U129 a code that will not do any more gives way to asking for another, which has the focus (%s)', async (refusal) => {
  const server = openEdges()
  const form = await atCode(server)
  server.next.code = refused(refusal)
  await form.get('input[name=code]').setValue('000000')
  await flushPromises()
  expect(form.find('input[name=code]').exists()).toBe(false)
  expect(document.activeElement?.textContent).toBe(nb.resend)
  await form.get('.ds-button').trigger('click')
  await flushPromises()
  expect(server.asked).toHaveLength(2)
  expect((form.get('input[name=code]').element as HTMLInputElement).value).toBe('')
  expect(form.find('[role=alert]').exists()).toBe(false)
  expect(form.text()).toContain(nb.sentAgain)
})

test('U130 without an answer nothing is lost: the address and the code stand, and a slow answer is told of', async () => {
  const server = openEdges()
  const form = await openForm(server.edges)
  server.next.ask = { state: 'no-answer' }
  const field = form.get('input[type=email]')
  await field.setValue('kari@rogaland.test')
  await form.get('form').trigger('submit')
  await flushPromises()
  expect(form.get('[role=alert]').text()).toBe(nb.troubles['no-answer'](''))
  expect((field.element as HTMLInputElement).value).toBe('kari@rogaland.test')
  server.next.ask = new Promise<never>(() => {})
  await form.get('form').trigger('submit')
  await form.get('form').trigger('submit')
  expect(server.asked).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(6_000)
  expect(form.get('.ways > [role=status]').text()).toBe(nb.slow)
})

test('U130 the address is changed with what was typed in place, and another code is asked for after half a minute', async () => {
  const server = openEdges()
  const form = await atCode(server)
  expect(form.text()).not.toContain(nb.resend)
  await vi.advanceTimersByTimeAsync(30_000)
  await form.get('.not-there button').trigger('click')
  await flushPromises()
  expect(server.asked).toHaveLength(2)
  await form.get('.sent button').trigger('click')
  await nextTick()
  const field = form.get('input[type=email]').element as HTMLInputElement
  expect([field.value.trim(), document.activeElement === field]).toEqual(['kari@rogaland.test', true])
})

test('U130 the address is kept on this device only where that is wished, and forgotten where it is not any more', async () => {
  const server = openEdges()
  server.next.code = done(someone)
  async function enter(isWished: boolean) {
    const form = await openForm(server.edges)
    const offered = (form.get('input[type=email]').element as HTMLInputElement).value
    await form.get('input[type=email]').setValue('kari@rogaland.test')
    await form.get('input[type=checkbox]').setValue(isWished)
    await form.get('form').trigger('submit')
    await flushPromises()
    await form.get('input[name=code]').setValue('123456')
    await flushPromises()
    form.unmount()
    return offered
  }
  expect([await enter(false), await enter(true), await enter(false), await enter(false)]).toEqual(['', '', 'kari@rogaland.test', ''])
})

test('U131 what one wanted is gone to afterwards, where it is a path here', () => {
  for (const good of ['/', '/plan/p1/aktiviteter?mangler=1#x', '/invitasjoner'])
    expect(ownPath(good)).toBe(good)
  for (const bad of ['//evil.test', '/\\evil.test', 'https://evil.test/plan', 'javascript:alert(1)', '/logg-inn', '/logg-inn/lenke/x', '/api/logg-ut', '', null, ['/plan'], '/plan/..//evil.test'])
    expect([bad, ownPath(bad)]).toEqual([bad, null])
  keepWanted('/plan/p1')
  expect([takeWanted(), takeWanted()]).toEqual(['/plan/p1', null])
  keepWanted('/plan/p1')
  vi.advanceTimersByTime(16 * 60_000)
  expect(takeWanted()).toBeNull()
})

test.each(['nb', 'nn'] as const)('U131 every reason to be led back without being let in is said, with what to do (%s)', (language) => {
  // A reason that the provider's side gets and this list has not is a compile error.
  const ofProvider: Record<OidcReason | 'not-invited', true> = {
    'cancelled': true, 'expired': true, 'mismatch': true, 'not-verified': true, 'weak': true, 'unreachable': true, 'unfit-answer': true, 'not-invited': true,
  }
  const others: readonly TurnedBack[] = [
    'link-expired', 'link-other-device', 'link-not-invited', 'link-void', 'link-unavailable', 'link-other-person', 'provider-not-ended',
  ]
  const words = languages[language][0].turnedBack
  for (const why of [...Object.keys(ofProvider), ...others] as TurnedBack[]) {
    const card = mount(SignInCard, { props: { turnedBack: why }, global: { provide: provideIn(language), stubs: { SignInForm: true } } })
    const { title, what } = words[why](languages[language][0].theProvider)
    expect(card.get('[role=alert]').text()).toBe(title + what)
    expect(what.length).toBeGreaterThan(20)
  }
  const unknown = mount(SignInCard, { props: { turnedBack: 'constructor' }, global: { provide: provideIn(language), stubs: { SignInForm: true } } })
  expect(unknown.find('[role=alert]').exists()).toBe(false)
})

test('U132 a letter\'s link lets nobody in before it is pressed, and leads on with what the server refuses it with', async () => {
  const { edges, next } = openEdges()
  let tries = 0
  const card = mount(LinkCard, { props: { token: 't', edges: { tryLink: (token: string) => { tries++; return edges.tryLink(token) } } }, global: { provide }, attachTo: document.body })
  await flushPromises()
  expect(tries).toBe(0)
  next.link = { state: 'no-answer' }
  const press = async () => {
    await card.get('.ds-button').trigger('click')
    await flushPromises()
  }
  await press()
  expect(card.get('[role=alert]').text()).toBe(nb.troubles['no-answer'](''))
  for (const refusal of ['other-device', 'expired', 'not-invited'] as const) {
    next.link = refused(refusal)
    await press()
  }
  expect(card.emitted('turnedBack')).toEqual([['link-other-device'], ['link-expired'], ['link-not-invited']])
  next.link = done(someone)
  await press()
  expect(card.emitted('signedIn')).toEqual([[someone]])
})

const invitation: InvitationAnswer = {
  planId: 'p1', planTitle: 'Plan for Rogaland', inviter: { name: 'Kari Nes', organisation: 'SF' }, email: 'a•••@kommune.test', name: 'Anne Moe', organisation: 'USHT',
  role: 'commenter', registers: null, until: new Date('2027-03-04T00:00:00').getTime(), isKnown: false, isOthers: false, isIn: false,
}
async function openInvitation(server: ReturnType<typeof openEdges>, me: string | null = null) {
  const card = mount(InvitationCard, { props: { token: 't', me, edges: server.edges }, global: { provide, stubs: { RouterLink: { template: '<a><slot /></a>' } } }, attachTo: document.body })
  await flushPromises()
  return card
}

test('U133 an invitation says who, to what, as what and until when, and one press leads to the plan', async () => {
  const server = openEdges()
  server.next.look = done(invitation)
  const card = await openInvitation(server)
  expect(card.get('h1').text()).toBe('Plan for Rogaland')
  for (const words of ['Kari Nes (SF) inviterer deg til', nb.invitation.becomes.commenter, 'til og med 3. mars 2027', 'Anne Moe (USHT)', nb.invitation.cookie])
    expect(card.text()).toContain(words)
  server.next.take = done({ memberId: 'm', planId: 'p1' })
  await card.get('.join').trigger('click')
  await flushPromises()
  expect(card.emitted('joined')).toEqual([['p1']])
})

test('U133 an address that is somebody\'s signs in first, and has the invitation taken by that', async () => {
  const server = openEdges()
  server.next.look = done({ ...invitation, isKnown: true })
  const card = await openInvitation(server)
  expect(card.find('.join').exists()).toBe(false)
  expect(card.text()).toContain(nb.invitation.signInFirst)
  await card.get('input[type=email]').setValue('anne@kommune.test')
  await card.get('form').trigger('submit')
  await flushPromises()
  server.next.code = done(someone)
  await card.get('input[name=code]').setValue('123456')
  await flushPromises()
  expect([card.emitted('nowSignedIn'), card.emitted('joined')]).toEqual([[[]], [['p1']]])
})

test('U133 whoever is signed in as somebody else is told as whom, and may sign out and go on', async () => {
  const server = openEdges()
  server.next.look = done(invitation)
  const card = await openInvitation(server, 'Olav Berge')
  expect(card.get('.join').text()).toBe('Bli med som Olav Berge')
  server.next.take = refused('signed-in-as-other')
  await card.get('.join').trigger('click')
  await flushPromises()
  expect(card.get('h1').text()).toBe('Du er logget inn som Olav Berge')
  expect(document.activeElement).toBe(card.get('h1').element)
  await card.get('.ds-button').trigger('click')
  expect(card.emitted('signOut')).toHaveLength(1)
  await card.setProps({ me: null })
  await card.vm.again()
  await flushPromises()
  expect(card.get('.join').text()).toBe('Bli med')
})

test('U133 whoever is signed in with another address is told before the press, with the way out; signed out it is theirs to take', async () => {
  const server = openEdges()
  server.next.look = done({ ...invitation, isOthers: true })
  const card = await openInvitation(server, 'Olav Berge')
  expect([card.get('h1').text(), card.find('.join').exists(), server.named]).toEqual(['Du er logget inn som Olav Berge', false, []])
  expect(card.get('.lead').text()).toBe(nb.invitation.asOtherWhat('Plan for Rogaland', 'a•••@kommune.test'))
  expect(card.get('.ds-button').text()).toBe(nb.invitation.signOut)
  await card.get('.ds-button').trigger('click')
  expect(card.emitted('signOut')).toHaveLength(1)
  server.next.look = done(invitation)
  await card.setProps({ me: null })
  await card.vm.again()
  await flushPromises()
  expect([card.get('h1').text(), card.get('.join').text()]).toEqual(['Plan for Rogaland', 'Bli med'])
})

test('U133 one’s own letter, opened once more, leads to the plan one is in', async () => {
  const server = openEdges()
  server.next.look = done({ ...invitation, isIn: true })
  const card = await openInvitation(server, 'Anne Sund')
  expect([card.emitted('joined'), card.find('.join').exists()]).toEqual([[[invitation.planId]], false])
})

test('T91 by the provider one takes the invitation along, on its own page and where one signs in first; come back with another address one is told so', async () => {
  const server = openEdges({ provider: 'Entra ID' })
  for (const isKnown of [false, true]) {
    server.next.look = done({ ...invitation, isKnown })
    const card = await openInvitation(server)
    expect(card.findAll('a').map(link => link.attributes('href'))).toContain('/api/sign-in/provider?invitation=t')
    expect(card.find('[role=alert]').exists()).toBe(false)
    await card.setProps({ isOtherAddress: true })
    expect(card.get('[role=alert]').text()).toBe(nb.invitation.otherAddress('Entra ID') + nb.invitation.otherAddressWhat(invitation.email))
  }
  const member = mount(InvitationCard, { props: { token: 't', me: 'Olav Berge', isOtherAddress: true, edges: server.edges }, global: { provide, stubs: { RouterLink: true } } })
  await flushPromises()
  expect(member.get('h1').text()).toBe('Du er logget inn som Olav Berge')
  expect(member.text()).toContain(nb.invitation.asOtherWhat(invitation.planTitle, invitation.email))
})

test('T87 who has left, and came by the provider, is offered to leave it too; whoever came otherwise is not', async () => {
  onTestFinished(() => { leftProvider.value = null })
  const card = mount(SignInCard, { props: { hasLeft: true }, global: { provide, stubs: { SignInForm: true } } })
  expect(card.find('a').exists()).toBe(false)
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ provider: 'Entra ID' })))
  onTestFinished(() => void vi.unstubAllGlobals())
  await signOut()
  await nextTick()
  expect([card.get('a').text(), card.get('a').attributes('href')]).toEqual([nb.leaveProvider('Entra ID'), '/api/sign-in/provider/end'])
  expect(card.get('[role=status]').text()).toContain(nb.stillAt('Entra ID'))
})

test('T90 a name that another goes by is refused in words, and what was written stands', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ error: 'name-taken' }, { status: 409 })))
  onTestFinished(() => void vi.unstubAllGlobals())
  const form = mount(MyName, { props: { name: 'Per', organisation: 'KS' }, global: { provide } })
  await form.get('input').setValue('Kari')
  await form.get('form').trigger('submit')
  await flushPromises()
  expect([form.get('[role=alert]').text(), form.get('input').element.value, form.emitted('named')]).toEqual([membersNb.my.nameTaken, 'Kari', undefined])
})

test('U168 on «Min side» the name and the organisation are set right, each with its hint and what is wrong with it at the field', async () => {
  const sent: unknown[] = []
  vi.stubGlobal('fetch', (_to: string, { body }: RequestInit) => {
    sent.push(JSON.parse(body as string))
    return Promise.resolve(new Response(null, { status: 204 }))
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const form = mount(MyName, { props: { name: '', organisation: 'KS' }, global: { provide }, attachTo: document.body })
  const described = (field: string) => form.get(`[name=${field}]`).attributes('aria-describedby')?.split(' ').map(id => document.getElementById(id)?.textContent)
  const { my } = membersNb
  for (const [field, written, wrong] of [['name', ' ', my.noName], ['name', 'Gunn\u202EBerg', my.nameUnfit], ['name', '\u3164', my.nameUnfit], ['organisation', 'US\u0007HT', my.organisationUnfit], ['organisation', '\u2800', my.organisationUnfit]] as const) {
    await form.get('[name=name]').setValue('Gunn Berg')
    await form.get('[name=organisation]').setValue('KS')
    await form.get(`[name=${field}]`).setValue(written)
    await form.get('form').trigger('submit')
    await flushPromises()
    expect(described(field)).toEqual([wrong, field === 'name' ? my.nameWhat : my.organisationWhat])
    expect(form.findAll('[aria-invalid=true]').map(one => one.attributes('name'))).toEqual([field])
    expect(document.activeElement).toBe(form.get(`[name=${field}]`).element)
  }
  expect(sent).toEqual([])
  await form.get('[name=organisation]').setValue(' USHT ')
  await form.get('form').trigger('submit')
  await flushPromises()
  expect([sent, form.get('[role=status]').text(), form.emitted('named')]).toEqual([[{ name: 'Gunn Berg', organisation: 'USHT' }], my.named, [[]]])
})

test('U165 an invitation without a name asks for one before one is in, and says at the field what is wrong with it; what was written stands', async () => {
  const server = openEdges({ provider: 'Entra ID' })
  server.next.look = done({ ...invitation, name: '' })
  const card = await openInvitation(server)
  const press = async (name: string) => {
    await card.get('[name=name]').setValue(name)
    await card.get('.join').trigger('click')
    await flushPromises()
    return card.find('[role=alert]').exists() ? card.get('[role=alert]').text() : null
  }
  expect(await press('')).toBe(nb.troubles['name-needed'](''))
  expect(document.activeElement).toBe(card.get('[name=name]').element)
  expect(await press('Gunn\u202EBerg')).toBe(nb.troubles['name-unfit'](''))
  expect(server.named).toEqual([])
  server.next.take = refused('name-taken')
  expect(await press('Anne Sund')).toBe(nb.troubles['name-taken'](''))
  expect([card.get<HTMLInputElement>('[name=name]').element.value, card.get('h1').text()]).toEqual(['Anne Sund', 'Plan for Rogaland'])
  // An account tells the name most often: it is not waited for there, and goes ahead where it is written, in no address.
  server.named.length = 0
  const account = card.get('a[href^="/api/sign-in/provider"]')
  expect(account.attributes('href')).toBe('/api/sign-in/provider?invitation=t')
  const go = async () => {
    const press = new MouseEvent('click', { bubbles: true, cancelable: true })
    account.element.dispatchEvent(press)
    await flushPromises()
    return press.defaultPrevented
  }
  server.next.told = { state: 'no-answer' }
  expect([await go(), card.get('p[role=alert].trouble').text(), server.gone]).toEqual([true, nb.troubles['no-answer'](''), []])
  server.next.told = done({})
  expect([await go(), server.named, server.gone]).toEqual([true, ['Anne Sund', 'Anne Sund'], ['/api/sign-in/provider?invitation=t']])
  expect(await press('\u3164')).toBe(nb.troubles['name-unfit'](''))
  expect([await go(), server.named.length]).toEqual([false, 2])
  server.named.length = 0
  await card.get('[name=name]').setValue('Anne Sund')
  server.next.take = done({ memberId: 'm', planId: 'p1' })
  expect(await press('Gunn Berg')).toBe(null)
  expect([server.named, card.emitted('joined')]).toEqual([['Gunn Berg'], [['p1']]])
  const back = mount(InvitationCard, { props: { token: 't', me: null, wrongName: 'name-needed', edges: server.edges }, global: { provide, stubs: { RouterLink: true } } })
  await flushPromises()
  expect(back.get('[role=alert]').text()).toBe(nb.troubles['name-needed'](''))
})

test('U165 who is here without a name from before is asked for one on the invitation’s page, and who has just signed in there for none', async () => {
  const server = openEdges()
  server.next.look = done({ ...invitation, name: '' })
  const nameless = mount(InvitationCard, { props: { token: 't', me: '', edges: server.edges }, global: { provide, stubs: { RouterLink: true } } })
  await flushPromises()
  server.next.take = done({ memberId: 'm', planId: 'p1' })
  await nameless.get('[name=name]').setValue('Gunn Berg')
  await nameless.get('.join').trigger('click')
  await flushPromises()
  expect([server.named, nameless.emitted('joined')]).toEqual([['Gunn Berg'], [['p1']]])

  server.next.look = done({ ...invitation, name: '', isKnown: true })
  server.next.take = refused('taken')
  const known = await openInvitation(server)
  known.getComponent(SignInForm).vm.$emit('signedIn', someone)
  await flushPromises()
  expect([server.named, known.emitted('joined')]).toEqual([['Gunn Berg', undefined], [[invitation.planId]]])
})

test('U165 a code and a letter’s link ask for the name too, and go on with it', async () => {
  const server = openEdges()
  const form = await atCode(server)
  server.next.code = refused('name-needed')
  await form.get('input[name=code]').setValue('123456')
  await flushPromises()
  expect([form.find('[name=code]').exists(), form.find('[role=alert]').exists(), form.text().includes(nb.name.codeIsRight)]).toEqual([false, false, true])
  expect(document.activeElement).toBe(form.get('[name=name]').element)
  await form.get('form').trigger('submit')
  await flushPromises()
  expect(form.get('[role=alert]').text()).toBe(nb.troubles['name-needed'](''))
  server.next.code = done(someone)
  await form.get('[name=name]').setValue('Gunn Berg')
  await form.get('form').trigger('submit')
  await vi.advanceTimersByTimeAsync(1_000)
  expect([server.tried, server.named, form.emitted('signedIn')]).toEqual([['123456', '123456'], [undefined, 'Gunn Berg'], [[someone]]])

  const byLink = openEdges()
  byLink.next.link = refused('name-needed')
  const card = mount(LinkCard, { props: { token: 't', edges: byLink.edges }, global: { provide }, attachTo: document.body })
  const press = async () => {
    await card.get('form').trigger('submit')
    await flushPromises()
  }
  await press()
  expect([card.emitted('turnedBack'), card.text().includes(nb.name.linkIsRight)]).toEqual([undefined, true])
  byLink.next.link = done(someone)
  await card.get('[name=name]').setValue('Gunn Berg')
  await press()
  expect([byLink.named, card.emitted('signedIn')]).toEqual([[undefined, 'Gunn Berg'], [[someone]]])
})

test('U166 the code’s step survives that the page is loaded anew, for as long as the code holds, and is forgotten once one is in or has turned back', async () => {
  const server = openEdges()
  ;(await atCode(server)).unmount()
  const again = await openForm(server.edges)
  expect([again.find('[name=code]').exists(), again.text().includes('kari@rogaland.test'), server.asked]).toEqual([true, true, [['kari@rogaland.test', 'nb']]])
  again.unmount()
  vi.setSystemTime(at + 15 * 60_000)
  const late = await openForm(server.edges)
  expect(late.find('[name=code]').exists()).toBe(false)
  late.unmount()
  vi.setSystemTime(at)
  const back = await openForm(server.edges)
  server.next.code = refused('used-up')
  await back.get('[name=code]').setValue('123456')
  await flushPromises()
  back.unmount()
  expect((await openForm(server.edges)).find('[name=code]').exists()).toBe(false)
})

test('U166 who came in another way awaits no code any more: whoever signs in here next is not asked for theirs', async () => {
  const server = openEdges()
  ;(await atCode(server)).unmount()
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ member: { ...someone, name: 'Kari Nes' }, offices: [], plans: [] })))
  expect((await readSession()).state).toBe('answered')
  vi.unstubAllGlobals()
  expect((await openForm(server.edges)).find('[name=code]').exists()).toBe(false)
})

test.each(['not-there', 'taken', 'withdrawn', 'expired'] as const)('U133 an invitation that is no more says so kindly, and whom to ask (%s)', async (refusal) => {
  const server = openEdges()
  server.next.look = refused(refusal)
  const card = await openInvitation(server)
  expect([card.get('h1').text(), card.get('.lead').text()]).toEqual([nb.invitation.refusals[refusal].title, nb.invitation.refusals[refusal].what])
  expect(card.text()).toContain('den som inviterte deg')
  expect(card.text()).not.toContain(nb.contact)
  // The same where it comes to an end while it is looked at.
  const later = openEdges()
  later.next.look = done(invitation)
  later.next.take = refused(refusal)
  const open = await openInvitation(later)
  await open.get('.join').trigger('click')
  await flushPromises()
  expect(open.get('h1').text()).toBe(nb.invitation.refusals[refusal].title)
})

test.each(['withdrawn', 'expired'] as const)('U167 an invitation that is no more says what to do, and whom to ask besides; the way in is for who has been here before (%s)', async (refusal) => {
  const server = openEdges({ contact: 'drift@plantavle.test' })
  server.next.look = refused(refusal)
  for (const me of [null, 'Olav Berge']) {
    const card = await openInvitation(server, me)
    expect(card.get('.ask').text()).toContain(nb.invitation.notReached)
    expect(card.get('a[href="mailto:drift@plantavle.test"]').text()).toBe('drift@plantavle.test')
    expect(card.text().includes(nb.invitation.beenHere)).toBe(me === null)
    card.unmount()
  }
})

test('U135 who signs in as somebody else over an open plan is told what becomes of what the first one wrote, and says what to do', async () => {
  HTMLDialogElement.prototype.showModal ??= () => {}
  const dialog = mount(SignInDialog, { props: { name: 'Kari Nes', other: 'Olav Berge' }, global: { provide } })
  expect(dialog.text()).toContain('Det Kari Nes har skrevet her og ikke fått sendt, blir liggende på denne enheten')
  const [open, instead] = dialog.findAll('button')
  await open?.trigger('click')
  await instead?.trigger('click')
  expect([dialog.emitted('openAsOther'), dialog.emitted('notOther')]).toEqual([[[]], [[]]])
})

test('U136 one\'s plans say as whom one is signed in, with the way out', async () => {
  const line = mount(AccountLine, { props: { member: { name: 'Kari Nes', organisation: 'SF' } }, global: { provide } })
  expect(line.get('span').text()).toBe('Du er logget inn som Kari Nes, SF.')
  await line.get('button').trigger('click')
  expect(line.emitted('signOut')).toHaveLength(1)
})
