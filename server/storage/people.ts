import type {
  AccessEvent, AdministeredPlan, Browser, Contact, Deputy, Grant, InvitationLine, Invitee, NameRefusal, Office, Right, WayIn,
} from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { HeldGrant } from '#shared/protocol/grants.ts'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { ChangeLine, StoredPlan } from './contracts.ts'

export interface StoredMember {
  readonly memberId: MemberId
  readonly name: string
  readonly organisation: string
}
/** Somebody new. An address is in small letters, and nobody else's. `isProven`: whoever comes has shown that it is theirs; not so, unless said. */
export interface Newcomer extends StoredMember { readonly email?: string | null, readonly isProven?: boolean }
export interface MemberWithAddress extends StoredMember { readonly email: string | null, readonly since: Instant }
export interface DeputyInPlan extends Deputy { readonly planId: string }
/** With a role in a plan, and a sign-in token of which only the hash is kept. */
export interface NewMember extends Newcomer {
  readonly planId: string
  readonly role: Role
  readonly tokenHash: Uint8Array
}
export interface PlanMember extends StoredMember, Grant {
  readonly email: string | null
  /** When they were last in the plan. */
  readonly seenAt: Instant | null
}
export interface NewcomerOfPlan extends StoredMember { readonly role: Role, readonly planId: string, readonly planTitle: string }

/** What a change was allowed by, as it was read. Where any of it has become another, the change is not made. */
export interface Seen {
  readonly at: Instant
  /** Null for the operator. */
  readonly giver: { readonly memberId: MemberId, readonly held: readonly HeldGrant[] } | null
  /** Of those whom it is about. */
  readonly grants: readonly { readonly memberId: MemberId, readonly grant: Grant | null }[]
}

export type RightInPlan = StoredPlan & Pick<Right, 'role' | 'registers' | 'isMember'>

/** A session is one member's; its secret is kept as a hash only. */
export interface StoredSession {
  readonly member: StoredMember
  readonly way: WayIn
  readonly expiresAt: Instant
}
export interface NewSession {
  readonly hash: Uint8Array
  readonly way: WayIn
  readonly at: Instant
  readonly expiresAt: Instant
}
/** After so long without a way in from it a browser is known no more: as long as browsers keep a cookie. */
export const deviceLastsMs = 400 * 24 * 60 * 60_000
export interface SessionOfMember {
  readonly hash: Uint8Array
  readonly way: WayIn
  readonly at: Instant
  readonly expiresAt: Instant
  readonly browser: Browser | null
}

/** A session by its hash, and the browser it began in, where it tells what it is. */
export interface BegunIn { readonly hash: Uint8Array, readonly browser: Browser | null }

/** Somebody's wish to be let in, bound to the device that asked: all of it as hashes but the address. */
export interface SignInAsk {
  /** Of the secret the device keeps. */
  readonly device: Uint8Array
  readonly email: string
  readonly codeHash: Uint8Array
  readonly linkHash: Uint8Array
  readonly at: Instant
  readonly expiresAt: Instant
}
/** What came of a code or a link. `right`: what was asked for is used up with it. `wrong`: one of the tries the ask has is spent. */
export type AskOutcome = { readonly state: 'right', readonly ask: SignInAsk } | { readonly state: 'wrong', readonly email: string } | { readonly state: 'none' | 'used-up' | 'expired' | 'other-device' }

export interface NewInvitation extends InvitationLine {
  readonly planId: string
  readonly hash: Uint8Array
}
export type InvitationRenewal = Pick<NewInvitation, 'planId' | 'id' | 'hash' | 'at' | 'expiresAt' | 'mail'> & { readonly invitedBy: MemberId }
export interface StoredInvitation extends NewInvitation {
  readonly takenAt: Instant | null
  readonly withdrawnAt: Instant | null
}

