import type { Network, RowId } from '#shared/plan/values.ts'
import type { Mark } from '#shared/rules/responsibility.ts'
import { useText } from '../../text/index.ts'
import { wordFor } from '../../text/cellWords.ts'
import { useMatrixContext } from './context.ts'
import { operatingInWords } from './wording.ts'

/** What a party's cell in a network's row says: a sign for who runs it, its role in a word for others. */
export interface OperatedSpot { readonly mark: Mark | null, readonly short: string, readonly words: string }

/** Tells what a party has to do with a network; a collective also what its members do who have no column of their own. */
export function useOperated(): (operatedBy: Network['operatedBy'], party: RowId) => OperatedSpot | null {
  const text = useText()
  const { parties, columns, standingOf } = useMatrixContext()
  const nameOf = (id: RowId) => parties.nameOf(id).label

  function folded(operatedBy: Network['operatedBy'], party: RowId): OperatedSpot | null {
    const within = parties.membersOf.value(party)
    const members = operatedBy.filter(({ id }) => within.includes(id) && !columns.value.includes(id))
    if (members.length === 0)
      return null
    const words = members.map(({ id, roles }) => `${nameOf(id)}: ${rolesInWords(roles)}`).join(', ')
    return members.some(isOperator) ? { mark: 'through', short: '', words } : { mark: null, short: shortRole(members[0]?.roles ?? []), words }
  }
  const isOperator = ({ roles }: { readonly roles: readonly string[] }) => roles.length === 0 || roles.includes('operator')
  const rolesInWords = (roles: readonly string[]) => text.value.and((roles.length === 0 ? ['operator'] : roles).map(role => wordFor(text.value.words.roles, role)))
  const shortRole = ([role = '']: readonly string[]) => wordFor(text.value.responsibility.networkRoles, role)

  return (operatedBy, party) => {
    const standing = standingOf(operatedBy, party)
    if (!standing)
      return folded(operatedBy, party)
    const words = operatingInWords(standing, text.value, nameOf)
    if (!standing.isDirect)
      return { mark: 'through', short: '', words }
    return isOperator(standing) ? { mark: 'responsible', short: '', words } : { mark: null, short: shortRole(standing.roles), words }
  }
}
