import { readName } from '#shared/rules/names.ts'

/** What can be wrong with a name: seen here, or said by the server. */
export const nameTroubles = ['name-needed', 'name-taken', 'name-unfit'] as const
export type NameTrouble = typeof nameTroubles[number]
export const isNameTrouble = (reason: string | null): reason is NameTrouble => nameTroubles.some(one => one === reason)

/** What is wrong with a name before the server is asked; null for nothing. */
export const wrongWithName = (written: string): NameTrouble | null =>
  written.trim() === '' ? 'name-needed' : readName(written) === null ? 'name-unfit' : null