/** Somebody who has proven an address, or comes from a provider that did. */
export interface Arrival {
  readonly email: string | null
  /** As the provider knows them; null where an address alone is known. */
  readonly identity: { readonly issuer: string, readonly subject: string } | null
  readonly name: string | null
  readonly organisation: string | null
  /** What they call themselves: counts where they have no name, and neither the account nor the invitation says one. */
  readonly written?: string
  /** The hash of an invitation's secret that they hold beside that: it proves no address by itself. */
  readonly invitation?: Uint8Array | null
}
/** `planId`: of the newest invitation that was taken with it. */
export interface Arrived {
  readonly member: StoredMember
  readonly planId: string | null
  readonly joined: readonly string[]
  /** An address was proven, or an account tied to them, for the first time: their earlier sessions have ended. */
  readonly isAnew: boolean
  /** Who stood in for them, or they for whom, until then. */
  readonly deputies: readonly { readonly planId: string, readonly deputyId: MemberId }[]
}

/** A line of the access log to be written with what it tells of, in the same transaction. By ids alone. */
export interface AccessNote {
  readonly at: Instant
  readonly event: AccessEvent
  readonly planId: string | null
  /** A member, or `operator`. */
  readonly by: string | null
  readonly about: MemberId | null
  readonly facts?: Readonly<Record<string, string | number | null>>
}
export interface StoredNote extends Required<AccessNote> { readonly number: number }

/** All that is kept of one person. */
export interface PersonKept {
  readonly member: MemberWithAddress
  readonly offices: readonly { readonly office: Office, readonly since: Instant }[]
  readonly plans: readonly (Grant & { readonly planId: string, readonly title: string, readonly since: Instant, readonly seenAt: Instant | null })[]
  readonly deputies: readonly DeputyInPlan[]
  readonly sessions: readonly Omit<SessionOfMember, 'hash'>[]
  readonly identities: readonly { readonly issuer: string, readonly subject: string, readonly since: Instant }[]
  /** Browsers they are known at. */
  readonly devices: readonly { readonly since: Instant, readonly usedAt: Instant }[]
  readonly invitations: readonly (Invitee & { readonly planId: string, readonly at: Instant })[]
  readonly contacts: readonly (Contact & { readonly planId: string })[]
  readonly accessLog: readonly StoredNote[]
  /** Which cells they changed and when; the words are the plan's. */
  readonly changes: readonly (Pick<ChangeLine, 'register' | 'row' | 'field' | 'from' | 'until'> & { readonly planId: string })[]
}

/** `changed`: what was seen is so no more, and nothing was done. */
export type PutOutcome = 'done' | 'last-owner' | 'not-there' | 'changed'
/** No more than `most` since then, by one person. */
export interface InvitingBound { readonly since: Instant, readonly most: number }

