import type { MemberId } from '../plan/values.ts'

/** Roles of a plan, from least to most: leser, kommentator, redaktør, møteleder, eier. */
export const roles = ['reader', 'commenter', 'editor', 'chair', 'owner'] as const
export type Role = typeof roles[number]
export const isRole = (value: unknown): value is Role => roles.some(role => role === value)

/** Who is signed in, and the plans they may open. `GET /api/session`; 401 without a session. */
export interface SessionAnswer {
  readonly member: { readonly memberId: MemberId, readonly name: string, readonly organisation: string }
  readonly plans: readonly PlanListing[]
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
  readonly epoch: string
  readonly schemaVersion: number
  readonly reform: {
    readonly id: string
    readonly name: Words
    readonly focusAreas: readonly { readonly number: number, readonly name: Words }[]
  }
}
export interface Words { readonly nb: string, readonly nn: string }
/** `GET /api/plans/:planId/members`, for members of the plan. */
export interface MembersAnswer {
  readonly members: readonly { readonly memberId: MemberId, readonly name: string, readonly organisation: string, readonly role: Role }[]
}
/** What a presence frame carries of one person. `user` is the server's; a client's own is overwritten. */
export interface PresenceState {
  readonly user: { readonly memberId: MemberId, readonly name: string, readonly organisation: string, readonly colour: number }
  readonly at: { readonly register: string, readonly row: string, readonly field: string } | null
  readonly cursor: unknown
}
