import type { RegisterName } from '../plan/fields.ts'
import type { Instant, MemberId } from '../plan/values.ts'
import type { ActedFor, Office } from './access.ts'

/** Roles of a plan, from least to most: leser, kommentator, redaktør, møteleder, eier. */
export const roles = ['reader', 'commenter', 'editor', 'chair', 'owner'] as const
export type Role = typeof roles[number]
export const isRole = (value: unknown): value is Role => roles.some(role => role === value)

/** Who is signed in, and the plans they may open. `GET /api/session`; 401 without a session. */
export interface SessionAnswer {
  readonly member: { readonly memberId: MemberId, readonly name: string, readonly organisation: string }
  readonly offices: readonly Office[]
  /** Newest first. */
  readonly plans: readonly ListedPlan[]
  /** Whether this person leads some plan, and so may make one in its region. */
  readonly mayMakePlans: boolean
}
/** A plan in one's list. */
export interface ListedPlan extends PlanListing {
  readonly periodFrom: number | null
  readonly periodTo: number | null
  /** The counties of its region; empty where no reform has it. */
  readonly counties: readonly string[]
  /** Made by this person within a day, and nobody else has written in it. */
  readonly mayTakeAway: boolean
}
export interface PlanListing {
  readonly planId: string
  /** The title as of the last stored change. */
  readonly title: string
  readonly regionId: string
  readonly role: Role
}
/** What a client needs before it opens a plan. `GET /api/plans/:planId`; 404 for no such plan and for not yours. */
export interface PlanAnswer extends PlanListing {
  /** The registers one may write in where that is not all of them. */
  readonly registers: readonly RegisterName[] | null
  /** A member of the plan, or somebody's deputy there; not a reader of all plans. */
  readonly isMember: boolean
  /** Whom one stands in for now, as they are called. */
  readonly actsFor: readonly ActedFor[]
  readonly epoch: string
  readonly schemaVersion: number
  readonly reform: {
    readonly id: string
    readonly name: Words
    readonly focusAreas: readonly { readonly number: number, readonly name: Words }[]
    /** What the plan's region is called; the same words twice where no set has a name in each language, and empty where none has the region. */
    readonly region: Words
    /** What the set calls the municipalities of its areas. */
    readonly municipalities: readonly { readonly number: string, readonly name: string }[]
  }
}
export interface Words { readonly nb: string, readonly nn: string }
/**
 * Who changed a row last. `GET /api/plans/:planId/rows/:register/:row/last-change`, for members of the plan. Tells only what is
 * on disk. 400 with `no-such-register` or `not-a-row-id` for what cannot name a row.
 */
export interface LastChangeAnswer {
  /** Null as long as nobody has changed the row since the plan was made, and for an id that no row has. */
  readonly change: {
    /** By the server's clock: when the change ended, where several keystrokes are one. */
    readonly at: Instant
    /** The field that was changed; `''` for the row's coming, `deletedAt` for its way into the trash or out of it. */
    readonly field: string
    /** As they are called now; null for who is no longer a member of the plan. */
    readonly by: {
      readonly memberId: MemberId, readonly name: string, readonly organisation: string
      /** Whom they stood in for at that time. */
      readonly actedFor: readonly string[]
    } | null
  } | null
}
/**
 * What a presence frame carries of one person. `user` is the server's; a client's own is overwritten. `field` may name one member of
 * a set, as a row's own keys do: `responsible/ks-rogaland`.
 */
export interface PresenceState {
  readonly user: { readonly memberId: MemberId, readonly name: string, readonly organisation: string, readonly colour: number }
  readonly at: { readonly register: string, readonly row: string, readonly field: string } | null
  readonly cursor: unknown
}