/** People, what they may do, and their ways in. Secrets arrive here as SHA-256 hashes. Each call is one transaction. */
export interface MemberKeeper {
  /** The member, the role and the token. */
  add(member: NewMember, at: Instant, note: AccessNote): Promise<void>
  /** Somebody with no part in any plan yet. */
  addPerson(person: Newcomer, at: Instant): Promise<void>
  find(memberId: MemberId): Promise<StoredMember | null>
  findByEmail(email: string): Promise<StoredMember | null>
  /** With their address, where one is kept. */
  findWithAddress(memberId: MemberId): Promise<MemberWithAddress | null>
  /** Those whom nobody finds by the address they have, however it is written. */
  astrayMembers(): Promise<readonly MemberId[]>
  /** Whether somebody has shown that the address of this member is theirs. */
  hasProvenEmail(memberId: MemberId): Promise<boolean>
  /** Another address, by the operator's word. It ends every session, and makes the sign-in links void. False where it is somebody else's. */
  putAddress(memberId: MemberId, email: string, note: AccessNote): Promise<boolean>
  /**
   * As they are called from now on, and of which organisation; null: as before. What has become another is a line each. False, and nothing
   * done, where another member of one of the same plans goes by that name.
   */
  rename(memberId: MemberId, to: { readonly name: string, readonly organisation: string | null }, note: AccessNote): Promise<boolean>
  /** What was given the member in the plan, whether it has ended or not; null for no such plan, no such member and no part in it. */
  grant(planId: string, memberId: MemberId): Promise<Grant | null>
  /** What the member may do in the plan at `now`; null for nothing. */
  right(planId: string, memberId: MemberId, now: Instant): Promise<Right | null>
  /** Each grant by itself that makes up what the member may do in the plan at `now`; an office gives none. */
  held(planId: string, memberId: MemberId, now: Instant): Promise<readonly HeldGrant[]>
  /**
   * `last-owner`: changes nothing, since nobody would own the plan then. Whoever has less than before: invitations by them that they could
   * not give any more are withdrawn.
   */
  putGrant(planId: string, memberId: MemberId, grant: Grant, note: AccessNote, seen?: Seen): Promise<PutOutcome>
  /** With it go the open invitations to the member's address in the plan, and those by the member. */
  removeGrant(planId: string, memberId: MemberId, note: AccessNote, seen?: Seen): Promise<PutOutcome>
  inPlan(planId: string): Promise<readonly PlanMember[]>
  deputiesIn(planId: string): Promise<readonly Deputy[]>
  /** Those of the member and those the member stands in for, in any plan, whether their time has ended or not. */
  deputiesWith(memberId: MemberId): Promise<readonly DeputyInPlan[]>
  /** `stands-in-already`: the one does so for the other at some of that time, from now on. */
  appointDeputy(planId: string, deputy: Deputy, note: AccessNote, seen?: Seen): Promise<'done' | 'stands-in-already' | 'changed'>
  /** Ends it now, or takes it back where it has not begun. Null where there is none that has not ended. */
  endDeputy(planId: string, id: string, at: Instant, note: AccessNote, seen?: Seen): Promise<Deputy | null | 'changed'>
  /** These were in these plans then. */
  see(seen: readonly { readonly planId: string, readonly memberId: MemberId, readonly at: Instant }[]): Promise<void>
  /** Those who came with their plan and still have a way in, per plan, as long as nobody at all is signed in. Empty otherwise. */
  neverSignedIn(): Promise<readonly NewcomerOfPlan[]>
  /** Every plan the member has some right in at `now`, newest first. */
  plansOf(memberId: MemberId, now: Instant): Promise<readonly RightInPlan[]>
  officesOf(memberId: MemberId): Promise<readonly Office[]>
  putOffice(memberId: MemberId, office: Office, note: AccessNote): Promise<void>
  /** False when the member did not hold it. */
  removeOffice(memberId: MemberId, office: Office, note: AccessNote): Promise<boolean>

  addToken(hash: Uint8Array, memberId: MemberId, at: Instant): Promise<void>
  /** Whose a sign-in link is; null for nobody's. */
  tokenMember(hash: Uint8Array): Promise<StoredMember | null>
  /** Begins a session for the member of this token, in one step with looking it up; null when there is no such token. */
  beginSession(tokenHash: Uint8Array, session: NewSession): Promise<StoredMember | null>
  /** The session as long as it is neither ended nor expired at `now`. */
  session(hash: Uint8Array, now: Instant): Promise<StoredSession | null>
  /** Whether a session stands still. */
  stands(hash: Uint8Array, now: Instant): Promise<boolean>
  sessionsOf(memberId: MemberId, now: Instant): Promise<readonly SessionOfMember[]>
  endSession(hash: Uint8Array, note: AccessNote): Promise<void>
  /** Ends every session of the member, makes the sign-in links void, and forgets the browsers they came in from. */
  endAllOf(memberId: MemberId, note: AccessNote): Promise<void>

