import { writeMembers, type MemberWrite } from '#shared/plan/assign.ts'
import type { Refusal } from '#shared/plan/commands.ts'
import type { RowId, SetMember } from '#shared/plan/values.ts'
import { usePlan } from '../../plan/live.ts'

/** What a party can be made in an activity. */
export type Choice = 'responsible' | 'lead' | 'contributor' | 'none'
export const choices: readonly Choice[] = ['responsible', 'lead', 'contributor', 'none']

/** The choice that stands for what a party is itself; `none` where it is in the row through others only, or not at all. */
export function choiceOf(member: SetMember | undefined): Choice {
  if (!member)
    return 'none'
  return member.roles.includes('lead') ? 'lead' : member.roles.length > 0 && member.roles.every(role => role === 'contributor') ? 'contributor' : 'responsible'
}

/** A party's cell in a row of activities or of networks. */
export interface MatrixCell { readonly register: 'activities' | 'networks', readonly row: RowId, readonly party: RowId }

/** Writes what parties are in rows: one undo step, and only these parties' own membership. */
export function useMarkWriting(): (cells: readonly MatrixCell[], roles: MemberWrite['roles']) => readonly Refusal[] {
  const { plan, undo } = usePlan()
  return (cells, roles) => undo.asOneStep(() => writeMembers(plan, cells.map(({ register, row, party }) => ({
    cell: { register, row, field: register === 'activities' ? 'responsible' : 'operatedBy' }, member: party, roles,
  }))))
}
