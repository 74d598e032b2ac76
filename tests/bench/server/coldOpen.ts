import { clientOf, hashOf } from './edits.ts'
import { planWithHistory } from './history.ts'
import { knowsAll, openLine, type Line, type LineParts } from './line.ts'
import { comesTrue, remarksOn, type Outcome, type Stage } from './stage.ts'

/**
 * A server that has just started, and a plan with a long history that nobody has open: from the knock to all of the text, for one
 * who comes, and after another start for many at once, to the last of them.
 */
export async function coldOpen(stage: Stage, { edits, people }: { edits: number, people: number }): Promise<Outcome> {
  const history = await planWithHistory(stage, edits)
  const remarks: string[] = []
  const hashes: string[] = []
  let isDelivered = true
  let beganEmpty = 0

  async function open(count: number): Promise<number> {
    const running = await stage.subject.start(history.data)
    try {
      const doors = Array.from({ length: count }, (_, person) => stage.subject.door(running, history.world, 0, person))
      const since = performance.now()
      const lines = doors.map((door, person) => openTimed({ door, client: clientOf(100 + person), awaited: history.awaited, isKeeping: person < 2 }))
      isDelivered &&= await comesTrue(() => lines.every(({ fullAt }) => fullAt() !== null), 60_000)
      // What takes words out moves no clock, and may come after them.
      await comesTrue(() => lines.every(({ line }) => line.kept.length === 0 || hashOf(line.kept) === history.hash), 5_000)
      hashes.push(...lines.flatMap(({ line }) => line.kept.length > 0 ? [hashOf(line.kept)] : []))
      beganEmpty += lines.filter(({ line }) => line.beganEmpty()).length
      remarks.push(...remarksOn(lines.map(({ line }) => line)))
      lines.forEach(({ line }) => line.close())
      return Math.max(...lines.map(({ fullAt }) => fullAt() ?? Number.NaN)) - since
    }
    finally {
      await running.stop()
    }
  }

  const [one, many] = [await open(1), await open(people)]
  return {
    figures: { 'one ms': one, 'many ms': many, 'began empty': beganEmpty, 'kB in all': history.state.length / 1_000 },
    checks: { delivered: isDelivered, equal: hashes.every(hash => hash === history.hash), acknowledged: null },
    remarks,
  }
}

/** A line that notes when it first had all that is awaited. */
function openTimed(parts: LineParts & { readonly awaited: NonNullable<LineParts['awaited']> }): { readonly line: Line, readonly fullAt: () => number | null } {
  let fullAt: number | null = null
  const line: Line = openLine({
    ...parts,
    onNews() {
      // Called for each writer in an update: the last of them makes it whole.
      if (knowsAll(line.known, parts.awaited))
        fullAt ??= performance.now()
    },
  })
  return { line, fullAt: () => fullAt }
}
