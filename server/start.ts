import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openAdmin } from './admin/commands.ts'
import { serveAdmin, type AdminSocket } from './admin/socketFile.ts'
import { tellOfAstray } from './access/addresses.ts'
import { openAccess, signInUrl } from './access/access.ts'
import { openInviting } from './access/inviting.ts'
import { openMemberLetters } from './access/memberLetters.ts'
import { mayChange } from './access/rules.ts'
import { openSeen } from './access/seen.ts'
import { openSignIn } from './access/signIn.ts'
import { openLocalBus } from './bus/bus.ts'
import type { Clock } from './time/clock.ts'
import type { Environment } from './environment.ts'
import { noteAccessChange } from './operation/accessNotes.ts'
import type { Mail } from './mail/mail.ts'
import { openMetrics } from './operation/metrics.ts'
import { noteRefusals } from './access/refusalNotes.ts'
import { unwatched, type Watch } from './operation/watch.ts'
import { layDemo } from './plans/demo.ts'
import { openKeptOfPerson } from './plans/keptOfPerson.ts'
import { openNewPlans } from './plans/making.ts'
import { lookAtPeriods } from './plans/periods.ts'
import { openPlanThread } from './plans/planThread.ts'
import { openReforms } from './plans/reforms.ts'
import { openCheckpoints } from './rooms/checkpoints.ts'
import { openCompaction } from './rooms/compaction.ts'
import { openLargeJudge } from './rooms/largeJudge.ts'
import { openRooms, type Rooms } from './rooms/rooms.ts'
import { openScrub, scrubThread } from './rooms/scrub.ts'
import { openWriting } from './rooms/writing.ts'
import type { Storage } from './storage/contracts.ts'
import { openSqlite } from './storage/sqlite.ts'
import type { Demo } from './texts/sentences.ts'
import type { Bounds } from './transport/bounds.ts'
import { readClientFiles } from './transport/clientFiles.ts'
import { openServer, type RunningServer } from './transport/server.ts'

export interface StartOptions {
  readonly environment: Environment
  readonly clock: Clock
  readonly report: (what: string, error: unknown) => void
  /** Nothing can be written any more. */
  readonly onLost: (error: Error) => void
  /** What the operator's log is told; nothing, unless said. */
  readonly note?: Watch['note']
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
  readonly rooms: Pick<Rooms, 'freeze' | 'census'>
  /** Stops accepting, sends the peers away, settles the log and closes the database, in that order. May be called twice. */
  close(): Promise<void>
}

export const builtClientFolder = fileURLToPath(new URL('../dist', import.meta.url))

/**
 * Wires the server together and lets it listen. What an empty folder gets is on disk before that; and this resolves in the turn
 * in which listening began, so that the links can be printed before anybody is answered.
 */
