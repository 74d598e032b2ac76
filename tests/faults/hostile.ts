import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { readPlan } from '#shared/plan/read.ts'
import type { Role } from '#shared/protocol/api.ts'
import { encodePresence } from '#shared/protocol/frames.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { presenceEntries, readServerFrame } from '../server/support/frames.ts'
import { faultsIn } from '../support/dishonestChance.ts'
import { clients, worldWithHistory } from '../support/dishonestWorld.ts'
import { chanceFrom } from '../support/honestChance.ts'
import { rawClient } from '../support/rawClient.ts'
import { addMember, signIn, startServer, temporaryFolder, type RunningServer } from '../support/server.ts'
import { seeded, turn, until } from '../support/until.ts'
import { forgedName, hostileInputs, type HostileInput } from './hostileFrames.ts'

export interface HostileFigures {
  inputs: number
  families: number
  refused: number
  /** Of an editor's, nearly right ones that were taken. */
  taken: number
  /** The whole server's, with what it does for the healthy meanwhile; and whose input it was, and how long it took. */
  dearestCpuMs: number
  dearest: string
  mostMegabytes: number
  healthyP99Ms: number
}

const planId = 'rogaland-fiendtlig'
const roles: readonly Role[] = ['reader', 'commenter', 'editor']
/** What the healthy write in: no hostile input is about it. */
const healthyCell = { register: 'activities', row: 'K02', field: 'note' } as const

/**
 * Gives a running server every hostile input of a seed, each on a connection of its own, as a reader, a commenter and an editor,
 * while two others write in the plan and a third watches who is here. `share`: of how many inputs one is taken,
 * and the first of each family in any case.
 */
export async function withstandHostile(
  { seed, share = 1 }: { seed: number, share?: number },
): Promise<{ figures: HostileFigures, wrongs: string[] }> {
  const world = worldWithHistory()
  const figures: HostileFigures = { inputs: 0, families: 0, refused: 0, taken: 0, dearestCpuMs: 0, dearest: '', mostMegabytes: 0, healthyP99Ms: 0 }
  const wrongs: string[] = []
  const { server, cookies } = await serverWith(world.doc)
  try {
    const watcher = await watch(server, cookies.marte)
    const healthy = await beHealthy(server, cookies)
    const random = seeded(seed)
    const taken = new Set<string>()
    const inputs = hostileInputs(world, chanceFrom(seed)).filter(({ family }) => {
      const isFirst = !taken.has(family)
      taken.add(family)
      return random() < 1 / share || isFirst
    })
    figures.families = new Set(inputs.map(({ family }) => family)).size
    for (const role of roles) {
      const before = honestPart(healthy.doc)
      // What may come to pass moves the forger's clock: it comes last.
      for (const input of [...inputs.filter(({ mayPass }) => !mayPass), ...inputs.filter(({ mayPass }) => mayPass)]) {
        const name = `${role}, ${input.family}`
        const spentBefore = cpuMs(server)
        const since = performance.now()
        const end = await give(server, cookies[role] ?? '', input)
        figures.inputs++
        const spent = cpuMs(server) - spentBefore
        if (spent > figures.dearestCpuMs)
          Object.assign(figures, { dearestCpuMs: spent, dearest: `${name}, ${Math.round(performance.now() - since)} ms` })
        figures.mostMegabytes = Math.max(figures.mostMegabytes, megabytes(server))
        figures[end === 'taken' ? 'taken' : 'refused'] += end === 'refused' || (end === 'taken' && input.mayPass) ? 1 : 0
        if (end === 'unanswered')
          wrongs.push(`${name}: no answer within ${patienceMs} ms`)
        if (end === 'taken' && !input.mayPass && input.family.startsWith('update: '))
          wrongs.push(`${name}: taken`)
        if (!server.isRunning())
          throw new Error(`${name}: the server has ended\n${server.output().slice(-2_000)}`)
        if (role !== 'editor' && honestPart(healthy.doc) !== before)
          throw new Error(`${name}: the plan is another`)
      }
    }
    await healthy.stop()
    figures.healthyP99Ms = healthy.p99Ms()
    wrongs.push(...healthy.wrongs(), ...watcher.wrongs(), ...await compare(server, cookies.marte, healthy.doc))
  }
  catch (error) {
    wrongs.push(String(error))
  }
  finally {
    await server.kill()
  }
  const limitsOf = { dearestCpuMs: 500, mostMegabytes: 512, healthyP99Ms: 250 } as const
  for (const [name, most] of Object.entries(limitsOf) as [keyof typeof limitsOf, number][]) {
    if (figures[name] > most)
      wrongs.push(`${name}: ${figures[name]}, and may be ${most}`)
  }
  return { figures, wrongs }
}

