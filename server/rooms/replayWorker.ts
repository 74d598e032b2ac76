import { parentPort, type MessagePort } from 'node:worker_threads'
import type { LogRow } from '../storage/contracts.ts'
import { openReplay, type Replay, type ReplayEnd, type ReplayRange, type ReplayStep } from './replay.ts'

/** Of one log at a time: the range first, then its rows in order, then that there are no more. */
export type ReplayQuestion =
  | { readonly kind: 'begin', readonly range: ReplayRange }
  | { readonly kind: 'rows', readonly rows: readonly LogRow[] }
  | { readonly kind: 'end' }
export type ReplayAnswer = ReplayStep | ReplayEnd | null

/** The thread that replays logs. */
function serve(port: MessagePort): void {
  let replay: Replay | null = null

  function answer(question: ReplayQuestion): ReplayAnswer {
    if (question.kind === 'begin')
      replay = openReplay(question.range)
    if (question.kind === 'begin' || !replay)
      return null
    return question.kind === 'rows' ? replay.take(question.rows) : replay.end()
  }

  port.on('message', (question: ReplayQuestion) => port.postMessage(answer(question)))
}

if (parentPort)
  serve(parentPort)
