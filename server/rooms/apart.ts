import * as Y from 'yjs'
import { closeCode } from '#shared/protocol/closes.ts'
import type { Refusal } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import { judgeUpdate, type Judgement } from '#shared/plan/admission.ts'
import type { LargeJudge } from './largeJudge.ts'
import type { SeatState } from './seat.ts'
import { nameCells } from './verdict.ts'

/** Has a room's large updates judged apart, while what comes behind each of them on its connection waits in order (S21). */
export interface Apart {
  /** Runs at once, or behind the update that is being judged. `bytes` is what keeping it costs. */
  inOrder(seat: SeatState, bytes: number, run: () => void): void
  /** Lets wait what comes on this connection, until it is let go. */
  hold(seat: SeatState): void
  letGo(seat: SeatState): void
  judge(seat: SeatState, update: Uint8Array): void
}

interface ApartParts {
  /** Only asked for while there is one: what waits here keeps it. */
  readonly doc: () => Y.Doc
  readonly judge: LargeJudge
  /** How often the document has changed. */
  readonly version: () => number
  readonly isHeard: (seat: SeatState) => boolean
  readonly conclude: (seat: SeatState, update: Uint8Array, judgement: Judgement) => void
  readonly refuse: (seat: SeatState, refusal: Refusal, code?: number) => void
  readonly report: (what: string, error: unknown) => void
}

export function openApart({ doc, judge, version, isHeard, conclude, refuse, report }: ApartParts): Apart {
  async function judgeApart(seat: SeatState, update: Uint8Array): Promise<void> {
    let judgedAt = -1
    const finding = await judge.judge(seat.peer.member.memberId, update, () => {
      judgedAt = version()
      return isHeard(seat) ? Y.encodeStateAsUpdate(doc()) : null
    })
    // Whoever has gone meanwhile was told of nothing, and sends it again.
    if (finding.kind === 'dropped' || !isHeard(seat))
      return
    switch (finding.kind) {
      case 'judged': return conclude(seat, update, judgedAt === version() ? finding.judgement : judgeUpdate(doc(), update))
      case 'too-costly': return refuse(seat, { reason: 'too-costly', cells: [] })
      case 'unsound':
        report('an update that was admitted could not be applied', finding.error)
        return refuse(seat, { reason: 'ill-formed', cells: nameCells(finding.judgement.cells) }, closeCode.refused)
      case 'failed':
        report('a large update could not be judged', finding.error)
        return seat.peer.close(closeCode.comeBack, 'come back')
    }
  }

  function hold(seat: SeatState): void {
    seat.isHeld = true
    seat.peer.pause()
  }

  /** Lets what has waited go its way, until something of it has to be judged apart too. */
  function letGo(seat: SeatState): void {
    seat.isHeld = false
    while (!seat.isHeld && isHeard(seat)) {
      const next = seat.held.shift()
      if (!next)
        break
      seat.heldBytes -= next.bytes
      next.run()
    }
    if (!seat.isHeld && isHeard(seat))
      seat.peer.resume()
  }

  return {
    inOrder(seat, bytes, run) {
      if (!isHeard(seat))
        return
      if (!seat.isHeld)
        return run()
      seat.held.push({ bytes, run })
      seat.heldBytes += bytes
      if (seat.heldBytes > limits.maxQueuedBytes)
        seat.peer.close(closeCode.comeBack, 'too much at once')
    },
    hold,
    letGo,
    judge(seat, update) {
      hold(seat)
      judgeApart(seat, update).then(() => letGo(seat)).catch((error: unknown) => {
        report('a frame could not be handled', error)
        seat.peer.close(closeCode.stock.invalid, 'malformed')
      })
    },
  }
}