type HostileServer = RunningServer & { isRunning(): boolean }
interface Cookies { readonly kari: string, readonly olav: string, readonly marte: string, readonly [role: string]: string }

/** A server with the world's plan in it, whose writers' client ids are theirs. */
async function serverWith(doc: Y.Doc): Promise<{ server: HostileServer, cookies: Cookies }> {
  const dataDir = temporaryFolder()
  await (await startServer({ dataDir })).stop()
  const first = await openSqlite({ folder: dataDir })
  await first.createPlan({
    planId, regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: 'e1', createdAt: Date.now(), title: 'Prøveplan',
    firstContent: Y.encodeStateAsUpdate(doc),
  })
  await first.close()
  const beside = await startServer({ dataDir })
  const names: Readonly<Record<string, Role>> = {
    kari: 'editor', olav: 'editor', marte: 'editor', reader: 'reader', commenter: 'commenter', editor: 'editor',
  }
  const members = new Map<string, Awaited<ReturnType<typeof addMember>>>()
  for (const [name, role] of Object.entries(names))
    members.set(name, await addMember(beside, planId, { name, role }))
  await beside.stop()
  const storage = await openSqlite({ folder: dataDir })
  for (const name of ['kari', 'olav', 'marte'] as const)
    await storage.log(planId).bind(clients[name], members.get(name)?.memberId ?? '')
  await storage.log(planId).bind(clients.mallory, members.get('editor')?.memberId ?? '')
  await storage.close()
  const server = await startServer({ dataDir })
  const cookies: Record<string, string> = {}
  for (const [name, { signInUrl }] of members)
    cookies[name] = await signIn(server, signInUrl)
  const isRunning = () => {
    try {
      return process.kill(server.pid, 0)
    }
    catch {
      return false
    }
  }
  return { server: { ...server, isRunning }, cookies: cookies as unknown as Cookies }
}

const patienceMs = 20_000
const address = ({ origin }: RunningServer) => `${origin.replace(/^http/, 'ws')}/sync/plan:${planId}?ack=1`

/** Sends one input on a connection of its own. `taken`: all of it was acknowledged, or answered without a close. */
async function give(server: RunningServer, cookie: string, { frames, as }: HostileInput): Promise<'taken' | 'refused' | 'unanswered'> {
  const socket = new WebSocket(address(server), { headers: { cookie, origin: server.origin } })
  socket.on('error', () => {})
  const updates = frames.filter(frame => frame[0] === 0 && (frame[1] === 1 || frame[1] === 2)).length
  const closed = once(socket, 'close').then(() => 'refused' as const)
  let acked = 0
  const answered = new Promise<'taken'>((resolve) => {
    let hasPong = false
    const look = () => hasPong && acked >= updates && resolve('taken')
    socket.on('pong', () => { hasPong = true; look() })
    socket.on('message', (bytes: Buffer) => {
      const frame = readServerFrame(bytes)
      if (frame.kind === 'ack')
        acked = frame.count
      look()
    })
  })
  socket.on('open', () => {
    for (const frame of frames) {
      if (as === 'pings')
        Array.from({ length: 300 }, () => socket.ping())
      if (as === 'pieces') {
        const half = Math.ceil(frame.length / 3)
        ;[0, 1, 2].forEach(n => socket.send(frame.subarray(n * half, (n + 1) * half), { binary: true, fin: n === 2 }))
      }
      else {
        socket.send(as === 'text' ? Buffer.from(frame).toString('latin1') : frame, { binary: as !== 'text' })
      }
    }
    socket.ping()
  })
  let stopWaiting = () => {}
  const patience = new Promise<'unanswered'>((resolve) => {
    const timer = setTimeout(() => resolve('unanswered'), patienceMs)
    stopWaiting = () => clearTimeout(timer)
  })
  const end = await Promise.race([closed, answered, patience])
  stopWaiting()
  socket.terminate()
  return end
}

