import type { Storage } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'

/** So long a command waits for those who read the file, and how often it is tried again after that. */
const wipeTries = 40
const betweenWipesMs = 250
const laterMs = 60_000

/**
 * Gives what writes the file anew after something was taken out for good. That answers false where somebody read the file all the time, and
 * rejects where it could not be written; then it is tried again for as long as the server runs, and when it is started (S64).
 */
export function openWiping({ storage: { redactions }, clock }: { storage: Pick<Storage, 'redactions'>, clock: Clock }): () => Promise<boolean> {
  function wipeLater(): void {
    clock.after(laterMs, () => void redactions.wipe().then(isWiped => isWiped || wipeLater(), wipeLater))
  }
  return async () => {
    for (let left = wipeTries; left > 0; left--) {
      const isWiped = await redactions.wipe().catch((error: unknown) => {
        wipeLater()
        throw error
      })
      if (isWiped)
        return true
      await new Promise(done => setTimeout(done, betweenWipesMs))
    }
    wipeLater()
    return false
  }
}
