import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import type { Clock } from '../time/clock.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Peer, Seat } from './peer.ts'
import { openRoom, type Admission, type Report, type Room } from './room.ts'

/** How long a plan stays open after the last peer left. */
const keptMs = 30_000

/** The plans that are open in this process, each once. */
export interface Rooms {
  /** Waits until the plan is loaded. Rejects when it cannot be read, or when the rooms are closed. */
  join(planId: string, peer: Peer): Promise<Seat>
  /** Sends everybody away with «restarting», and resolves when all that was admitted is settled. */
  close(): Promise<void>
}

interface RoomsParts { readonly storage: Pick<Storage, 'log'>, readonly admit: Admission, readonly clock: Clock, readonly report: Report }

export function openRooms({ storage, admit, clock, report }: RoomsParts): Rooms {
  const open = new Map<string, Promise<Room>>()
  const leaving = new Set<Promise<void>>()
  let isClosed = false

  /** One load per plan however many ask, and nobody is let in before it is complete (S8). */
  function openOnce(planId: string): Promise<Room> {
    const known = open.get(planId)
    if (known)
      return known
    const loading = load(planId, () => open.get(planId) === loading && open.delete(planId))
    open.set(planId, loading)
    loading.catch(() => open.get(planId) === loading && open.delete(planId))
    return loading
  }

  async function load(planId: string, forget: () => void): Promise<Room> {
    const log = storage.log(planId)
    const doc = new Y.Doc()
    const updates = await log.read()
    doc.transact(() => updates.forEach(update => Y.applyUpdate(doc, update)))
    let stopWaiting: (() => void) | null = null

    function dropWhenIdle(): void {
      stopWaiting?.()
      stopWaiting = clock.after(keptMs, () => {
        if (!room.isIdle())
          return dropWhenIdle()
        forget()
        void room.close(closeCode.comeBack)
      })
    }

    const room = openRoom({
      doc, log, admit, clock,
      report: (what, error) => report(`plan ${planId}: ${what}`, error),
      onEmpty: dropWhenIdle,
      onDropped: forget,
    })
    return room
  }

  return {
    async join(planId, peer) {
      const room = await openOnce(planId)
      if (isClosed)
        throw new Error('the rooms are closed')
      return room.join(peer)
    },
    async close() {
      isClosed = true
      const rooms = await Promise.allSettled(open.values())
      open.clear()
      for (const result of rooms) {
        if (result.status === 'fulfilled')
          leaving.add(result.value.close(closeCode.restarting))
      }
      await Promise.all(leaving)
    },
  }
}
