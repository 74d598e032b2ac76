import { WebSocket } from 'ws'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { readPlan } from '#shared/plan/read.ts'
import type { PlanAnswer } from '#shared/protocol/api.ts'
import { openCarried } from '../../client/plan/carried.ts'
import { emptyMemory, openMemoryCopy } from '../../client/plan/memoryCopy.ts'
import { openSession, type PlanSession, type SessionEdges, type SessionOptions } from '../../client/plan/session.ts'
import type { Tabs } from '../../client/plan/tabs.ts'
import { freePort, openLine, type Line } from '../support/line.ts'
import { rawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, temporaryFolder } from '../support/server.ts'
import { seeded, turn, until } from '../support/until.ts'

export interface LineFigures {
  faults: number
  words: number
  lost: number
  doubled: number
  resurrected: number
  diverged: number
  /** From when a line works again until its page is live, and all of its own is on disk. */
  slowestHealMs: number
  /** The same after a line had gone silent, which nothing tells: from when it went. */
  slowestSilentMs: number
}

const writers = 5
const fields = ['arena', 'topic', 'note'] as const
type FaultName = 'dropped' | 'refused' | 'silent' | 'slow' | 'typed-and-dropped'
const faultNames: readonly FaultName[] = ['dropped', 'dropped', 'refused', 'silent', 'slow', 'typed-and-dropped', 'typed-and-dropped']

/** One page of the real client, without a browser, behind a line of its own. */
export interface Page { readonly session: PlanSession, readonly line: Line }

/**
 * Several pages type and take away words while their lines are dropped, refused, silent or slow, each by itself, and the server is
 * killed and started anew for all at once. Counts what is lost, there twice, back again, or not the same for all.
 */
export async function harmLines({ seed, faults }: { seed: number, faults: number }): Promise<{ figures: LineFigures, wrongs: string[] }> {
  const figures: LineFigures = { faults: 0, words: 0, lost: 0, doubled: 0, resurrected: 0, diverged: 0, slowestHealMs: 0, slowestSilentMs: 0 }
  const dataDir = temporaryFolder()
  const port = await freePort()
  let server = await startServer({ dataDir, port })
  const pages: Page[] = []
  try {
    const planId = await planIdOf(server)
    const cookies: string[] = []
    for (let n = 0; n <= writers; n++)
      cookies.push(await signIn(server, (await addMember(server, planId, { name: `Skriver ${n}` })).signInUrl))
    const watcher = cookies.pop() ?? ''
    for (const cookie of cookies)
      pages.push(await openPage(server, planId, cookie))
    await until(() => pages.every(({ session }) => session.save.value.state === 'saved'), { what: 'every page is open' })

    const [there, gone] = [new Set<string>(), new Set<string>()]
    let isWriting = true
    const typing = pages.map((page, n) => type(page, n, seeded(seed + n), () => isWriting, { there, gone }))
    const rounds = Math.max(1, Math.round(faults / writers / 5))
    for (let round = 0; round < rounds; round++) {
      await Promise.all(pages.map((page, n) => harm(page, seeded(seed * 31 + round * 7 + n), figures)))
      await server.kill()
      figures.faults += writers
      server = await startServer({ dataDir, port })
      const startedAt = performance.now()
      await Promise.all(pages.map(page => healed(page, figures, startedAt)))
    }
    isWriting = false
    await Promise.all(typing)
    figures.words = there.size + gone.size
    await Promise.all(pages.map(page => healed(page, figures, performance.now())))

    const newcomer = rawClient({ planId, cookie: watcher })
    await newcomer.connect(server.origin)
    const plan = () => JSON.stringify(readPlan(newcomer.plan.doc))
    await until(() => pages.every(({ session }) => JSON.stringify(readPlan(session.plan.doc)) === plan()), { what: 'all see the same' }).catch(() => {})
    figures.diverged = pages.filter(({ session }) => JSON.stringify(readPlan(session.plan.doc)) !== plan()).length
    const found: readonly string[] = plan().match(/<\d+-\d+>/g) ?? []
    figures.lost = [...there].filter(word => !found.includes(word)).length
    figures.doubled = found.length - new Set(found).size
    figures.resurrected = [...gone].filter(word => found.includes(word)).length
    await newcomer.disconnect()
  }
  finally {
    await Promise.all(pages.map(async ({ session, line }) => {
      await session.close()
      await line.close()
    }))
    await server.kill()
  }
  const zero = ['lost', 'doubled', 'resurrected', 'diverged'] as const
  return {
    figures,
    wrongs: [
      ...zero.filter(name => figures[name] !== 0).map(name => `${name}: ${figures[name]}`),
      ...figures.slowestHealMs <= 5_000 ? [] : [`healing took ${figures.slowestHealMs} ms`],
      ...figures.slowestSilentMs <= 20_000 ? [] : [`healing from silence took ${figures.slowestSilentMs} ms`],
      ...figures.words > figures.faults ? [] : [`only ${figures.words} words were written`],
    ],
  }
}

