// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, nextTick, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Grant, InvitationLine, InvitationMail } from '#shared/protocol/access.ts'
import type { Asking } from '../../../client/features/members/asking.ts'
import InvitationList from '../../../client/features/members/InvitationList.vue'
import InviteeRows from '../../../client/features/members/InviteeRows.vue'
import InviteOutcome from '../../../client/features/members/InviteOutcome.vue'
import { useInviting } from '../../../client/features/members/useInviting.ts'
import type { MembersNow } from '../../../client/features/members/useMembers.ts'
import { languageKey, type Language } from '../../../client/text/index.ts'
import { members as membersNb } from '../../../client/text/members.nb.ts'
import { members as membersNn } from '../../../client/text/members.nn.ts'
import { nb } from '../../../client/text/nb.ts'
import { nn } from '../../../client/text/nn.ts'

const words = membersNb.inviting
const at = new Date('2026-11-22T10:42:00').getTime()
const invitation = (mail: InvitationMail, given: Partial<InvitationLine> = {}): InvitationLine => ({
  id: 'i1', email: 'kari@å.no', name: 'Kari Nes', organisation: '', role: 'editor', registers: null, until: null, invitedBy: null, at, expiresAt: at + 1e9, mail, ...given,
})
beforeEach(() => {
  vi.useFakeTimers({ now: at })
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
  document.body.replaceChildren()
})

const whole: Grant = { role: 'owner', registers: null, until: null }
/** What a page has of a plan's people, and how often it has asked for it. */
function peopleOf(first: readonly InvitationLine[], { isMailThere = true, held = whole }: { isMailThere?: boolean, held?: Grant } = {}) {
  const invitations = shallowRef(first)
  const asked: number[] = []
  const now: MembersNow = {
    invitations, isMailThere: shallowRef(isMailThere), state: shallowRef('there'), members: computed(() => []), byId: computed(() => new Map()), deputies: computed(() => []),
    giversTo: () => [held],
    mayAppointFor: () => true,
    again: () => {
      asked.push(Date.now() - at)
      return Promise.resolve()
    },
  }
  return { now, invitations, asked }
}
const askedAgain: unknown[] = []
const asking = {
  again: (id: string, how: object) => {
    askedAgain.push([id, how])
    return Promise.resolve({ ok: true, answer: { invited: [{ email: 'kari@å.no', outcome: 'again', mail: 'sending', link: null }] } })
  },
  withdraw: () => Promise.resolve({ ok: true }),
  invite: () => Promise.resolve({ invited: [{ email: 'kari@å.no', outcome: 'invited', mail: 'sending', link: null }], refused: null }),
} as unknown as Asking

const provideIn = (language: Language) => ({
  [languageKey as symbol]: { language: shallowRef(language), text: computed(() => ({ nb, nn })[language]), choose: () => Promise.resolve() },
})
async function listOf(now: MembersNow, language: Language = 'nb') {
  const list = mount(InvitationList, { props: { asking, now }, global: { provide: provideIn(language) }, attachTo: document.body })
  await flushPromises()
  return list
}

test('T83 while a letter is on its way the page asks within a second, then less and less often, and leaves the rest to its own pace', async () => {
  const { now, asked, invitations } = peopleOf([invitation('sending')])
  const list = await listOf(now)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(asked).toEqual([500, 1_500, 3_500, 7_500, 15_500])
  invitations.value = [invitation('sending'), invitation('sending', { id: 'i2' })]
  await vi.advanceTimersByTimeAsync(600)
  expect(asked).toHaveLength(6)
  invitations.value = [invitation('sent'), invitation('failed', { id: 'i2' })]
  await vi.advanceTimersByTimeAsync(120_000)
  expect(asked.length).toBeLessThanOrEqual(7)
  list.unmount()
})

test('T83 it asks about no letter that has come to its end, and nothing once the page is left', async () => {
  const ended = peopleOf([invitation('sent'), invitation('failed', { id: 'i2' }), invitation('none', { id: 'i3' })])
  const list = await listOf(ended.now)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ended.asked).toEqual([])
  ended.invitations.value = [invitation('sending')]
  await vi.advanceTimersByTimeAsync(500)
  expect(ended.asked).toHaveLength(1)
  list.unmount()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ended.asked).toHaveLength(1)
})