export async function startServer({
  environment, clock, report, onLost, note = unwatched.note, clientFolder = builtClientFolder, bounds = {},
}: StartOptions): Promise<Plantavle> {
  const { host, port, dataDir, publicOrigin } = environment
  const folder = resolve(dataDir)
  let looked: { readonly rooms: Rooms, readonly server: RunningServer } | null = null
  const metrics = openMetrics({
    census: () => looked?.rooms.census() ?? [],
    traffic: () => looked?.server.traffic() ?? { received: 0, sent: 0 },
    isBarred: () => writing.isBarred(),
    timers: clock.waiting,
  })
  const watch: Watch = { count: metrics.count, note }
  const storage = await openSqlite({
    folder,
    onLost,
    watch: {
      committed: metrics.committed,
      failed({ name }, isUnwritable) {
        watch.count('storage-failed', name === 'LogReadError' ? 'damaged' : isUnwritable ? 'unwritable' : 'other')
        if (isUnwritable)
          writing.bar()
      },
    },
  })
  const writing = openWriting({ storage, clock })
  writing.subscribe(isBarred => note(isBarred ? 'storage-unwritable' : 'storage-writable', { reason: storage.failure()?.message }))
  const closers: (() => Promise<void>)[] = [() => storage.close(), () => Promise.resolve(writing.close())]
  let closing: Promise<void> | null = null
  const close = () => closing ??= closers.reduceRight((before, closer) => before.then(closer, closer), Promise.resolve())

  try {
    const bus = openLocalBus()
    bus.subscribe(change => noteAccessChange(watch, change))
    const access = openAccess({ storage, bus, clock })
    const judge = openLargeJudge({ clock, onSpent: () => watch.count('judge-spent') })
    closers.push(() => judge.close())
    const checkpoints = openCheckpoints({ clock, report, watch })
    closers.push(() => checkpoints.close())
    const scrub = openScrub(scrubThread(clock))
    closers.push(() => scrub.close())
    const rooms = openRooms({
      storage, clock, report, judge, checkpoints, scrub, writing, admit: mayChange,
      watch: { count: watch.count, note: noteRefusals(watch.note, { storage, clock, report }) },
      onLeft: planId => void compaction.look(planId),
    })
    closers.push(() => rooms.close())
    const compaction = openCompaction({
      storage, clock, report, isBarred: writing.isBarred,
      onDiffering: planId => rooms.renew(planId, 'the log did not come to what its checkpoint said'),
    })
    closers.push(() => compaction.close())
    const thread = openPlanThread()
    closers.push(() => thread.close())
    const reforms = openReforms({ storage, clock, report })
    const publicAddress = () => looked?.server.origins.publicOrigin ?? publicOrigin ?? ''
    const mail = await openMail(environment, clock, watch)
    closers.push(() => mail.close())
    const oidc = await openOidc(environment, clock, () => `${publicAddress()}/api/sign-in/provider/answer`)
    const seen = openSeen({ storage, clock, report })
    closers.push(() => seen.close())
    const laid = await layDemo({ storage, access, clock })
    await lookAtPeriods(storage, report)
    await tellOfAstray(storage, report)
    let listensAt: (address: string) => void = () => {}
    const reachedAt = new Promise<string>((resolve) => { listensAt = resolve })
    const answer = openAdmin({
      storage, access, clock, reforms, thread, metrics, publicOrigin: () => reachedAt,
      hold: (planId, work) => compaction.aside(() => rooms.hold(planId, work)),
    })
    const admin: AdminSocket = await serveAdmin({ folder, answer, report })
    closers.push(() => admin.close())
    const server = await openServer({
      host, port, publicOrigin, bounds, access, storage, rooms, bus, clock, report, watch, seen, oidc,
      signIn: openSignIn({ storage, access, mail, clock, watch, publicOrigin: publicAddress }),
      inviting: openInviting({ storage, mail, clock, report, publicOrigin: publicAddress }),
      letters: openMemberLetters({ storage, mail, report, publicOrigin: publicAddress }),
      ways: { email: mail.isThere, provider: oidc?.name ?? null, contact: environment.contact ?? null },
      monitoring: environment.metricsToken ? { token: environment.metricsToken, text: metrics.text } : null,
      reformOf: (reformId, regionId) => reforms.describe(reformId, regionId),
      countiesByRegion: async () => new Map((await reforms.regions()).map(({ id, counties }) => [id, counties])),
      keptOf: openKeptOfPerson({ storage, thread }),
      newPlans: openNewPlans({ storage, bus, reforms, thread, clock }),
      clientFiles: readClientFiles(clientFolder),
      ailment: () => storage.failure() ? 'storage-failed'
        : rooms.isAnyUnreadable() || compaction.isAnyDamaged() ? 'plan-unreadable' : rooms.hasDiffered() ? 'plan-differed' : null,
    })
    closers.push(() => server.close())
    looked = { rooms, server }
    const address = server.origins.publicOrigin
    listensAt(address)
    return { address, port: server.port, demo: laid?.(token => signInUrl(address, token)) ?? null, storage, rooms, close }
  }
  catch (error) {
    await close()
    throw error
  }
}

/** What only some servers have is loaded by those alone. */
async function openMail({ mail = null }: Environment, clock: Clock, watch: Watch): Promise<Mail> {
  return mail
    ? (await import('./mail/mail.ts')).openMail({ settings: mail, clock, watch })
    : { isThere: false, send: () => Promise.resolve('failed'), close: () => Promise.resolve() }
}

async function openOidc({ oidc = null }: Environment, clock: Clock, redirectUri: () => string) {
  return oidc && (await import('./access/oidc.ts')).openOidc({ settings: oidc, clock, redirectUri })
}
