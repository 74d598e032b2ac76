// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, effectScope, h, nextTick, shallowRef } from 'vue'
import { addRow, moveRow, restoreRow, setCell, spliceText, textOf, trashRow } from '#shared/plan/commands.ts'
import type { Cell } from '#shared/plan/values.ts'
import { providePlan, useCellText } from '../../../client/plan/live.ts'
import { openPeople } from '../../../client/plan/people.ts'
import type { PlanSession } from '../../../client/plan/session.ts'
import { registerStore, usePlanStores } from '../../../client/plan/stores.ts'
import { openUndo } from '../../../client/plan/undo.ts'
import { bringTogether, planWith } from '../../support/plans.ts'
import { arena } from './pages.ts'

beforeEach(() => {
  setActivePinia(createPinia())
})
const wrappers: VueWrapper[] = []
afterEach(() => wrappers.splice(0).forEach(wrapper => wrapper.unmount()))

test('C10 somebody else\'s change of one row renders that row again and no other', async () => {
  const [mine, theirs] = [planWith(), planWith()]
  const stop = usePlanStores().follow(mine)
  const rendered: string[] = []
  const ActivityRow = defineComponent({
    props: { id: { type: String, required: true } },
    setup(props) {
      const store = registerStore('activities')
      return () => {
        rendered.push(props.id)
        return h('li', store.byId.get(props.id)?.arena)
      }
    },
  })
  const ActivityList = defineComponent(() => {
    const store = registerStore('activities')
    return () => {
      rendered.push('list')
      return h('ul', store.order.map(id => h(ActivityRow, { id, key: id })))
    }
  })
  const list = mount(ActivityList)
  wrappers.push(list)
  expect(list.text()).toBe('MøterNyhetsbrevKronikker')

  const renderedBy = async (write: () => void) => {
    rendered.length = 0
    write()
    bringTogether(mine, theirs)
    await nextTick()
    return [...rendered]
  }
  expect(await renderedBy(() => spliceText(theirs, arena('K02'), { at: 0, remove: 0, insert: 'Et ' }))).toEqual(['K02'])
  expect(await renderedBy(() => setCell(theirs, { register: 'activities', row: 'K01', field: 'status' }, 'done'))).toEqual(['K01'])
  expect(await renderedBy(() => setCell(theirs, { register: 'organisations', row: 'ks', field: 'name' }, 'Kommunesektoren'))).toEqual([])
  expect(await renderedBy(() => moveRow(theirs, 'activities', 'K02', { parentId: 'G1', before: 'K01' }))).toEqual(['list', 'K02'])
  expect(list.text()).toBe('Et NyhetsbrevMøterKronikker')
  stop()
  expect(await renderedBy(() => trashRow(theirs, 'activities', 'K01'))).toEqual([])
})

test('C10 the stores hold frozen rows, the living in order and the trashed apart', () => {
  const plan = planWith()
  usePlanStores().follow(plan)
  const store = registerStore('activities')
  const added = addRow(plan, 'activities', { arena: 'Ny' }, { parentId: 'G1' })
  expect(store.order).toHaveLength(4)
  expect(Object.isFrozen(store.byId.get('K01'))).toBe(true)
  trashRow(plan, 'activities', 'K01')
  expect(store.order).not.toContain('K01')
  expect(store.trashed).toEqual(['K01'])
  expect(store.byId.get('K01')?.arena).toBe('Møter')
  restoreRow(plan, 'activities', 'K01')
  expect(store.order[0]).toBe('K01')
  expect(added.ok && store.byId.get(added.id)?.arena).toBe('Ny')
})

test('C10 a store that follows another plan holds nothing of the first', () => {
  const store = registerStore('goals')
  store.follow(planWith())()
  store.follow(planWith({ goals: [{ id: 'G9', text: 'Et annet' }] }))
  expect([...store.byId.keys()]).toEqual(['G9'])
})

test('C11 the live text of a cell follows the plan from its opening until the component is gone', async () => {
  const plan = planWith()
  const content = shallowRef<'opening' | 'open'>('opening')
  const undo = openUndo(plan)
  const cell = shallowRef<Cell>(arena('K01'))
  const scope = effectScope()
  let shown: ReturnType<typeof useCellText> | undefined
  const field = document.createElement('input')
  const Below = defineComponent(() => {
    shown = scope.run(() => useCellText(cell, field))
    return () => null
  })
  const session: Pick<PlanSession, 'plan' | 'content' | 'undo'> = { plan, content, undo }
  wrappers.push(mount(defineComponent(() => {
    providePlan(session as PlanSession)
    return () => h(Below)
  })))
  expect(shown?.text.value).toBeNull()
  content.value = 'open'
  await nextTick()
  expect(shown?.text.value).toBe('Møter')
  expect(field.value).toBe('Møter')
  shown?.replace('Møter og treff')
  expect(shown?.text.value).toBe('Møter og treff')
  expect(field.value).toBe('Møter og treff')
  cell.value = arena('K02')
  await nextTick()
  expect(shown?.text.value).toBe('Nyhetsbrev')
  scope.stop()
  textOf(plan, arena('K02'))?.insert(0, 'x')
  expect(shown?.text.value).toBe('Nyhetsbrev')
  expect(field.value).toBe('Nyhetsbrev')
})

test('C12 names are asked for once, and again when somebody unknown appears, but not again and again', async () => {
  let now = 0
  const member = { memberId: 'm1', name: 'Kari', organisation: 'KS', role: 'editor' } as const
  const ask = vi.fn(() => Promise.resolve([member]))
  const people = openPeople({ planId: 'p1', ask, now: () => now })
  expect(people.person('m1')).toBeNull()
  await vi.waitFor(() => expect(people.person('m1')?.name).toBe('Kari'))
  expect(ask).toHaveBeenCalledTimes(1)
  expect(people.person('m2')).toBeNull()
  await nextTick()
  await nextTick()
  expect(people.person('m2')).toBeNull()
  expect(ask).toHaveBeenCalledTimes(2)
  now = 61_000
  expect(people.person('m2')).toBeNull()
  expect(ask).toHaveBeenCalledTimes(3)
})
