import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { addRow, replaceText, setCell, spliceText, trashRow } from '#shared/plan/commands.ts'
import { layPlan, serverClientId, type PlanSeed } from '#shared/plan/lay.ts'
import { migrationOf, NewerPlanError } from '#shared/plan/migrate.ts'
import { newDocument, openPlan, rowMap, type Plan } from '#shared/plan/plan.ts'
import { readPlan, readRow } from '#shared/plan/read.ts'
import { fieldsOf, registerNames, schemaVersion } from '#shared/plan/registers.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import { layOlderPlan, ownFields } from '../../support/olderPlan.ts'
import { bringTogether, planWith, smallSeed } from '../../support/plans.ts'

const seed: PlanSeed = {
  ...smallSeed,
  networks: [{ id: 'N01', name: 'Nettverk', note: 'Merk' }],
  collaborations: [{ id: 'S1', with: 'Pensjonistforbundet' }],
  columns: [{ id: 'c1', register: 'activities', field: 'arena', title: 'Form' }],
}
const stateOf = (doc: Y.Doc) => {
  const hash = openStateHash(doc)
  const state = hash.read()
  hash.close()
  return state
}

function documentOf(...updates: readonly Uint8Array[]): Y.Doc {
  const doc = newDocument()
  updates.forEach(update => Y.applyUpdate(doc, update))
  return doc
}
/** The same plan after its migration. */
function migrated(doc: Y.Doc): Y.Doc {
  const update = migrationOf(doc)
  if (!update)
    throw new Error('there is nothing to migrate')
  return documentOf(Y.encodeStateAsUpdate(doc), update)
}
/** Every declared nested cell that a row of the document lacks. */
const lacking = (doc: Y.Doc) => registerNames.flatMap(register => [...doc.getMap(register).keys()].flatMap(id =>
  fieldsOf(register).filter(([name, { kind }]) => (kind === 'text' && !(rowMap(doc, register, id)?.get(name) instanceof Y.Text))
    || (kind === 'richText' && !(rowMap(doc, register, id)?.get(name) instanceof Y.XmlFragment))).map(([name]) => `${register}/${id}/${name}`)))

test('D24 a plan of version 1 gets every type that its rows lack, trashed rows too, and the version; everything else is as it was', () => {
  const doc = documentOf(layOlderPlan(seed))
  trashRow(openPlan(doc, { now: () => 5 }), 'activities', 'K02')
  expect(lacking(doc)).toEqual(['K01', 'K02', 'K03'].flatMap(id => ownFields.map(field => `activities/${id}/${field}`))
    .concat(ownFields.map(field => `networks/N01/${field}`), ownFields.map(field => `collaborations/S1/${field}`)))

  const after = migrated(doc)
  expect(lacking(after)).toEqual([])
  expect(readRow(after, 'plan', 'head')?.schemaVersion).toBe(schemaVersion)
  const fresh = documentOf(layPlan(seed))
  trashRow(openPlan(fresh, { now: () => 5 }), 'activities', 'K02')
  expect(readPlan(after)).toEqual(readPlan(fresh))
  expect(stateOf(after)).toBe(stateOf(fresh))
  expect(readRow(doc, 'activities', 'K01')?.invalid).toEqual([...ownFields])
})

test('D24 a plan as new as the declaration has no migration, nor has one that is migrated, nor one without a head', () => {
  expect(migrationOf(documentOf(layPlan(seed)))).toBeNull()
  expect(migrationOf(migrated(documentOf(layOlderPlan(seed))))).toBeNull()
  expect(migrationOf(newDocument())).toBeNull()
})

test('D24 a plan whose head says no version is of the oldest', () => {
  const after = migrated(documentOf(layOlderPlan(seed, null)))
  expect([lacking(after), readRow(after, 'plan', 'head')?.schemaVersion]).toEqual([[], schemaVersion])
})

test('D25 a plan of a newer version is not migrated: it is said to be newer', () => {
  expect(() => migrationOf(documentOf(layOlderPlan(seed, schemaVersion + 1)))).toThrow(NewerPlanError)
})

test('D26 the migration is the server\'s: its client id goes on from first content, nobody else\'s is in it, and the document is as before', () => {
  const doc = documentOf(layOlderPlan(seed))
  const laidUntil = Y.getState(doc.store, serverClientId)
  const before = Y.encodeStateAsUpdate(doc)
  const update = migrationOf(doc) ?? new Uint8Array()
  const { structs, ds } = Y.decodeUpdate(update)
  expect(new Set(structs.map(({ id }) => id.client))).toEqual(new Set([serverClientId]))
  expect(structs[0]?.id.clock).toBe(laidUntil)
  // Only the version that it takes the place of.
  expect([...ds.clients.values()].flat()).toHaveLength(1)
  expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
})

