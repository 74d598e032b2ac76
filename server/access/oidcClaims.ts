import { longestName, readName } from '#shared/rules/names.ts'
import { toAddress } from './addresses.ts'

/** Which claims are read: by name, or by the way to them from `/` (JSON Pointer, RFC 6901). Null: none such is read. */
export interface OidcClaims {
  /** Null: the provider knows no addresses, and people are known by their subject alone. */
  readonly email: string | null
  readonly name: string | null
  readonly organisation: string | null
}

/** Somebody whom the provider vouches for: known by `issuer` and `subject` together, whatever their address is today. */
export interface OidcPerson {
  readonly issuer: string
  readonly subject: string
  /** In small letters. Null only where the operator has said that the provider has none; else it is a verified one. */
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly name: string | null
  /** The short name of an organisation here; null where the claim is missing, or its value is no organisation's. */
  readonly organisation: string | null
}

/**
 * Why nobody is let in. `cancelled`: the person, or the provider, said no. `expired`: too late, or the code is used. `mismatch`:
 * not the answer to what was asked. `not-verified`: no address, or none that the provider vouches for. `weak`: signed in, but not as
 * surely as was asked for. `unreachable`: no answer in time. `unfit-answer`: one that cannot be used; the operator's settings are
 * the first place to look. `code` is for the log: a word from a fixed list or of the protocol, never of a person.
 */
export interface OidcRefusal { readonly reason: OidcReason, readonly code: string }
export type OidcReason = 'cancelled' | 'expired' | 'mismatch' | 'not-verified' | 'weak' | 'unreachable' | 'unfit-answer'

interface Wanted {
  readonly claims: OidcClaims
  readonly acrValues: readonly string[] | null
  readonly organisations: ReadonlyMap<string, string>
  readonly trustsEmail: boolean
}

type Told = Readonly<Record<string, unknown>>

/** Who the token, whose signature and addressees are checked already, is about; `more` is what the provider told beside it. */
export function personOf(token: Told, more: Told, { claims, acrValues, organisations, trustsEmail }: Wanted): OidcPerson | OidcRefusal {
  const { iss: issuer, sub: subject, acr } = token
  if (typeof issuer !== 'string' || typeof subject !== 'string' || !isSubject(subject))
    return { reason: 'unfit-answer', code: 'sub' }
  if (acrValues && !acrValues.some(value => value === acr))
    return { reason: 'weak', code: 'acr' }
  const read = (claim: string | null) => claim === null ? undefined : claimOf(token, claim) ?? claimOf(more, claim)
  const [name, organisation] = [read(claims.name), read(claims.organisation)]
  if (!isText(name))
    return { reason: 'unfit-answer', code: 'name' }
  if (!isText(organisation) && !isTexts(organisation))
    return { reason: 'unfit-answer', code: 'organisation' }
  const person = { issuer, subject, name: toName(name), organisation: toOrganisation(organisation, organisations) }
  if (claims.email === null)
    return { ...person, email: null, isEmailVerified: false }
  // Whether it is verified counts where the address stands, and for the claim that the word is about.
  const source = claimOf(token, claims.email) === undefined ? more : token
  const email = claimOf(source, claims.email)
  if (email !== undefined && typeof email !== 'string')
    return { reason: 'unfit-answer', code: 'email' }
  const address = email === undefined ? null : toAddress(email)
  if (address === null)
    return { reason: 'not-verified', code: 'no-email' }
  if (!trustsEmail && !(claims.email === 'email' && source['email_verified'] === true))
    return { reason: 'not-verified', code: 'email-not-verified' }
  return { ...person, email: address, isEmailVerified: true }
}

/** What is told under a name, or at the end of a way; undefined where there is nothing. */
export function claimOf(told: object, claim: string): unknown {
  const steps = claim.startsWith('/') ? claim.slice(1).split('/').map(step => step.replaceAll('~1', '/').replaceAll('~0', '~')) : [claim]
  return steps.reduce<unknown>((at, step) => typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) ?? undefined : undefined, told)
}

const maxSubjectChars = 255
const isSubject = (text: string) => text !== '' && text.length <= maxSubjectChars && !/\p{Cc}/u.test(text)
const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string'
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(one => typeof one === 'string')

/** No longer than a name may be, and cut between two characters. */
function toName(name: string | undefined): string | null {
  const line = (name ?? '').replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return readName(line.slice(0, longestName).replace(/[\uD800-\uDBFF]$/, ''))
}

/** Of several values the one that is an organisation's here; null where that is none or more than one. */
function toOrganisation(value: string | string[] | undefined, organisations: ReadonlyMap<string, string>): string | null {
  const known = new Set([value ?? []].flat().flatMap(one => organisations.get(one) ?? []))
  return known.size === 1 ? [...known][0] ?? null : null
}