test.each([
  ['sending', [[words.again, true]]], ['sent', [[words.again, false]]], ['failed', [[words.again, false], [words.newLink, false]]],
  ['none', [[words.byMail, false], [words.newLink, false]]],
] as const)('T83 a letter that is %s is told as such, with what may be done about it', async (mail, verbs) => {
  const list = await listOf(peopleOf([invitation(mail)]).now)
  expect(list.text()).toContain(words.mail[mail])
  const buttons = list.findAll('button').filter(button => button.text() !== words.withdraw)
  expect(buttons.map(button => [button.text(), button.attributes('aria-disabled') === 'true'])).toEqual(verbs)
  list.unmount()
  const nynorsk = await listOf(peopleOf([invitation(mail)]).now, 'nn')
  expect(nynorsk.text()).toContain(membersNn.inviting.mail[mail])
  nynorsk.unmount()
  const withoutMail = await listOf(peopleOf([invitation(mail)], { isMailThere: false }).now)
  expect(withoutMail.findAll('button').map(button => button.text())).toEqual([words.newLink, words.withdraw])
})

test('T44 nobody is offered to send again what they cannot give, nor what gives nothing any more; what is above them they do not take back', async () => {
  const chair: Grant = { role: 'chair', registers: ['networks'], until: null }
  const { now } = peopleOf([
    invitation('sent', { id: 'i1', name: 'Alt' }), invitation('sent', { id: 'i2', name: 'Eier', role: 'owner' }),
    invitation('sent', { id: 'i3', name: 'Nettverk', registers: ['networks'] }), invitation('sent', { id: 'i4', name: 'Slutt', registers: ['networks'], until: at - 1 }),
  ], { held: chair })
  const list = await listOf(now)
  expect(list.findAll('[data-invitation]').map(row => row.findAll('button').map(button => button.text())))
    .toEqual([[words.withdraw], [], [words.again, words.withdraw], [words.withdraw]])
})

test('T83 of one that failed a letter is asked for, or a link; of one on its way neither', async () => {
  askedAgain.length = 0
  const { now, invitations } = peopleOf([invitation('failed')])
  const list = await listOf(now, 'nn')
  for (const button of list.findAll('button').slice(0, 2)) {
    await button.trigger('click')
    await button.trigger('click')
    await flushPromises()
    await button.trigger('click')
    await vi.advanceTimersByTimeAsync(5_000)
  }
  expect(askedAgain).toEqual([['i1', { language: 'nn', byHand: false }], ['i1', { language: 'nn', byHand: true }]])
  invitations.value = [invitation('sending')]
  await flushPromises()
  await list.get('button').trigger('click')
  expect(askedAgain).toHaveLength(2)
})

test('T44 who is invited to a higher role than one can give is left out, and keeps nobody else back', async () => {
  const { now } = peopleOf([invitation('sent', { role: 'owner' })], { held: { role: 'chair', registers: null, until: null } })
  const invited: unknown[] = []
  const inviting = useInviting({
    invite: (all: readonly { email: string }[]) => {
      invited.push(...all.map(({ email }) => email))
      return Promise.resolve({ invited: [], refused: null })
    },
  } as unknown as Asking, now)
  inviting.write('Kari Nes <kari@å.no>\nOle Moe <ole@x.no>')
  inviting.read()
  expect(inviting.troubles).toEqual(['above', null])
  await inviting.send('nb')
  expect(invited).toEqual(['ole@x.no'])
})

test('T83 of many that failed all are sent again by one press, those that will not be say why, and without an answer it stops', async () => {
  const failed = ['i1', 'i2', 'i3'].map(id => invitation('failed', { id, name: id, email: `${id}@x.no` }))
  const asked: string[] = []
  const refusing = (refused: string) => ({
    again: (id: string) => {
      asked.push(id)
      return Promise.resolve(id === 'i2' ? { ok: false, refused } : { ok: true, answer: { invited: [{ email: id, outcome: 'again', mail: 'sending', link: null }] } })
    },
  }) as unknown as Asking
  for (const [refused, reached, told, sent] of [['too-many', 3, words.againTooMany, 2], ['no-answer', 2, membersNb.refusals['no-answer'], 1]] as const) {
    asked.length = 0
    const list = mount(InvitationList, { props: { asking: refusing(refused), now: peopleOf(failed).now }, global: { provide: provideIn('nb') }, attachTo: document.body })
    expect(list.text()).toContain(words.failed(3))
    await list.findAll('button').find(button => button.text() === words.againAll)?.trigger('click')
    await flushPromises()
    expect([asked.length, list.get('.said').text(), list.findAll('.told.wrong').map(one => one.text())]).toEqual([reached, words.sentAll(sent), [told]])
    list.unmount()
  }
})

