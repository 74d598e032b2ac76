import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementResultingChanges } from 'node:sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import { openAccessLog } from '../../../server/storage/sqliteAccessLog.ts'
import { openInvitationTables } from '../../../server/storage/sqliteInvitations.ts'
import { openMemberTables } from '../../../server/storage/sqliteMembers.ts'
import { openPeopleTables } from '../../../server/storage/sqlitePeople.ts'
import { raiseSchema } from '../../../server/storage/sqliteSchema.ts'
import { openSignInTables } from '../../../server/storage/sqliteSignIn.ts'
import { aSession } from '../support/notes.ts'

/** The tables in memory, and each query that is run on them. */
let db: DatabaseSync
let ran: string[]
let people: ReturnType<typeof openPeopleTables>
let members: ReturnType<typeof openMemberTables>
let log: ReturnType<typeof openAccessLog>
beforeEach(() => {
  ran = []
  db = new DatabaseSync(':memory:')
  raiseSchema(db)
  const prepare = db.prepare.bind(db)
  db.prepare = (sql) => {
    const statement = prepare(sql)
    const all = statement.all.bind(statement) as (...values: SQLInputValue[]) => Record<string, SQLOutputValue>[]
    const run = statement.run.bind(statement) as (...values: SQLInputValue[]) => StatementResultingChanges
    const get = statement.get.bind(statement) as (...values: SQLInputValue[]) => Record<string, SQLOutputValue> | undefined
    return Object.assign(statement, {
      all(...values: SQLInputValue[]) {
        ran.push(sql)
        return all(...values)
      },
      run(...values: SQLInputValue[]) {
        ran.push(sql)
        return run(...values)
      },
      get(...values: SQLInputValue[]) {
        ran.push(sql)
        return get(...values)
      },
    })
  }
  log = openAccessLog(db)
  members = openMemberTables(db, log.note)
  people = openPeopleTables(db, { members, putNote: log.note, accessLogOf: log.accessLogOf })
  for (const id of ['p', 'q'])
    addPlan(id)
  for (const [id, since] of [['kari', 100], ['jon', 300]] as const) {
    members.addPerson({ memberId: id, name: id, organisation: 'KS', email: `${id}@ks.test` }, 1)
    members.putGrantAtOnce('p', id, { role: 'editor', registers: null, until: null }, since)
  }
  members.addPerson({ memberId: 'olav', name: 'olav', organisation: 'KS' }, 1)
  members.putGrantAtOnce('q', 'olav', { role: 'owner', registers: null, until: null }, 1)
  ran = []
})

const addPlan = (id: string) => db.exec(`INSERT INTO plans (id, region, reform, epoch, created_at, title) VALUES ('${id}', 'r', 'f', 'e', 1, 't')`)
/** How the queries that ran get at what they read. */
function ways(): string[] {
  const queries = ran
  ran = []
  return queries.flatMap(sql => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()).map(({ detail }) => String(detail))
}
const tell = (at: number, about: string, event: 'signed-in' | 'exported' | 'office-given' | 'removed', planId: string | null = null) =>
  log.note({ at, event, planId, by: about, about })

describe('T66 what every page asks for is read by index, however long the logs have become', () => {
  test('T66 one\'s own address is read without what else is kept of one', () => {
    expect(people.findWithAddress('kari')).toEqual({ memberId: 'kari', name: 'kari', organisation: 'KS', email: 'kari@ks.test', since: 1 })
    expect(ran).toHaveLength(1)
    expect(ways().filter(way => /SCAN|changes|access_log/.test(way))).toEqual([])
  })

  test('T66 all that is kept of one reads no whole log', () => {
    people.personKept('kari')
    ran = ran.filter(sql => /FROM (changes|access_log|deputies|memberships|sessions)/.test(sql))
    expect(ran).toHaveLength(5)
    expect(ways().filter(way => way.startsWith('SCAN'))).toEqual([])
  })

  test('T66 the access log of a plan is read from its end: no other plan\'s lines, and nothing sorted before it is cut', () => {
    for (let n = 1; n <= 50; n++)
      tell(1_000 + n, n % 2 ? 'kari' : 'olav', 'signed-in')
    ran = []
    expect(log.accessLog('p', 1e9, 10)).toHaveLength(10)
    const found = ways()
    expect(found.filter(way => /SCAN|TEMP B-TREE/.test(way))).toEqual([])
    expect(found.filter(way => way.includes('access_log'))).toEqual([
      'SEARCH access_log USING INDEX access_log_by_plan (plan=? AND number<?)',
      ...['jon', 'kari'].map(() => 'SEARCH access_log USING INDEX access_log_by_member (about=? AND number>? AND number<?)'),
    ])
  })

  test('T66 the plans somebody may see take as many queries whether they are one or thirty', () => {
    const once = (now: number) => {
      ran = []
      return [members.plansOf('kari', now).length, ran.length]
    }
    const [one, queries] = once(1)
    for (let n = 0; n < 29; n++) {
      addPlan(`plan-${n}`)
      members.putGrantAtOnce(`plan-${n}`, 'kari', { role: 'reader', registers: null, until: n === 0 ? 500 : null }, 1)
    }
    expect([one, ...once(1)]).toEqual([1, 30, queries])
    expect(once(500)).toEqual([29, queries])
  })

  test('T66 each of those plans says what a right says that is asked for alone', () => {
    members.putGrantAtOnce('q', 'kari', { role: 'commenter', registers: null, until: null }, 1)
    members.appointDeputy('q', { id: 'd', memberId: 'olav', deputyId: 'kari', from: 10, until: 20 }, { at: 1, event: 'deputy-appointed', planId: 'q', by: 'olav', about: 'kari' })
    addPlan('read-nationally')
    const seen = (now: number) => members.plansOf('kari', now).map(({ planId, role, registers, isMember }) => ({ planId, role, registers, isMember }))
    const alone = (now: number) => ['read-nationally', 'q', 'p'].flatMap((planId) => {
      const right = members.right(planId, 'kari', now)
      return right ? [{ planId, role: right.role, registers: right.registers, isMember: right.isMember }] : []
    })
    for (const now of [9, 10, 19, 20])
      expect([now, seen(now)]).toEqual([now, alone(now)])
    members.putOffice('kari', 'national-reader', { at: 1, event: 'office-given', planId: null, by: 'operator', about: 'kari' })
    expect(seen(15)).toEqual(alone(15))
    expect(seen(15).map(({ role }) => role)).toEqual(['reader', 'owner', 'editor'])
  })
})

