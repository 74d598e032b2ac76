// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { defineComponent, h, nextTick, shallowRef } from 'vue'
import { beforeEach, expect, test } from 'vitest'
import type { ActedFor } from '#shared/protocol/access.ts'
import { useTold, type Standing, type Told } from '../../client/features/frame/useTold.ts'
import { providePlan } from '../../client/plan/live.ts'
import type { PlanSession } from '../../client/plan/session.ts'

beforeEach(() => localStorage.clear())

/** What a frame tells whose session says `me`, and what is about to count instead. `former`: whom they stood in for before. */
function frameOf(me: Standing, former: readonly ActedFor[] = []) {
  const coming = shallowRef<Standing | null>(null)
  let told: Told | null = null
  const rescue = { left: shallowRef([]), last: shallowRef(null), dismiss() {} }
  const session = { me: { ...me, memberId: 'kari' }, save: shallowRef({ state: 'saved', at: 0 }), rescue }
  const inner = {
    setup() {
      told = useTold(() => 'p', () => coming.value ?? me, () => [...me.actsFor, ...former])
      return () => null
    },
  }
  mount(defineComponent({
    setup() {
      providePlan(session as unknown as PlanSession)
      return () => h(inner)
    },
  }))
  return { coming, news: () => told?.news.value, putAway: () => told?.putAway() }
}
const editor: Standing = { role: 'editor', registers: null, actsFor: [] }
const anne: ActedFor = { memberId: 'a1', name: 'Anne Sund', until: new Date(2026, 11, 1).getTime() }

test('C37 a role or registers that are about to become others are told, and once more where they count; when put away they stay so', async () => {
  for (const next of [{ ...editor, role: 'reader' }, { ...editor, registers: ['networks'] }] as const) {
    localStorage.clear()
    const before = frameOf(editor)
    expect(before.news()).toBe(null)
    before.coming.value = { ...editor }
    await nextTick()
    expect(before.news()).toBe(null)
    before.coming.value = next
    await nextTick()
    expect(before.news()).toEqual({ kind: 'reach' })
    const after = frameOf(next)
    expect(after.news()).toEqual({ kind: 'reach' })
    after.putAway()
    expect([after.news(), frameOf(next).news()]).toEqual([null, null])
  }
})

test('C37 what is put away while it is about to count is not told again where it counts', async () => {
  const before = frameOf(editor)
  before.coming.value = { ...editor, role: 'reader' }
  await nextTick()
  before.putAway()
  expect(frameOf({ ...editor, role: 'reader' }).news()).toBe(null)
})

test('U157 who begins to stand in for somebody is told for whom and until when, and when it is over; no name is kept on the device', () => {
  frameOf(editor)
  const deputy: Standing = { ...editor, role: 'owner', actsFor: [anne] }
  expect(frameOf(deputy).news()).toEqual({ kind: 'deputy', of: [anne] })
  expect(JSON.stringify({ ...localStorage })).not.toContain('Anne')
  expect(frameOf(deputy).news()).toBe(null)
  expect(frameOf(editor, [anne]).news()).toEqual({ kind: 'deputy-no-more', names: ['Anne Sund'] })
  frameOf(deputy)
  expect(frameOf(editor).news()).toEqual({ kind: 'deputy-no-more', names: [] })
})
