import type { EntryId } from './deviceCopy.ts'
import type { Outbox } from './outbox.ts'
import type { Recording } from './recording.ts'
import type { KeptChange } from './records.ts'
import type { SaveFacts } from './saveState.ts'
import { cellKey } from './unsent.ts'

/** What the server does not have of ours, by cells, and how much of it the device has. `unkept` is what the device does not have yet. */
export function countUnsent({ outbox, recording, waiting, unkept }: {
  outbox: Outbox
  recording: Recording
  waiting: readonly KeptChange[]
  unkept: ReadonlySet<EntryId>
}): Pick<SaveFacts, 'unsent' | 'kept' | 'oldestUnsent' | 'oldestUnkept'> {
  const recorded = recording.cells
  const recordedCells = new Set(recorded.map(({ cell }) => cellKey(cell))).size
  const isRecordKept = !recording.isDue && !unkept.has(recording.id)
  const firstRecorded = recorded[0]?.at ?? null
  return {
    unsent: outbox.countCells() + recordedCells + waiting.length,
    kept: outbox.countCells(id => !unkept.has(id)) + (isRecordKept ? recordedCells : 0) + waiting.length,
    oldestUnsent: outbox.entries[0]?.at ?? firstRecorded ?? waiting[0]?.since ?? null,
    oldestUnkept: outbox.entries.find(({ id }) => unkept.has(id))?.at ?? (isRecordKept ? null : firstRecorded),
  }
}
