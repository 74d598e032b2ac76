// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { computed, shallowRef } from 'vue'
import { expect, test } from 'vitest'
import NoticeBar from '../../client/features/frame/NoticeBar.vue'
import type { SaveState } from '../../client/plan/session.ts'
import { languageKey } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'

const now = Date.now()
const saved: SaveState = { state: 'saved', at: now }

test.each([['nb', nb], ['nn', nn]] as const)('U116 while the server can save nothing a bar says so, what one can do and where the words are, politely; and so when it is over (%s)', async (name, text) => {
  const language = { language: shallowRef(name), text: computed(() => text), choose: () => {} }
  const bar = mount(NoticeBar, { props: { save: saved, role: 'editor', isBarred: false }, global: { provide: { [languageKey as symbol]: language } } })
  const spoken = () => bar.get('[role=status]').text()
  const shown = () => bar.find('.notice-bar')
  expect([shown().exists(), spoken()]).toEqual([false, ''])

  await bar.setProps({ isBarred: true })
  expect(shown().get('p').text()).toBe(`${text.save.barred} ${text.save.barredWhat}`)
  expect(spoken()).toBe(`${text.save.barred} ${text.save.barredWhat}`)
  expect(shown().attributes('role')).toBeUndefined()
  expect(bar.findAll('button')).toHaveLength(0)
  await bar.setProps({ save: { state: 'on-device', unsent: 2, since: now } })
  await bar.get('button').trigger('click')
  expect(bar.emitted('download')).toHaveLength(1)
  await bar.setProps({ save: { state: 'not-saved', unsent: 2, since: now } })
  expect(shown().get('p').text()).toBe(`${text.save.barred} ${text.save.barNotSaved}`)

  await bar.setProps({ isBarred: false, save: { state: 'saving', unsent: 2, since: now } })
  expect([shown().exists(), spoken()]).toEqual([false, text.save.barredNoMore])
  await bar.setProps({ isBarred: true, save: saved })
  await bar.setProps({ isBarred: false, save: { state: 'on-device', unsent: 0, since: now } })
  expect(spoken()).toBe('')
  await bar.setProps({ isBarred: true, save: { state: 'stopped', reason: 'signed-out', unsent: 0, kept: true } })
  expect(shown().text()).toContain(text.stopped['signed-out'].title)
  expect(shown().attributes('role')).toBe('alert')
})

test('U116 the words are those that were agreed', () => {
  expect(`${nb.save.barred} ${nb.save.barredWhat}`)
    .toBe('Serveren får ikke lagret akkurat nå. Du kan lese. Det du har skrevet som ikke er lagret, ligger på denne enheten og sendes når det går igjen.')
})
