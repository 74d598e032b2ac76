// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { computed, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { InvitationLine, InvitationMail } from '#shared/protocol/access.ts'
import type { Asking } from '../../../client/features/members/asking.ts'
import InvitationList from '../../../client/features/members/InvitationList.vue'
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

/** What a page has of a plan's people, and how often it has asked for it. */
function peopleOf(first: readonly InvitationLine[]) {
  const invitations = shallowRef(first)
  const asked: number[] = []
  const now: MembersNow = {
    invitations, state: shallowRef('there'), members: computed(() => []), byId: computed(() => new Map()), deputies: computed(() => []),
    giversTo: () => [{ role: 'owner', registers: null, until: null }],
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
  invite: () => Promise.resolve({ invited: [{ email: 'kari@å.no', outcome: 'invited', mail: 'sending', link: null }], refused: null }),
} as unknown as Asking

const provideIn = (language: Language) => ({
  [languageKey as symbol]: { language: shallowRef(language), text: computed(() => ({ nb, nn })[language]), choose: () => Promise.resolve() },
})
async function listOf(now: MembersNow, language: Language = 'nb') {
  const list = mount(InvitationList, { props: { asking, now, role: 'owner' }, global: { provide: provideIn(language) }, attachTo: document.body })
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
  ['sending', [[words.again, true]]], ['sent', [[words.again, false]]], ['failed', [[words.again, false], [words.newLink, false]]], ['none', [[words.newLink, false]]],
] as const)('T83 a letter that is %s is told as such, with what may be done about it', async (mail, verbs) => {
  const list = await listOf(peopleOf([invitation(mail)]).now)
  expect(list.text()).toContain(words.mail[mail])
  const buttons = list.findAll('button').filter(button => button.text() !== words.withdraw)
  expect(buttons.map(button => [button.text(), button.attributes('aria-disabled') === 'true'])).toEqual(verbs)
  list.unmount()
  const nynorsk = await listOf(peopleOf([invitation(mail)]).now, 'nn')
  expect(nynorsk.text()).toContain(membersNn.inviting.mail[mail])
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

test('U170 no more than 200 are read at a time, and the rest stays to be read after them', () => {
  const inviting = useInviting(asking, peopleOf([]).now)
  inviting.write(Array.from({ length: 5_000 }, (_, n) => `p${n}@x.no`).join('\n'))
  inviting.read()
  expect([inviting.rows.length, inviting.pasted.split('\n').length, inviting.pasted.startsWith('p200@x.no')]).toEqual([200, 4_800, true])
  inviting.read()
  expect([inviting.wrong, inviting.rows.length, inviting.pasted.split('\n').length]).toEqual(['full', 200, 4_800])
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
