/**
 * What happens in the server that its operator may see: counted where it happens, and where it matters told in the log. Neither
 * holds anything people have written, nor what opens anything: ids, reasons and numbers alone.
 */
export interface Watch {
  /** One more, or `many` more. `by` is one of few: a reason, a code. */
  count(what: Counted, by?: string, many?: number): void
  /** For the log. */
  note(event: NotedEvent, facts?: Facts): void
}

/** `by` is: of a refusal its reason; of a close its code, ` / ` and why; of who was turned away at the door why; of an answer its status. */
export type Counted =
  | 'admitted' | 'refused' | 'barred' | 'closed' | 'turned-away' | 'answered' | 'paced' | 'judge-spent'
  | 'sign-in-refused' | 'checkpoint' | 'compared' | 'storage-failed' | 'letter'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = typeof logLevels[number]

/** Each with the level it is told at. */
export const notedEvents = {
  'started': 'info',
  'stopping': 'info',
  'stopped': 'info',
  'request': 'debug',
  'request-failed': 'warn',
  'signed-in': 'info',
  'sign-in-refused': 'warn',
  'wrong-origin': 'warn',
  'metrics-refused': 'warn',
  'update-refused': 'warn',
  'role-changed': 'info',
  'removed': 'info',
  'signed-out': 'info',
  'letter-sent': 'info',
  'letter-put-off': 'warn',
  'letter-failed': 'warn',
  'plan-differed': 'error',
  'storage-unwritable': 'error',
  'storage-writable': 'info',
} as const satisfies Record<string, LogLevel>
export type NotedEvent = keyof typeof notedEvents
export type Facts = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Nobody looks. */
export const unwatched: Watch = { count() {}, note() {} }