describe('T66 whoever comes in is looked for by index, however many have come before', () => {
  const tables = () => {
    const invitations = openInvitationTables(db, { members, putNote: log.note })
    return openSignInTables(db, { members, invitations, putNote: log.note })
  }
  const secret = (n: number) => Uint8Array.of(n)
  const asked = { device: secret(1), email: 'kari@ks.test', codeHash: secret(2), linkHash: secret(3), at: 1, expiresAt: 100 }

  test.each<[string, (signIn: ReturnType<typeof tables>) => unknown]>([
    ['a code is asked for', (signIn) => {
      signIn.deviceKnownSince(secret(1), 'kari@ks.test', 2)
      signIn.isExpected('kari@ks.test', 2)
      signIn.ask(asked)
    }],
    ['a code and a link are tried', (signIn) => {
      signIn.ask(asked)
      signIn.asked(secret(1))
      signIn.tryCode(secret(1), secret(9), 2, 5)
      signIn.tryLink(secret(1), secret(3), 2)
    }],
    ['somebody comes by an address, an account, or an invitation', (signIn) => {
      signIn.arrive({ email: 'kari@ks.test', identity: null, name: null, organisation: null }, 'new', aSession(secret(4), 2, 100))
      signIn.arrive({ email: 'jon@ks.test', identity: { issuer: 'i', subject: 's' }, name: 'Jon', organisation: 'KS', invitation: secret(5) }, 'new', aSession(secret(5), 2, 100))
      signIn.takeInvitation(secret(5), 'new', aSession(secret(6), 2, 100), '')
    }],
    ['their browser is remembered', (signIn) => {
      signIn.arrive({ email: 'kari@ks.test', identity: null, name: null, organisation: null }, 'new', aSession(secret(4), 2, 100))
      expect(signIn.knowDevice(secret(7), secret(8), 'kari', 3, { hash: secret(4), browser: { name: 'Firefox', system: null } })).toBe(true)
    }],
    ['a session is looked up, and ends', (signIn) => {
      signIn.session(secret(4), 2)
      signIn.stands(secret(4), 2)
      signIn.sessionsOf('kari', 2)
      signIn.endSession(secret(4), { at: 3, event: 'signed-out', planId: null, by: 'kari', about: 'kari' })
    }],
  ])('T66 %s', (_what, work) => {
    const signIn = tables()
    ran = []
    work(signIn)
    expect(ran.length).toBeGreaterThan(2)
    // The few of one member, or of one browser, are gone through.
    expect(ways().filter(way => way.startsWith('SCAN') && !/LIST SUBQUERY|CONSTANT ROW/.test(way))).toEqual([])
  })
})

describe('T42 the access log of a plan tells of its members\' comings and goings', () => {
  const read = (before = 1e9, most = 1_000) => log.accessLog('p', before, most)

  test('T42 from when they came into it on, and nothing of what they are or take beside all plans', () => {
    tell(99, 'kari', 'signed-in')
    tell(100, 'kari', 'signed-in')
    tell(299, 'jon', 'signed-in')
    tell(300, 'jon', 'signed-in')
    tell(400, 'kari', 'exported')
    tell(401, 'kari', 'office-given')
    tell(402, 'olav', 'signed-in')
    tell(403, 'kari', 'removed', 'q')
    tell(50, 'olav', 'exported', 'p')
    expect(read().map(({ at, about, event }) => [at, about, event])).toEqual([[50, 'olav', 'exported'], [300, 'jon', 'signed-in'], [100, 'kari', 'signed-in']])
  })

  test('T42 all of it, newest first, however it is cut', () => {
    for (let n = 0; n < 200; n++)
      tell(1_000 + n, ['kari', 'jon', 'olav'][n % 7 % 3] ?? '', 'signed-in', n % 5 === 0 ? 'p' : n % 11 === 0 ? 'q' : null)
    const wanted = db.prepare('SELECT number FROM access_log WHERE plan = \'p\' OR (plan IS NULL AND about <> \'olav\') ORDER BY number DESC').all().map(({ number }) => number)
    expect(wanted.length).toBeGreaterThan(100)
    for (const most of [1, 7, 100, 1_000]) {
      const found: number[] = []
      for (let page = read(1e9, most); page.length > 0; page = read(found.at(-1), most))
        found.push(...page.map(({ number }) => number))
      expect([most, found]).toEqual([most, wanted])
    }
  })

  test('T42 what is kept of one has each line about them and by them once', () => {
    tell(1, 'kari', 'signed-in')
    log.note({ at: 2, event: 'removed', planId: 'p', by: 'kari', about: 'jon' })
    log.note({ at: 3, event: 'removed', planId: 'p', by: 'jon', about: 'kari' })
    log.note({ at: 4, event: 'removed', planId: 'p', by: 'jon', about: 'olav' })
    expect(people.personKept('kari')?.accessLog.map(({ at }) => at)).toEqual([1, 2, 3])
  })
})
