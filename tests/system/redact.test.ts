import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import { mending } from '../../client/plan/mending.ts'
import { emptyMemory, openMemoryCopy, type DeviceMemory } from '../../client/plan/memoryCopy.ts'
import type { PlanSession, SessionEdges } from '../../client/plan/session.ts'
import { openPage, type Page } from '../faults/lines.ts'
import { rawClient } from '../support/rawClient.ts'
import { addMember, admin, planIdOf, signIn, startServer, temporaryFolder, type RunningServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const closers: (() => Promise<unknown>)[] = []
let server: RunningServer
beforeAll(async () => {
  await mending()
  server = await startServer()
  closers.push(() => server.stop())
})
afterAll(async () => {
  for (const close of closers.toReversed())
    await close()
})

const secret = 'Qvistmark'
const cell = (row: string) => ({ register: 'activities', row, field: 'arena' }) as const
const seenBy = ({ plan }: Pick<PlanSession, 'plan'>, row: string) => textOf(plan, cell(row))?.toJSON() ?? ''

test('O69 words are taken out of a plan for good while people write in it: none of theirs is lost, what one had unsent in that cell is offered, and no byte on the server has them', async () => {
  const planId = await planIdOf(server)
  const [kari, olav] = [await openPerson(server, planId, 'Kari'), await openPerson(server, planId, 'Olav')]
  const stock = rawClient({ planId, cookie: olav.cookie })
  await stock.connect(server.origin)
  closers.push(() => stock.disconnect())

  const page = await kari.open()
  const away = await olav.open()
  await Promise.all([saved(page.session), saved(away.session)])
  type(page.session, 'K01', ` ${secret} `)
  await saved(page.session)
  await until(() => seenBy(away.session, 'K01').includes(secret), { what: 'Olav sees it' })
  away.line.blockSync()
  type(away.session, 'K01', '<mitt eget>')
  type(away.session, 'K03', '<usendt>')
  await until(() => away.session.save.value.state === 'on-device', { what: 'it lies on the device' })

  // Kari writes all the while, and goes on where her page is told to begin anew.
  const words: string[] = []
  let isOver = false
  const writing = (async () => {
    let at: Page = page
    while (!isOver) {
      const told = kari.stops.length
      const word = `<ord${words.length}>`
      words.push(word)
      type(at.session, 'K02', word)
      await until(() => at.session.save.value.state === 'saved' || kari.stops.length > told, { what: `${word} is saved, or she is told` })
      if (kari.stops.length > told) {
        await at.session.close()
        at = await kari.open()
        await saved(at.session)
      }
    }
    return at
  })()
  await until(() => words.length > 20, { what: 'she writes' })
  const answer = await admin<{ updates: number, lines: number, isWiped: boolean, epoch: string }>(
    server, 'redact', '--plan', planId, '--cell', 'activities/K01/arena', '--why', 'navn på en pasient', '--by', kari.memberId,
  )
  expect(answer).toMatchObject({ isWiped: true })
  expect(Math.min(answer.updates, answer.lines)).toBeGreaterThan(0)
  await until(() => kari.stops.length > 0, { what: 'her page is told' })
  const count = words.length
  await until(() => words.length > count + 20, { what: 'she goes on' })
  isOver = true
  const after = await writing

  away.line.mend()
  await until(() => olav.stops.length > 0, { what: 'his page is told', withinMs: 20_000 })
  await away.session.close()
  const back = await olav.open()
  await until(() => back.session.save.value.state === 'saved' && seenBy(back.session, 'K03').includes('<usendt>'), { what: 'it is written' })
  expect([...new Set([...kari.stops, ...olav.stops])]).toEqual(['other-epoch'])
  expect(back.session.rescue.left.value).toMatchObject([{ row: 'K01', why: 'changed-since', value: expect.stringContaining('<mitt eget>') as unknown }])

  // Whoever comes by the wire alone, with all it had, brings nothing of it back, and its own words elsewhere get there.
  await until(() => stock.closed(), { what: 'the stock client is sent away' })
  stock.write('K04', plan => spliceText(plan, cell('K04'), { at: 0, remove: 0, insert: '<stock>' }))
  await stock.connect(server.origin)
  await until(() => stock.isSettled(), { what: 'it is written' })

  const fresh = rawClient({ planId, cookie: kari.cookie })
  await fresh.connect(server.origin)
  closers.push(() => fresh.disconnect())
  expect([seenBy(fresh, 'K01'), seenBy(fresh, 'K03').split('<usendt>').length, seenBy(fresh, 'K04').split('<stock>').length]).toEqual(['', 2, 2])
  const offered = after.session.rescue.left.value.map(({ value }) => JSON.stringify(value)).join()
  const times = (word: string) => seenBy(fresh, 'K02').split(word).length - 1
  expect(words.filter(word => times(word) !== 1 && !(times(word) === 0 && offered.includes(word)))).toEqual([])
  expect(words.filter(word => times(word) === 1).length).toBeGreaterThan(40)

  expect(filesWith(secret)).toEqual([])
  expect(await admin<object[]>(server, 'redact', 'list', '--plan', planId))
    .toMatchObject([{ cell: 'activities/K01/arena', by: kari.memberId, why: 'navn på en pasient', newEpoch: answer.epoch }])
  expect(server.output()).not.toContain(secret)
  expect(await admin(server, 'verify')).toMatchObject({ isSound: true })
}, 90_000)

test('O70 a plan that people have open is exported and erased beside a running server: they are told that it is not there, and no file has it', async () => {
  const planId = await planIdOf(server, 'oslo-og-viken')
  const kari = await openPerson(server, planId, 'Kari Eraasen')
  const page = await kari.open()
  await saved(page.session)
  type(page.session, 'K01', ` ${secret}`)
  await saved(page.session)
  const to = join(temporaryFolder(), 'plan.json')
  expect(await admin(server, 'plan', 'export', '--plan', planId, '--to', to)).toMatchObject({ planId, to })
  expect(JSON.parse(readFileSync(to, 'utf8'))).toMatchObject({ plan: { id: planId }, people: expect.arrayContaining([expect.objectContaining({ name: 'Kari Eraasen' })]) as object })
  expect(readFileSync(to, 'utf8')).toContain(secret)

  await expect(admin(server, 'plan', 'erase', '--plan', planId, '--sure', 'yes', '--why', 'avtalen er over')).rejects.toThrow()
  expect(seenBy(page.session, 'K01')).toContain(secret)
  expect(await admin(server, 'plan', 'erase', '--plan', planId, '--sure', planId, '--why', 'avtalen er over')).toMatchObject({ planId, isWiped: true })
  await until(() => kari.stops.length > 0, { what: 'her page is told', withinMs: 20_000 })
  expect(kari.stops).toEqual(['not-found'])
  expect((await fetch(`${server.origin}/api/plans/${planId}`, { headers: { cookie: kari.cookie } })).status).toBe(404)
  expect(filesWith(secret)).toEqual([])
  expect(existsSync(to)).toBe(true)
  expect((await fetch(`${server.origin}/healthz`)).status).toBe(200)
}, 60_000)

const filesWith = (words: string) => readdirSync(server.dataDir)
  .filter(name => name.startsWith('plantavle.db') && readFileSync(join(server.dataDir, name)).includes(words))

async function openPerson(server: RunningServer, planId: string, name: string) {
  const { memberId, signInUrl } = await addMember(server, planId, { name })
  const cookie = await signIn(server, signInUrl)
  const device = openDevice()
  const stops: CloseReason[] = []
  class SignedInSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers: { cookie, origin: server.origin } })
      this.on('error', () => {})
    }
  }
  const open = async (): Promise<Page> => {
    const page = await openPage(server, planId, cookie, {
      edges: { ...device, WebSocket: SignedInSocket as unknown as typeof globalThis.WebSocket },
      takesOver: (reason) => {
        stops.push(reason)
        return true
      },
    })
    closers.push(() => page.line.close(), () => page.session.close())
    return page
  }
  return { memberId, cookie, stops, open }
}

function type({ plan }: PlanSession, row: string, words: string): void {
  const outcome = spliceText(plan, cell(row), { at: textOf(plan, cell(row))?.length ?? 0, remove: 0, insert: words })
  if (!outcome.ok)
    throw new Error(outcome.refusal)
}

const saved = (session: PlanSession) =>
  until(() => session.save.value.state === 'saved' && session.unsent().length === 0, { what: 'it is on disk', withinMs: 20_000 })

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
