import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { keep, kept } from '../../../text/index.ts'

/** So many are remembered in a plan; the oldest give way. */
const most = 500

/**
 * What somebody has said is no personal data after all: of each the cell, the kind and a number made of its words, never the words.
 * Kept for the person and the plan on the device.
 */
export const useNotPersonal = defineStore('not-personal', () => {
  const said = shallowReactive(new Map<string, ReadonlySet<string>>())
  return {
    /** Takes up what was said before; `keptAs` is of one person and one plan. */
    open(keptAs: string): void {
      if (!said.has(keptAs))
        said.set(keptAs, new Set(kept(keptAs)?.split('\n').filter(Boolean)))
    },
    has: (keptAs: string, mark: string) => said.get(keptAs)?.has(mark) === true,
    add(keptAs: string, mark: string): void {
      const now = [...said.get(keptAs) ?? [], mark].slice(-most)
      said.set(keptAs, new Set(now))
      keep(keptAs, now.join('\n'))
    },
  }
})

/** A number for some words (FNV-1a, 32 bits). */
export function numberFor(words: string): string {
  let hash = 0x811C9DC5
  for (let n = 0; n < words.length; n++)
    hash = Math.imul(hash ^ words.charCodeAt(n), 0x01000193)
  return (hash >>> 0).toString(36)
}
