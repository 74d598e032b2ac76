import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { PlanSetAsideError, type Seq } from './contracts.ts'
import { openCompactionTables } from './sqliteCompaction.ts'
import { openMemberTables } from './sqliteMembers.ts'
import { openNewPlanTables } from './sqliteNewPlans.ts'
import { openPlanTables } from './sqlitePlans.ts'
import { openFolder, type Folder } from './sqliteSchema.ts'
import { toPlainError, type OperationName, type Operations, type Reply, type Request, type WorkerSetup } from './sqliteWire.ts'
import { tryWriting } from './trial.ts'
import { isUnwritable } from './unwritable.ts'

/** So that one commit stays short however much waits. An append may be of many updates. */
const maxUpdatesPerCommit = 256

/**
 * The thread that holds the database. Group commit by draining: whatever has arrived when a commit ends goes into the next,
 * for all plans together, with no timer (S1).
 */
function serve(port: MessagePort, folder: Folder, path: string): void {
  const { db } = folder
  const plans = openPlanTables(db)
  const members = openMemberTables(db)
  const newPlans = openNewPlanTables(db)
  const operations: Operations = {
    ...plans,
    ...members,
    ...openCompactionTables(db),
    ...newPlans,
    tryWriting: () => tryWriting(path, db),
    makePlan({ plan, by, key, roles, at }) {
      const made = newPlans.planMadeWith(by, key)
      if (made)
        return made
      plans.createPlan(plan)
      newPlans.putMaker(plan.planId, by, key)
      roles.forEach(({ memberId, role }) => members.putRole(plan.planId, memberId, role, at))
      return { planId: plan.planId, isSetAside: false }
    },
    setAside(...values) {
      // Where its log ends is known no more: what comes is refused.
      plans.forgetEnds()
      return newPlans.setAside(...values)
    },
    createPlans(laid, newMembers, at) {
      laid.forEach(plan => plans.createPlan(plan))
      newMembers.forEach(member => members.addMember(member, at))
    },
  }
  const byName = operations as unknown as Readonly<Record<OperationName, (...values: readonly unknown[]) => unknown>>
  const brokenHands = new Set<number>()
  type Append = Extract<Request, { kind: 'append' }>

  const countOfWrites = db.prepare('SELECT total_changes() AS n')
  const writesSoFar = () => countOfWrites.get()?.n

  const reply = (message: Reply) => port.postMessage(message)

  function inTransaction<T>(work: () => T): T {
    db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      plans.writeLines()
      db.exec('COMMIT')
      return result
    }
    catch (error) {
      plans.forgetEnds()
      if (db.isTransaction)
        db.exec('ROLLBACK')
      throw error
    }
  }

  function commit(group: readonly Append[]): void {
    const sound = group.filter(({ hand }) => !brokenHands.has(hand))
    const broken = group.filter(({ hand }) => brokenHands.has(hand))
    if (broken.length > 0)
      reply({ kind: 'not-committed', ids: broken.map(({ id }) => id), message: 'an earlier update of this log was not written', isEcho: true, isUnwritable: false })
    if (sound.length === 0)
      return
    commitTogether(sound)
  }

  function commitTogether(group: readonly Append[]): void {
    const ids = group.map(({ id }) => id)
    let isUnfit = false
    try {
      const seqs: readonly Seq[] = inTransaction(() => {
        isUnfit = true
        const appended = group.map(({ planId, entry }) =>
          'columns' in entry ? plans.append(planId, entry) : plans.bind(planId, entry.clientId, entry.to))
        isUnfit = false
        return appended
      })
      reply({ kind: 'committed', ids, seqs })
    }
    catch (error) {
      const hands = new Set(group.map(({ hand }) => hand))
      // One of them did not fit: the logs of the others have no part in it.
      if (isUnfit && hands.size > 1)
        return hands.forEach(hand => commitTogether(group.filter(append => append.hand === hand)))
      group.forEach(({ hand }) => brokenHands.add(hand))
      // That a plan is set aside says nothing of the disk.
      reply({ kind: 'not-committed', ids, message: toPlainError(error).message, isEcho: error instanceof PlanSetAsideError, isUnwritable: isUnwritable(error) })
    }
  }

  function answer(request: Exclude<Request, Append>): void {
    try {
      if (request.kind === 'close') {
        folder.close()
        reply({ kind: 'answer', id: request.id, value: null, hasWritten: false })
        port.close()
        return
      }
      const before = writesSoFar()
      const value = inTransaction(() => byName[request.name](...request.values))
      reply({ kind: 'answer', id: request.id, value, hasWritten: writesSoFar() !== before })
    }
    catch (error) {
      reply({ kind: 'failed', id: request.id, error: toPlainError(error), isUnwritable: isUnwritable(error) })
    }
  }

  port.on('message', (first: Request) => {
    let group: Append[] = []
    let updates = 0
    const settle = () => {
      commit(group)
      group = []
      updates = 0
    }
    for (let request: Request | undefined = first; request; request = nextOf(port)) {
      if (request.kind === 'append') {
        group.push(request)
        updates += 'columns' in request.entry ? request.entry.count : 1
      }
      if (request.kind !== 'append' || updates >= maxUpdatesPerCommit)
        settle()
      if (request.kind !== 'append')
        answer(request)
    }
    settle()
  })
}

function nextOf(port: MessagePort): Request | undefined {
  return receiveMessageOnPort(port)?.message as Request | undefined
}

function start(port: MessagePort, setup: WorkerSetup): void {
  const reply = (message: Reply) => port.postMessage(message)
  try {
    serve(port, openFolder(setup.folder, setup), setup.folder)
    reply({ kind: 'opened' })
  }
  catch (error) {
    reply({ kind: 'not-opened', error: toPlainError(error) })
    port.close()
  }
}

if (parentPort)
  start(parentPort, workerData as WorkerSetup)