/** What several people do to a plan of version 1 before it is migrated. */
const deeds = fc.array(fc.record({
  by: fc.integer({ min: 0, max: 2 }),
  kind: fc.constantFrom('add', 'addNetwork', 'write', 'choose', 'trash'),
  row: fc.constantFrom('K01', 'K02', 'K03'),
  words: fc.string({ unit: 'grapheme', maxLength: 8 }),
}), { maxLength: 30 })

/** As a client of version 1 adds a row: without what it knows nothing of. */
function addOlder(plan: Plan, register: 'activities' | 'networks', words: string): void {
  const id = `ny-${plan.doc.clientID}-${plan.doc.getMap(register).size}`
  const { doc } = openPlan(documentOf(layOlderPlan({ [register]: [{ id, [register === 'networks' ? 'name' : 'arena']: words }] })))
  const made = rowMap(doc, register, id)
  const row = new Y.Map<unknown>()
  made?.forEach((value, key) => row.set(key, value instanceof Y.AbstractType ? value.clone() : value))
  plan.doc.getMap(register).set(id, row)
}

function doAll(plans: readonly Plan[], all: typeof deeds extends fc.Arbitrary<infer D> ? D : never): void {
  for (const { by, kind, row, words } of all) {
    const plan = plans[by]
    if (!plan)
      continue
    const cell = { register: 'activities', row, field: 'arena' } as const
    if (kind === 'add' || kind === 'addNetwork')
      addOlder(plan, kind === 'add' ? 'activities' : 'networks', words)
    else if (kind === 'write')
      spliceText(plan, cell, { at: 0, remove: 0, insert: words })
    else if (kind === 'choose')
      setCell(plan, { ...cell, field: 'status' }, 'done')
    else
      trashRow(plan, 'activities', row)
  }
}

test('D26 whatever rows a plan has, in whichever order its updates came, its migration is the same bytes and lacks nothing', () => {
  fc.assert(fc.property(deeds, (all) => {
    const plans = [101, 202, 303].map((clientId) => {
      const doc = documentOf(layOlderPlan(seed))
      doc.clientID = clientId
      return openPlan(doc, { now: () => 7 })
    })
    doAll(plans, all)
    const parts = plans.map(({ doc }) => Y.encodeStateAsUpdate(doc))
    const [one, other] = [documentOf(...parts), documentOf(...parts.toReversed())]
    const whole = documentOf(Y.mergeUpdates(parts))
    const migrations = [one, other, whole].map(migrationOf)
    expect(migrations[1]).toEqual(migrations[0])
    expect(migrations[2]).toEqual(migrations[0])
    const after = migrated(one)
    expect(lacking(after)).toEqual([])
    const [before, now] = [readPlan(one), readPlan(after)]
    const isNew = (name: string) => (ownFields as readonly string[]).includes(name)
    const cellsOf = ({ plan: _head, ...rest }: typeof now) => Object.values(rest).map(rows =>
      rows.map(({ invalid: _invalid, ...cells }) => Object.fromEntries(Object.entries(cells).filter(([name]) => !isNew(name)))))
    expect(cellsOf(now)).toEqual(cellsOf(before))
  }), { numRuns: 60 })
})

test('D27 who was away with an older copy keeps every word, and gets the new cells; two who then write in one keep both', () => {
  const stored = layOlderPlan(seed)
  const away = openPlan(documentOf(stored))
  spliceText(away, { register: 'activities', row: 'K01', field: 'arena' }, { at: 0, remove: 0, insert: 'Uten nett: ' })
  const server = openPlan(migrated(documentOf(stored)))
  bringTogether(away, server)
  const cell = { register: 'activities', row: 'K01', field: 'own2' } as const
  replaceText(away, cell, 'Kari')
  replaceText(server, cell, 'Olav')
  bringTogether(away, server)
  expect(readRow(away.doc, 'activities', 'K01')?.arena).toBe('Uten nett: Møter')
  const words = readRow(away.doc, 'activities', 'K01')?.own2 ?? ''
  expect([words.includes('Kari'), words.includes('Olav')]).toEqual([true, true])
  expect(stateOf(away.doc)).toBe(stateOf(server.doc))
  const added = addRow(away, 'activities', { arena: 'Ny' })
  expect(added.ok && rowMap(away.doc, 'activities', added.id)?.get('own3')).toBeInstanceOf(Y.Text)
})

test('D28 what a member writes as the version shuts nobody out, and is put right', () => {
  for (const change of [(head: Y.Map<unknown>) => head.set('schemaVersion', 9_999), (head: Y.Map<unknown>) => head.delete('schemaVersion')]) {
    const { doc } = planWith()
    const head = rowMap(doc, 'plan', 'head')
    if (head)
      change(head)
    const before = readPlan(doc)
    const after = migrated(doc)
    expect(readRow(after, 'plan', 'head')?.schemaVersion).toBe(schemaVersion)
    expect(readPlan(after)).toEqual({ ...before, plan: [{ ...before.plan[0], schemaVersion }] })
    expect(migrationOf(after)).toBeNull()
  }
})
