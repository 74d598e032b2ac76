import * as Y from 'yjs'
import { serverClientId } from '#shared/plan/lay.ts'
import { readHead, readPlan } from '#shared/plan/read.ts'
import { schemaVersion } from '#shared/plan/registers.ts'
import { isComplete, openCopy } from '../rooms/copies.ts'
import { serverAuthor, type Checkpoint } from '../storage/contracts.ts'
import type { ReadLog, ReadRow } from '../storage/backupReader.ts'

/** What is wrong, and at which place: of a log, a client id, SQLite's own words, a file. */
export interface Wrong { readonly what: WrongKind, readonly where: string }
export type WrongKind =
  | 'file' | 'newer-version' | 'other-plan' | 'no-updates' | 'damaged-update' | 'gap' | 'client-id' | 'incomplete' | 'unreadable' | 'newer-plan'
  | 'damaged-checkpoint' | 'other-checkpoint' | 'other-state'

export interface CheckedPlan {
  readonly updates: number
  /** Null where it cannot be read. */
  readonly stateHash: string | null
  readonly schemaVersion: number | null
  readonly wrongs: readonly Wrong[]
}

/** Reads a whole plan from its log, and everything that is kept beside it. */
export function checkPlan(log: ReadLog): CheckedPlan {
  const wrongs = [...wrongsOfRows(log), ...log.isCheckpointDamaged ? [wrong('damaged-checkpoint')] : []]
  const found = { updates: log.rows.length, stateHash: null, schemaVersion: null }
  // What is not what was written is never read as if it were.
  if (log.rows.length === 0 || log.rows.some(({ isSound }) => !isSound))
    return { ...found, wrongs }
  try {
    const copy = openCopy(log.rows.map(({ update }) => update))
    const { doc } = copy
    const stateHash = copy.stateHash()
    const version = Number(readHead(doc)?.schemaVersion ?? 0)
    readPlan(doc)
    return {
      ...found, stateHash, schemaVersion: version,
      wrongs: [...wrongs, ...wrongsOf(doc, log, version), ...log.checkpoint ? wrongsOfCheckpoint(log.checkpoint, log.rows, stateHash) : []],
    }
  }
  catch (error) {
    return { ...found, wrongs: [...wrongs, wrong('unreadable', error instanceof Error ? error.message : String(error))] }
  }
}

/** The hash of what a plan holds, read the short way; null where some update is not what was written. */
export function stateHashOf({ rows, checkpoint }: ReadLog): string | null {
  if (rows.length === 0 || rows.some(({ isSound }) => !isSound))
    return null
  try {
    const tail = rows.filter(({ through }) => through > (checkpoint?.through ?? 0)).map(({ update }) => update)
    return openCopy(checkpoint ? [checkpoint.update, ...tail] : tail).stateHash()
  }
  catch {
    return null
  }
}

const wrong = (what: WrongKind, where: string | number = ''): Wrong => ({ what, where: String(where) })
/** More of one kind than this say nothing new. */
const mostOfOne = 20

function wrongsOfRows({ rows, owners }: ReadLog): Wrong[] {
  if (rows.length === 0)
    return [wrong('no-updates')]
  const damaged = rows.filter(({ isSound }) => !isSound).map(({ through }) => wrong('damaged-update', through))
  const gaps = rows.filter(({ from }, n) => from !== (rows[n - 1]?.through ?? 0) + 1).map(({ from }) => wrong('gap', from))
  const foreign = new Set(rows.flatMap(row => row.members.includes(serverAuthor) ? [] : foreignIn(row, owners)))
  return [damaged, gaps, [...foreign].map(id => wrong('client-id', id))].flatMap(found => found.slice(0, mostOfOne))
}

/** Client ids in a row that belong to none of those who wrote it. */
const foreignIn = ({ clientIds, members }: ReadRow, owners: ReadLog['owners']) =>
  clientIds.filter(id => id !== serverClientId && !members.includes(owners.get(id) ?? ''))

function wrongsOf(doc: Y.Doc, { owners }: ReadLog, version: number): Wrong[] {
  const nobodys = [...Y.decodeStateVector(Y.encodeStateVector(doc)).keys()].filter(id => id !== serverClientId && !owners.has(id))
  return [
    ...isComplete(doc) ? [] : [wrong('incomplete')],
    ...nobodys.slice(0, mostOfOne).map(id => wrong('client-id', id)),
    ...version > schemaVersion ? [wrong('newer-plan', version)] : [],
    ...readHead(doc) ? [] : [wrong('unreadable', 'head')],
  ]
}

/** Whether a checkpoint is of what it says, and comes with the updates after it to what the whole log comes to. */
function wrongsOfCheckpoint({ update, stateVector, stateHash, through }: Checkpoint, rows: readonly ReadRow[], whole: string): Wrong[] {
  try {
    const copy = openCopy([update])
    const { doc } = copy
    const isItself = isComplete(doc) && copy.stateHash() === stateHash && Buffer.compare(Y.encodeStateVector(doc), stateVector) === 0
    copy.apply(rows.filter(row => row.through > through).map(row => row.update))
    const isOfLog = through <= (rows.at(-1)?.through ?? 0) && isComplete(doc) && copy.stateHash() === whole
    return isItself && isOfLog ? [] : [wrong('other-checkpoint', through)]
  }
  catch {
    return [wrong('other-checkpoint', through)]
  }
}
