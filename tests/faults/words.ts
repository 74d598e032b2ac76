import { putMember, spliceText, textOf } from '#shared/plan/commands.ts'
import { readRegister } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import type * as Y from 'yjs'
import type { RawClient } from '../support/rawClient.ts'
import { turn } from '../support/until.ts'

/** What the writers of one round write in: enough that they meet, few enough words for a cell. */
export interface RoundCells { readonly texts: readonly Cell[], readonly sets: readonly Cell[] }

const texts = ['arena', 'topic', 'note'] as const

/** Three texts of one activity, and the aliases of two organisations. */
export function cellsOfRound(doc: Y.Doc, round: number): RoundCells {
  const activities = readRegister(doc, 'activities')
  const organisations = readRegister(doc, 'organisations')
  const row = activities[round % activities.length]?.id ?? ''
  return {
    texts: texts.map(field => ({ register: 'activities', row, field })),
    sets: [2 * round, 2 * round + 1].map(n => ({ register: 'organisations', row: organisations[n % organisations.length]?.id ?? '', field: 'aliases' })),
  }
}

/**
 * Writes words that nobody else writes, `<n>-<mark>`, into texts and sets until the line is gone; gives how many. A mark is
 * `<round>-<writer>`; the pace is the least time between two.
 */
export async function typeWords(writer: RawClient, cells: RoundCells, mark: string, random: () => number, paceMs = 4): Promise<number> {
  let words = 0
  while (writer.isLive()) {
    const word = `${words++}-${mark}`
    writer.write(word, (plan) => {
      const set = random() < 0.25 ? pick(cells.sets, random) : undefined
      const text = pick(cells.texts, random)
      const at = random() < 0.5 ? 0 : textOf(plan, text)?.length ?? 0
      const outcome = set ? putMember(plan, set, word) : spliceText(plan, text, { at, remove: 0, insert: `<${word}>` })
      if (!outcome.ok)
        throw new Error(`${word}: ${outcome.refusal}`)
    })
    await turn(paceMs + random() * 8)
  }
  return words
}

/** Every such word in the document, and how many times it stands there. */
export function wordsIn(doc: Y.Doc): Map<string, number> {
  const found = new Map<string, number>()
  const count = (word: string) => found.set(word, (found.get(word) ?? 0) + 1)
  for (const activity of readRegister(doc, 'activities')) {
    for (const field of texts)
      activity[field].match(/(?<=<)\d+-\d+-\d+(?=>)/g)?.forEach(count)
  }
  for (const organisation of readRegister(doc, 'organisations'))
    organisation.aliases.filter(({ id }) => /^\d+-\d+-\d+$/.test(id)).forEach(({ id }) => count(id))
  return found
}

const pick = <T>(items: readonly T[], random: () => number): T => {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined)
    throw new Error('nothing to pick from')
  return item
}
