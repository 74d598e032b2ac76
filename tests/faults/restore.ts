import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openStateHash } from '#shared/plan/stateHash.ts'
import type { SessionAnswer } from '#shared/protocol/api.ts'
import type { Manifest } from '../../server/admin/manifest.ts'
import { askServer } from '../../server/admin/socketFile.ts'
import { verifyBackup, verifyFolder } from '../../server/admin/verify.ts'
import { rawClient, type RawClient } from '../support/rawClient.ts'
import { admin, listPlans, signIn, startServer, temporaryFolder, type AddedMember, type RunningServer } from '../support/server.ts'
import { seeded, turn, until } from '../support/until.ts'
import { cellsOfRound, typeWords, wordsIn } from './words.ts'

export interface RestoreFigures {
  rounds: number
  plans: number
  /** Before a backup began, and of those what its restored folder has not. */
  acknowledged: number
  lost: number
  doubled: number
  /** Plans that are, over a socket, not what the manifest says. */
  differing: number
  /** What `verify` finds wrong in a backup, or in a folder that was restored from it. */
  unsound: number
  epochsKept: number
  sessionsAlive: number
  /** Of two that were taken into one folder at once: how many there were too many or too few of. */
  notOne: number
  /** Second servers that were let into a folder in use. */
  shared: number
  badExits: number
  slowestExitMs: number
  slowestBackupMs: number
}

/** One plan, with somebody in it, and the way in that they have. */
interface Door { readonly planId: string, readonly signInUrl: string, readonly cookie: string }

/**
 * Takes backups while six people write, restores each into an empty folder and looks at everything there: over sockets, by the
 * manifest, and by the words that were acknowledged before. Now and then two backups at once, and a SIGTERM in the middle of one.
 */
export async function drillRestore({ seed, rounds }: { seed: number, rounds: number }): Promise<{ figures: RestoreFigures, wrongs: string[] }> {
  const figures: RestoreFigures = {
    rounds, plans: 0, acknowledged: 0, lost: 0, doubled: 0, differing: 0, unsound: 0, epochsKept: 0, sessionsAlive: 0, notOne: 0, shared: 0,
    badExits: 0, slowestExitMs: 0, slowestBackupMs: 0,
  }
  const dataDir = temporaryFolder()
  let server = await startServer({ dataDir })
  try {
    const doors: Door[] = []
    for (const { planId } of await listPlans(server))
      doors.push(await openDoor(server, planId, 'Ser etter'))
    const { planId = '' } = doors[0] ?? {}
    const writers: RawClient[] = []
    for (let n = 0; n < 6; n++)
      writers.push(rawClient(await openDoor(server, planId, `Skriver ${n}`)))
    for (let round = 0; round < rounds; round++) {
      await Promise.all(writers.map(writer => writer.connect(server.origin)))
      const [{ plan }] = writers as [RawClient]
      const five = [0, 1, 2, 3, 4].map(n => cellsOfRound(plan.doc, round * 5 + n))
      const cells = { texts: five.flatMap(({ texts }) => texts), sets: five.flatMap(({ sets }) => sets) }
      const typing = writers.map((writer, n) => typeWords(writer, cells, `${round}-${n}`, seeded(seed + round * 10 + n), 25))
      await turn(800)
      const acknowledged = new Set(writers.flatMap(writer => [...writer.acknowledged]))
      figures.acknowledged = acknowledged.size
      const to = join(temporaryFolder(), 'kopi')
      const begunAt = performance.now()
      const isTwo = round % 2 === 1
      const taken = await Promise.all((isTwo ? [1, 2] : [1]).map(() => backup(dataDir, to)))
      figures.slowestBackupMs = Math.max(figures.slowestBackupMs, Math.round(performance.now() - begunAt))
      figures.notOne += Math.abs(taken.filter(Boolean).length - 1)

      const inTheMiddle = join(temporaryFolder(), 'kopi')
      const last = backup(dataDir, inTheMiddle)
      await until(() => existsSync(inTheMiddle), { what: 'a backup has begun' })
      const askedAt = performance.now()
      figures.badExits += await server.stop() === 0 ? 0 : 1
      figures.slowestExitMs = Math.max(figures.slowestExitMs, Math.round(performance.now() - askedAt))
      await Promise.all(typing)
      figures.unsound += await last && await isSound(inTheMiddle) ? 0 : 1

      const manifest = taken.find(Boolean)
      if (manifest)
        await lookInto(to, manifest, doors, acknowledged, figures)
      server = await startServer({ dataDir })
    }
    await Promise.all(writers.map(writer => writer.disconnect()))
  }
  finally {
    await server.kill()
  }
  return { figures, wrongs: wrongsOf(figures) }
}

