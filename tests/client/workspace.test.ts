// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { computed, h, shallowRef } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import PlanNav from '../../client/features/frame/PlanNav.vue'
import { headSections } from '../../client/features/head/headSections.ts'
import { hasPage, pageOf, registerPages, rowLink } from '../../client/text/registerPages.ts'
import { usePlanStores } from '../../client/plan/stores.ts'
import { openRouter } from '../../client/router.ts'
import { languageKey, type LanguageChoice } from '../../client/text/index.ts'
import { nb } from '../../client/text/nb.ts'
import { nn } from '../../client/text/nn.ts'
import { planWith } from '../support/plans.ts'

const language: LanguageChoice = { language: shallowRef('nb'), text: computed(() => nb), choose: async () => {} }
const router = () => createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => h('h1') } }] })

beforeEach(() => setActivePinia(createPinia()))

test('U73 a place says how much is in it when the plan is there, and nothing while it is on its way', async () => {
  const nav = mount(PlanNav, { props: { planId: 'p1' }, global: { provide: { [languageKey as symbol]: language }, plugins: [router()] } })
  expect(nav.findAll('.count')).toHaveLength(0)
  const plan = planWith()
  usePlanStores().follow(plan)
  await nav.vm.$nextTick()
  const activities = nav.findAll('a').find(link => link.text().includes(nb.tables.chapters.activities))
  expect(activities?.find('.count').text()).toBe(String(plan.doc.getMap('activities').size))
})

test('U76 the page of the head has every declared field of a plan once, in both languages, but for what is settled when it is made', () => {
  const declared = fieldsOf('plan').filter(([, { byServer }]) => !byServer).map(([field]) => field)
  for (const text of [nb, nn]) {
    const lines = headSections(text, { reform: 'Leve hele livet', region: 'Rogaland' }).flatMap(section => section.lines)
    expect(lines.flatMap(line => line.fields ?? []).toSorted()).toEqual(declared.toSorted())
    expect(lines.flatMap(line => line.words ?? [])).toEqual(['Leve hele livet', 'Rogaland'])
  }
})

test('U75 every register leads to a page that there is, and a row of it to its own page', () => {
  const { options: { routes } } = openRouter()
  const paths = routes.flatMap(route => route.children ?? []).map(({ path }) => path)
  for (const register of registerNames) {
    expect(paths, register).toContain(pageOf('p1', register).replace('/plan/p1/', ''))
    expect(paths, register).toContain(rowLink('p1', register, 'x').path.replace('/plan/p1/', ''))
  }
  for (const { path, register } of registerPages)
    expect(rowLink('p1', register, 'x')).toEqual({ path: `/plan/p1/${path}`, query: { rad: 'x' } })
  expect(registerNames.filter(register => !hasPage(register))).toEqual(['sections', 'columns'])
})
