import type { AccessEvent, Browser, Contact, Grant, Invitee, Office, WayIn } from './access.ts'

/** A moment as Norwegian clocks show it, with its distance from UTC: `2026-11-22T10:42:11+01:00`. Read as it stands, it is when it was there. */
export type WrittenMoment = string

/**
 * `GET /api/me/kept`, and the operator's `member export`: all that is kept of one person, with the cells of plans that name them. Others in it
 * are ids alone.
 */
export interface KeptAnswer {
  readonly member: {
    readonly memberId: string
    readonly name: string
    readonly organisation: string
    readonly email: string | null
    readonly since: WrittenMoment
  }
  readonly offices: readonly { readonly office: Office, readonly since: WrittenMoment }[]
  readonly plans: readonly (Omit<Grant, 'until'> & {
    readonly planId: string
    readonly title: string
    readonly until: WrittenMoment | null
    readonly since: WrittenMoment
    readonly seenAt: WrittenMoment | null
  })[]
  readonly deputies: readonly {
    readonly id: string
    readonly planId: string
    readonly memberId: string
    readonly deputyId: string
    readonly from: WrittenMoment
    readonly until: WrittenMoment
  }[]
  readonly sessions: readonly {
    readonly way: WayIn
    readonly browser: Browser | null
    readonly at: WrittenMoment
    readonly expiresAt: WrittenMoment
  }[]
  readonly identities: readonly { readonly issuer: string, readonly subject: string, readonly since: WrittenMoment }[]
  /** Browsers they are known at. */
  readonly devices: readonly { readonly since: WrittenMoment, readonly usedAt: WrittenMoment }[]
  readonly invitations: readonly (Invitee & { readonly planId: string, readonly at: WrittenMoment })[]
  /** Their ends are days. */
  readonly contacts: readonly (Contact & { readonly planId: string })[]
  /** Moments among the facts, `from` and `until`, are written as the others are. */
  readonly accessLog: readonly {
    readonly number: number
    readonly at: WrittenMoment
    readonly event: AccessEvent
    readonly planId: string | null
    readonly by: string | null
    readonly about: string | null
    readonly facts: Readonly<Record<string, string | number | null>>
  }[]
  /** Which cells they changed and when; the words are the plan's. */
  readonly changes: readonly KeptChange[]
  readonly namedIn: readonly (Omit<KeptChange, 'from' | 'until'> & { readonly roles: readonly string[] })[]
  /** Plans that could not be read: whether they name the person is not known. */
  readonly unreadPlans: readonly string[]
}
export interface KeptChange {
  readonly planId: string
  readonly register: string
  readonly row: string
  readonly field: string
  readonly from: WrittenMoment
  readonly until: WrittenMoment
}
