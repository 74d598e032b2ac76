import * as Y from 'yjs'
import { putMember, dropMember, setCell, spliceText, textOf } from '#shared/plan/commands.ts'
import { openPlan, type Plan } from '#shared/plan/plan.ts'
import { readTouches } from '#shared/plan/touches.ts'
import type { Cell, Instant } from '#shared/plan/values.ts'
import { openChangeLines } from '../../../server/rooms/changeLines.ts'
import type { PlanLog } from '../../../server/storage/contracts.ts'
import { seeded } from '../../support/until.ts'

export interface YearsOfWork {
  /** What the plan began with, which the log holds already. */
  readonly content: Uint8Array
  readonly edits: number
  readonly from: Instant
  readonly until: Instant
  readonly people?: number
  readonly seed?: number
  /** Where they write, some of them in one another's. */
  readonly texts: readonly Cell[]
  readonly choices?: readonly (readonly [Cell, readonly string[]])[]
  readonly sets?: readonly (readonly [Cell, readonly string[]])[]
}

/** Edits a sitting, all of them together, and how long one of them stays in a cell. */
const editsPerSitting = 250
const editsPerCell = 25
/** How many wait for the disk at once. */
const atOnce = 500

/**
 * Writes into a log as people do over a long time: in sittings far apart, each letter an update, some taken out again, now and then
 * a choice or a member of a set, two of them now and then at once. Gives the document it comes to.
 */
export async function workForYears(
  log: PlanLog, { content, edits, from, until, people = 5, seed = 1, texts, choices = [], sets = [] }: YearsOfWork,
): Promise<Y.Doc> {
  const random = seeded(seed)
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const live = documentOf(content)
  const lines = openChangeLines(live)
  const writers = Array.from({ length: people }, (_, n) => writerOf(content, 1_000 + n))
  const sittings = Math.ceil(edits / editsPerSitting)
  const waiting: Promise<unknown>[] = []
  let at = from

  async function put(update: Uint8Array, person: number, isLast: boolean): Promise<void> {
    const touches = readTouches(live, update)
    const by = `p${person}`
    lines.around(() => Y.applyUpdate(live, update), touches.cells, by, at)
    writers.forEach(({ doc }, n) => n === person || Y.applyUpdate(doc, update, 'others'))
    const [client = 0] = touches.clients
    waiting.push(log.append({
      update, by, clientIds: touches.clients, binds: known.has(client) || touches.clients.length === 0 ? [] : [client], at,
      touches: touches.cells, changes: lines.take(), title: null,
    }))
    known.add(client)
    if (waiting.length >= atOnce || isLast)
      await Promise.all(waiting.splice(0))
  }
  const known = new Set((await log.owners()).keys())
  const places = new Map<number, Cell | undefined>()

  for (let n = 0; n < edits; n++) {
    const sitting = Math.floor(n / editsPerSitting)
    at = n % editsPerSitting === 0
      ? Math.max(at, from + Math.floor(((until - from) / sittings) * (sitting + random() * 0.5)))
      : at + 200 + Math.floor(random() * 2_000) + (random() < 0.01 ? 600_000 : 0)
    const person = Math.floor(random() * people)
    if (!places.has(person) || random() < 1 / editsPerCell)
      places.set(person, pick(texts))
    const [writer, cell, other] = [writers[person], places.get(person), random()]
    if (!writer || !cell)
      throw new Error('nobody, or nothing, to write in')
    const choice = other < 0.02 ? pick(choices) : undefined
    const set = other > 0.98 ? pick(sets) : undefined
    const write = (one: Writer) => one.write((plan) => {
      if (choice)
        return setCell(plan, choice[0], pick(choice[1]) ?? null)
      if (set)
        return (random() < 0.5 ? putMember : dropMember)(plan, set[0], pick(set[1]) ?? '')
      return typeLetter(plan, cell, random)
    })
    const second = writers[(person + 1) % people]
    const both = choice && second ? [[write(writer), person], [write(second), (person + 1) % people]] as const : [[write(writer), person]] as const
    for (const [update, who] of both) {
      if (update)
        await put(update, who, n === edits - 1)
    }
  }
  await Promise.all(waiting)
  return live
}

function typeLetter(plan: Plan, cell: Cell, random: () => number) {
  const length = textOf(plan, cell)?.length ?? 0
  const isTakenOut = length > 300 || (length > 0 && random() < 0.2)
  const at = random() < 0.7 ? Math.max(0, length - 1) : Math.floor(random() * length)
  return spliceText(plan, cell, { at, remove: isTakenOut ? 1 : 0, insert: isTakenOut ? '' : String.fromCharCode(97 + Math.floor(random() * 26)) })
}

interface Writer { readonly doc: Y.Doc, write(work: (plan: Plan) => void): Uint8Array | null }

function writerOf(content: Uint8Array, clientId: number): Writer {
  const doc = documentOf(content)
  doc.clientID = clientId
  const plan = openPlan(doc)
  return {
    doc,
    write(work) {
      const updates: Uint8Array[] = []
      const keep = (update: Uint8Array, origin: unknown) => origin !== 'others' && updates.push(update)
      doc.on('update', keep)
      work(plan)
      doc.off('update', keep)
      return updates.length > 0 ? Y.mergeUpdates(updates) : null
    },
  }
}

function documentOf(content: Uint8Array): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, content)
  return doc
}
