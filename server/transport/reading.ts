import type { RawData, WebSocket } from 'ws'
import { closeCode } from '#shared/protocol/closes.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { Instant } from '#shared/plan/values.ts'
import { maySend } from '../access/rules.ts'
import type { Watch } from '../operation/watch.ts'
import type { Seat } from '../rooms/peer.ts'
import type { Clock } from '../time/clock.ts'
import { MalformedFrame, readFrame, type ClientFrame } from './frameGate.ts'
import { openPace, type Pace } from './pace.ts'
import { openTurns } from './turns.ts'

/** What comes in on one connection: read at its pace, frame by frame, and brought to its seat. */
export interface Reading extends Pick<Pace, 'hold' | 'letGo' | 'isReading' | 'close'> {
  /** When there last was a sign of life, or none could come. */
  heardAt(): Instant
}

interface ReadingParts {
  readonly socket: WebSocket
  readonly clock: Clock
  readonly report: (what: string, error: unknown) => void
  readonly watch: Watch
  /** Whom what comes is for, and as what they speak; null while and once nothing is taken from them. */
  readonly speaker: () => { readonly seat: Seat, readonly role: Role } | null
  readonly end: (code: number, reason: string) => void
}

export function openReading({ socket, clock, report, watch, speaker, end }: ReadingParts): Reading {
  let heardAt: Instant = clock.now()
  const pace = openPace({
    clock,
    onPaced: () => watch.count('paced'),
    pause: () => socket.pause(),
    resume() {
      // While nothing was read no sign of life could come.
      heardAt = clock.now()
      socket.resume()
    },
  })
  const step1s = openTurns(clock, limits.step1)
  const presenceQuestions = openTurns(clock, limits.presenceQuestions)

  for (const sign of ['ping', 'pong'])
    socket.on(sign, (data: Buffer) => hear(data, () => {}))
  socket.on('message', (data, isBinary) => hear(data, () => attempt((seat, role) => {
    if (!isBinary || !(data instanceof Uint8Array))
      throw new MalformedFrame(closeCode.stock.unsupported, 'not binary')
    take(readFrame(data), seat, role)
  })))

  function hear(data: RawData, run: () => void): void {
    heardAt = clock.now()
    pace.take(data instanceof Uint8Array ? data.byteLength : 0, run)
  }

  /** What the other side asked for, if it is still to be done. Whatever goes wrong in it ends this connection, and nothing else. */
  function attempt(work: (seat: Seat, role: Role) => void): void {
    const from = speaker()
    if (!from)
      return
    try {
      work(from.seat, from.role)
    }
    catch (error) {
      if (!(error instanceof MalformedFrame))
        report('a frame could not be handled', error)
      end(error instanceof MalformedFrame ? error.code : closeCode.stock.invalid, 'malformed')
    }
  }

  function take(frame: ClientFrame, seat: Seat, role: Role): void {
    if (!maySend(role, frame.name))
      return end(closeCode.refused, 'not-allowed')
    switch (frame.name) {
      case 'step1': return step1s.ask(() => attempt(seat => seat.askFor(frame.stateVector)))
      case 'update': return seat.receive(frame.update)
      case 'presence': return showPresence(seat, frame.entries)
      case 'queryPresence': return presenceQuestions.ask(() => attempt(seat => seat.askForPresence()))
      case 'askState': return seat.askForState()
    }
  }

  function showPresence(seat: Seat, entries: Uint8Array): void {
    try {
      seat.showPresence(entries)
    }
    catch {
      throw new MalformedFrame(closeCode.stock.invalid, 'presence')
    }
  }

  return {
    hold: pace.hold,
    letGo: pace.letGo,
    isReading: pace.isReading,
    heardAt: () => heardAt,
    close() {
      pace.close()
      step1s.close()
      presenceQuestions.close()
    },
  }
}
