import { isRegisterName } from '#shared/plan/registers.ts'
import { most, type Block, type CopiedCell } from './block.ts'

/** The type of what is copied here, for pasting here: values, not only words. */
export const ownType = 'application/x-plantavle+json'

export const toOwn = (block: Block, source: string) => JSON.stringify({ plantavle: 1, source, rows: block })

/**
 * A block as we wrote it; null for anything else, whoever put it there. Ids mean something in the plan they came from alone:
 * from another plan (`source`) only the words are taken. Values are judged where they are pasted (`fitBlock`).
 */
export function readOwn(text: string, source: string): Block | null {
  const said = parsed(text)
  if (!hasField(said, 'plantavle') || said.plantavle !== 1 || !hasField(said, 'rows') || !Array.isArray(said.rows))
    return null
  const rows: readonly unknown[] = said.rows
  const isHere = hasField(said, 'source') && said.source === source
  const [first] = rows
  const width = Array.isArray(first) ? first.length : 0
  if (width === 0 || width * rows.length > most.cells || !rows.every(row => isList(row) && row.length === width))
    return null
  const block = rows.filter(isList).map(row => row.map(cell => toCell(cell, isHere)))
  return block.every(row => row.every(cell => cell !== null)) ? block : null
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    return null
  }
}

function toCell(cell: unknown, isHere: boolean): CopiedCell | null {
  if (!hasField(cell, 'words') || typeof cell.words !== 'string' || cell.words.length > most.wordChars)
    return null
  const { words } = cell
  if (!isHere || !hasField(cell, 'value') || !hasField(cell, 'field'))
    return { words }
  const at = cell.field
  if (!hasField(at, 'register') || !hasField(at, 'field') || typeof at.register !== 'string' || typeof at.field !== 'string')
    return null
  const { register, field } = at
  return isRegisterName(register) && isShallow(cell.value) ? { words, value: cell.value, field: { register, field } } : { words }
}

/** No value of a cell lies deeper. */
function isShallow(value: unknown, depth = 6): boolean {
  return typeof value !== 'object' || value === null || (depth > 0 && Object.values(value).every(part => isShallow(part, depth - 1)))
}

const hasField = <F extends string>(value: unknown, field: F): value is Record<F, unknown> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, field)
