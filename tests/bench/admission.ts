import * as Y from 'yjs'
import { judgeUpdate } from '#shared/plan/admission.ts'
import { addRows, putMember, setCell, spliceText, textOf } from '#shared/plan/commands.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { openPlan, rowMap, type Plan } from '#shared/plan/plan.ts'
import { registerNames } from '#shared/plan/registers.ts'
import type { Cell } from '#shared/plan/values.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { openOutbox } from '../../client/plan/outbox.ts'

const arena: Cell = { register: 'activities', row: 'K01', field: 'arena' }
const parties = ['sf-rogaland', 'ks-rogaland', 'usht-rogaland']
const statuses = ['done', 'in-progress', 'postponed']

/** A case: how large the plan is, how often it is measured, and what one update does. */
interface Case { readonly what: string, readonly rows: number, readonly times: number, readonly change: (plan: Plan, n: number) => void }

const type = (plan: Plan, n: number) => void spliceText(plan, arena, { at: 5 + n % 7, remove: 0, insert: 'x' })
/** From the words it began with, and when these are gone, from what is put there at once. */
const takeOut = (plan: Plan) => void ((textOf(plan, { ...arena, field: 'topic' })?.length ?? 0) > 10
  ? spliceText(plan, { ...arena, field: 'topic' }, { at: 3, remove: 1, insert: '' })
  : spliceText(plan, { ...arena, field: 'topic' }, { at: 0, remove: 0, insert: 'Tema '.repeat(200) }))
const cases: readonly Case[] = [
  { what: 'a letter', rows: 25, times: 3_000, change: type },
  { what: 'a letter', rows: 2_000, times: 3_000, change: type },
  { what: 'a letter taken out', rows: 25, times: 1_000, change: takeOut },
  { what: 'a letter in rich text', rows: 25, times: 3_000, change: writeBody },
  { what: 'a value', rows: 25, times: 3_000, change: (plan, n) => setCell(plan, { ...arena, field: 'status' }, statuses[n % 3]) },
  { what: 'a member', rows: 25, times: 3_000, change: (plan, n) => putMember(plan, { ...arena, field: 'responsible' }, parties[n % 3] ?? '', n % 2 ? 'lead' : 'responsible') },
  {
    what: 'an hour apart: 100 entries', rows: 25, times: 300,
    change: (plan, n) => Array.from({ length: 100 }, (_, at) => at % 10 ? type(plan, at) : setCell(plan, { ...arena, field: 'status' }, statuses[(n + at / 10) % 3])),
  },
  { what: 'a paste of 100 rows', rows: 25, times: 30, change: plan => addRows(plan, 'activities', pasted) },
]
const pasted = Array.from({ length: 100 }, (_, n) => ({ arena: 'Fagdag for ansatte i kommunene '.repeat(29).concat(String(n)), topic: 'Tema for dagen' }))

/**
 * What judging an update costs beside applying it, to the same document and in the same run, for what a client sends; on this
 * machine. Prints one table.
 */
export async function benchAdmission(): Promise<void> {
  const table: Record<string, Record<string, string | number>> = {}
  for (const each of cases) {
    table[`${each.what}, ${each.rows.toLocaleString('nb')} rows`] = measure(each)
    await new Promise(resolve => setImmediate(resolve))
  }
  console.table(table)
}

function measure({ rows, times, change }: Case): Record<string, string | number> {
  const content = contentWith(rows)
  const [writer, applying, judging] = [open(content), open(content), open(content)] as const
  const plan = openPlan(writer)
  const judged: number[] = []
  const applied: number[] = []
  const ratios: number[] = []
  let bytes = 0
  const warmUp = Math.ceil(times / 5)
  for (let n = 0; n < times + warmUp; n++) {
    const update = updateOf(plan, () => change(plan, n))
    // By turns, so that neither always meets the colder caches.
    const apply = () => timed(() => Y.applyUpdate(applying, update))
    const judge = () => timed(() => {
      const { problem, fault } = judgeUpdate(judging, update)
      if (problem !== null || fault !== null)
        throw new Error(`an honest update was refused: ${problem ?? fault?.reason}`)
    })
    const [first, second] = n % 2 ? [apply(), judge()] : [judge(), apply()]
    const [judgeUs, applyUs] = n % 2 ? [second, first] : [first, second]
    Y.applyUpdate(judging, update)
    if (n < warmUp)
      continue
    bytes += update.length
    judged.push(judgeUs)
    applied.push(applyUs)
    ratios.push(judgeUs / applyUs)
  }
  ;[writer, applying, judging].forEach(doc => doc.destroy())
  return {
    'bytes': Math.round(bytes / times),
    'judge p50 µs': percentile(judged, 50), 'judge p95 µs': percentile(judged, 95),
    'apply p50 µs': percentile(applied, 50), 'apply p95 µs': percentile(applied, 95),
    'ratio of sums': (sum(judged) / sum(applied)).toFixed(2), 'ratio of p50': (percentile(judged, 50) / percentile(applied, 50)).toFixed(2),
  }
}

function open(content: Uint8Array): Y.Doc {
  const doc = new Y.Doc()
  registerNames.forEach(name => doc.getMap(name))
  Y.applyUpdate(doc, content)
  return doc
}

const firstContent = () => layPlan(referencePlans[0]?.seed() ?? {})
const contents = new Map<number, Uint8Array>()

/** The Rogaland plan, filled up with pasted rows, and with a paragraph in its first chapter. */
function contentWith(rows: number): Uint8Array {
  const known = contents.get(rows)
  if (known)
    return known
  const doc = open(firstContent())
  const plan = openPlan(doc)
  const missing = rows - doc.getMap('activities').size
  if (missing > 0)
    addRows(plan, 'activities', Array.from({ length: missing }, (_, n) => ({ arena: `Samling ${n}`, topic: 'Tema' })))
  const paragraph = new Y.XmlElement('paragraph')
  bodyOf(plan)?.insert(0, [paragraph])
  paragraph.insert(0, [new Y.XmlText('Bakgrunnen for planen er denne.')])
  const content = Y.encodeStateAsUpdate(doc)
  contents.set(rows, content)
  doc.destroy()
  return content
}

function bodyOf({ doc }: Plan): Y.XmlFragment | null {
  const [first = ''] = doc.getMap('sections').keys()
  const body = rowMap(doc, 'sections', first)?.get('body')
  return body instanceof Y.XmlFragment ? body : null
}

function writeBody(plan: Plan, n: number): void {
  const paragraph = bodyOf(plan)?.get(0)
  const words = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
  if (words instanceof Y.XmlText)
    plan.doc.transact(() => words.insert(5 + n % 7, 'x'), plan.mine)
}

/** What `work` writes, as our own client sends it; the text is kept from growing beyond its limit. */
function updateOf(plan: Plan, work: () => void): Uint8Array {
  const text = textOf(plan, arena)
  const updates: Uint8Array[] = []
  const keep = (update: Uint8Array) => updates.push(update)
  plan.doc.on('update', keep)
  work()
  if (text && text.length > 3_000)
    spliceText(plan, arena, { at: 100, remove: 2_500, insert: '' })
  plan.doc.off('update', keep)
  const outbox = openOutbox()
  outbox.add(updates.map((update, n) => ({ id: String(n), tab: 'tab', at: 0, cells: [], update })))
  const pieces = [...outbox.waiting()]
  return pieces.length === 1 && pieces[0] ? pieces[0].update : Y.mergeUpdates(pieces.map(piece => piece.update))
}

function timed(work: () => void): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1_000
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

function percentile(numbers: readonly number[], percent: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * percent / 100))] ?? 0) * 10) / 10
}
