import * as Y from 'yjs'

/** Updates as one. What it costs grows faster than their number: for those of a moment, not for a history. */
export const merged = (updates: readonly Uint8Array[]): Uint8Array =>
  updates.length === 1 && updates[0] ? updates[0] : Y.mergeUpdates([...updates])
