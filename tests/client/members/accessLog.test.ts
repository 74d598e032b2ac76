// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { computed, shallowRef } from 'vue'
import { expect, test } from 'vitest'
import type { AccessLogAnswer, AccessLogLine, InvitationLine, MemberLine } from '#shared/protocol/access.ts'
import AccessLog from '../../../client/features/members/AccessLog.vue'
import type { Asking } from '../../../client/features/members/asking.ts'
import { languageKey } from '../../../client/text/index.ts'
import { nb } from '../../../client/text/nb.ts'

const [kari, gone, other, third] = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(32)) as [string, string, string, string]
const language = { language: shallowRef('nb' as const), text: computed(() => nb), choose: () => Promise.resolve() }
const at = Date.now() - 60 * 60_000
const line = (number: number, change: Partial<AccessLogLine>): AccessLogLine => ({ number, at, event: 'signed-in', by: kari, about: null, facts: {}, ...change })
const invited = (number: number) => line(number, { event: 'invited', facts: { invitation: `i${number}`, role: 'reader', registers: null, until: null } })

/** The log of a server that gives these pages, newest first. */
async function openLog(pages: readonly (readonly AccessLogLine[])[], invitations: readonly Partial<InvitationLine>[] = []) {
  const log = (before: number | null): Promise<{ ok: true, answer: AccessLogAnswer }> => {
    const n = before === null ? 0 : pages.findIndex(page => page[0]?.number === before - 1)
    return Promise.resolve({ ok: true, answer: { lines: pages[n] ?? [], next: n < pages.length - 1 ? pages[n]?.at(-1)?.number ?? null : null } })
  }
  const shown = mount(AccessLog, {
    props: {
      asking: { log } as unknown as Asking, byId: new Map([[kari, { memberId: kari, name: 'Kari Nes' } as MemberLine]]), invitations: invitations as InvitationLine[],
    },
    global: { provide: { [languageKey as symbol]: language } },
  })
  await flushPromises()
  return { shown, said: () => shown.findAll('.entry > :last-child').map(one => (one.find('summary').exists() ? one.get('summary') : one).text()) }
}

test('U146 former members keep their numbers when older and newer lines come, in the filter too', async () => {
  const pages = [
    [line(9, { by: gone }), line(8, { by: other, event: 'signed-out' })], [line(7, { by: other }), line(6, { by: gone, event: 'deputy-ended', about: other, facts: { for: kari } })],
  ]
  const { shown, said } = await openLog(pages)
  const newest = ['Tidligere medlem 1 logget inn', 'Tidligere medlem 2 logget ut']
  expect(said()).toEqual(newest)
  await shown.get('.older button').trigger('click')
  await flushPromises()
  expect(said()).toEqual([...newest, 'Tidligere medlem 2 logget inn', 'Tidligere medlem 1 avsluttet at tidligere medlem 2 er vikar for Kari Nes'])
  pages[0]?.unshift(line(10, { by: third }))
  dispatchEvent(new Event('focus'))
  await flushPromises()
  expect(said().slice(0, 3)).toEqual(['Tidligere medlem 3 logget inn', ...newest])
  await shown.get('select').setValue('deputies')
  expect(said()).toEqual(['Tidligere medlem 1 avsluttet at tidligere medlem 2 er vikar for Kari Nes'])
})

test('U146 many who are invited together are one line, which opens with those who are invited still', async () => {
  const pages = [[line(9, {}), invited(8), invited(7)], [invited(6), invited(5)]]
  const { shown, said } = await openLog(pages, [{ id: 'i8', name: 'Ida Lie', email: 'ida@ks.test' }, { id: 'i5', name: '', email: 'per@ks.test' }, { id: 'x', name: 'En Annen', email: 'x@ks.test' }])
  expect(said()).toEqual(['Kari Nes logget inn', 'Kari Nes inviterte 2 personer som leser'])
  await shown.get('.older button').trigger('click')
  await flushPromises()
  expect(said()).toEqual(['Kari Nes logget inn', 'Kari Nes inviterte 4 personer som leser'])
  expect(shown.findAll('details li').map(one => one.text())).toEqual(['per@ks.test', 'Ida Lie, ida@ks.test', '2 invitasjoner er tatt imot eller erstattet av nye.'])
})
