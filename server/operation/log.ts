import { pino, stdTimeFunctions } from 'pino'
import type { Clock } from '../time/clock.ts'
import { factsOfError, harmless } from './harmless.ts'
import { notedEvents, type Facts, type LogLevel, type NotedEvent } from './watch.ts'

/** Lines for the operator: what happens, what failed, and who was turned away; with nothing of what people have written. */
export interface Log {
  note(event: NotedEvent, facts?: Facts): void
  /** Something failed. `what` is ours; of the error stands what cannot hold anybody's words. */
  report(what: string, error: unknown): void
}

export interface LogParts {
  /** JSON, one object a line; else a line that reads. */
  readonly isJson: boolean
  readonly level: LogLevel
  readonly clock: Clock
  /** Takes a line with its line end. */
  readonly write: (line: string) => void
}

/** Of one event so many lines a minute: whoever is turned away again and again fills no disk. */
const mostPerMinute = 60
const minuteMs = 60_000

export function openLog({ isJson, level, clock, write }: LogParts): Log {
  const lines = pino(
    { level, base: null, messageKey: 'event', timestamp: stdTimeFunctions.isoTime, formatters: { level: label => ({ level: label }) } },
    { write: line => write(isJson ? line : toText(line)) },
  )
  const told = new Map<string, { since: number, lines: number, left: number }>()

  /** How many were left out since the last line of this event; null where this one is too. */
  function leftOut(event: string): number | null {
    const now = clock.now()
    const last = told.get(event)
    if (!last || Math.abs(now - last.since) >= minuteMs) {
      told.set(event, { since: now, lines: 1, left: 0 })
      return last?.left ?? 0
    }
    if (++last.lines <= mostPerMinute)
      return 0
    last.left++
    return null
  }

  return {
    note(event, facts = {}) {
      const at = notedEvents[event]
      if (!lines.isLevelEnabled(at))
        return
      const left = leftOut(event)
      if (left !== null)
        lines[at]({ ...harmless(facts), ...(left > 0 ? { leftOut: left } : {}) }, event)
    },
    report(what, error) {
      const left = leftOut('failure')
      if (left !== null)
        lines.error({ what: harmless({ what })['what'], ...factsOfError(error), ...(left > 0 ? { leftOut: left } : {}) }, 'failure')
    },
  }
}

/** A line of JSON as one for a person: when, how grave, what, and what is to be said of it. */
function toText(line: string): string {
  const { time, level, event, stack, ...facts } = JSON.parse(line) as Record<string, unknown>
  const said = Object.entries(facts).map(([name, value]) => `${name}=${typeof value === 'string' && !value.includes(' ') ? value : JSON.stringify(value)}`)
  const frames = Array.isArray(stack) ? stack.map(frame => `\n    ${String(frame)}`).join('') : ''
  return `${String(time)} ${String(level)} ${[event, ...said].join(' ')}${frames}\n`
}
