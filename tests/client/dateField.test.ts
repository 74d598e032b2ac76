// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { computed, defineComponent, h, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { languageKey } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import BaseCalendar from '../../client/ui/BaseCalendar.vue'
import BaseDateField from '../../client/ui/BaseDateField.vue'
import { noDay } from '../../client/ui/writtenDay.ts'

let open: VueWrapper[] = []
// The environment has none.
beforeEach(() => { vi.stubGlobal('visualViewport', null) })
afterEach(() => {
  open.forEach(one => one.unmount())
  open = []
})

/** The field in a form that keeps its day. */
function field(day = '', props: Record<string, unknown> = {}) {
  const kept = shallowRef(day)
  const form = defineComponent(() => () => h(BaseDateField, {
    'label': 'Til og med', 'outside': 'Utenfor.', 'modelValue': kept.value, 'onUpdate:modelValue': (next: string) => { kept.value = next }, ...props,
  }))
  const provide = { [languageKey as symbol]: { language: shallowRef('nb'), text: computed(() => nb), choose: () => {} } }
  const wrapper = mount(form, { attachTo: document.body, global: { provide } })
  open.push(wrapper)
  const input = wrapper.get<HTMLInputElement>('input')
  async function type(said: string) {
    input.element.value = said
    await input.trigger('input')
  }
  return {
    wrapper, kept, input, type,
    async write(said: string) {
      await type(said)
      await input.trigger('change')
    },
    wrong: () => wrapper.find('[role=alert]').exists() ? wrapper.get('[role=alert]').text() : '',
  }
}

test('U152 a day is written as people write days, reads as one, and stands as dd.mm.åååå when it is left', async () => {
  const { kept, input, type, write, wrong, wrapper } = field('2027-06-30')
  expect(input.element.value).toBe('30.06.2027')
  await type('1. mai 27')
  expect([kept.value, wrapper.get('[role=status]').text()]).toEqual(['2027-05-01', '→ 01.05.2027'])
  await write('1. mai 27')
  expect([input.element.value, kept.value, wrong()]).toEqual(['01.05.2027', '2027-05-01', ''])
  await write(' ')
  expect([kept.value, wrong()]).toEqual(['', ''])
  kept.value = '2027-12-24'
  await flushPromises()
  expect(input.element.value).toBe('24.12.2027')
})

test('U152 what was no day is not taken for none where the field is made anew, only where it is left empty', async () => {
  const { kept, write } = field(noDay)
  await flushPromises()
  expect(kept.value).toBe(noDay)
  await write('')
  expect(kept.value).toBe('')
})

test('U152 what is no day, or not one that will do, is said below the field when it is left and not while it is written', async () => {
  const { kept, input, type, write, wrong } = field('', { first: '2027-01-01', last: '2027-12-31' })
  await type('31.2.2027')
  expect([kept.value, wrong()]).toEqual([noDay, ''])
  await write('31.2.2027')
  expect([input.element.value, wrong(), input.attributes('aria-invalid')]).toEqual(['31.2.2027', nb.editors.date.wrongNew('31.2.2027'), 'true'])
  expect(input.attributes('aria-describedby')?.split(' ').map(id => document.getElementById(id)?.textContent)).toContain(nb.editors.date.wrongNew('31.2.2027'))
  await type('31.3.2027')
  expect([kept.value, wrong()]).toEqual(['2027-03-31', ''])
  for (const said of ['31.12.2026', '1.1.2028']) {
    await write(said)
    expect(wrong(), said).toBe('Utenfor.')
  }
})

test('U152 what its form finds wrong with the day stands at it too, after what is wrong with the words', async () => {
  const { input, type, write, wrong, wrapper } = field('', { wrong: 'Velg en dag.' })
  const described = () => input.attributes('aria-describedby')?.split(' ').map(id => document.getElementById(id)?.textContent)
  expect([wrong(), input.attributes('aria-invalid'), described()?.includes('Velg en dag.')]).toEqual(['Velg en dag.', 'true', true])
  await write('31.2.2027')
  expect(wrong()).toBe(nb.editors.date.wrongNew('31.2.2027'))
  await type('3')
  expect(wrong()).toBe('Velg en dag.')
  wrapper.getComponent(BaseDateField).vm.focus()
  expect(document.activeElement).toBe(input.element)
})

test('U152 the calendar gives no day outside the bounds, and begins in the month of the first that will do', async () => {
  const words = { ...nn.editors.date, months: nn.when.months }
  const calendar = mount(BaseCalendar, { props: { day: null, first: '2999-06-05', last: '2999-06-20', words }, attachTo: document.body })
  open.push(calendar)
  expect(calendar.text()).toContain('juni 2999')
  for (const day of ['2999-06-04', '2999-06-21', '2999-06-20'])
    await calendar.get(`[data-value="${day}"]`).trigger('click')
  expect(calendar.emitted('choose')).toEqual([['2999-06-20']])
  expect(calendar.get('[data-value="2999-06-04"]').attributes('aria-disabled')).toBe('true')
})
