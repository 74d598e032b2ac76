import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { judgeUpdate, newPartOf } from '#shared/plan/admission.ts'
import { bodyOf, clients, worldWithHistory, type World } from '../../support/dishonestWorld.ts'
import { faultsIn, flipBits, forgeNearly, spoil } from '../../support/dishonestChance.ts'
import { openDocument, openTab, type Tab } from '../../support/honest.ts'
import { chanceFrom, type Chance } from '../../support/honestChance.ts'
import { fingerprint } from '../../support/honestPrint.ts'

const runs = Number(process.env['CHANCES'] ?? 700)
/** So many updates are forged one after the other, each at what the last has left. */
const rounds = 3
const from = Number(process.env['SEED'] ?? 0)

const start = worldWithHistory()
const content = Y.encodeStateAsUpdate(start.doc)

const keeperId = 70
const apartIds = [3, 3_999_999]
/** Ids that belong to others or to the server; the room refuses what is written under them. */
const othersIds = new Set([1, clients.kari, clients.olav, clients.marte, keeperId, ...apartIds])

/** Somebody who deletes what the plan has with undo at hand, so that their document keeps what others' collect. */
function keeperOf(world: World): { doc: Y.Doc, update: Uint8Array } {
  const doc = openDocument(content)
  doc.clientID = keeperId
  const undo = new Y.UndoManager([doc.getMap('sections')])
  const vector = Y.encodeStateVector(doc)
  bodyOf(doc).delete(1, 1)
  expect(undo.undoStack).toHaveLength(1)
  const update = Y.encodeStateAsUpdate(doc, vector)
  Y.applyUpdate(world.doc, update)
  return { doc, update }
}

/** What the room would apply and pass on of it, or null. Judging takes little time, and changes nothing. */
function admitted(doc: Y.Doc, update: Uint8Array): Uint8Array | null {
  const before = Y.encodeStateAsUpdate(doc)
  const started = process.threadCpuUsage()
  const judgement = judgeUpdate(doc, update)
  const { problem, fault, isNothing, clients: writers } = judgement
  expect(process.threadCpuUsage(started).user).toBeLessThan(3_000_000)
  expect(Buffer.compare(Y.encodeStateAsUpdate(doc), before)).toBe(0)
  const passes = problem === null && fault === null && !isNothing && !writers.some(id => othersIds.has(id))
  return passes ? newPartOf(doc, update, judgement) : null
}

/** Lets forged updates be judged and, where they pass, shows what comes of them for everybody. Tells how many passed. */
function tryUpdates(make: (world: World, chance: Chance) => Uint8Array, seed: number): number {
  const chance = chanceFrom(seed)
  const world: World = { ...worldWithHistory() }
  const { doc } = world
  const keeper = keeperOf(world)
  const log = [content, keeper.update]
  const apart = apartIds.map((clientId, n) => openTab(Y.encodeStateAsUpdate(doc), { member: `apart${n}`, clientId }))
  for (const tab of apart) {
    for (let n = 0; n < 6; n++)
      tab.act(chance)
  }
  const forged: Uint8Array[] = []
  for (let round = 0; round < rounds; round++) {
    const update = admitted(doc, make(world, chance))
    if (update) {
      Y.applyUpdate(doc, update)
      forged.push(update)
    }
  }
  log.push(...forged)
  // Those who were apart keep their words, whatever the forger did.
  const toAll = [...forged]
  for (const tab of apart) {
    const sent = tab.takeUnsent(seed % 2 ? 'merged' : 'step2', Y.encodeStateVector(doc))
    toAll.forEach(each => tab.hear(each))
    for (const each of sent) {
      const verdict = judgeUpdate(doc, each)
      expect([verdict.problem, verdict.fault]).toEqual([null, null])
      Y.applyUpdate(doc, each)
      log.push(each)
      toAll.push(each)
    }
  }
  apart[0]?.hear(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(apart[0].plan.doc)))
  Y.applyUpdate(keeper.doc, Y.mergeUpdates(toAll.length ? toAll : [Uint8Array.of(0, 0)]))
  expect(faultsIn(doc)).toEqual([])
  const wanted = fingerprint(doc)
  const fresh = openDocument(Y.encodeStateAsUpdate(doc))
  const reloaded = openDocument(log[0] as Uint8Array)
  reloaded.transact(() => log.forEach(each => Y.applyUpdate(reloaded, each)))
  const [first = fresh, second = fresh] = apart.map(tab => tab.plan.doc)
  for (const [who, other] of Object.entries<Y.Doc>({ fresh, reloaded, keeper: keeper.doc, first, second })) {
    expect(`${who} ${fingerprint(other)}`).toBe(`${who} ${wanted}`)
    expect(judgeUpdate(doc, Y.encodeStateAsUpdate(other, Y.encodeStateVector(doc)))).toMatchObject({ isNothing: true, problem: null })
    expect(judgeUpdate(doc, Y.encodeStateAsUpdate(other))).toMatchObject({ isNothing: true, problem: null })
  }
  apart.forEach(tab => tab.close())
  return forged.length
}

/** Runs a way of forging many times; tells of the seeds after which something is not as it should be. */
function tryMany(make: (world: World, chance: Chance) => Uint8Array): { passed: number, broken: readonly string[] } {
  const broken: string[] = []
  let passed = 0
  for (let seed = from; seed < from + runs; seed++) {
    try {
      passed += tryUpdates(make, seed)
    }
    catch (error) {
      broken.push(`seed ${seed}: ${String(error).slice(0, 2_000)}`)
    }
  }
  return { passed, broken: broken.slice(0, 3) }
}

/** What an honest editor under the forger's id would send after a few things done. */
function honestUpdate({ doc }: World, chance: Chance): Uint8Array {
  const tab: Tab = openTab(Y.encodeStateAsUpdate(doc), { member: 'mallory', clientId: clients.mallory })
  for (let n = 1 + chance.below(4); n > 0; n--)
    tab.act(chance)
  const sent = tab.takeUnsent('step2', Y.encodeStateVector(doc))[0] ?? Uint8Array.of(0, 0)
  tab.close()
  return sent
}

test.each<[string, (world: World, chance: Chance) => Uint8Array]>([
  ['honest updates with bits turned over', (world, chance) => flipBits(honestUpdate(world, chance), chance)],
  ['honest updates with one thing changed', (world, chance) => spoil(honestUpdate(world, chance), world, chance)],
  ['nearly right updates', forgeNearly],
])('D16 of %s each is refused, or leaves a sound plan that all agree on and in which those apart keep their words', (_what, make) => {
  const { passed, broken } = tryMany(make)
  expect(broken).toEqual([])
  expect(passed).toBeGreaterThan(runs / 100)
}, 600_000)