/** Brings four faults of the line about, one after the other, and waits each time until the page has healed. */
async function harm({ session, line }: Page, random: () => number, figures: LineFigures): Promise<void> {
  for (let n = 0; n < 4; n++) {
    const fault = faultNames[Math.floor(random() * faultNames.length)] ?? 'dropped'
    figures.faults++
    const begunAt = performance.now()
    if (fault === 'silent') {
      line.goSilent()
      await until(() => session.save.value.state !== 'saved' && session.save.value.state !== 'saving', { what: 'the silence is noticed', withinMs: 30_000 })
      await healed({ session, line }, figures, begunAt, 'slowestSilentMs')
      continue
    }
    if (fault === 'slow') {
      line.delay(150 + random() * 400)
      await turn(600 + random() * 600)
      line.delay(0)
    }
    else {
      // What has just been sent is on its way, or on disk without our knowing.
      if (fault === 'typed-and-dropped')
        await until(() => session.save.value.state === 'saving', { what: 'something is on its way' })
      line.blockSync()
      await turn(fault === 'refused' ? 800 + random() * 1_500 : 20 + random() * 200)
      line.mend()
    }
    await healed({ session, line }, figures, performance.now())
    await turn(random() * 300)
  }
}

/** «Saved» is said while the line is up and nothing is on its way: with somebody typing all the while it is passed through. */
async function healed(
  { session }: Page, figures: LineFigures, from: number, name: 'slowestHealMs' | 'slowestSilentMs' = 'slowestHealMs',
): Promise<void> {
  const isUp = () => session.save.value.state === 'saved' || (session.save.value.state === 'saving' && session.save.value.since >= Date.now() - 250)
  await until(isUp, { what: `a page heals (${JSON.stringify(session.save.value)})`, withinMs: 30_000 })
  figures[name] = Math.max(figures[name], Math.round(performance.now() - from))
}

/** Words of its own, `<n-page>`, here and there in one row; one in five is taken away again. */
async function type(
  { session }: Page, page: number, random: () => number, isWriting: () => boolean, { there, gone }: { there: Set<string>, gone: Set<string> },
): Promise<void> {
  const mine: { word: string, field: typeof fields[number], row: string }[] = []
  for (let n = 0; isWriting(); n++) {
    const taken = random() < 0.2 ? mine.splice(Math.floor(random() * mine.length), 1)[0] : undefined
    const field = taken?.field ?? fields[Math.floor(random() * fields.length)] ?? 'arena'
    const cell = { register: 'activities', row: taken?.row ?? `K${String(1 + Math.floor(random() * 20)).padStart(2, '0')}`, field } as const
    const text = textOf(session.plan, cell)?.toJSON() ?? ''
    if (taken) {
      spliceText(session.plan, cell, { at: text.indexOf(taken.word), remove: taken.word.length, insert: '' })
      there.delete(taken.word)
      gone.add(taken.word)
    }
    else {
      const word = `<${n}-${page}>`
      const outcome = spliceText(session.plan, cell, { at: random() < 0.5 ? 0 : text.length, remove: 0, insert: word })
      if (outcome.ok) {
        mine.push({ word, field, row: cell.row })
        there.add(word)
      }
    }
    await turn(60 + random() * 120)
  }
}

/** `given`: what of the page's surroundings is to be another; else a device of its own, which lasts as long as the page. */
export async function openPage(
  server: { readonly origin: string }, planId: string, cookie: string,
  { edges: given = {}, ...rest }: Pick<SessionOptions, 'takesOver'> & { edges?: Partial<SessionEdges> } = {},
): Promise<Page> {
  const ask = async (path: string) => (await fetch(`${server.origin}${path}`, { headers: { cookie } })).json() as Promise<unknown>
  const answer = await ask(`/api/plans/${planId}`) as PlanAnswer
  const { member } = await ask('/api/session') as { member: { memberId: string, name: string, organisation: string } }
  const line = await openLine()
  line.leadTo(Number(new URL(server.origin).port))
  const origin = server.origin
  class SignedInSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers: { cookie, origin } })
      // A line that is refused is told by the close as well.
      this.on('error', () => {})
    }
  }
  const memory = emptyMemory()
  const session = openSession({
    answer, member, ...rest,
    edges: {
      WebSocket: SignedInSocket as unknown as typeof globalThis.WebSocket,
      address: `${line.origin.replace(/^http/, 'ws')}/sync`,
      openCopy: () => Promise.resolve({ ok: true, copy: openMemoryCopy({ memory, lasts: true }) }),
      listCopies: () => Promise.resolve([]),
      deleteCopy: () => {},
      carried: openCarried(),
      tabs: aloneInTheBrowser,
      page: null,
      ...given,
    },
  })
  return { session, line }
}

/** Web Locks of a browser with one tab. */
const aloneInTheBrowser: Tabs = {
  hold: () => Promise.resolve(() => {}),
  ifFree: (_name, work) => work(),
  whenFree: (_name, _signal, work) => void work(),
  meet: () => {},
  hear: () => ({ tell: () => {} }),
  isAnyAlive: () => Promise.resolve(false),
}
