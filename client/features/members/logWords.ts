import type { AccessEvent, AccessLogLine, MemberLine } from '#shared/protocol/access.ts'
import type { Text } from '../../text/index.ts'
import { eventInWords } from '../../text/logWords.ts'
import type { LogEntry } from './logLines.ts'
import type { MembersText } from './words.ts'

export type LogKind = keyof MembersText['log']['kinds']
const kindOf: Readonly<Record<AccessEvent, LogKind>> = {
  'signed-in': 'people', 'signed-out': 'people', 'sessions-ended': 'people', 'codes-locked': 'people', 'member-added': 'people', 'right-changed': 'people',
  'removed': 'people', 'renamed': 'people', 'address-changed': 'people', 'office-given': 'people', 'office-taken': 'people', 'joined': 'invitations', 'invited': 'invitations',
  'invitation-sent-again': 'invitations', 'invitation-withdrawn': 'invitations', 'deputy-appointed': 'deputies', 'deputy-ended': 'deputies',
  'contact-changed': 'data', 'exported': 'data', 'erased': 'data', 'redacted': 'data', 'write-refused': 'refusals',
}
export const logKinds: readonly LogKind[] = ['people', 'invitations', 'deputies', 'data', 'refusals']
export const isOfKind = ({ event }: AccessLogLine, kind: LogKind) => kindOf[event] === kind

/** Who the ids of a line are: members by name, and who is none any more by a number. */
export interface LogPeople { readonly byId: ReadonlyMap<string, MemberLine>, readonly formers: ReadonlyMap<string, number> }

/** What happened, in a sentence: of one line, or of those that are told as one. */
export function entryInWords([line, ...others]: LogEntry, { byId, formers }: LogPeople, words: MembersText, text: Text): string {
  const formerOf = (id: string) => words.log.former(formers.get(id) ?? formers.size + 1)
  const sentence = eventInWords(line, id => byId.get(id)?.name ?? formerOf(id), words, text, others.length + 1)
  // A name stands as it is written; what we call somebody ourselves begins a sentence like any word.
  return [line.by, line.about].some(id => id !== null && formers.has(id) && sentence.startsWith(formerOf(id)))
    ? sentence.charAt(0).toUpperCase() + sentence.slice(1)
    : sentence
}
