import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { judgeUpdate, newPartOf } from '#shared/plan/admission.ts'
import { dropMember, putMember, setCell, spliceText, textOf } from '#shared/plan/commands.ts'
import { decodeWhole } from '#shared/plan/decode.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { newDocument, rowMap } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { clearCells, openRedaction, type RedactedCell } from '#shared/plan/redact.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import { openDocument, openTab, type Sending, type Tab } from '../../support/honest.ts'
import { allActs, type Act } from '../../support/honestActs.ts'
import { chanceFrom, type Chance } from '../../support/honestChance.ts'
import { fingerprint } from '../../support/honestPrint.ts'
import { smallSeed } from '../../support/plans.ts'

const firstContent = layPlan({
  ...smallSeed,
  organisations: [{ id: 'sf', name: 'Statsforvalteren', short: 'SF', aliases: { ωδός: true, vanlig: true } }, { id: 'ks', name: 'KS', short: 'KS' }],
})
const cell = (register: RedactedCell['register'], row: string, field: string, member: string | null = null): RedactedCell =>
  ({ register, row, field, member })
const arena = cell('activities', 'K01', 'arena')
const when = cell('activities', 'K01', 'when')
const title = cell('plan', 'head', 'title')
const body = cell('sections', 's1', 'body')
const prepared = cell('plan', 'head', 'preparedBy')
const alias = cell('organisations', 'sf', 'aliases', 'ωδός')
const secretCells = [arena, when, title, body, prepared, alias]

/** Letters that nobody writes anywhere but in the cells that are to be redacted. */
const isSecret = /[α-ώ]/u
const secretWord = (chance: Chance) => chance.of(['ωψ', 'κρυφό', 'ό😀ς', 'λόγος με ']) ?? 'ωψ'

const typeSecret: Act = ({ plan, chance }) => {
  const target = chance.of([arena, title]) ?? arena
  const length = textOf(plan, target)?.length ?? 0
  if (length < 100)
    spliceText(plan, target, { at: length, remove: 0, insert: secretWord(chance) })
}
const setSecret: Act = ({ plan, chance }) =>
  void setCell(plan, when, chance.below(4) ? { raw: `Når ${secretWord(chance)}`, kind: 'yearly' } : null)
const putSecret: Act = ({ plan, chance }) => {
  putMember(plan, prepared, chance.of(['sf', 'ks']) ?? 'sf', secretWord(chance).trim())
  if (chance.below(2))
    dropMember(plan, alias, 'ωδός')
  else
    putMember(plan, alias, 'ωδός')
}
const writeSecret: Act = ({ plan, chance }) => {
  const fragment = rowMap(plan.doc, 'sections', 's1')?.get('body') as Y.XmlFragment
  plan.doc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph')
    const words = new Y.XmlText()
    words.applyDelta([{ insert: secretWord(chance), attributes: { link: { href: 'https://example.org/λ' } } }, { insert: secretWord(chance) }])
    paragraph.insert(0, [words])
    fragment.insert(chance.below(fragment.length + 1), [paragraph])
    const last: unknown = fragment.get(fragment.length - 1)
    const inside: unknown = last instanceof Y.XmlElement ? last.get(0) : null
    if (inside instanceof Y.XmlText)
      inside.insert(inside.length, secretWord(chance))
    if (chance.below(3) === 0)
      fragment.delete(chance.below(fragment.length), 1)
  }, plan.mine)
}
const acts: readonly Act[] = [...allActs, ...[typeSecret, setSecret, putSecret, writeSecret].flatMap(act => [act, act, act])]

/** The rows of a log that four wrote together and apart, each row as the server would have taken it. */
function writeTogether(seed: number, count = 120): Uint8Array[] {
  const chance = chanceFrom(seed)
  const rows = [firstContent]
  const doc = openDocument(firstContent)
  const inboxes = new Map<Tab, Uint8Array[]>()
  const tabs = [11, 5, 23, 900].map(clientId => openTab(firstContent, { member: `m${clientId}`, clientId, acts }))
  tabs.forEach(tab => inboxes.set(tab, []))

  function receive(from: Tab, update: Uint8Array): void {
    const judgement = judgeUpdate(doc, update)
    expect([judgement.problem, judgement.fault]).toEqual([null, null])
    if (judgement.isNothing)
      return
    const row = newPartOf(doc, update, judgement)
    Y.applyUpdate(doc, row)
    rows.push(row)
    tabs.filter(tab => tab !== from).forEach(tab => inboxes.get(tab)?.push(row))
  }
  const send = (tab: Tab, how: Sending) => tab.takeUnsent(how, Y.encodeStateVector(doc)).forEach(update => receive(tab, update))

  for (let n = 0; n < count; n++) {
    const tab = tabs[chance.below(tabs.length)] as Tab
    const what = chance.below(10)
    if (what < 7)
      tab.act(chance)
    else if (what < 9)
      send(tab, chance.of(['singly', 'merged', 'step2'] as const) ?? 'merged')
    else
      inboxes.get(tab)?.splice(0).forEach(update => tab.hear(update))
  }
  tabs.forEach(tab => send(tab, 'merged'))
  tabs.forEach(tab => tab.close())
  doc.destroy()
  return rows
}

