import type { Field, RegisterName } from '#shared/plan/fields.ts'
import { fieldsOf, registerNames } from '#shared/plan/registers.ts'
import type { RowId } from '#shared/plan/values.ts'
import { registerStore } from './stores.ts'

/** The living rows that name a row in one of their fields, in the plan's order. */
export interface Use { readonly register: RegisterName, readonly field: string, readonly rows: readonly RowId[] }

/** Where a row is named, by register and field in the order of declaration. What was promised and held belongs to its row, and names it not. */
export function usesOf(register: RegisterName, id: RowId): readonly Use[] {
  return registerNames.filter(name => name !== 'occurrences').flatMap((other) => {
    const { byId, order } = registerStore(other)
    return fieldsOf(other).filter(([, declared]) => namedIn(declared).includes(register)).flatMap(([field]) => {
      const rows = order.filter(row => idsIn((byId.get(row) as unknown as Readonly<Record<string, unknown>> | undefined)?.[field]).includes(id))
      return rows.length > 0 ? [{ register: other, field, rows }] : []
    })
  })
}

/** How many living rows name one of these or more, in whichever field but their place; those that are themselves among them left out. */
export function namingRows(register: RegisterName, ids: readonly RowId[]): number {
  const uses = ids.flatMap(id => usesOf(register, id)).filter(({ field }) => field !== 'place')
  const themselves = new Set(ids.map(id => `${register}/${id}`))
  const naming = new Set(uses.flatMap(use => use.rows.map(row => `${use.register}/${row}`)))
  return [...naming].filter(name => !themselves.has(name)).length
}

/** The registers whose rows a field names. */
export function namedIn(declared: Field): readonly RegisterName[] {
  switch (declared.kind) {
    case 'reference': return declared.to
    case 'set': return Array.isArray(declared.of) ? declared.of as readonly RegisterName[] : []
    case 'place': return declared.parent ? [declared.parent.of] : []
    default: return []
  }
}

/** The ids that a value of such a field holds. */
export function idsIn(value: unknown): readonly RowId[] {
  if (typeof value === 'string')
    return [value]
  if (Array.isArray(value))
    return value.map((member: { readonly id: RowId }) => member.id)
  const parentId = typeof value === 'object' && value !== null && 'parentId' in value ? value.parentId : null
  return typeof parentId === 'string' ? [parentId] : []
}