test('T83 what became of the letter before is not said of the one that takes its place, and who is in has had theirs', async () => {
  const { now, invitations } = peopleOf([invitation('failed')])
  const members = shallowRef<readonly { email: string }[]>([])
  const inviting = useInviting(asking, { ...now, members: members as never })
  inviting.write('Kari Nes <kari@å.no>')
  inviting.read()
  await inviting.send('nb')
  expect(inviting.outcome.map(({ mail }) => mail)).toEqual(['sending'])
  invitations.value = [invitation('sent', { id: 'i2' })]
  expect(inviting.outcome.map(({ mail }) => mail)).toEqual(['sent'])
  invitations.value = [invitation('sending', { id: 'i2' })]
  ;[invitations.value, members.value] = [[], [{ email: 'kari@å.no' }]]
  expect(inviting.outcome.map(({ mail }) => mail)).toEqual(['sent'])
})

test('T83 whoever has just invited sees how far the letter has come, and is told when it was not sent', async () => {
  const { now, invitations } = peopleOf([])
  const inviting = useInviting(asking, now)
  inviting.write('Kari Nes <kari@xn--5ca.no>')
  inviting.read()
  await inviting.send('nb')
  const shown = mount({ components: { InviteOutcome }, setup: () => ({ inviting }), template: '<InviteOutcome :outcome="inviting.outcome" />' }, { global: { provide: provideIn('nb') } })
  const says = async (mail: InvitationMail) => {
    invitations.value = [invitation(mail)]
    await flushPromises()
    return shown.get('[data-invited]').text()
  }
  expect(shown.get('[data-invited]').text()).toContain(words.outcomes.sending)
  expect([await says('sending'), shown.get('[role=status]').text()]).toEqual([expect.stringContaining(words.outcomes.sending), ''])
  expect(await says('sent')).toContain(words.outcomes.sent)
  expect(await says('failed')).toContain(words.outcomes.failed)
  expect(shown.get('[role=status]').text()).toBe(words.notSent(1))
  // Whose address the server tells in its other form is on the list no more.
  expect([inviting.step, inviting.rows]).toEqual(['done', []])
})

test('U172 those invited stand by name, those whose time is out first, and one that is sent again keeps its place', async () => {
  const { now, invitations } = peopleOf([
    invitation('sent', { id: 'i3', name: 'Åse' }), invitation('sent', { id: 'i1', name: 'Berit' }), invitation('sent', { id: 'i2', name: 'Olav', expiresAt: at - 1 }),
  ])
  const list = await listOf(now)
  const names = () => list.findAll('[data-invitation] .name > span:first-child').map(name => name.text())
  expect(names()).toEqual(['Olav', 'Berit', 'Åse'])
  expect(list.get('h2').text()).toBe(words.list(3))
  invitations.value = [...invitations.value.filter(({ id }) => id !== 'i1'), invitation('sending', { id: 'i9', name: 'Berit' })]
  await flushPromises()
  expect(names()).toEqual(['Olav', 'Berit', 'Åse'])
  // Of one that is taken back the focus stays where it stood, and in the heading when nobody is left.
  for (const [id, focused] of [['i9', words.withdrawName('Åse')], ['i3', words.withdrawName('Olav')], ['i2', words.list(0)]] as const) {
    const withdraw = list.get<HTMLElement>(`[data-id="${id}"] button:last-of-type`)
    withdraw.element.focus()
    await withdraw.trigger('click')
    invitations.value = invitations.value.filter(one => one.id !== id)
    await flushPromises()
    const { activeElement } = document
    expect(activeElement?.getAttribute('aria-label') ?? activeElement?.textContent).toBe(focused)
  }
})

