import { dropMember, inPieces, putMember, type Refusal } from './commands.ts'
import type { Plan } from './plan.ts'
import type { Cell } from './values.ts'

/** A member of a set cell, and the roles it is to have there: `true` for none, null to be taken out. */
export interface MemberWrite { readonly cell: Cell, readonly member: string, readonly roles: true | string | readonly string[] | null }

/**
 * Gives members of many set cells their roles, or takes them out, in pieces (D8). Only these members are written: who changes
 * others in the same cells keeps what they did. Tells what was refused; the rest is written.
 */
export function writeMembers(plan: Plan, writes: readonly MemberWrite[]): readonly Refusal[] {
  const refused: Refusal[] = []
  for (const piece of inPieces(writes, () => 0)) {
    plan.doc.transact(() => {
      for (const { cell, member, roles } of piece) {
        const outcome = roles === null ? dropMember(plan, cell, member) : putMember(plan, cell, member, roles)
        if (!outcome.ok)
          refused.push(outcome.refusal)
      }
    }, plan.mine)
  }
  return refused
}
