import type { Instant, MemberId } from '../plan/values.ts'
import type { RegisterName } from '../plan/fields.ts'
import type { Role } from './api.ts'

/** What somebody is across all plans: nasjonal leser, who reads every plan, and administrator, who appoints and reads none. */
export const offices = ['national-reader', 'administrator'] as const
export type Office = typeof offices[number]
export const isOffice = (value: unknown): value is Office => offices.some(office => office === value)

/** What somebody may do in a plan: a role, and the registers it may write in where that is not all of them. */
export interface Grant {
  readonly role: Role
  /** Null: all that the role may write in. Of no effect for a role that writes nothing. */
  readonly registers: readonly RegisterName[] | null
  /** When it ends by itself (a guest's); null: never. */
  readonly until: Instant | null
}

/** What somebody may do in one plan now, however they came by it. */
export interface Right extends Grant {
  /** In the plan itself or as somebody's deputy; not by an office alone. */
  readonly isMember: boolean
  /** Those whom this person stands in for now. */
  readonly actsFor: readonly MemberId[]
  /** When it may become another by itself: earlier than that it need not be asked for again. */
  readonly until: Instant | null
}
/** Whom somebody stands in for now, and until when they do. */
export interface ActedFor { readonly memberId: MemberId, readonly name: string, readonly until: Instant }
/** As far as writing goes. */
export type Reach = Pick<Grant, 'role' | 'registers'>
/** Whether a register, by the name of its root, is among those one is limited to; what lands in none is only for who is not limited. */
export const within = (registers: Grant['registers'], register: string): boolean => registers === null || registers.some(one => one === register)

/** `GET /api/sign-in`, for anybody: the ways in that this server has. */
export interface WaysInAnswer {
  readonly email: boolean
  /** What the provider of organisation accounts is called; null without one. */
  readonly provider: string | null
  /** Whom to turn to, in the operator's words or as a mail address; null where nothing is said. */
  readonly contact: string | null
}

/** What `POST /api/sign-in/email`, `…/code` and `…/link` refuse with, as `error`; with 429 `seconds` says how long to wait. */
export const signInRefusals = [
  'not-an-address', 'no-mail', 'too-many', 'wrong-code', 'used-up', 'expired', 'other-device', 'not-invited', 'name-needed', 'name-taken',
] as const
export type SignInRefusal = typeof signInRefusals[number]

/** `POST /api/sign-in/email`: the same for every address, known or not. The code and the link hold until then. */
export interface AskedAnswer { readonly until: Instant }

/** Signed in: `POST /api/sign-in/code`, `…/link` and `POST /api/invitations/take`. `planId` is the plan to go to, where there is one. */
export interface SignedInAnswer { readonly memberId: MemberId, readonly planId: string | null }

/**
 * `POST /api/logg-ut` and `…/me/sign-out-everywhere`. `provider`: what the provider of accounts is called where the session came by it; one may
 * be signed in there still, and `GET /api/sign-in/provider/end` leads to where that is ended.
 */
export interface SignedOutAnswer { readonly provider: string | null }

/** `POST /api/invitations/look`: what an invitation's link says, to whoever holds it. */
export interface InvitationAnswer {
  readonly planId: string
  readonly planTitle: string
  readonly inviter: { readonly name: string, readonly organisation: string } | null
  /** With most of it hidden: `a•••@rogaland.no`. */
  readonly email: string
  readonly name: string
  readonly organisation: string
  readonly role: Role
  readonly registers: Grant['registers']
  readonly until: Instant | null
  /** The address is somebody's who has been here before: they sign in first, by a code to that address. */
  readonly isKnown: boolean
  /** Who looks is signed in, and the address is not theirs: nobody takes it as that. */
  readonly isOthers: boolean
  /** It was theirs, and they are in the plan: a letter that is opened once more leads there. */
  readonly isIn: boolean
}
/**
 * What the two invitation routes refuse with, and the name they are asked with ({@link NameRefusal}). `not-there`: never made, or
 * replaced. `sign-in-first`: the address is somebody's already.
 */
export const invitationRefusals = ['not-there', 'taken', 'withdrawn', 'expired', 'sign-in-first', 'signed-in-as-other', 'name-needed', 'name-taken'] as const
export type InvitationRefusal = typeof invitationRefusals[number]

/** One member of a plan, as other members see them. `GET /api/plans/:planId/members`. */
export interface MemberLine extends Grant {
  readonly memberId: MemberId
  readonly name: string
  readonly organisation: string
  /** Null for who has none here, and for everybody where the one who asks is no member of the plan (T43). */
  readonly email: string | null
  /** When they were in the plan last; null: never yet. Told to members only. */
  readonly seenAt: Instant | null
}
/** Somebody who stands in for a member: with the member's role, for a time (vikar). */
export interface Deputy {
  readonly id: string
  readonly memberId: MemberId
  readonly deputyId: MemberId
  readonly from: Instant
  /** Not yet ended at `from`, ended at `until`. */
  readonly until: Instant
}
export interface MembersAnswer {
  readonly members: readonly MemberLine[]
  readonly deputies: readonly Deputy[]
}

/** An invitation that is not taken yet. `GET /api/plans/:planId/invitations`, for those who lead the plan. */
export interface InvitationLine extends Grant {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly organisation: string
  readonly invitedBy: MemberId | null
  readonly at: Instant
  readonly expiresAt: Instant
  readonly mail: InvitationMail
}
/**
 * What became of the latest letter. `sending`: no mail server has taken it yet. `failed`: none did, or nobody knows since this server was
 * stopped meanwhile; it may be sent again, or its link given by hand. `none`: its link was given by hand.
 */
