import type { RowId } from '#shared/plan/values.ts'
import { isRunning } from '#shared/rules/focusAreas.ts'
import { markOf, type Mark, type Standing, type Through } from '#shared/rules/responsibility.ts'
import type { HalfYear } from '#shared/rules/when.ts'
import { wordFor } from '../../text/cellWords.ts'
import type { Text } from '../../text/index.ts'

type NameOf = (id: RowId) => string

/** «gjennom Koordineringsgruppa, der USHT er med» */
function wayInWords([first = '', ...within]: Through, text: Text, nameOf: NameOf): string {
  return text.responsibility.through(nameOf(first), text.and(within.map(nameOf)))
}

/** The ways a party is in a row through others, in words; empty where there are none. */
export function throughInWords({ through }: Standing, text: Text, nameOf: NameOf): string {
  return text.and(through.map(({ way, roles }) => {
    const words = wayInWords(way, text, nameOf)
    const mark = markOf({ isDirect: false, roles: [], through: [{ way, roles }] })
    return mark === 'contributes-through' ? text.responsibility.contributesThrough(words) : words
  }))
}

/** How a party stands to an activity, as a list says it: «som ansvarlig, gjennom Koordineringsgruppa». */
export function dutyInWords(standing: Standing, text: Text, nameOf: NameOf): string {
  const mark = markOf(standing)
  const own = mark === 'through' || mark === 'contributes-through' ? '' : text.responsibility.as[mark]
  return [own, throughInWords(standing, text, nameOf)].filter(Boolean).join(', ')
}

/** How a party stands to a network: «som drifter av nettverket», or with other roles, or through whom. */
export function operatingInWords(standing: Standing, text: Text, nameOf: NameOf): string {
  const { list } = text.responsibility
  const roles = text.and(standing.roles.map(role => wordFor(text.words.roles, role)))
  const own = !standing.isDirect ? '' : standing.roles.every(role => role === 'operator') ? list.operator : list.runs(roles)
  const through = standing.through.map(({ way }) => list.networkThrough(wayInWords(way, text, nameOf)))
  return [own, ...through].filter(Boolean).join(', ')
}

/** The sign of who runs a network; of another role the ring, with the first letter of its word. */
export function operatorSign({ isDirect, roles }: Standing, { responsibility }: Text): { readonly mark: Mark, readonly letter: string } {
  if (!isDirect)
    return { mark: 'through', letter: responsibility.marks.through }
  if (roles.length === 0 || roles.includes('operator'))
    return { mark: 'responsible', letter: responsibility.operatorMark }
  return { mark: 'contributor', letter: wordFor(responsibility.networkRoles, roles[0] ?? '').slice(0, 1).toUpperCase() }
}

/** What stands at a network that does not run: its state, and that it does not count. Empty for one that runs. */
export function notRunningInWords(network: { readonly state: string | null } | undefined, text: Text): string {
  if (!network || isRunning(network))
    return ''
  const state = network.state === null ? text.cell.notStated : wordFor(text.words.choices.networks.state, network.state)
  return text.responsibility.notRunning(state.toLowerCase())
}

/** «høst 2022» */
export function halfYearInWords(half: HalfYear, text: Text): string {
  return text.responsibility.halfName(text.responsibility.halves[half.endsWith('1') ? 1 : 2], Number(half.slice(0, 4)))
}
