import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openAdmin } from './admin/commands.ts'
import { serveAdmin, type AdminSocket } from './admin/socketFile.ts'
import { openAccess, signInUrl } from './access/access.ts'
import { mayChange } from './access/rules.ts'
import { openLocalBus } from './bus/bus.ts'
import type { Clock } from './time/clock.ts'
import type { Environment } from './environment.ts'
import { layDemo } from './plans/demo.ts'
import { openNewPlans } from './plans/making.ts'
import { lookAtPeriods } from './plans/periods.ts'
import { openPlanThread } from './plans/planThread.ts'
import { openReforms } from './plans/reforms.ts'
import { openCheckpoints } from './rooms/checkpoints.ts'
import { openLargeJudge } from './rooms/largeJudge.ts'
import { openRooms, type Rooms } from './rooms/rooms.ts'
import type { Storage } from './storage/contracts.ts'
import { openSqlite } from './storage/sqlite.ts'
import type { Demo } from './texts/sentences.ts'
import type { Bounds } from './transport/bounds.ts'
import { readClientFiles } from './transport/clientFiles.ts'
import { openServer } from './transport/server.ts'

export interface StartOptions {
  readonly environment: Environment
  readonly clock: Clock
  readonly report: (what: string, error: unknown) => void
  /** Nothing can be written any more. */
  readonly onLost: (error: Error) => void
  /** Where the built client lies; the project's own `dist` unless said. */
  readonly clientFolder?: string
  /** Where they are to differ from the usual ones. */
  readonly bounds?: Partial<Bounds>
}

export interface Plantavle {
  readonly address: string
  readonly port: number
  /** What was laid when the folder was empty, as long as nobody has signed in. */
  readonly demo: Demo | null
  readonly storage: Storage
  readonly rooms: Pick<Rooms, 'freeze'>
  /** Stops accepting, sends the peers away, settles the log and closes the database, in that order. May be called twice. */
  close(): Promise<void>
}

export const builtClientFolder = fileURLToPath(new URL('../dist', import.meta.url))

/**
 * Wires the server together and lets it listen. What an empty folder gets is on disk before that; and this resolves in the turn
 * in which listening began, so that the links can be printed before anybody is answered.
 */
export async function startServer({
  environment, clock, report, onLost, clientFolder = builtClientFolder, bounds = {},
}: StartOptions): Promise<Plantavle> {
  const { host, port, dataDir, publicOrigin } = environment
  const folder = resolve(dataDir)
  const storage = await openSqlite({ folder, onLost })
  const closers: (() => Promise<void>)[] = [() => storage.close()]
  let closing: Promise<void> | null = null
  const close = () => closing ??= closers.reduceRight((before, closer) => before.then(closer, closer), Promise.resolve())

  try {
    const bus = openLocalBus()
    const access = openAccess({ storage, bus, clock })
    const judge = openLargeJudge({ clock })
    closers.push(() => judge.close())
    const checkpoints = openCheckpoints({ clock, report })
    closers.push(() => checkpoints.close())
    const rooms = openRooms({ storage, clock, report, judge, checkpoints, admit: mayChange })
    closers.push(() => rooms.close())
    const thread = openPlanThread()
    closers.push(() => thread.close())
    const reforms = openReforms({ storage, clock, report })
    const laid = await layDemo({ storage, access, clock })
    await lookAtPeriods(storage, report)
    let listensAt: (address: string) => void = () => {}
    const reachedAt = new Promise<string>((resolve) => { listensAt = resolve })
    const answer = openAdmin({ storage, access, clock, reforms, thread, publicOrigin: () => reachedAt })
    const admin: AdminSocket = await serveAdmin({ folder, answer, report })
    closers.push(() => admin.close())
    const server = await openServer({
      host, port, publicOrigin, bounds, access, storage, rooms, bus, clock, report,
      reformOf: (reformId, regionId) => reforms.describe(reformId, regionId),
      countiesByRegion: async () => new Map((await reforms.regions()).map(({ id, counties }) => [id, counties])),
      newPlans: openNewPlans({ storage, bus, reforms, thread, clock }),
      clientFiles: readClientFiles(clientFolder),
      ailment: () => storage.failure() ? 'storage-failed' : rooms.isAnyUnreadable() ? 'plan-unreadable' : null,
    })
    closers.push(() => server.close())
    const address = server.origins.publicOrigin
    listensAt(address)
    return { address, port: server.port, demo: laid?.(token => signInUrl(address, token)) ?? null, storage, rooms, close }
  }
  catch (error) {
    await close()
    throw error
  }
}