export const invitationMails = ['sending', 'sent', 'failed', 'none'] as const
export type InvitationMail = typeof invitationMails[number]
export interface InvitationsAnswer {
  readonly invitations: readonly InvitationLine[]
  /** Whether this server sends letters: without, every link is given by hand. */
  readonly isMailThere: boolean
}

/** Somebody to be invited. */
export interface Invitee { readonly email: string, readonly name: string, readonly organisation: string }
/** What became of one address of `POST /api/plans/:planId/invitations`. `link` is given where no letter goes out. */
export interface Invited {
  readonly email: string
  readonly outcome: 'invited' | 'already-member' | 'again'
  /** The rest is told by {@link InvitationLine}, when it is known. */
  readonly mail: 'sending' | 'none'
  readonly link: string | null
}
export interface InvitedAnswer { readonly invited: readonly Invited[] }

/**
 * What changing members refuses with. `last-owner`: a plan always has an owner. `above-you`: nobody gives more than they have. Of a deputy:
 * `stands-in-already` for the same member at some of that time; `over-by-then`: what either of the two has ends before it begins;
 * `too-often`: the same one, by whoever asks, in a day.
 */
export const memberRefusals = [
  'last-owner', 'above-you', 'not-in-the-plan', 'not-there', 'in-the-past', 'to-oneself', 'too-many', 'stands-in-already', 'over-by-then', 'too-often',
] as const
export type MemberRefusal = typeof memberRefusals[number]

/** Somebody to turn to at an organisation of the plan, member of it or not. `GET /api/plans/:planId/contacts`. */
export interface Contact {
  readonly id: string
  readonly name: string
  /** The row of the organisation in the plan. */
  readonly organisationId: string
  /** What they are there: «rådgiver», «leder». */
  readonly position: string
  /** Null where there is none, and for who is no member of the plan. */
  readonly email: string | null
  /** Days; null: from the beginning, and until further notice. */
  readonly from: string | null
  readonly until: string | null
}
export interface ContactsAnswer { readonly contacts: readonly Contact[] }

/** What has happened to who may be here and what they did with it, newest first. `GET /api/plans/:planId/access-log`, for owners. */
export interface AccessLogAnswer {
  readonly lines: readonly AccessLogLine[]
  /** What to ask with as `before` for those that come after these; null at the end. */
  readonly next: number | null
}
export interface AccessLogLine {
  readonly number: number
  readonly at: Instant
  readonly event: AccessEvent
  /** Who did it: a member, `operator` for who runs the server, or null for nobody who was known. */
  readonly by: string | null
  /** Whom it was done to. */
  readonly about: MemberId | null
  /** What it was about besides, by ids, words of a fixed list and moments: never names, addresses or words people wrote. */
  readonly facts: Readonly<Record<string, string | number | null>>
}
export const accessEvents = [
  'signed-in', 'signed-out', 'sessions-ended', 'codes-locked', 'invited', 'invitation-sent-again', 'invitation-withdrawn', 'joined',
  'member-added', 'right-changed', 'removed', 'deputy-appointed', 'deputy-ended', 'contact-changed', 'office-given', 'office-taken', 'renamed',
  'address-changed',
  'exported', 'erased', 'redacted', 'write-refused',
] as const
export type AccessEvent = typeof accessEvents[number]

/** One's own page: `GET /api/me`. */
export interface MeAnswer {
  readonly memberId: MemberId
  readonly name: string
  readonly organisation: string
  readonly email: string | null
  readonly offices: readonly Office[]
  readonly sessions: readonly OwnSession[]
}
export interface OwnSession {
  readonly id: string
  readonly isThis: boolean
  readonly way: WayIn
  readonly from: Instant
  readonly until: Instant
  readonly browser: Browser | null
}
/** What a browser called itself at sign-in, as far as that is one of these: nothing else of what it says is kept. */
export interface Browser { readonly name: typeof browserNames[number] | null, readonly system: typeof browserSystems[number] | null }
export const browserNames = ['Edge', 'Opera', 'Samsung Internet', 'Firefox', 'Chrome', 'Safari'] as const
export const browserSystems = ['Windows', 'Mac', 'iPhone', 'iPad', 'Android', 'Chromebook', 'Linux'] as const
/**
 * What a name is refused with. `name-taken`: another member of one of the same plans goes by it. `name-needed`: neither the account nor the
 * invitation says what somebody new is called, and they have not either; what they came by stands, to be tried again with `name`.
 */
export type NameRefusal = 'name-taken' | 'name-needed'
/** How a session began: a printed link, a code or a link by mail, an organisation's account, an invitation. */
export const waysIn = ['printed-link', 'email', 'provider', 'invitation'] as const
export type WayIn = typeof waysIn[number]

/** A plan as an administrator sees it: who leads it, and nothing of what it holds but its title. `GET /api/administration/plans`. */
export interface AdministeredPlan {
  readonly planId: string
  readonly title: string
  readonly regionId: string
  readonly members: number
  readonly owners: readonly { readonly memberId: MemberId, readonly name: string, readonly organisation: string }[]
}
export interface AdministeredPlansAnswer { readonly plans: readonly AdministeredPlan[] }
