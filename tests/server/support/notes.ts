import type { AccessNote, NewSession } from '../../../server/storage/people.ts'

/** A line for the access log, of no importance to the test. */
export const aNote = (at = 1): AccessNote => ({ at, event: 'right-changed', planId: null, by: 'operator', about: null })

/** A session of somebody who came by a printed link. */
export const aSession = (hash: Uint8Array, at: number, expiresAt: number): NewSession => ({ hash, way: 'printed-link', at, expiresAt })

/** What a role gives, in every register and without end. */
export const asRole = <R>(role: R) => ({ role, registers: null, until: null })
