import * as Y from 'yjs'
import { newDocument, openPlan, type Plan } from '#shared/plan/plan.ts'
import { registerNames } from '#shared/plan/registers.ts'
import { openOutbox } from '../../client/plan/outbox.ts'
import { allActs, type Act } from './honestActs.ts'
import type { Chance } from './honestChance.ts'

/** How what was written while apart is sent: entry by entry, merged as our own client does it, or as a stock client's step 2. */
export type Sending = 'singly' | 'merged' | 'step2'

/** One page of one member: a document with a client id of its own, and what it has not sent. */
export interface Tab {
  readonly member: string
  readonly plan: Plan
  readonly undo: Y.UndoManager
  /** Own updates that have not been sent, in order. */
  readonly unsent: Uint8Array[]
  /** Does one of the things people do. */
  act(chance: Chance): void
  /** What to send now, and from here on as if it had been sent. `known`: the server's state vector, for a step 2. */
  takeUnsent(how: Sending, known: Uint8Array): Uint8Array[]
  hear(update: Uint8Array): void
  close(): void
}

interface TabParts {
  readonly member: string
  readonly clientId: number
  readonly acts?: readonly Act[]
  readonly isReader?: boolean
  readonly tidies?: boolean
}

const fromAfar = { from: 'afar' }

/**
 * A document with the registers known. Yjs takes out marks that say nothing after what comes from afar, each replica by what came
 * together; a document of ours does not (`tidies: false`), a stock client's does.
 */
export function openDocument(content: Uint8Array, { tidies = false }: { tidies?: boolean } = {}): Y.Doc {
  const doc = tidies ? new Y.Doc() : newDocument()
  registerNames.forEach(name => doc.getMap(name))
  Y.applyUpdate(doc, content, fromAfar)
  return doc
}

export function openTab(confirmed: Uint8Array, { member, clientId, isReader = false, tidies = false, acts = allActs }: TabParts): Tab {
  const doc = openDocument(confirmed, { tidies })
  doc.clientID = clientId
  const plan = openPlan(doc, { now: () => 1_700_000_000_000 })
  const undo = new Y.UndoManager(registerNames.map(name => doc.getMap(name)), {
    trackedOrigins: new Set([plan.mine]),
    captureTimeout: clientId % 2 ? 0 : 500,
  })
  const unsent: Uint8Array[] = []
  // Whatever the document changes by itself is sent as well: so does a stock client.
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== fromAfar)
      unsent.push(update)
  })
  return {
    member, plan, undo, unsent,
    act(chance) {
      const act = chance.of(acts)
      if (!isReader && act)
        act({ plan, undo, chance })
    },
    takeUnsent(how, known) {
      const entries = unsent.splice(0)
      if (how === 'step2')
        return [Y.encodeStateAsUpdate(doc, known)]
      if (how === 'singly')
        return entries
      const outbox = openOutbox()
      outbox.add(entries.map((update, n) => ({ id: String(n), tab: 'tab', at: 0, cells: [], update })))
      return [...outbox.waiting()].map(piece => piece.update)
    },
    hear: update => Y.applyUpdate(doc, update, fromAfar),
    close() {
      undo.destroy()
      doc.destroy()
    },
  }
}