const everything = (rows: readonly Uint8Array[]) => {
  const doc = newDocument({ gc: false })
  rows.forEach(row => Y.applyUpdate(doc, row))
  return doc
}
/** As a server reads a log. */
function replayed(rows: readonly Uint8Array[]): Y.Doc {
  const doc = newDocument()
  rows.forEach(row => Y.applyUpdate(doc, row))
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  return doc
}
const hashOf = (doc: Y.Doc) => openStateHash(doc).read()
const sumOf = (doc: Y.Doc) => ({
  hash: hashOf(doc), vector: [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b), value: readPlan(doc),
})

function redacted(rows: readonly Uint8Array[], cells: readonly RedactedCell[]) {
  const redaction = openRedaction(everything(rows), cells)
  const rewritten = rows.map(row => redaction.rewrite(row))
  return { rows: rewritten.map((row, n) => row ?? rows[n] ?? firstContent), changed: rewritten.map(row => row !== null), counts: redaction.counts() }
}

/** Every string that an update holds, decoded. */
function stringsIn(update: Uint8Array): string[] {
  return (decodeWhole(update).structs as (Y.Item | Y.GC)[]).flatMap((struct) => {
    if (!(struct instanceof Y.Item))
      return []
    const { content } = struct
    const type: unknown = content instanceof Y.ContentType ? content.type : null
    return [
      struct.parentSub ?? '',
      content instanceof Y.ContentFormat ? JSON.stringify([content.key, content.value]) : '',
      type instanceof Y.XmlElement ? type.nodeName : '',
      content instanceof Y.ContentType || content instanceof Y.ContentDeleted ? '' : JSON.stringify(content.getContent()),
    ]
  })
}

test.each(Array.from({ length: 40 }, (_, n) => n + 1))('S61 what is left of a log that several wrote is the plan with the cells emptied, row by row (seed %i)', (seed) => {
  const rows = writeTogether(seed)
  expect(rows.some(row => stringsIn(row).some(words => isSecret.test(words)))).toBe(true)
  const after = redacted(rows, secretCells)
  expect(after.rows).toHaveLength(rows.length)
  for (const row of after.rows) {
    expect(stringsIn(row).filter(words => isSecret.test(words))).toEqual([])
    expect(Buffer.from(row).includes('ωψ') || Buffer.from(row).includes('κρυφό')).toBe(false)
  }

  const wanted = replayed(rows)
  clearCells(wanted, secretCells)
  const doc = replayed(after.rows)
  expect(sumOf(doc)).toEqual(sumOf(wanted))
  expect(Y.equalDeleteSets(Y.createDeleteSetFromStructStore(doc.store), Y.createDeleteSetFromStructStore(wanted.store))).toBe(true)
  expect(fingerprintOfRest(doc)).toEqual(fingerprintOfRest(wanted))

  // However it is put together: merged, in groups, as state, or in another order, what waits being taken when it can be.
  const chance = chanceFrom(seed)
  const half = chance.below(after.rows.length)
  expect(sumOf(replayed([Y.mergeUpdates([...after.rows])]))).toEqual(sumOf(wanted))
  expect(sumOf(replayed([Y.mergeUpdates(after.rows.slice(0, half + 1)), ...after.rows.slice(half + 1)]))).toEqual(sumOf(wanted))
  expect(sumOf(replayed([Y.encodeStateAsUpdate(doc)]))).toEqual(sumOf(wanted))
  const shuffled = [...after.rows].map(row => ({ row, at: chance.below(1_000) })).sort((a, b) => a.at - b.at).map(({ row }) => row)
  expect(sumOf(replayed(shuffled))).toEqual(sumOf(wanted))

  // Old rows that had been put together before.
  const starts = Array.from({ length: Math.ceil((rows.length - 1) / 5) }, (_, n) => 1 + n * 5)
  const runs = [firstContent, ...starts.map(from => Y.mergeUpdates(rows.slice(from, from + 5)))]
  expect(sumOf(replayed(redacted(runs, secretCells).rows))).toEqual(sumOf(wanted))

  // It is deterministic, and doing it again finds nothing.
  expect(redacted(rows, secretCells).rows).toEqual(after.rows)
  expect(redacted(after.rows, secretCells).changed.some(Boolean)).toBe(false)
  expect(after.counts.every(count => count > 0)).toBe(true)
})

test.each(Array.from({ length: 12 }, (_, n) => n + 100))('S61 up to each row of the log the plan reads as it did, but for the cells (seed %i)', (seed) => {
  const rows = writeTogether(seed, 60)
  const cells = [arena, body]
  const after = redacted(rows, cells).rows
  rows.forEach((_row, n) => {
    const wanted = replayed(rows.slice(0, n + 1))
    clearCells(wanted, cells)
    expect(hashOf(replayed(after.slice(0, n + 1)))).toBe(hashOf(wanted))
  })
})

