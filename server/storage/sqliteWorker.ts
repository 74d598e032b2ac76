import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import type { Instant } from '#shared/plan/values.ts'
import { PlanSetAsideError, type Seq } from './contracts.ts'
import type { NewMember } from './people.ts'
import { openCompactionTables } from './sqliteCompaction.ts'
import { openAccessLog } from './sqliteAccessLog.ts'
import { openInvitationTables } from './sqliteInvitations.ts'
import { openMemberTables } from './sqliteMembers.ts'
import { openNewPlanTables } from './sqliteNewPlans.ts'
import { openPeopleTables } from './sqlitePeople.ts'
import { openPlanTables } from './sqlitePlans.ts'
import { openRedactionTables } from './sqliteRedaction.ts'
import { openFolder, type Folder } from './sqliteSchema.ts'
import { openSignInTables } from './sqliteSignIn.ts'
import { operationOnItsOwn, toPlainError, type OperationName, type Operations, type Reply, type Request, type WorkerSetup } from './sqliteWire.ts'
import { tryWriting } from './trial.ts'
import { isUnwritable } from './unwritable.ts'

/** So that one commit stays short however much waits. An append may be of many updates. */
const maxUpdatesPerCommit = 256

/**
 * The thread that holds the database. Group commit by draining: whatever has arrived when a commit ends goes into the next,
 * for all plans together, with no timer (S1).
 */
function serve(port: MessagePort, folder: Folder, { folder: path, busyTimeoutMs }: WorkerSetup): void {
  const { db } = folder
  const plans = openPlanTables(db)
  const accessLog = openAccessLog(db)
  const putNote = accessLog.note
  const members = openMemberTables(db, putNote)
  const invitations = openInvitationTables(db, { members, putNote })
  const signIn = openSignInTables(db, { members, invitations, putNote })
  const people = openPeopleTables(db, { members, putNote, accessLogOf: accessLog.accessLogOf })
  const newPlans = openNewPlanTables(db)
  const redactions = openRedactionTables(db, { busyTimeoutMs, putNote })
  redactions.wipe()
  const operations: Operations = {
    ...plans,
    ...members,
    ...invitations,
    ...signIn,
    ...people,
    ...accessLog,
    addMember(member, at, note) {
      addMember(member, at)
      putNote(note)
    },
    ...openCompactionTables(db),
    ...redactions,
    erasePlan(...values) {
      plans.forgetEnds()
      return redactions.erasePlan(...values)
    },
    ...newPlans,
    tryWriting: () => tryWriting(path, db),
    makePlan({ plan, by, key, grants, at }) {
      const made = newPlans.planMadeWith(by, key)
      if (made)
        return made
      plans.createPlan(plan)
      newPlans.putMaker(plan.planId, by, key)
      for (const { memberId, ...grant } of grants) {
        members.putGrantAtOnce(plan.planId, memberId, grant, at)
        putNote({ at, event: 'member-added', planId: plan.planId, by, about: memberId, facts: { role: grant.role } })
      }
      return { planId: plan.planId, isSetAside: false }
    },
    setAside(...values) {
      // Where its log ends is known no more: what comes is refused.
      plans.forgetEnds()
      return newPlans.setAside(...values)
    },
    createPlans(laid, newMembers, at) {
      laid.forEach(plan => plans.createPlan(plan))
      newMembers.forEach(member => addMember(member, at))
    },
  }
  const byName = operations as unknown as Readonly<Record<OperationName, (...values: readonly unknown[]) => unknown>>
  function addMember(member: NewMember, at: Instant): void {
    // What the operator says of an address is believed.
    members.addPerson({ ...member, isProven: true }, at)
    members.putGrantAtOnce(member.planId, member.memberId, { role: member.role, registers: null, until: null }, at)
    signIn.addToken(member.tokenHash, member.memberId, at)
  }

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
      const run = () => byName[request.name](...request.values)
      const value = request.name === operationOnItsOwn ? run() : inTransaction(run)
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
    serve(port, openFolder(setup.folder, setup), setup)
    reply({ kind: 'opened' })
  }
  catch (error) {
    reply({ kind: 'not-opened', error: toPlainError(error) })
    port.close()
  }
}

if (parentPort)
  start(parentPort, workerData as WorkerSetup)