test('U171 whoever could not be invited is told with why, and stands on the list the next time', async () => {
  const inviting = useInviting(asking, peopleOf([]).now)
  inviting.write('Kari Nes <kari@å.no>\nOle Olsen')
  inviting.read()
  await inviting.send('nb')
  const shown = mount(InviteOutcome, { props: { outcome: inviting.outcome, leftOut: inviting.leftOut }, global: { provide: provideIn('nb') } })
  expect(shown.get(`[aria-label="${words.leftOut}"]`).text()).toContain(words.troubles['no-address'])
  inviting.end()
  expect([inviting.step, inviting.rows.map(({ name }) => name)]).toEqual(['rows', ['Ole Olsen']])
})

test('U170 of a long list the first are drawn at once and the rest little by little, and one that is taken away leaves the focus in the next', async () => {
  const inviting = useInviting(asking, peopleOf([]).now)
  inviting.write(Array.from({ length: 60 }, (_, n) => `p${n}@x.no`).join('\n'))
  inviting.read()
  const rows = mount(InviteeRows, { props: { inviting }, global: { provide: provideIn('nb') }, attachTo: document.body })
  const drawn = [rows.findAll('li').length]
  for (let n = 0; n < 3; n++) {
    vi.advanceTimersToNextTimer()
    await nextTick()
    drawn.push(rows.findAll('li').length)
  }
  expect([drawn, vi.getTimerCount()]).toEqual([[25, 50, 60, 60], 0])
  await rows.get(`[aria-label="${words.drop('p59@x.no')}"]`).trigger('click')
  await flushPromises()
  expect((document.activeElement as HTMLInputElement).closest('li')?.querySelector<HTMLInputElement>('[type=email]')?.value).toBe('p58@x.no')
  rows.unmount()
})

test('U171 where it stopped on the way one sees what became of those before, and goes on with the rest', async () => {
  const inviting = useInviting({ invite: () => Promise.resolve({ invited: [{ email: 'kari@å.no', outcome: 'invited', mail: 'none', link: 'http://x' }], refused: 'too-many' }) } as unknown as Asking, peopleOf([]).now)
  inviting.write('Kari Nes <kari@å.no>\nOle Moe <ole@x.no>\nIda')
  inviting.read()
  await inviting.send('nb')
  expect([inviting.step, inviting.wrong, inviting.partly, inviting.outcome.map(({ link }) => link), inviting.isMore]).toEqual(['done', 'too-many', 1, ['http://x'], true])
  inviting.goOn()
  expect([inviting.step, inviting.wrong, inviting.rows.map(({ name }) => name)]).toEqual(['rows', null, ['Ole Moe', 'Ida']])
  inviting.rows.forEach(({ key }) => inviting.drop(key))
  expect([inviting.step, inviting.rows]).toEqual(['paste', []])
})

test('U170 no more than 200 are read at a time, and the rest stays to be read after them', () => {
  const inviting = useInviting(asking, peopleOf([]).now)
  inviting.write(Array.from({ length: 5_000 }, (_, n) => `p${n}@x.no`).join('\n'))
  inviting.read()
  expect([inviting.rows.length, inviting.pasted.split('\n').length, inviting.pasted.startsWith('p200@x.no')]).toEqual([200, 4_800, true])
  inviting.read()
  expect([inviting.wrong, inviting.rows.length, inviting.pasted.split('\n').length]).toEqual(['full', 200, 4_800])
  // Those that were read are come back to, with what is not read left as it is; and when they are invited, the next are read.
  inviting.go('paste')
  inviting.go('rows')
  expect([inviting.step, inviting.wrong]).toEqual(['rows', null])
  inviting.rows.slice(0, 199).forEach(({ key }) => inviting.drop(key))
  inviting.goOn()
  expect([inviting.step, inviting.rows.length, inviting.rows[1]?.email, inviting.pasted.startsWith('p399@x.no')]).toEqual(['rows', 200, 'p200@x.no', true])
})

test('U173 nobody is asked to be invited without a net, and the list stays', async () => {
  const inviting = useInviting(asking, peopleOf([]).now)
  inviting.write('kari@å.no')
  inviting.read()
  const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  await inviting.send('nb')
  onLine.mockRestore()
  expect([inviting.wrong, inviting.step, inviting.rows.length]).toEqual(['offline', 'rows', 1])
})