  /**
   * Somebody has come in: what their browser is known by from now on, for them and for whoever it was known by `former`. Both are hashes of
   * what the browser keeps; `former` goes on being good for some minutes. `begun`: the session that has begun in it. Where that has ended
   * meanwhile nothing is kept, and the answer is false.
   */
  knowDevice(device: Uint8Array, former: Uint8Array | null, memberId: MemberId, at: Instant, begun: BegunIn): Promise<boolean>
  /** Since when the member with this address has come in from this browser; null where they never have, or it is forgotten. */
  deviceKnownSince(device: Uint8Array, email: string, now: Instant): Promise<Instant | null>
  /** Replaces what the same device has asked for before. */
  ask(ask: SignInAsk): Promise<void>
  /** The address that a device has asked for; null for none. */
  asked(device: Uint8Array): Promise<string | null>
  /** Tries a code on what the device has asked for; a right one is used with it. */
  tryCode(device: Uint8Array, codeHash: Uint8Array, now: Instant, mostTries: number): Promise<AskOutcome>
  tryLink(device: Uint8Array | null, linkHash: Uint8Array, now: Instant): Promise<AskOutcome>
  /** Whether letters go to the address: it is a member's, or invited. */
  isExpected(email: string, now: Instant): Promise<boolean>
  /**
   * Lets somebody in: finds who they are by identity or address, or makes them of what they were invited as, takes every invitation to
   * the address, and begins a session. Null for who is neither known nor invited. Nobody is made without a name, and nothing done.
   */
  arrive(arrival: Arrival, newId: MemberId, session: NewSession): Promise<Arrived | NameRefusal | null>

  /**
   * All of them, by one person to one plan, or none; each in the place of an earlier one to the same address. `replaced`: the ids of
   * those, as they were seen.
   */
  invite(invitations: readonly NewInvitation[], notes: readonly AccessNote[], bound: InvitingBound, replaced: readonly string[], seen: Seen): Promise<'done' | 'too-many' | 'changed'>
  /** What became of the letter with the secret of this hash; of no effect where another has taken its place. */
  putInvitationMail(hash: Uint8Array, mail: 'sent' | 'failed'): Promise<void>
  /** Of letters that were on their way when the server stopped nobody knows anything: they have failed. */
  giveUpInvitationMail(): Promise<void>
  /** Those that are neither taken nor withdrawn, expired ones too. */
  invitationsIn(planId: string): Promise<readonly StoredInvitation[]>
  invitation(hash: Uint8Array): Promise<StoredInvitation | null>
  /** A new secret and a new end for one that is open: from now on it is by whoever sends it again. */
  renewInvitation(renewal: InvitationRenewal, note: AccessNote, bound: InvitingBound, seen: Seen): Promise<StoredInvitation | 'not-there' | 'too-many' | 'changed'>
  withdrawInvitation(planId: string, id: string, note: AccessNote, seen: Seen): Promise<boolean | 'changed'>
  /**
   * Takes an open invitation to an address that nobody has, and begins a session for its new member. Null where it is not open any more.
   * `written` as in {@link Arrival}.
   */
  takeInvitation(hash: Uint8Array, newId: MemberId, session: NewSession, written: string): Promise<Arrived | NameRefusal | null>
  /**
   * Takes every open invitation to this member's address; the plans. `only`: the one of this id. `written` as in {@link Arrival}, for who has
   * no name yet.
   */
  takeInvitationsTo(email: string, memberId: MemberId, at: Instant, written: string, only?: string): Promise<readonly string[] | NameRefusal>

  contacts(planId: string): Promise<readonly Contact[]>
  putContact(planId: string, contact: Contact, note: AccessNote): Promise<void>
  removeContact(planId: string, id: string, note: AccessNote): Promise<boolean>

  note(note: AccessNote): Promise<void>
  /** The latest lines below a number, newest first: of the plan, and the comings and goings of its members since they came into it. */
  accessLog(planId: string, before: number, most: number): Promise<readonly StoredNote[]>

  personKept(memberId: MemberId): Promise<PersonKept | null>
  /**
   * Forgets who a member was: name, organisation, address, accounts, ways in, invitations, contacts under that address, and every right.
   * What they did stays, by an id that is nobody's any more; invitations by them that nobody has taken are withdrawn. The plans they were in;
   * or why not.
   */
  erase(memberId: MemberId, at: Instant, note: AccessNote): Promise<{ readonly plans: readonly string[] } | 'last-owner' | 'not-there'>
  administeredPlans(): Promise<readonly AdministeredPlan[]>
}
