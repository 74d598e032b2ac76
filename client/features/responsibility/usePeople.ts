import { equalityDeep } from 'lib0/function'
import { shallowReactive, watch, type Ref } from 'vue'
import { isRegisterName } from '#shared/plan/registers.ts'
import type { PersonHere } from '../../plan/session.ts'
import { cellKey } from '../../text/naming.ts'

/** Who is in which cell, by `cellKey`. When somebody moves, only the cell they left and the one they came to are told. */
export function usePeople(others: Readonly<Ref<readonly PersonHere[]>>): ReadonlyMap<string, readonly PersonHere[]> {
  const people = shallowReactive(new Map<string, readonly PersonHere[]>())
  watch(others, (now) => {
    const next = new Map<string, readonly PersonHere[]>()
    for (const person of now) {
      if (!person.at || !isRegisterName(person.at.register))
        continue
      const key = cellKey(person.at.register, person.at.row, person.at.field)
      next.set(key, [...next.get(key) ?? [], person])
    }
    for (const key of [...people.keys()].filter(key => !next.has(key)))
      people.delete(key)
    for (const [key, here] of next) {
      if (!equalityDeep(people.get(key), here))
        people.set(key, here)
    }
  }, { immediate: true })
  return people
}
