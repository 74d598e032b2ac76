import { readdirSync, readFileSync } from 'node:fs'
import { layPlan } from '#shared/plan/lay.ts'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { readRegister } from '#shared/plan/read.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import type { Cell } from '#shared/plan/values.ts'
import { encodePresence } from '#shared/protocol/frames.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { openAccess, signInUrl } from '../../server/access/access.ts'
import { openLocalBus } from '../../server/bus/bus.ts'
import { askServer } from '../../server/admin/socketFile.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { systemClock } from '../../server/time/clock.ts'
import { presenceEntries } from '../server/support/frames.ts'
import { rawClient, type RawClient } from '../support/rawClient.ts'
import { signIn, startServer, temporaryFolder, type RunningServer } from '../support/server.ts'
import { seeded, turn, until } from '../support/until.ts'

export interface SoakFigures {
  people: number
  seconds: number
  edits: number
  comings: number
  stalls: number
  mostMegabytes: number
  /** Of the line through what it used from the warm-up on; null where it was looked at for less than half a minute. */
  megabytesAMinute: number | null
  /** After one visit of all, and after the next; null where nobody waited for it. */
  megabytesBefore: number | null
  megabytesAfter: number | null
  /** Of files, sockets and threads, before anybody came and after all have left. */
  handlesBefore: number
  handlesAfter: number
  /** What waits for its time, in the same moments; the last null where nobody waited for the plans to be let go. */
  timersBefore: number
  timersAfter: number | null
}

const inOnePlan = 25
const smallPlans = 20
const inEachSmall = 5
/** How long the server takes to let a plan go, with something to spare. */
const letGoMs = 60_000
const planIds = Array.from({ length: smallPlans + 1 }, (_, n) => `rogaland-prove-${n}`)

/**
 * A meeting of 25 in one plan, and a hundred people in twenty others, on a server of its own: they come and go, write, show where they
 * are, stop reading for a while and come back, for so many seconds. With `isWhole` all of them have been there once before, so that
 * it can be told what is left in memory when they have gone again.
 */
export async function soak(
  { seed, seconds, isWhole }: { seed: number, seconds: number, isWhole: boolean },
): Promise<{ figures: SoakFigures, wrongs: string[] }> {
  const { dataDir, links } = await layPlans()
  const server = await startServer({ dataDir })
  const wrongs: string[] = []
  const figures: SoakFigures = {
    people: inOnePlan + smallPlans * inEachSmall, seconds, edits: 0, comings: 0, stalls: 0, mostMegabytes: 0, megabytesAMinute: null,
    megabytesBefore: null, megabytesAfter: null, handlesBefore: 0, handlesAfter: 0, timersBefore: 0, timersAfter: null,
  }
  try {
    const cookies: string[] = []
    for (const link of links)
      cookies.push(await signIn(server, `${server.origin}${new URL(link).pathname}`))
    await untilGone(server)
    figures.handlesBefore = handles(server)
    figures.timersBefore = await timers(server)
    if (isWhole) {
      await visit(server, cookies, { seed: seed + 1, forMs: Math.min(20_000, seconds * 1_000), figures, wrongs })
      await untilGone(server)
      figures.megabytesBefore = await lowest(server, letGoMs)
    }
    figures.edits = figures.comings = figures.stalls = 0
    const samples = await visit(server, cookies, { seed, forMs: seconds * 1_000, figures, wrongs })
    figures.mostMegabytes = Math.round(Math.max(...samples.map(({ megabytes }) => megabytes)))
    const warm = samples.filter(({ at }) => at >= Math.min(20_000, seconds * 250))
    const isLong = (warm.at(-1)?.at ?? 0) - (warm[0]?.at ?? 0) >= 30_000
    figures.megabytesAMinute = isLong ? Math.round(slopeOf(warm) * 60_000 * 10) / 10 : null
    await untilGone(server)
    if (isWhole) {
      figures.timersAfter = await fewestTimers(server, figures.timersBefore)
      figures.megabytesAfter = await lowest(server, letGoMs, (figures.megabytesBefore ?? 0) * mostLeft)
    }
    figures.handlesAfter = handles(server)
    wrongs.push(...wrongsOf(figures), ...linesOfWoe(server))
  }
  catch (error) {
    wrongs.push(String(error))
  }
  finally {
    await server.kill()
  }
  return { figures, wrongs }
}

