import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import {
  FolderInUseError, FolderUnfitError, LogReadError, LogWriteError, type PlanLog, type Seq, type Storage,
} from './contracts.ts'
import {
  packEntries, type Binding, type OperationName, type Operations, type PackedEntries, type PlainError, type Reply, type Request, type WorkerSetup,
} from './sqliteWire.ts'

/** What the storage tells of itself while it works. */
export interface StorageWatch {
  /** So many updates went to the disk in one commit, the first of them so long after it was asked for. */
  committed(updates: number, waitedMs: number): void
  /** Something could not be written or read. With `isUnwritable` it is the disk, which takes nothing; told before those who wait hear of it. */
  failed(error: Error, isUnwritable: boolean): void
}

export interface SqliteOptions {
  readonly folder: string
  /** How long a write waits for another connection to the same file (a backup's). */
  readonly busyTimeoutMs?: number
  /** How long opening waits for another holder of the folder to let go. */
  readonly lockTimeoutMs?: number
  /** The thread that writes has died. Nothing can be kept from here on. */
  readonly onLost?: (error: Error) => void
  readonly watch?: StorageWatch
}

/**
 * Keeps plans and members in one SQLite file in `folder`, written by a worker thread in groups.
 * Rejects with {@link FolderInUseError} while another server or command holds the folder.
 */
