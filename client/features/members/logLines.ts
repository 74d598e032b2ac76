import type { AccessLogLine, InvitationLine } from '#shared/protocol/access.ts'
import { operator } from '../../text/logWords.ts'

/** Lines that are told as one: those invited at one moment by one person, as the same. Newest first; most often one line alone. */
export type LogEntry = readonly [AccessLogLine, ...AccessLogLine[]]

/** One press invites many at a time, in more than one request where they are very many. */
const momentMs = 60_000

export function toEntries(lines: readonly AccessLogLine[]): readonly LogEntry[] {
  const entries: [AccessLogLine, ...AccessLogLine[]][] = []
  for (const line of lines) {
    const open = entries.at(-1)
    if (open && isOfOneMoment(open.at(-1) ?? open[0], line))
      open.push(line)
    else
      entries.push([line])
  }
  return entries
}

function isOfOneMoment(one: AccessLogLine, other: AccessLogLine): boolean {
  return one.event === 'invited' && other.event === 'invited' && one.by === other.by && Math.abs(one.at - other.at) <= momentMs
    && (['role', 'registers', 'until'] as const).every(fact => one.facts[fact] === other.facts[fact])
}

/** What became of those who were invited together: who is invited still, as far as one may see that, and how many are not. */
export interface InvitedTogether {
  readonly open: readonly InvitationLine[]
  readonly withdrawn: number
  /** Taken, or another has come in their place. */
  readonly ended: number
}
export function invitedTogether(entry: LogEntry, lines: readonly AccessLogLine[], invitations: readonly InvitationLine[]): InvitedTogether {
  // As they were written down: the log has the last of them first.
  const ids = entry.map(({ facts }) => facts['invitation']).reverse()
  const open = ids.flatMap(id => invitations.filter(one => one.id === id))
  const withdrawn = new Set(lines.filter(({ event, facts }) => event === 'invitation-withdrawn' && ids.includes(facts['invitation'])).map(({ facts }) => facts['invitation'])).size
  return { open, withdrawn, ended: Math.max(0, entry.length - open.length - withdrawn) }
}

/**
 * Those in the lines who are no members, each with a number of their own, in the order they are met from the newest on. Whoever has a
 * number in `known` keeps it: what comes later changes nobody's.
 */
export function numberFormers(
  known: ReadonlyMap<string, number>, lines: readonly AccessLogLine[], isMember: (id: string) => boolean,
): ReadonlyMap<string, number> {
  const numbers = new Map(known)
  for (const { by, about, facts } of lines) {
    for (const id of [by, about, facts['for'], facts['invitedBy']]) {
      if (typeof id === 'string' && id !== operator && !isMember(id) && !numbers.has(id))
        numbers.set(id, numbers.size + 1)
    }
  }
  return numbers
}
