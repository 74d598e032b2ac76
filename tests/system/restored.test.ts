import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import type { SessionAnswer } from '#shared/protocol/api.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import { mending } from '../../client/plan/mending.ts'
import { emptyMemory, openMemoryCopy, type DeviceMemory } from '../../client/plan/memoryCopy.ts'
import type { PlanSession, SessionEdges } from '../../client/plan/session.ts'
import { takeBackup } from '../../server/admin/backup.ts'
import { restoreBackup } from '../../server/admin/restore.ts'
import { askServer } from '../../server/admin/socketFile.ts'
import { startServer, type Plantavle } from '../../server/start.ts'
import { systemClock as clock } from '../../server/time/clock.ts'
import { openPage, type Page } from '../faults/lines.ts'
import { freePort } from '../support/line.ts'
import { rawClient } from '../support/rawClient.ts'
import { signIn, temporaryFolder } from '../support/server.ts'
import { until } from '../support/until.ts'

const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers.toReversed())
    await close()
})

test('O58 after a restore what was unsent is written once where the plan reads as it did, and else kept with what was seen there since the backup', async () => {
  await mending()
  const [folder, restored, copy] = [temporaryFolder(), temporaryFolder(), join(temporaryFolder(), 'kopi')]
  const port = await freePort()
  const origin = `http://localhost:${port}`
  let server = await start(folder, port)
  const planId = (await server.storage.plans()).find(({ regionId }) => regionId === 'rogaland')?.planId ?? ''
  const added = await askServer(folder, { command: 'member add', options: { plan: planId, name: 'Kari', organisation: 'KS', role: 'editor' } })
  const { signInUrl } = Object(added?.ok ? added.value : null) as { signInUrl: string }
  let cookie = await signIn({ origin }, signInUrl)
  const device = openDevice()
  const stops: CloseReason[] = []
  const open = async (): Promise<Page> => {
    class SignedInSocket extends WebSocket {
      constructor(url: string | URL) {
        super(url, { headers: { cookie, origin } })
        this.on('error', () => {})
      }
    }
    const page = await openPage({ origin }, planId, cookie, {
      edges: { ...device, WebSocket: SignedInSocket as unknown as typeof globalThis.WebSocket },
      takesOver: (reason) => {
        stops.push(reason)
        return true
      },
    })
    closers.push(() => page.line.close(), () => page.session.close())
    return page
  }

  const before = await open()
  await typed(before.session, 'K01', '<before>')
  await takeBackup({ folder, to: copy, clock })
  await typed(before.session, 'K01', ' <since>')
  await typed(before.session, 'K02', '<since too>')
  before.line.blockSync()
  type(before.session, 'K01', ' <unsent>')
  type(before.session, 'K03', '<unsent too>')
  await until(() => before.session.save.value.state === 'on-device', { what: 'it lies on the device' })

  await server.close()
  await restoreBackup({ folder: restored, from: copy, clock })
  server = await start(restored, port)
  expect(await whoIs(origin, cookie)).toEqual({ state: 'nobody' })
  cookie = await signIn({ origin }, signInUrl)
  before.line.mend()
  await until(() => stops.length > 0, { what: 'the page is told', withinMs: 20_000 })
  expect(stops).toEqual(['other-epoch'])
  await before.session.close()
  const after = await open()
  await until(() => after.session.save.value.state === 'saved' && seenBy(after.session, 'K03').includes('<unsent too>'), { what: 'it is written' })
  await after.session.close()
  const again = await open()
  await until(() => again.session.save.value.state === 'saved', { what: 'opened once more' })

  const newcomer = rawClient({ planId, cookie })
  await newcomer.connect(origin)
  expect(['K01', 'K02', 'K03'].map(row => seenBy(newcomer, row).match(/<[^>]*>/g))).toEqual([['<before>'], null, ['<unsent too>']])
  const left = again.session.rescue.left.value
  expect(left).toMatchObject([{ row: 'K01', why: 'changed-since', value: expect.stringContaining('<before> <since> <unsent>') as unknown }])
  await newcomer.disconnect()
}, 60_000)

const cell = (row: string) => ({ register: 'activities', row, field: 'arena' }) as const
const seenBy = ({ plan }: Pick<PlanSession, 'plan'>, row: string) => textOf(plan, cell(row))?.toJSON() ?? ''

function type({ plan }: PlanSession, row: string, words: string): void {
  const outcome = spliceText(plan, cell(row), { at: textOf(plan, cell(row))?.length ?? 0, remove: 0, insert: words })
  if (!outcome.ok)
    throw new Error(outcome.refusal)
}

/** Resolves when the server has acknowledged it. */
async function typed(session: PlanSession, row: string, words: string): Promise<void> {
  await until(() => session.save.value.state === 'saved', { what: 'the page is live' })
  type(session, row, words)
  await until(() => session.save.value.state === 'saved' && session.unsent().length === 0, { what: `${words} is on disk` })
}

async function start(dataDir: string, port: number): Promise<Plantavle> {
  const server = await startServer({
    environment: { port, host: '127.0.0.1', dataDir, publicOrigin: null },
    clock,
    report: (what, error) => console.warn(what, error),
    onLost: (error) => { throw error },
  })
  closers.push(() => server.close())
  return server
}

async function whoIs(origin: string, cookie: string) {
  const answer = await fetch(`${origin}/api/session`, { headers: { cookie } }).catch(() => null)
  if (answer === null)
    return { state: 'unreachable' } as const
  const who = answer.ok ? await answer.json() as SessionAnswer : null
  return who ? { state: 'member', memberId: who.member.memberId } as const : { state: 'nobody' } as const
}

/** Copies that outlive their sessions, one a name. */
function openDevice(): Pick<SessionEdges, 'openCopy' | 'listCopies' | 'deleteCopy'> {
  const memories = new Map<string, DeviceMemory>()
  return {
    openCopy(name) {
      const memory = memories.get(name) ?? emptyMemory()
      memories.set(name, memory)
      return Promise.resolve({ ok: true, copy: openMemoryCopy({ memory, lasts: true }) })
    },
    listCopies: () => Promise.resolve([...memories.keys()]),
    deleteCopy: name => void memories.delete(name),
  }
}
