import * as Y from 'yjs'
import { spliceText, textOf } from '#shared/plan/commands.ts'
import { newDocument, openPlan, type Plan } from '#shared/plan/plan.ts'
import { encodeSync, syncStep } from '#shared/protocol/frames.ts'
import { layPlan } from '#shared/plan/lay.ts'
import { ownFields } from '#shared/plan/registers.ts'
import { openStateHash } from '#shared/plan/stateHash.ts'
import type { Cell } from '#shared/plan/values.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { seeded } from '../../support/until.ts'

/** How somebody writes: letters one after another, letters put in and taken out anywhere, or all of a text pasted anew. */
export type Manner = 'typing' | 'anywhere' | 'pasting'

/** What one person writes, made beforehand: none of it rests on what the others write. */
export interface Script {
  readonly client: number
  /** Sync frames, each with the update of one edit. */
  readonly frames: readonly Uint8Array[]
  /** How far the writer's own clock is after each edit. */
  readonly clocks: readonly number[]
}

const referenceSeed = () => {
  const [first] = referencePlans
  if (!first)
    throw new Error('there is no reference plan')
  return { regionId: first.regionId, seed: first.seed() }
}

/** The real plan as it is laid, and one of a head and a single row. */
export const wholePlan = () => referenceSeed()
export function littlePlan(): ReturnType<typeof referenceSeed> {
  const { regionId, seed } = referenceSeed()
  return { regionId, seed: { plan: seed.plan, activities: seed.activities?.slice(0, 1) } }
}
export type Content = ReturnType<typeof referenceSeed>
export const bytesOf = ({ seed }: Content) => layPlan(seed)

/** Client ids of people; the server's own is 1. */
export const clientOf = (person: number) => 10_000 + person * 7

/** A cell of running text for each of `count` people, empty in the plan as it is laid, so that nobody reaches a limit. */
export function cellsOf(base: Uint8Array, count: number): readonly Cell[] {
  const doc = documentOf([base])
  const cells = ownFields.flatMap(field => [...doc.getMap('activities').keys()].map((row): Cell => ({ register: 'activities', row, field })))
  doc.destroy()
  return Array.from({ length: count }, (_, n) => {
    const cell = cells[n % cells.length]
    if (!cell)
      throw new Error('the plan has no row to write in')
    return cell
  })
}

export function writeScript(base: Uint8Array, { person, cell, edits, manner }: {
  person: number, cell: Cell, edits: number, manner: Manner
}): Script {
  const doc = documentOf([base])
  const client = clientOf(person)
  doc.clientID = client
  const plan = openPlan(doc)
  const random = seeded(person + 1)
  const frames: Uint8Array[] = []
  const clocks: number[] = []
  doc.on('update', (update: Uint8Array) => {
    frames.push(encodeSync(syncStep.update, update))
    clocks.push(Y.getState(doc.store, client))
  })
  for (let n = 0; n < edits; n++)
    editOnce(plan, cell, manner, random, n)
  doc.destroy()
  if (frames.length !== edits)
    throw new Error(`${frames.length} of ${edits} edits became updates`)
  return { client, frames, clocks }
}

const pastedChars = 3_900

function editOnce(plan: Plan, cell: Cell, manner: Manner, random: () => number, n: number): void {
  const length = textOf(plan, cell)?.length ?? 0
  const letter = String.fromCharCode(97 + n % 26)
  switch (manner) {
    case 'typing': return void spliceText(plan, cell, { at: length, remove: 0, insert: letter })
    case 'pasting': return void spliceText(plan, cell, { at: 0, remove: length, insert: letter.repeat(pastedChars) })
    case 'anywhere': {
      const isTakenOut = length > 0 && random() < 0.2
      const at = Math.floor(random() * (length + (isTakenOut ? 0 : 1)))
      return void spliceText(plan, cell, { at, remove: isTakenOut ? 1 : 0, insert: isTakenOut ? '' : letter })
    }
  }
}

/** A document made of updates, in one go. */
export function documentOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = newDocument()
  doc.transact(() => updates.forEach(update => Y.applyUpdate(doc, update)))
  return doc
}

/** The hash of what updates come to; with what is missing named, when something is. */
export function hashOf(updates: readonly Uint8Array[]): string {
  const doc = documentOf(updates)
  const hash = openStateHash(doc)
  const read = `${hash.read()}${doc.store.pendingStructs || doc.store.pendingDs ? ' and something that does not fit' : ''}`
  hash.close()
  doc.destroy()
  return read
}
