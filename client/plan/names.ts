import { fieldsOf, headId, isRegisterName } from '#shared/plan/registers.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Cell, Place, RowId, SetMember } from '#shared/plan/values.ts'
import type { Names } from '../text/cellWords.ts'
import { knownNames, type KnownNames } from '../text/knownNames.ts'
import type { Text } from '../text/index.ts'
import { rowName, shortName } from '../text/naming.ts'
import { usePersonNames } from './personNames.ts'
import { usePlaceNames } from './placeNames.ts'
import { registerStore } from './stores.ts'

export interface NamedRow {
  /** Short, for a pill or a list; empty when the row has no words yet. */
  readonly label: string
  readonly name: string
  /** It stands for several. */
  readonly isCollective: boolean
  /** In the trash. */
  readonly isGone: boolean
}

/** A row of one of these registers by what it is called now; null when there is none. */
export function namedRow(registers: readonly RegisterName[], id: RowId): NamedRow | null {
  for (const register of registers) {
    const row = registerStore(register).byId.get(id)
    if (!row)
      continue
    const { name, type } = row as Readonly<Record<string, unknown>>
    return {
      label: shortName(row, 40),
      name: typeof name === 'string' && name !== '' ? name : rowName(row),
      isCollective: register === 'groups' || type === 'collective',
      isGone: row.deletedAt !== null,
    }
  }
  return null
}

/** Members as the plan orders them, not as their ids sort. */
export function inPlanOrder(registers: readonly RegisterName[], members: readonly SetMember[]): readonly SetMember[] {
  if (members.length < 2)
    return members
  const ids = registers.flatMap(register => registerStore(register).order)
  const rank = (id: RowId) => ids.indexOf(id) + 1 || Infinity
  return [...members].sort((a, b) => rank(a.id) - rank(b.id))
}

/** What a row is called, cut for a sentence. One without words of its own goes by the row it is of: an occurrence by its activity. */
export function nameInWords(register: RegisterName, row: object, text: Text): string {
  const own = shortName(row, 40)
  if (own !== '' || !isOfAnother.includes(register))
    return own
  const cells = row as Readonly<Record<string, unknown>>
  for (const [field, declared] of fieldsOf(register)) {
    const id = cells[field]
    const named = declared.kind === 'reference' && typeof id === 'string' ? namedRow(declared.to, id) : null
    if (named)
      return named.label || text.trash.noName
  }
  return ''
}
/** The registers whose rows have no words to be known by. */
const isOfAnother: readonly RegisterName[] = ['occurrences']

/** A row as a sentence calls it: «Nyhetsbrev», or its number in the plan's order while it has no words. */
export function rowInWords(register: RegisterName, id: RowId, text: Text): string {
  const store = registerStore(register)
  const row = store.byId.get(id)
  const name = row && nameInWords(register, row, text)
  if (name)
    return text.undoing.named(name)
  const number = store.order.indexOf(id) + 1
  return number === 0 ? text.row.untitled : register === 'goals' ? text.activities.goal(number) : text.here.row(number)
}

/** The names that people's words may mean, as the stores have them now. Ask for them anew each time words are read. */
export function namesNow(focusAreas: Parameters<typeof knownNames>[1]): KnownNames {
  return knownNames(register => registerStore(register).byId.values(), focusAreas, usePlaceNames().numberOf, usePersonNames().named)
}

/** The names that cells refer to, uncut: for what is copied out of the page. */
export function fullNamesOf(text: Text, focusAreas: readonly { readonly number: number, readonly name: string }[]): Names {
  const nameOf = (register: RegisterName, id: RowId) => {
    const row = registerStore(register).byId.get(id)
    return row ? rowName(row) || text.trash.noName : null
  }
  return {
    ...namesOf(text, focusAreas),
    rowName: (registers, id) => registers.map(register => nameOf(register, id)).find(name => name !== null) ?? null,
  }
}

/** The names that cells refer to, as the stores have them; areas are the reform's. */
export function namesOf(text: Text, focusAreas: readonly { readonly number: number, readonly name: string }[]): Names {
  return {
    rowName(registers, id) {
      const named = namedRow(registers, id)
      return named && (named.label || text.trash.noName)
    },
    inOrder: inPlanOrder,
    focusArea: number => focusAreas.find(area => String(area.number) === number)?.name ?? null,
    place: usePlaceNames().nameOf,
    person: id => usePersonNames().nameOf(id, text),
    before: rowBefore(text),
  }
}

const rowBefore = (text: Text) => ({ register, row }: Cell, parentId: RowId | null, key: string): string | null => {
  if (!isRegisterName(register) || row === headId)
    return null
  const store = registerStore(register)
  const before = store.order.filter((id) => {
    const place = (store.byId.get(id) as { place?: Place } | undefined)?.place
    return id !== row && place !== undefined && place.parentId === parentId && place.key !== '' && place.key < key
  }).at(-1)
  return before === undefined ? null : shortName(store.byId.get(before) ?? {}, 40) || text.trash.noName
}
