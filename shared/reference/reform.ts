import leveHeleLivet from './reform.json' with { type: 'json' }
import { readReform, type Reform } from './reformFile.ts'

export type { Reform, Region, Template } from './reformFile.ts'

/** The reforms that come with the product, read as any other reform set is. */
export const builtInReforms: readonly Reform[] = [leveHeleLivet].map(readBuiltIn)

/** The built-in reform with this id, or null when there is none. Those an operator has added are the server's. */
export function reformOf(id: string | null): Reform | null {
  return builtInReforms.find(reform => reform.id === id) ?? null
}

function readBuiltIn(file: unknown): Reform {
  const read = readReform(file)
  if (!read.ok)
    throw new Error(`a reform set of our own is faulty: ${JSON.stringify(read.faults)}`)
  return read.reform
}
