import { expect, test } from 'vitest'
import { openKeptOfPerson } from '../../server/plans/keptOfPerson.ts'
import type { PlanThread } from '../../server/plans/planThread.ts'
import { openPlanThread } from '../../server/plans/planThread.ts'
import type { Storage } from '../../server/storage/contracts.ts'
import type { PersonKept } from '../../server/storage/people.ts'

const note = (planId: string | null, about: string | null) => ({ number: 1, at: 1, event: 'removed' as const, planId, by: 'anne', about, facts: {} })
const contactIn = (planId: string) =>
  ({ id: 'c', planId, name: 'Kari', organisationId: 'ks', position: '', email: 'kari@ks.test', from: null, until: null })

/** Kari, who is in plan `a`, a contact of `b`, has written in `c`, and was once in `d`; and what is read of plans for her. */
function asked({ damaged = '' }: { damaged?: string } = {}) {
  const read: string[] = []
  const [inTurn, turns] = [[] as string[], [] as (() => void)[]]
  const kept: PersonKept = {
    member: { memberId: 'kari', name: 'Kari', organisation: 'KS', email: 'kari@ks.test', since: 1 },
    offices: [], deputies: [], sessions: [], identities: [], devices: [], invitations: [],
    plans: [{ planId: 'a', title: 'A', role: 'reader', registers: null, until: null, since: 1, seenAt: null }],
    contacts: [contactIn('b')],
    changes: [{ planId: 'c', register: 'activities', row: 'K01', field: 'when', from: 1, until: 1 }],
    accessLog: [note('a', 'kari'), note('d', 'kari'), note('elsewhere', 'olav'), note(null, 'kari')],
  }
  const log = (planId: string) => ({
    read: () => {
      read.push(planId)
      return planId === damaged ? Promise.reject(new Error('damaged bytes')) : Promise.resolve([])
    },
  })
  const storage = { members: { personKept: (memberId: string) => Promise.resolve(memberId === 'kari' ? kept : null) }, log } as unknown as Pick<Storage, 'members' | 'log'>
  const thread: Pick<PlanThread, 'run'> = {
    run: async (job) => {
      await new Promise<void>(resolve => turns.push(resolve))
      inTurn.push([...read].join(''))
      const { kind } = typeof job === 'function' ? await job() : job
      return [{ register: 'groups', row: kind, field: 'people', roles: [] }] as never
    },
  }
  /** Lets whatever waits for the thread have its turn, until nothing does. */
  async function letAll<T>(answer: Promise<T>): Promise<T> {
    let isDone = false
    void answer.finally(() => { isDone = true })
    while (!isDone) {
      turns.splice(0).forEach(turn => turn())
      await new Promise(resolve => setImmediate(resolve))
    }
    return answer
  }
  return { keptOf: openKeptOfPerson({ storage, thread }), read, inTurn, letAll }
}

test('T53 plans that somebody was taken out of are read too, and none that only the log knows of', async () => {
  const { keptOf, read, letAll } = asked()
  expect((await letAll(keptOf('kari')))?.namedIn.map(({ planId }) => planId)).toEqual(['a', 'b', 'c', 'd'])
  expect(read).toEqual(['a', 'b', 'c', 'd'])
  expect(await letAll(keptOf('nobody'))).toBeNull()
})

test('T53 a plan that cannot be read is told of, and fails nothing of the rest', async () => {
  const { keptOf, letAll } = asked({ damaged: 'b' })
  expect(await letAll(keptOf('kari'))).toMatchObject({ unreadPlans: ['b'], namedIn: [{ planId: 'a' }, { planId: 'c' }, { planId: 'd' }] })
})

test('T57 who asks for all that is kept of them while it is being read waits for that, and no plan lies in memory before its turn', async () => {
  const { keptOf, read, inTurn, letAll } = asked()
  const answers = await letAll(Promise.all(Array.from({ length: 20 }, () => keptOf('kari'))))
  expect(new Set(answers).size).toBe(1)
  expect([read, inTurn]).toEqual([['a', 'b', 'c', 'd'], ['', 'a', 'ab', 'abc']])
  expect(await letAll(keptOf('kari'))).not.toBe(answers[0])
})

test('T57 a plan that is asked for in its turn is read when the thread is free, and one that cannot be holds up no other', async () => {
  const thread = openPlanThread()
  const read: string[] = []
  const job = (name: string) => async () => {
    read.push(name)
    if (name === 'broken')
      throw new Error('damaged bytes')
    return Promise.resolve({ kind: 'count' as const, updates: [] })
  }
  const first = thread.run(job('first'))
  const [broken, last] = [thread.run(job('broken')), thread.run(job('last'))]
  const isRefused = expect(broken).rejects.toThrow('damaged bytes')
  await Promise.resolve()
  expect(read).toEqual(['first'])
  expect((await first).counts.activities).toBe(0)
  await isRefused
  expect((await last).counts.activities).toBe(0)
  expect(read).toEqual(['first', 'broken', 'last'])
  await thread.close()
})
