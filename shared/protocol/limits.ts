/** What the wire carries at most. Both halves keep to these: the client cuts its pieces by them, the server refuses beyond them. */
export const limits = {
  /** One websocket message (the server's `maxPayload`). */
  maxFrameBytes: 1024 * 1024,
  /** One update. A bulk change is cut in pieces well below it. */
  maxUpdateBytes: 512 * 1024,
  /** New structs in one update, how far it may move clocks, and client ids the plan has not seen. */
  maxNewStructs: 20_000,
  maxNewClocks: 16_000_000,
  maxNewClients: 64,
  /** Client ids one member may have in one plan: one for each page that was ever opened. */
  maxClientsOfMember: 20_000,
  /** What a plan holds: structs in all, rows in one register (trashed ones too), keys in one row, and levels inside rich text. */
  maxStructsInPlan: 2_000_000,
  maxRowsInRegister: 20_000,
  maxKeysInRow: 2_000,
  maxRichDepth: 10,
  /** One presence frame, and one person's own entry in it. */
  maxPresenceBytes: 4 * 1024,
  /** One transaction of a bulk command: rows and encoded bytes. */
  maxRowsPerTransaction: 100,
  maxBytesPerTransaction: 128 * 1024,
  /** The server sends every connection something at least this often. */
  serverSpeaksEveryMs: 10_000,
  /** The client reconnects after this much silence. */
  silentAfterMs: 15_000,
  /**
   * How fast one connection is read: messages and their bytes, at once and from then on. What is beyond it waits on the line.
   * A frame of the largest size fits in what may come at once.
   */
  pace: {
    messages: { atOnce: 400, perSecond: 300 },
    bytes: { atOnce: 2 * 1024 * 1024, perSecond: 512 * 1024 },
  },
  /** Step 1s, and questions about who is here, that one connection gets answers to. Of those beyond it the latest, in its turn. */
  step1: { most: 6, withinMs: 60_000 },
  presenceQuestions: { most: 10, withinMs: 1_000 },
  /** What may wait for one slow peer before it is told to come back. */
  maxQueuedBytes: 2 * 1024 * 1024,
  /** With more than this waiting a peer is told of no update until its line has taken it, and then of all of them as one. */
  maxAheadBytes: 512 * 1024,
  /** With more than this waiting it is not told where others are. */
  maxAheadOfPresenceBytes: 256 * 1024,
  /** Of an answer to a step 1 that is longer one piece. */
  maxPieceBytes: 256 * 1024,
  /**
   * Whose line has taken nothing of what waits for it for so long is told to come back. A client takes a line for dead that brings no
   * frame within `silentAfterMs`; on one that just brings a piece in that time all that may wait is taken in three times as long.
   */
  takesNothingAfterMs: 45_000,
} as const
