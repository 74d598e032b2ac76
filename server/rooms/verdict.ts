import type * as Y from 'yjs'
import type { Reach } from '#shared/protocol/access.ts'
import { maxCellsNamed, type NamedCell, type Refusal } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { Judgement } from '#shared/plan/admission.ts'
import type { MemberId } from '#shared/plan/values.ts'
import type { Freezes } from './freezes.ts'
import type { Owners } from './owners.ts'

/** Whether somebody who may do this much may change what stands in a register; `''` for what lands in none. */
export type Admission = (reach: Reach, register: string) => boolean

/** What a plan's state says of its sender at the moment an update is decided on. */
export interface Circumstances {
  readonly doc: Y.Doc
  readonly admit: Admission
  readonly owners: Owners
  readonly freezes: Freezes
  readonly reach: Reach
  readonly member: MemberId
}

/** What becomes of an update: the first of these that holds. A refusal names the cells that caused it (S10). */
export function toVerdict(judgement: Judgement, { doc, admit, owners, freezes, reach, member }: Circumstances): 'nothing' | 'admitted' | Refusal {
  const { problem, isNothing, isTidying, cells, clients, fault } = judgement
  if (problem)
    return { reason: problem, cells: [] }
  if (isNothing)
    return 'nothing'
  const barred = cells.filter(({ register }) => !admit(reach, register))
  if (barred.length > 0 && isTidying)
    return 'nothing'
  if (barred.length > 0 || (cells.length === 0 && !admit(reach, '')))
    return { reason: 'not-allowed', cells: nameCells(barred) }
  if (!clients.every(client => owners.mayUse(client, member)))
    return { reason: 'not-yours', cells: [] }
  const frozen = cells.filter(cell => freezes.has(cell))
  if (frozen.length > 0)
    return { reason: 'row-frozen', cells: nameCells(frozen) }
  const isTooMany = clients.filter(client => !doc.store.clients.has(client)).length > limits.maxNewClients
  if (isTooMany || !owners.mayHave(clients, member))
    return { reason: 'too-large', cells: [] }
  return fault ? { reason: fault.reason, cells: fault.cells } : 'admitted'
}

/** Each cell once, by names no longer than declared ones are: these come from whoever sent the update. */
export function nameCells(cells: readonly NamedCell[]): NamedCell[] {
  const named = new Map<string, NamedCell>()
  for (const { register, row, field } of cells) {
    if (named.size === maxCellsNamed)
      break
    const cell = { register: short(register), row: short(row), field: short(field) }
    named.set(JSON.stringify(cell), cell)
  }
  return [...named.values()]
}

const short = (name: string) => name.slice(0, 200)