export async function openSqlite(options: SqliteOptions): Promise<Storage> {
  const { folder, busyTimeoutMs = 5_000, lockTimeoutMs = 1_500, onLost, watch } = options
  const setup: WorkerSetup = { folder, busyTimeoutMs, lockTimeoutMs }
  // The flags this process was started with are its own affair.
  const worker = new Worker(new URL('./sqliteWorker.ts', import.meta.url), { workerData: setup, execArgv: [] })
  const waiting = new Map<number, { resolve: (value: never) => void, reject: (error: Error) => void, updates: number, askedAt: number }>()
  let lastId = 0
  let lastHand = 0
  let closing: Promise<void> | null = null
  let lost: Error | null = null
  let failure: Error | null = null

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (reply: Reply) => {
      if (reply.kind === 'opened')
        resolve()
      else if (reply.kind === 'not-opened')
        reject(toError(reply.error))
      else
        settle(reply)
    })
    worker.on('error', error => lose(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', code => lose(new LogWriteError(`the thread that writes ended with ${code}`)))
    function lose(error: Error): void {
      reject(error)
      lost ??= error
      for (const { reject: refuse } of waiting.values())
        refuse(new LogWriteError(error.message))
      waiting.clear()
      if (!closing)
        onLost?.(error)
    }
  })

  function settle(reply: Exclude<Reply, { kind: 'opened' | 'not-opened' }>): void {
    switch (reply.kind) {
      case 'committed':
        failure = null
        tellOfCommit(reply.ids)
        return reply.ids.forEach((id, n) => take(id)?.resolve(reply.seqs[n] as never))
      case 'not-committed':
        if (!reply.isEcho) {
          failure = new LogWriteError(reply.message)
          watch?.failed(failure, reply.isUnwritable)
        }
        return reply.ids.forEach(id => take(id)?.reject(new LogWriteError(reply.message)))
      case 'answer':
        if (reply.hasWritten)
          failure = null
        return take(reply.id)?.resolve(reply.value as never)
      case 'failed':
        failure = toError(reply.error)
        watch?.failed(failure, reply.isUnwritable)
        return take(reply.id)?.reject(failure)
    }
  }

  function tellOfCommit(ids: readonly number[]): void {
    const asked = ids.flatMap(id => waiting.get(id) ?? [])
    watch?.committed(asked.reduce((sum, { updates }) => sum + updates, 0), performance.now() - Math.min(...asked.map(({ askedAt }) => askedAt)))
  }

  function take(id: number) {
    const found = waiting.get(id)
    waiting.delete(id)
    return found
  }

  /** Throws at once, and keeps nothing, where a request is no message for a thread. */
  function ask<T>(toRequest: (id: number) => Request, updates = 0): Promise<T> {
    if (lost)
      return Promise.reject(new LogWriteError(lost.message))
    const id = ++lastId
    worker.postMessage(toRequest(id))
    return new Promise<T>((resolve, reject) => waiting.set(id, { resolve, reject, updates, askedAt: performance.now() }))
  }

  function call<N extends OperationName>(name: N) {
    return async (...values: Parameters<Operations[N]>) => {
      if (closing)
        throw new Error('the storage is closed')
      return await ask<ReturnType<Operations[N]>>(id => ({ kind: 'call', id, name, values }))
    }
  }

  const load = call('load')
  const keep = call('keep')
  const changes = call('changes')
  const lastChange = call('lastChange')
  const owners = call('owners')
  const rows = call('rows')
  const extent = call('extent')
  const compact = call('compact')
  const newEpoch = call('newEpoch')
  const tryWriting = call('tryWriting')
  const redact = call('redact')
  /** How often each log has been written anew: a checkpoint of what it was before is not kept. */
  const rewritten = new Map<string, number>()
  const timesRewritten = (planId: string) => rewritten.get(planId) ?? 0

  function log(planId: string): PlanLog {
    const hand = ++lastHand
    let isBroken = false
    let loadedAt = timesRewritten(planId)

    function write(toEntry: () => PackedEntries | Binding): Promise<Seq> {
      if (closing || isBroken)
        return Promise.reject(new LogWriteError(closing ? 'the storage is closed' : 'an earlier update of this log was not written'))
      try {
        const entry = toEntry()
        return ask<Seq>(id => ({ kind: 'append', id, hand, planId, entry }), 'columns' in entry ? entry.count : 0)
      }
      catch (error) {
        isBroken = true
        return Promise.reject(new LogWriteError('an entry that cannot be handed to the thread that writes', { cause: error }))
      }
    }

    return {
      load() {
        loadedAt = timesRewritten(planId)
        return load(planId)
      },
      read: () => load(planId).then(({ checkpoint, tail }) => checkpoint ? [checkpoint.update, ...tail] : tail),
      keep: checkpoint => loadedAt === timesRewritten(planId) ? keep(planId, checkpoint) : Promise.resolve(),
      rows: (after, most) => rows(planId, after, most),
      extent: () => extent(planId),
      compact: (runs, through) => compact(planId, runs, through),
      changes: () => changes(planId),
      lastChange: (register, row) => lastChange(planId, register, row),
      owners: () => owners(planId),
      append: (...entries) => write(() => packEntries(entries)),
      bind: (clientId, to) => write(() => ({ clientId, to })).then(() => {}),
    }
  }

  return {
    plans: call('plans'),
    plan: call('plan'),
    createPlan: call('createPlan'),
    createPlans: call('createPlans'),
    makePlan: call('makePlan'),
    planMadeWith: call('planMadeWith'),
    countMadeBy: call('countMadeBy'),
    untouchedPlansOf: call('untouchedPlansOf'),
    setAside: call('setAside'),
    bringBack: call('bringBack'),
    plansSetAside: call('plansSetAside'),
    putPeriod: call('putPeriod'),
    newEpoch: (planId, why, at) => newEpoch(planId, randomBytes(16).toString('hex'), why, at),
    foldLines: call('foldLines'),
    reforms: call('reforms'),
    addReform: call('addReform'),
    replaceReform: call('replaceReform'),
    removeReform: call('removeReform'),
    log,
    members: {
      add: call('addMember'),
      find: call('findMember'),
      addPerson: call('addPerson'),
      findByEmail: call('findByEmail'),
      findWithAddress: call('findWithAddress'),
      astrayMembers: call('astrayMembers'),
      hasProvenEmail: call('hasProvenEmail'),
      putAddress: call('putAddress'),
      rename: call('rename'),
      grant: call('grant'),
      right: call('right'),
      held: call('held'),
      putGrant: call('putGrant'),
      removeGrant: call('removeGrant'),
      inPlan: call('inPlan'),
      deputiesIn: call('deputiesIn'),
      deputiesWith: call('deputiesWith'),
      appointDeputy: call('appointDeputy'),
      endDeputy: call('endDeputy'),
      see: call('see'),
      neverSignedIn: call('neverSignedIn'),
      plansOf: call('plansOf'),
      officesOf: call('officesOf'),
      putOffice: call('putOffice'),
      removeOffice: call('removeOffice'),
      addToken: call('addToken'),
      tokenMember: call('tokenMember'),
      beginSession: call('beginSession'),
      session: call('session'),
      stands: call('stands'),
      sessionsOf: call('sessionsOf'),
      endSession: call('endSession'),
      endAllOf: call('endAllOf'),
      knowDevice: call('knowDevice'),
      deviceKnownSince: call('deviceKnownSince'),
      ask: call('ask'),
      asked: call('asked'),
      tryCode: call('tryCode'),
      tryLink: call('tryLink'),
      isExpected: call('isExpected'),
      arrive: call('arrive'),
      invite: call('invite'),
      putInvitationMail: call('putInvitationMail'),
      giveUpInvitationMail: call('giveUpInvitationMail'),
      invitationsIn: call('invitationsIn'),
      invitation: call('invitation'),
      renewInvitation: call('renewInvitation'),
      withdrawInvitation: call('withdrawInvitation'),
      takeInvitation: call('takeInvitation'),
      takeInvitationsTo: call('takeInvitationsTo'),
      contacts: call('contacts'),
      putContact: call('putContact'),
      removeContact: call('removeContact'),
      note: call('note'),
      accessLog: call('accessLog'),
      personKept: call('personKept'),
      erase: call('erase'),
      administeredPlans: call('administeredPlans'),
    },
    redactions: {
      write(redaction) {
        rewritten.set(redaction.planId, timesRewritten(redaction.planId) + 1)
        return redact(redaction)
      },
      erase: call('erasePlan'),
      list: call('redactions'),
      wipe: call('wipe'),
    },
    failure: () => failure,
    tryWriting: () => tryWriting().then(() => { failure = null }),
    close() {
      closing ??= lost ? Promise.resolve() : ask<void>(id => ({ kind: 'close', id }))
      return closing
    },
  }
}

function toError({ name, message }: PlainError): Error {
  switch (name) {
    case 'FolderInUseError': return new FolderInUseError(message)
    case 'FolderUnfitError': return new FolderUnfitError(message)
    case 'LogReadError': return new LogReadError(message)
    case 'LogWriteError': return new LogWriteError(message)
    default: return new Error(message)
  }
}
