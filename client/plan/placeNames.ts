import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { equalityDeep } from 'lib0/function'
import type { NumberedPlace } from '#shared/plan/fields.ts'
import { counties } from '#shared/reference/counties.ts'
import { plainly } from '../text/knownNames.ts'
import { registerStore } from './stores.ts'

interface Numbered { readonly number: string, readonly name: string }

/**
 * What the numbers of municipalities and counties are the numbers of: municipalities as the plan's own rows call them, in the
 * plan's order, and others as its reform set does. Each name is told one number by, and read back as that: where two have the
 * same, as one municipality before and after it changed its number, the second has its number behind its name.
 */
export const usePlaceNames = defineStore('plan/place-names', () => {
  const rows = registerStore('municipalities')
  const ofRows = rows.each(({ number, name, successorNumber }) => ({ number, name, successorNumber }), equalityDeep)
  const ofReform = shallowRef<readonly Numbered[]>([])
  const municipalities = computed(() => {
    const own = rows.order.flatMap(id => ofRows.value.get(id) ?? [])
    return toIndex([...own, ...ofReform.value, ...own.map(({ successorNumber, name }) => ({ number: successorNumber, name }))])
  })
  const known = { municipality: municipalities, county: computed(() => countyIndex) } as const

  return {
    /** The reform's names, which are the server's to tell. */
    learn(names: readonly Numbered[]) { ofReform.value = names },
    /** Null for a number that nobody has named. */
    nameOf: (of: NumberedPlace, number: string): string | null => known[of].value.names.get(number) ?? null,
    /** The number that goes by these words, be it the number itself; null when none does. */
    numberOf(of: NumberedPlace, words: string): string | null {
      const { names, numbers } = known[of].value
      return names.has(words) ? words : numbers.get(plainly(words)) ?? null
    },
    /** Every number with a name, once each. */
    all: (of: NumberedPlace): readonly Numbered[] => [...known[of].value.names].map(([number, name]) => ({ number, name })),
  }
})

interface Index { readonly names: ReadonlyMap<string, string>, readonly numbers: ReadonlyMap<string, string> }

function toIndex(places: readonly Numbered[]): Index {
  const names = new Map<string, string>()
  const numbers = new Map<string, string>()
  for (const { number, name } of places.filter(place => place.number !== '' && place.name.trim() !== '')) {
    if (names.has(number))
      continue
    const told = numbers.has(plainly(name)) ? `${name} (${number})` : name
    names.set(number, told)
    numbers.set(plainly(told), number)
  }
  return { names, numbers }
}
const countyIndex = toIndex(counties)
