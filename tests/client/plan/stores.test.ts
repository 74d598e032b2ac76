// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { addRow, moveRow, restoreRow, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { registerStore, usePlanStores } from '../../../client/plan/stores.ts'
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
