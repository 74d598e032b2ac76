import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import * as Y from 'yjs'
import type { Role } from '#shared/protocol/api.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import type { AdminCommandName } from '../../server/access/rules.ts'
import { askServer } from '../../server/admin/socketFile.ts'
import { startServer, type Plantavle } from '../../server/start.ts'
import { systemClock } from '../../server/time/clock.ts'
import { freePort, type Line } from './line.ts'
import { rawClient } from './rawClient.ts'
import { signIn, temporaryFolder } from './server.ts'
import { until } from './until.ts'

/** A server in the test's own process, behind a line, wired as it always is: so that the test can freeze rows and change the epoch. */
export interface OwnServer {
  readonly planId: string
  /** What the log says, whoever is connected. */
  stored(): Promise<Y.Doc>
  storedText(cell: Cell): Promise<string>
  addMember(name: string, role?: Role): Promise<{ memberId: string, signInUrl: string }>
  setRole(memberId: string, role: Role): Promise<void>
  removeMember(memberId: string): Promise<void>
  /** Somebody else's change, over a connection of their own; resolves when it is on disk. */
  writeAsAnother(change: (plan: Plan) => void): Promise<void>
  freeze(row: { register: string, row: string }): () => void
  restart(): Promise<void>
  /** As after a restore from a backup: what stands is the same, under another epoch. */
  beginEpoch(): Promise<void>
  close(): Promise<void>
}

export async function openOwnServer(line: Line): Promise<OwnServer> {
  const folder = temporaryFolder()
  const port = await freePort()
  line.leadTo(port)
  const start = () => startServer({
    environment: { port, host: '127.0.0.1', dataDir: folder, publicOrigin: line.origin },
    clock: systemClock,
    report: (what, error) => console.warn(what, error),
    onLost: (error) => { throw error },
  })
  let server: Plantavle = await start()
  const plans = await server.storage.plans()
  const planId = plans.find(({ regionId }) => regionId === 'rogaland')?.planId ?? ''

  async function admin(command: AdminCommandName, options: Record<string, string>): Promise<unknown> {
    const answer = await askServer(folder, { command, options })
    if (!answer?.ok)
      throw new Error(`refused: ${JSON.stringify(answer)}`)
    return answer.value
  }

  const self: OwnServer = {
    planId,
    async stored() {
      const doc = new Y.Doc()
      for (const update of await server.storage.log(planId).read())
        Y.applyUpdate(doc, update)
      return doc
    },
    async storedText(cell) {
      const words = readCellPlain(await self.stored(), cell)
      return typeof words === 'string' ? words : ''
    },
    addMember: async (name, role = 'editor') =>
      await admin('member add', { plan: planId, name, organisation: 'KS', role }) as { memberId: string, signInUrl: string },
    setRole: async (memberId, role) => void await admin('member role', { plan: planId, member: memberId, role }),
    removeMember: async memberId => void await admin('member remove', { plan: planId, member: memberId }),
    async writeAsAnother(change) {
      const { signInUrl } = await self.addMember('Olav Berge')
      const client = rawClient({ planId, cookie: await signIn({ origin: line.origin }, signInUrl) })
      await client.connect(line.origin, { via: `http://127.0.0.1:${port}` })
      client.write('change', change)
      await until(() => client.acknowledged.has('change'), { what: 'another\'s change is on disk' })
      await client.disconnect()
    },
    freeze: row => server.rooms.freeze(planId, row),
    async restart() {
      await server.close()
      server = await start()
    },
    async beginEpoch() {
      await server.close()
      const db = new DatabaseSync(join(folder, 'plantavle.db'))
      db.prepare('UPDATE plans SET epoch = ? WHERE id = ?').run(`epoch-${Date.now()}`, planId)
      db.close()
      server = await start()
    },
    close: () => server.close(),
  }
  return self
}
