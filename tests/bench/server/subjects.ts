import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newMember, openAccess } from '../../../server/access/access.ts'
import { openCookies } from '../../../server/access/cookie.ts'
import { openLocalBus } from '../../../server/bus/bus.ts'
import { newPlan } from '../../../server/plans/newPlan.ts'
import { openSqlite } from '../../../server/storage/sqlite.ts'
import { systemClock } from '../../../server/time/clock.ts'
import { freePort } from '../../support/line.ts'
import { cleanEnvironment, startServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'
import { bytesOf, clientOf, type Content } from './edits.ts'
import { clocksOf, inGroups, knowsAll, openLine, type Door } from './line.ts'
import { untilIdle } from './machine.ts'
import { encodeToken, prefixOf } from './wire.ts'

export type SubjectName = 'ours' | 'y-websocket-server' | 'hocuspocus' | 'relay'

/** The plans that lie in a server's folder, and for ours the cookies of those who are members of each. */
export interface World { readonly plans: readonly { readonly name: string, readonly cookies: readonly string[] }[] }

export interface RunningSubject {
  readonly pid: number
  readonly port: number
  /** Ends it in order: what it put off is done first. */
  stop(): Promise<void>
}

/** A server that is measured. */
export interface Subject {
  readonly name: SubjectName
  /** It comes with the peers' own package. */
  readonly isPeer: boolean
  readonly acknowledges: boolean
  /** Lays plans in an empty folder, each with so many who may come in. */
  prepare(folder: string, contents: readonly Content[], people: number): Promise<World>
  start(folder: string): Promise<RunningSubject>
  door(running: RunningSubject, world: World, plan: number, person: number): Door
}

const noPrefix = new Uint8Array()
const peersFolder = join(import.meta.dirname, 'peers')

/** Ours as a user starts it: admission and rights on, each person a member who is signed in. */
const ours: Subject = {
  name: 'ours', isPeer: false, acknowledges: true,
  async prepare(folder, contents, people) {
    const storage = await openSqlite({ folder })
    const access = openAccess({ storage, bus: openLocalBus(), clock: systemClock })
    const now = systemClock.now()
    const plans = contents.map(({ regionId, seed }) => newPlan({ regionId, seed, now }))
    const members = plans.map(({ planId }) => Array.from({ length: people }, (_, n) =>
      newMember(planId, { name: `Skriver ${n + 1}`, organisation: 'SF', role: 'editor' })))
    await storage.createPlans(plans, members.flat().map(({ member }) => member), now)
    const cookies = openCookies({ isSecure: false }).session
    const cookieOf = async (token: string) => {
      const session = await access.signIn(token)
      return cookies.set(session?.secret ?? '').split(';')[0] ?? ''
    }
    const world = {
      plans: await Promise.all(plans.map(async ({ planId }, n) =>
        ({ name: planId, cookies: await Promise.all((members[n] ?? []).map(({ token }) => cookieOf(token))) }))),
    }
    await storage.close()
    return world
  },
  async start(folder) {
    const { origin, pid, stop } = await startServer({ dataDir: folder })
    return { pid, port: Number(new URL(origin).port), stop: async () => void await stop() }
  },
  door({ port }, world, plan, person) {
    const { name = '', cookies = [] } = world.plans[plan] ?? {}
    const headers = { cookie: cookies[person] ?? '', origin: `http://localhost:${port}` }
    return { url: `ws://127.0.0.1:${port}/sync/plan:${name}?ack=1`, headers, prefix: noPrefix, greeting: [] }
  },
}

const yWebsocketServer: Subject = {
  name: 'y-websocket-server', isPeer: true, acknowledges: false,
  prepare: (folder, contents) => layByWire(yWebsocketServer, folder, contents),
  start: folder => startCommand([join(peersFolder, 'node_modules/@y/websocket-server/src/server.js')], {
    HOST: '127.0.0.1', YPERSISTENCE: join(folder, 'leveldb'),
  }, { ready: /running at/, putsOff: true }),
  door: (running, world, plan) => plainDoor(running, world, plan),
}

const hocuspocus: Subject = {
  name: 'hocuspocus', isPeer: true, acknowledges: false,
  prepare: (folder, contents) => layByWire(hocuspocus, folder, contents),
  start: folder => startCommand([join(peersFolder, 'hocuspocus.js')], { DATABASE: join(folder, 'documents.db') }, {
    ready: /listening/, putsOff: true,
  }),
  door: (running, world, plan) => ({
    ...plainDoor(running, world, plan), prefix: prefixOf(world.plans[plan]?.name ?? ''), greeting: [encodeToken('somebody')],
  }),
}

const relay: Subject = {
  name: 'relay', isPeer: false, acknowledges: false,
  prepare(folder, contents) {
    const world = worldOf(contents)
    contents.forEach((content, n) => putInRelay(folder, world, n, bytesOf(content)))
    return Promise.resolve(world)
  },
  start: folder => startCommand([join(import.meta.dirname, 'relay.ts')], { FOLDER: folder }, { ready: /listening/, putsOff: false }),
  door: (running, world, plan) => plainDoor(running, world, plan),
}

/** In the order they are measured in and stand in the table. */
export const subjects: readonly Subject[] = [ours, yWebsocketServer, hocuspocus, relay]

/** What a relay sends to newcomers of a plan: it keeps nothing else. */
export function putInRelay(folder: string, world: World, plan: number, bytes: Uint8Array): void {
  writeFileSync(join(folder, encodeURIComponent(`/${world.plans[plan]?.name ?? ''}`)), bytes)
}

export const keepWorld = (folder: string, world: World) => writeFileSync(join(folder, 'world.json'), JSON.stringify(world))
export const readWorld = (folder: string) => JSON.parse(readFileSync(join(folder, 'world.json'), 'utf8')) as World

const worldOf = (contents: readonly Content[]): World => ({ plans: contents.map((_, n) => ({ name: `plan-${n}`, cookies: [] })) })

function plainDoor({ port }: RunningSubject, world: World, plan: number): Door {
  return { url: `ws://127.0.0.1:${port}/${world.plans[plan]?.name ?? ''}`, headers: {}, prefix: noPrefix, greeting: [] }
}

/** A server that knows no first content of its own is given it by a client, before it is measured. */
async function layByWire(subject: Subject, folder: string, contents: readonly Content[]): Promise<World> {
  const world = worldOf(contents)
  const running = await subject.start(folder)
  const laid = new Map<Content, Uint8Array>()
  const lay = async (content: Content, n: number) => {
    const base = laid.get(content) ?? bytesOf(content)
    laid.set(content, base)
    const door = subject.door(running, world, n, 0)
    const first = openLine({ door, client: clientOf(0), give: () => base })
    const awaited = clocksOf(base)
    await until(first.isSynced, { what: `plan ${n} is laid at ${subject.name}` })
    const second = openLine({ door, client: clientOf(1) })
    await until(() => knowsAll(second.known, awaited), { what: `plan ${n} stands at ${subject.name}` })
    first.close()
    second.close()
  }
  await inGroups(contents, 25, lay)
  await running.stop()
  return world
}

/** `putsOff`: it writes to disk after it has told the others, and is given time for that before it ends. */
async function startCommand(
  args: readonly string[], env: Readonly<Record<string, string>>, { ready, putsOff }: { ready: RegExp, putsOff: boolean },
): Promise<RunningSubject> {
  const port = await freePort()
  const child = spawn(process.execPath, args, { env: { ...cleanEnvironment(), ...env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  child.stdout.on('data', (bytes: Buffer) => { printed += bytes.toString().slice(0, 10_000) })
  child.stderr.on('data', (bytes: Buffer) => { printed += bytes.toString().slice(0, 10_000) })
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  let isStopping = false
  void gone.then(() => isStopping || console.error(`${args.join(' ')} ended by itself:\n${printed}`))
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  await until(() => {
    if (child.exitCode !== null)
      throw new Error(`${args.join(' ')} ended:\n${printed}`)
    return ready.test(printed)
  }, { what: `${args.join(' ')} listens`, withinMs: 30_000 })
  const pid = child.pid ?? 0
  return {
    pid, port,
    async stop() {
      if (child.exitCode === null && putsOff)
        await untilIdle(pid)
      isStopping = true
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(late)
      process.off('exit', killAtExit)
    },
  }
}

/** Makes a folder and gives it back. */
export function folderAt(path: string): string {
  mkdirSync(path, { recursive: true })
  return path
}