function wrongsOf(figures: RestoreFigures): string[] {
  const zero = ['lost', 'doubled', 'differing', 'unsound', 'epochsKept', 'sessionsAlive', 'notOne', 'shared', 'badExits'] as const
  return [
    ...zero.filter(name => figures[name] !== 0).map(name => `${name}: ${figures[name]}`),
    ...figures.acknowledged > figures.rounds * 20 ? [] : [`only ${figures.acknowledged} words were acknowledged`],
    ...figures.plans === figures.rounds * 2 ? [] : [`only ${figures.plans} plans were opened`],
    ...figures.slowestExitMs <= 5_000 ? [] : [`an exit took ${figures.slowestExitMs} ms`],
  ]
}

/** Restores a backup into an empty folder, starts a server there, and looks at every plan. */
async function lookInto(
  from: string, manifest: Manifest, doors: readonly Door[], acknowledged: ReadonlySet<string>, figures: RestoreFigures,
): Promise<void> {
  const dataDir = temporaryFolder()
  figures.unsound += await isSound(from) ? 0 : 1
  await admin({ dataDir }, 'restore', '--from', from)
  const restored = verifyFolder(dataDir)
  figures.epochsKept += manifest.plans.filter(({ epoch }) => restored.plans.some(plan => plan.epoch === epoch)).length
  figures.unsound += restored.isSound ? 0 : 1
  const server = await startServer({ dataDir })
  try {
    figures.shared += await startServer({ dataDir }).then(async (second) => {
      await second.kill()
      return 1
    }, () => 0)
    for (const { planId, signInUrl, cookie } of doors) {
      figures.sessionsAlive += (await whoIs(server, cookie)).member ? 1 : 0
      const client = rawClient({ planId, cookie: await signIn(server, signInUrl) })
      await client.connect(server.origin)
      figures.plans++
      const hash = openStateHash(client.plan.doc)
      figures.differing += manifest.plans.find(plan => plan.planId === planId)?.stateHash === hash.read() ? 0 : 1
      hash.close()
      if (planId === doors[0]?.planId)
        countWords(client, acknowledged, figures)
      await client.disconnect()
    }
  }
  finally {
    await server.kill()
  }
}

function countWords({ plan }: RawClient, acknowledged: ReadonlySet<string>, figures: RestoreFigures): void {
  const found = wordsIn(plan.doc)
  figures.lost += [...acknowledged].filter(word => !found.has(word)).length
  figures.doubled += [...found.values()].filter(times => times !== 1).length
}

async function whoIs({ origin }: RunningServer, cookie: string): Promise<Partial<SessionAnswer>> {
  const answer = await fetch(`${origin}/api/session`, { headers: { cookie } })
  return answer.ok ? await answer.json() as SessionAnswer : {}
}

async function openDoor(server: RunningServer, planId: string, name: string): Promise<Door> {
  const answer = await askServer(server.dataDir, { command: 'member add', options: { plan: planId, name, organisation: 'SF', role: 'editor' } })
  if (!answer?.ok)
    throw new Error(`nobody could be added: ${JSON.stringify(answer)}`)
  const { signInUrl } = answer.value as AddedMember
  return { planId, signInUrl, cookie: await signIn(server, signInUrl) }
}

/** Null where it was refused. */
const backup = (dataDir: string, to: string) => admin<Manifest>({ dataDir }, 'backup', '--to', to).catch(() => null)

/** Whether `verify` finds nothing wrong with a backup. */
const isSound = async (from: string) => (await verifyBackup(from)).isSound
