import { shallowReactive, watch, type Ref } from 'vue'
import { isRegisterName } from '#shared/plan/registers.ts'
import type { PersonHere } from './session.ts'
import { cellKey } from '../text/naming.ts'

/**
 * Who is in which cell, and at which member of its set (`cellKey` with `/member` after it). When someone moves, only the cell they
 * left and the cell they came to are told.
 */
export function usePeopleInCells(others: Readonly<Ref<readonly PersonHere[]>>): ReadonlyMap<string, readonly PersonHere[]> {
  const people = shallowReactive(new Map<string, readonly PersonHere[]>())
  watch(others, (now) => {
    const next = new Map<string, PersonHere[]>()
    for (const person of now) {
      if (!person.at || !isRegisterName(person.at.register))
        continue
      const key = cellKey(person.at.register, person.at.row, person.at.field)
      for (const one of person.member === undefined ? [key] : [key, `${key}/${person.member}`])
        next.set(one, [...next.get(one) ?? [], person])
    }
    for (const key of people.keys()) {
      if (!next.has(key))
        people.delete(key)
    }
    for (const [key, here] of next) {
      const before = people.get(key)
      if (before?.length !== here.length || here.some((person, n) => !isSame(person, before[n])))
        people.set(key, here)
    }
  }, { immediate: true })
  return people
}

/** A person's colour, for what stands below an element. */
export const personColour = ({ colour }: Pick<PersonHere, 'colour'>) => ({ '--person': `var(--person-${colour % 6})` })

function isSame(a: PersonHere, b: PersonHere | undefined): boolean {
  return a.clientId === b?.clientId && a.name === b.name && a.organisation === b.organisation && a.colour === b.colour && a.member === b.member
}
