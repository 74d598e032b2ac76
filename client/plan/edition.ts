import { headId } from '#shared/plan/registers.ts'
import type { Text } from '../text/index.ts'
import { registerStore } from './stores.ts'

/** Which edition of the plan this is and how far it has come: «2. utgave, godkjent». Empty where the plan does not say. */
export function editionInWords(text: Text): string {
  const { revision = null, state = null } = registerStore('plan').byId.get(headId) ?? {}
  const known: Readonly<Record<string, string>> = text.words.choices.plan.state
  return revision === null ? '' : text.plan.edition(revision, (known[state ?? ''] ?? '').toLowerCase())
}
