import { afterEach, expect, test, vi } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { readPlanAnswer, readSession } from '../../client/features/account/readAccount.ts'
import { askingOf } from '../../client/features/members/asking.ts'
import { readToCarry } from '../../client/features/newPlan/asking.ts'
import { fetchPeople } from '../../client/pages/fetchPeople.ts'
import { openPresence } from '../../client/plan/presence.ts'
import { calledBy, named } from '../../client/text/nameless.ts'
import { nb } from '../../client/text/nb.ts'

afterEach(() => vi.unstubAllGlobals())

const nobody = { memberId: 'm1', name: '', organisation: 'KS' }
const answers = (answer: object) => vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ contacts: [], ...answer })))

test('T101 who is in a plan without a name is called so wherever people come in: members, cells, presence, a new plan, oneself, and whom one stands in for', async () => {
  const { nameless } = nb.people
  answers({ members: [nobody], deputies: [] })
  expect(await askingOf('p').members()).toMatchObject({ answer: { members: [{ name: nameless, organisation: 'KS' }] } })
  expect(await fetchPeople('p')).toMatchObject([{ id: 'm1', name: nameless }])
  expect(await readToCarry('p')).toMatchObject({ answer: { members: [{ name: nameless }] } })
  answers({ member: nobody, plans: [] })
  expect(await readSession()).toMatchObject({ answer: { member: { name: nameless } } })
  answers({ actsFor: [{ memberId: 'm1', name: ' ', until: 1 }] })
  expect(await readPlanAnswer('p')).toMatchObject({ answer: { actsFor: [{ name: nameless }] } })

  const awareness = new Awareness(new Y.Doc())
  const presence = openPresence({ awareness, me: { ...nobody, name: 'Kari' }, send: () => {} })
  awareness.states.set(7, { user: { ...nobody, colour: 2 }, at: null })
  awareness.emit('change', [{ added: [7], updated: [], removed: [] }, 'test'])
  expect(presence.others.value).toMatchObject([{ name: nameless, colour: 2 }])
  presence.close()
  awareness.destroy()
  expect([calledBy('Kari'), named({ name: 'Kari' })]).toEqual(['Kari', { name: 'Kari' }])
})
