import { equalityDeep } from 'lib0/function'
import { computed, provide } from 'vue'
import { ownFields } from '#shared/plan/registers.ts'
import type { Row } from '#shared/plan/values.ts'
import { languageKey, useLanguage, type Text } from '../text/index.ts'
import { registerStore } from './stores.ts'

/** The registers whose tables a region gives columns and words of its own. */
export type ColumnRegister = NonNullable<Row<'columns'>['register']>
type ColumnRow = Pick<Row<'columns'>, 'register' | 'field' | 'title'>

/**
 * What the region calls the columns of a register, by field; '' where it has said nothing. Where two rows of the plan stand for
 * one field, both of their titles are in it: neither is lost.
 */
export function titlesOf(register: string, rows: readonly ColumnRow[]): ReadonlyMap<string, string> {
  const titles = new Map<string, readonly string[]>()
  for (const { field, title } of rows.filter(row => row.register === register)) {
    const known = titles.get(field) ?? []
    titles.set(field, title.trim() === '' || known.includes(title.trim()) ? known : [...known, title.trim()])
  }
  return new Map([...titles].map(([field, all]) => [field, all.join(' / ')]))
}

/**
 * Below this component a column of a region's own is called what the region calls it, wherever the sentences name it: in the table,
 * in what is undone, in what is told of others and in what could not be saved.
 */
export function provideOwnNames(): void {
  const choice = useLanguage()
  const store = registerStore('columns')
  const own = computed<readonly ColumnRow[]>((before) => {
    const next = store.order.flatMap((id) => {
      const row = store.byId.get(id)
      return row?.register && ownFields.includes(row.field) ? [{ register: row.register, field: row.field, title: row.title }] : []
    })
    return before && equalityDeep(before, next) ? before : next
  })
  provide(languageKey, { ...choice, text: computed(() => withOwnNames(choice.text.value, own.value)) })
}

/** The sentences with the region's names for its own columns; the very same ones where it has none. */
export function withOwnNames(text: Text, rows: readonly ColumnRow[]): Text {
  const { fields } = text.words
  const named = <R extends ColumnRegister>(register: R): Text['words']['fields'][R] =>
    ({ ...fields[register], ...Object.fromEntries([...titlesOf(register, rows)].filter(([field, title]) => title !== '' && ownFields.includes(field))) })
  if (rows.every(row => row.title.trim() === '' || !ownFields.includes(row.field)))
    return text
  const own = { activities: named('activities'), networks: named('networks'), collaborations: named('collaborations') }
  return { ...text, words: { ...text.words, fields: { ...fields, ...own } } }
}
