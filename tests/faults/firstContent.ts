import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import * as Y from 'yjs'
import { readPlan } from '#shared/plan/read.ts'
import type { NewPlanRequest } from '#shared/protocol/newPlan.ts'
import { readFolder } from '../../server/storage/backupReader.ts'
import { rawClient } from '../support/rawClient.ts'
import { addMember, admin, listPlans, planIdOf, signIn, startServer, temporaryFolder, type RunningServer } from '../support/server.ts'
import { seeded, turn } from '../support/until.ts'

export interface FirstFigures {
  rounds: number
  /** How many times a plan was opened. */
  opened: number
  /** Openings that did not find the first content exactly as it was laid. */
  differing: number
  /** Plans there are too many or too few of, though each was asked for several times. */
  notOne: number
  /** Logs that hold anything but the one update of their first content. */
  laidAgain: number
}

const clients = 20

/**
 * Asks for a new plan three times at once with one key, kills the server while it is made and opened, asks again, and
 * lets twenty open it anew; then the same twenty, with what they hold, in a folder restored from a backup.
 */
export async function openFirst({ seed, rounds }: { seed: number, rounds: number }): Promise<{ figures: FirstFigures, wrongs: string[] }> {
  const figures: FirstFigures = { rounds, opened: 0, differing: 0, notOne: 0, laidAgain: 0 }
  const dataDir = temporaryFolder()
  const random = seeded(seed)
  let server = await startServer({ dataDir })
  try {
    const { signInUrl } = await addMember(server, await planIdOf(server), { name: 'Leder', role: 'chair' })
    const cookie = await signIn(server, signInUrl)
    const plansBefore = (await listPlans(server)).length
    for (let round = 1; round <= rounds; round++) {
      const key = randomUUID()
      const first = Promise.allSettled([1, 2, 3].map(() => make(server, cookie, key)))
      const early = first.then(made => Promise.allSettled(made.flatMap(plan => plan.status === 'fulfilled' ? [open(server, plan.value, cookie)] : [])))
      await turn(random() * 60)
      await server.kill()
      await early
      server = await startServer({ dataDir })
      const made = await Promise.all([1, 2, 3].map(() => make(server, cookie, key)))
      const [planId = ''] = made
      figures.notOne += new Set(made).size - 1 + Math.abs((await listPlans(server)).length - plansBefore - round)
      const docs = await Promise.all(Array.from({ length: clients }, () => open(server, planId, cookie)))
      compare(dataDir, planId, docs, figures)

      const [to, restored] = [join(temporaryFolder(), 'kopi'), temporaryFolder()]
      await admin({ dataDir }, 'backup', '--to', to)
      await admin({ dataDir: restored }, 'restore', '--from', to)
      const other = await startServer({ dataDir: restored })
      try {
        const again = await signIn(other, signInUrl)
        // Half of them with what they have of the plan from before, half with nothing.
        const later = await Promise.all(docs.map((doc, n) => open(other, planId, again, n % 2 === 0 ? doc : new Y.Doc())))
        compare(restored, planId, later, figures)
      }
      finally {
        await other.kill()
      }
    }
  }
  finally {
    await server.kill()
  }
  return {
    figures,
    wrongs: [
      ...(['differing', 'notOne', 'laidAgain'] as const).filter(name => figures[name] !== 0).map(name => `${name}: ${figures[name]}`),
      ...figures.opened === rounds * clients * 2 ? [] : [`only ${figures.opened} openings`],
    ],
  }
}

function compare(dataDir: string, planId: string, docs: readonly Y.Doc[], figures: FirstFigures): void {
  const stored = readFolder(dataDir)
  const rows = stored?.read(planId).rows ?? []
  stored?.close()
  figures.laidAgain += rows.length === 1 ? 0 : 1
  const laid = new Y.Doc()
  rows.slice(0, 1).forEach(({ update }) => Y.applyUpdate(laid, update))
  const expected = JSON.stringify(readPlan(laid))
  figures.opened += docs.length
  figures.differing += docs.filter(doc => JSON.stringify(readPlan(doc)) !== expected || readPlan(doc).plan.length !== 1).length
}

async function make({ origin }: RunningServer, cookie: string, key: string): Promise<string> {
  const request: NewPlanRequest = {
    title: 'Ny plan', periodFrom: 2027, periodTo: 2030,
    origin: { kind: 'template', templateId: 'leve-hele-livet', regionId: 'rogaland', language: 'nb' },
  }
  const answer = await fetch(`${origin}/api/plans`, { method: 'POST', headers: { origin, cookie, 'idempotency-key': key }, body: JSON.stringify(request) })
  if (!answer.ok)
    throw new Error(`no plan: ${answer.status} ${await answer.text()}`)
  return (await answer.json() as { planId: string }).planId
}

async function open({ origin }: RunningServer, planId: string, cookie: string, doc = new Y.Doc()): Promise<Y.Doc> {
  const client = rawClient({ planId, cookie, doc })
  await client.connect(origin)
  await client.disconnect()
  return doc
}