test('S61 rows of the log that had no part in the cell stay byte by byte, and in the others every other struct does', () => {
  const rows = writeTogether(7)
  const after = redacted(rows, [arena])
  expect(after.changed.some(Boolean) && !after.changed.every(Boolean)).toBe(true)
  rows.forEach((row, n) => {
    if (!after.changed[n])
      return expect(after.rows[n]).toBe(row)
    const left = decodeWhole(after.rows[n] ?? row)
    const kept = new Set(left.structs.filter(struct => struct instanceof Y.Item).map(({ id }) => `${id.client}:${id.clock}`))
    const were = decodeWhole(row).structs.filter(struct => struct instanceof Y.Item)
    expect(printed(were.filter(({ id }) => kept.has(`${id.client}:${id.clock}`)))).toEqual(printed(left.structs.filter(struct => struct instanceof Y.Item)))
    expect(left.ds).toEqual(decodeWhole(row).ds)
    expect(were.length).toBeGreaterThan(kept.size)
  })
})

test('S61 an update is written again as it was, where only the units of the cell have gone', () => {
  const doc = newDocument()
  doc.clientID = 7
  Y.applyUpdate(doc, firstContent)
  const before = Y.encodeStateVector(doc)
  const text = rowMap(doc, 'activities', 'K01')?.get('arena') as Y.Text
  text.insert(0, 'a😀ω')
  text.delete(1, 2)
  const row = Y.encodeStateAsUpdate(doc, before)
  const { rows, counts } = redacted([firstContent, row], [arena])
  expect(counts[0]).toBeGreaterThan(1)
  const [struct, ...more] = decodeWhole(rows[1] ?? row).structs
  expect([struct instanceof Y.GC, struct?.id, struct?.length, more]).toEqual([true, Y.createID(7, 0), 4, []])
})

test('S62 one member of a set goes with its name, and the others stay', () => {
  const { rows } = redacted([firstContent], [alias])
  const doc = replayed(rows)
  expect([...rowMap(doc, 'organisations', 'sf')?.keys() ?? []].filter(key => key.startsWith('aliases/'))).toEqual(['aliases/vanlig'])
  expect(rows.flatMap(stringsIn).filter(words => isSecret.test(words))).toEqual([])
  const without = replayed(redacted([firstContent], [{ ...alias, member: null }]).rows)
  expect([...rowMap(without, 'organisations', 'sf')?.keys() ?? []].filter(key => key.startsWith('aliases'))).toEqual([])
})

test('S61 words that landed nowhere, since they were put beside what had been collected, go too', () => {
  const { rows, where } = landedNowhere()
  expect(where).toBeInstanceOf(Y.GC)
  const after = redacted(rows, [arena, alias])
  expect(after.rows.flatMap(stringsIn).filter(words => isSecret.test(words))).toEqual([])
  const wanted = replayed(rows)
  clearCells(wanted, [arena, alias])
  expect(sumOf(replayed(after.rows))).toEqual(sumOf(wanted))
})

/** Somebody lays a paragraph and takes it out before it is sent; their other page wrote in it meanwhile. */
function landedNowhere() {
  const [mine, other] = [newDocument(), newDocument()]
  mine.clientID = 40
  other.clientID = 41
  ;[mine, other].forEach(doc => Y.applyUpdate(doc, firstContent))
  const fragment = rowMap(mine, 'sections', 's1')?.get('body') as Y.XmlFragment
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText('ord')])
  fragment.insert(0, [paragraph])
  Y.applyUpdate(other, Y.encodeStateAsUpdate(mine))
  const beside = (rowMap(other, 'sections', 's1')?.get('body') as Y.XmlFragment).get(0) as Y.XmlElement
  const before = Y.encodeStateVector(other)
  ;(beside.get(0) as Y.XmlText).insert(3, 'ωψ')
  const theirs = Y.encodeStateAsUpdate(other, before)
  fragment.delete(0, 1)
  const ours = Y.encodeStateAsUpdate(mine, Y.encodeStateVector(openDocument(firstContent)))
  const rows = [firstContent, ours, theirs]
  const doc = everything(rows)
  const where: unknown = Y.getItem(doc.store, Y.createID(41, 0))
  return { rows, where }
}

const printed = (structs: readonly (Y.Item | Y.GC | Y.Skip)[]) => structs.map((struct) => {
  const { id, length } = struct
  return struct instanceof Y.Item
    ? [id, length, struct.origin, struct.rightOrigin, struct.parent, struct.parentSub, struct.content.constructor.name,
      struct.content instanceof Y.ContentType ? '' : struct.content.getContent()]
    : [id, length]
})

/** What the document says apart from how it is stored, deleted units too, without the cells that were emptied. */
function fingerprintOfRest(doc: Y.Doc): unknown {
  const [roots] = JSON.parse(fingerprint(doc)) as [unknown]
  return withoutSecrets(roots)
}
const withoutSecrets = (part: unknown): unknown =>
  Array.isArray(part) ? part.filter(one => !(Array.isArray(one) && secretKeys.test(String(one[0])))).map(withoutSecrets) : part
const secretKeys = /^(?:arena|when|title|body|preparedBy.*|aliases\/ωδός)$/