const mostSlope = 40
const mostLeft = 1.1
const mostMegabytes = 512

function wrongsOf(figures: SoakFigures): string[] {
  const { megabytesAMinute, megabytesBefore, megabytesAfter, mostMegabytes: most, edits, comings } = figures
  const { handlesBefore, handlesAfter, timersBefore, timersAfter } = figures
  return [
    ...(megabytesAMinute ?? 0) <= mostSlope ? [] : [`memory grew by ${megabytesAMinute} MB a minute`],
    ...(megabytesAfter ?? 0) <= (megabytesBefore ?? 0) * mostLeft ? [] : [`${megabytesAfter} MB are left of ${megabytesBefore}`],
    ...most <= mostMegabytes ? [] : [`${most} MB of memory`],
    ...handlesAfter <= handlesBefore ? [] : [`${handlesAfter} handles, and there were ${handlesBefore}`],
    ...(timersAfter ?? 0) <= timersBefore ? [] : [`${timersAfter} timers, and there were ${timersBefore}`],
    ...edits > 100 && comings > 125 ? [] : [`only ${edits} edits and ${comings} comings`],
  ]
}

/** A folder with all plans, and the sign-in links of all people; whoever is in the small plans is in all of them. */
async function layPlans(): Promise<{ dataDir: string, links: string[] }> {
  const dataDir = temporaryFolder()
  const storage = await openSqlite({ folder: dataDir })
  const [reference] = referencePlans
  if (!reference)
    throw new Error('there is no reference plan')
  const firstContent = layPlan(reference.seed())
  for (const planId of planIds) {
    await storage.createPlan({
      planId, regionId: reference.regionId, reformId: 'leve-hele-livet', epoch: 'e1', createdAt: Date.now(), title: 'Prøveplan', firstContent,
    })
  }
  const note = (about: string) => ({ at: systemClock.now(), event: 'member-added' as const, planId: null, by: 'operator' as const, about })
  const access = openAccess({ storage, bus: openLocalBus(), clock: systemClock })
  const links: string[] = []
  for (let n = 0; n < inOnePlan + inEachSmall; n++) {
    const planId = planIds[n < inOnePlan ? 0 : 1] ?? ''
    const { memberId, token } = await access.addMember(planId, { name: `Deltaker ${n}`, organisation: 'SF', role: 'editor' })
    for (const other of n < inOnePlan ? [] : planIds.slice(2))
      await storage.members.putGrant(other, memberId, { role: 'editor', registers: null, until: null }, note(memberId))
    links.push(signInUrl('http://127.0.0.1', token))
  }
  await storage.close()
  return { dataDir, links }
}

interface Visit { readonly seed: number, readonly forMs: number, readonly figures: SoakFigures, readonly wrongs: string[] }
interface Sample { readonly at: number, readonly megabytes: number }

/** All come, do what people do, and go when all of theirs is acknowledged. Gives what the server used meanwhile. */
async function visit(server: RunningServer, cookies: readonly string[], { seed, forMs, figures, wrongs }: Visit): Promise<Sample[]> {
  const began = performance.now()
  const isOver = () => performance.now() - began > forMs
  const samples: Sample[] = []
  const looking = (async () => {
    while (!isOver()) {
      samples.push({ at: performance.now() - began, megabytes: megabytes(server) })
      await turn(250)
    }
  })()
  const people = [
    ...cookies.slice(0, inOnePlan).map((cookie, n) => ({ cookie, planId: planIds[0] ?? '', place: n })),
    ...planIds.slice(1).flatMap(planId => cookies.slice(inOnePlan).map((cookie, n) => ({ cookie, planId, place: n }))),
  ]
  const clients = await Promise.all(people.map(async ({ cookie, planId, place }, n) => {
    const client = rawClient({ planId, cookie })
    await bePresent(client, server, { place, random: seeded(seed + n), isOver, figures, clientId: client.plan.doc.clientID })
    return { client, planId }
  }))
  await looking
  for (const planId of planIds) {
    const here = clients.filter(one => one.planId === planId).map(({ client }) => client)
    const hashes = () => new Set(here.map(({ plan }) => openStateHash(plan.doc).read()))
    await until(() => hashes().size === 1, { what: 'all see the same', withinMs: 20_000 }).catch(() => wrongs.push(`in ${planId} people see different plans`))
  }
  wrongs.push(...clients.flatMap(({ client }) => client.refusals.map(({ refusal }) => `refused: ${JSON.stringify(refusal)}`)))
  await Promise.all(clients.map(({ client }) => client.disconnect()))
  return samples
}