/** Two who write to each other all the while. */
async function beHealthy(server: RunningServer, cookies: Cookies) {
  const olavsDoc = new Y.Doc()
  olavsDoc.clientID = clients.olav
  const [kari, olav] = [rawClient({ planId, cookie: cookies.kari }), rawClient({ planId, cookie: cookies.olav, doc: olavsDoc })]
  await Promise.all([kari.connect(server.origin), olav.connect(server.origin)])
  olav.sendBytes(encodePresence(presenceEntries({ client: clients.olav, state: { at: healthyCell, cursor: null } })))
  const words = () => textOf(olav.plan, healthyCell)?.toJSON() ?? ''
  const delays: number[] = []
  let isStopped = false
  let written = ''
  const writing = (async () => {
    while (!isStopped) {
      const letter = 'abcdefghij'[written.length % 10] ?? 'x'
      const at = performance.now()
      kari.write(letter, plan => spliceText(plan, healthyCell, { at: 0, remove: written.length >= 1_000 ? 1_000 : 0, insert: letter }))
      written = letter + (written.length >= 1_000 ? '' : written)
      await until(() => words() === written || kari.closed() !== null, { what: 'the letter is seen', withinMs: 15_000 })
      delays.push(performance.now() - at)
      await turn(30)
    }
  })()
  writing.catch(() => {})
  return {
    doc: kari.plan.doc,
    p99Ms: () => Math.round(delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? 0),
    wrongs: () => [
      ...[kari, olav].flatMap(({ closed, refusals }) => [closed(), ...refusals].filter(Boolean))
        .map(what => `a healthy one was sent away: ${JSON.stringify(what)}`),
      ...words() === written ? [] : ['healthy words are lost'],
      ...delays.length > 20 ? [] : [`the healthy wrote ${delays.length} letters`],
    ],
    async stop() {
      isStopped = true
      await writing
    },
  }
}

/** Looks at who is said to be here, from the first moment on. */
async function watch(server: RunningServer, cookie: string) {
  const socket = new WebSocket(address(server), { headers: { cookie, origin: server.origin } })
  const wrongs = new Set<string>()
  socket.on('message', (bytes: Buffer) => {
    const frame = readServerFrame(bytes)
    for (const { client, state } of frame.kind === 'presence' ? frame.entries : []) {
      if (JSON.stringify(state).includes(`"name":"${forgedName}"`))
        wrongs.add('somebody is seen under a forged name')
      if (client === clients.olav && (state as { user?: { name?: string } } | null)?.user?.name !== 'olav')
        wrongs.add('somebody else was seen as Olav, or he was taken away')
      if (client === clients.kari)
        wrongs.add('somebody was seen as Kari, who shows nothing')
    }
  })
  await once(socket, 'open')
  return { wrongs: () => [...wrongs, ...socket.readyState === WebSocket.OPEN ? [] : ['the one who watched was sent away']] }
}

/** A newcomer, and the next server's, must meet what those who were there have, and it must be sound. */
async function compare(server: RunningServer, cookie: string, doc: Y.Doc): Promise<string[]> {
  const wrongs = faultsIn(doc).map(fault => `not sound: ${fault}`)
  for (const where of ['the server', 'the next server']) {
    const newcomer = rawClient({ planId, cookie })
    const at = where === 'the server' ? server : await (await server.kill(), startServer({ dataDir: server.dataDir }))
    await newcomer.connect(at.origin)
    if (JSON.stringify(readPlan(newcomer.plan.doc)) !== JSON.stringify(readPlan(doc)))
      wrongs.push(`${where} gives a newcomer another plan`)
    await newcomer.disconnect()
    if (at !== server)
      await at.kill()
  }
  return wrongs
}

function honestPart(doc: Y.Doc): string {
  const { activities, ...others } = readPlan(doc)
  return JSON.stringify({ ...others, activities: activities.map(row => row.id === healthyCell.row ? { ...row, note: '' } : row) })
}

/** What the server process has used of processors, in ms; from the kernel's own count, in ticks of 10 ms. */
function cpuMs({ pid }: RunningServer): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
const megabytes = ({ pid }: RunningServer) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1_024)
