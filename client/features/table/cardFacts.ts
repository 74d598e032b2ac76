import type { Row, SetMember } from '#shared/plan/values.ts'
import type { Column, RecordRegister } from './columns.ts'
import { isToldBelow } from './notes/noted.ts'
import { ownWords } from './ownWords.ts'

/** What a card's reader knows for what it is without being told: when, who, how it goes, what the row is. */
const speaking: ReadonlySet<string> = new Set([
  'activities/when', 'activities/responsible', 'activities/focusAreas', 'activities/status',
  'networks/regularity', 'networks/operatedBy', 'networks/state', 'networks/focusAreas',
  'collaborations/organisations', 'collaborations/when', 'organisations/short', 'organisations/type', 'groups/kind', 'followUps/when', 'phases/years',
])

/**
 * Whether a field's value on a card is read as what it is, without the field's name before it. `words`: how a row that is referred to reads,
 * which may begin with that name («USHT Rogaland»).
 */
export const speaksForItself = (register: RecordRegister, { field, title }: Column, words: string) =>
  speaking.has(`${register}/${field}`) || words.toLocaleLowerCase('nb').startsWith(`${title.toLocaleLowerCase('nb')} `)

/** Whether a card has something to show of a field: a value, one that is not valid, or what stands under it in its place. */
export function hasOnCard(register: RecordRegister, { field, declared }: Column, value: unknown, row: Pick<Row<RecordRegister>, 'invalid'>): boolean {
  if (row.invalid.includes(field) || isToldBelow(register, field, row))
    return true
  if (declared.kind === 'set' && declared.of === 'words')
    return (ownWords(field, value as readonly SetMember[], row) ?? value as readonly SetMember[]).length > 0
  return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** When first; what stands by itself in one line, the areas last in it; then what is named, many on a line of their own each. */
export function cardRank({ field }: Column, isNamed: boolean): number {
  if (isNamed)
    return 3
  return field === 'when' || field === 'regularity' ? 0 : field === 'focusAreas' ? 2 : 1
}