interface Presence {
  readonly place: number
  readonly random: () => number
  readonly isOver: () => boolean
  readonly figures: SoakFigures
  readonly clientId: number
}

/** One person: letters in a cell of their own, where they are, a while without reading, a while away. */
async function bePresent(client: RawClient, server: RunningServer, { place, random, isOver, figures, clientId }: Presence): Promise<void> {
  await client.connect(server.origin)
  figures.comings++
  const rows = readRegister(client.plan.doc, 'activities')
  const cell: Cell = { register: 'activities', row: rows[place % rows.length]?.id ?? '', field: 'note' }
  let written = 0
  for (let n = 1; !isOver(); n++) {
    const chance = random()
    if (client.closed()) {
      throw new Error(`somebody was sent away: ${JSON.stringify(client.closed())}`)
    }
    else if (chance < 0.02) {
      await client.disconnect()
      await turn(300 + random() * 700)
      await client.connect(server.origin)
      figures.comings++
    }
    else if (chance < 0.04) {
      const goOn = client.stall()
      await turn(500 + random() * 1_500)
      goOn()
      figures.stalls++
    }
    else if (chance < 0.3) {
      client.sendBytes(encodePresence(presenceEntries({ client: clientId, clock: n, state: { at: cell, cursor: null } })))
    }
    else {
      const length = textOf(client.plan, cell)?.length ?? 0
      const splice = length > 300 ? { at: 0, remove: length, insert: '' } : { at: length, remove: 0, insert: 'x' }
      client.write('written', plan => spliceText(plan, cell, splice))
      written++
    }
    await turn(200 + random() * 800)
  }
  figures.edits += written
  await until(() => client.isSettled(), { what: 'all of somebody\'s words are acknowledged', withinMs: 20_000 })
}

/** Sockets are closed, and threads that have nothing to do are gone. */
async function untilGone(server: RunningServer): Promise<void> {
  let last = -1
  let same = 0
  await until(async () => {
    await turn(200)
    const now = handles(server)
    same = now === last ? same + 1 : 0
    last = now
    return same >= 10
  }, { what: 'the server is at rest', withinMs: 30_000 })
}

/** The least it uses within a time; waits no longer than until that is little enough. */
async function lowest(server: RunningServer, withinMs: number, enough = 0): Promise<number> {
  const deadline = performance.now() + withinMs
  let least = Infinity
  while (performance.now() < deadline && least > enough) {
    least = Math.min(least, megabytes(server))
    await turn(250)
  }
  return Math.round(least)
}

async function timers({ dataDir }: RunningServer): Promise<number> {
  const answer = await askServer(dataDir, { command: 'metrics', options: {} })
  const { text } = Object(answer?.ok ? answer.value : null) as { text?: string }
  return Number(/^plantavle_timers (\d+)$/m.exec(text ?? '')?.[1])
}

/** The fewest there are by the time that every plan has been let go; waits no longer than until they are as few as there were. */
async function fewestTimers(server: RunningServer, enough: number): Promise<number> {
  const deadline = performance.now() + letGoMs
  let fewest = await timers(server)
  while (performance.now() < deadline && !(fewest <= enough)) {
    await turn(500)
    fewest = Math.min(fewest, await timers(server))
  }
  return fewest
}

/** What the server has told its operator of what went wrong. */
const linesOfWoe = (server: RunningServer) =>
  server.output().split('\n').filter(line => /differ|damaged|not what|fail/i.test(line)).map(line => `the server says: ${line}`)

const handles = ({ pid }: RunningServer) => readdirSync(`/proc/${pid}/fd`).length + readdirSync(`/proc/${pid}/task`).length
const megabytes = ({ pid }: RunningServer) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1_024

/** Of the line of least squares, in MB a millisecond. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [middle, level] = [mean(({ at }) => at), mean(({ megabytes }) => megabytes)]
  const spread = mean(({ at }) => (at - middle) ** 2)
  return spread === 0 ? 0 : mean(({ at, megabytes }) => (at - middle) * (megabytes - level)) / spread
}
