import { within, type Office, type Reach } from '#shared/protocol/access.ts'
import { roles, type Role } from '#shared/protocol/api.ts'
import { isAtLeast } from '#shared/protocol/grants.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import { isRegisterName } from '#shared/plan/registers.ts'

/**
 * What somebody must be. A role means that role or a higher one: `atLeast` in the plan the request names, `somewhere` in any plan,
 * `inRegion` in any plan of the region of the one it names, beside some role in that one. An office is held across all plans, and gives
 * no role in any: only who reads nationally counts as a reader in each.
 */
export type Need =
  | 'anyone' | 'signed-in' | 'monitor'
  | { readonly atLeast: Role } | { readonly somewhere: Role } | { readonly inRegion: Role } | { readonly office: Office }

/**
 * Who may do what, for every way in. The routers are built from these tables: what is not named here cannot be asked for (T1).
 */
export const httpRules = {
  'GET /healthz': 'anyone',
  /** Numbers for whoever watches over the server: by a token of its own, never by a session. */
  'GET /metrics': 'monitor',
  /** These routes and what they take, for those who write programs. */
  'GET /api/openapi.json': 'anyone',

  /** A printed link. */
  'GET /logg-inn/:token': 'anyone',
  'GET /api/sign-in': 'anyone',
  'POST /api/sign-in/email': 'anyone',
  'POST /api/sign-in/code': 'anyone',
  'POST /api/sign-in/link': 'anyone',
  /** To the provider of organisation accounts, and back from there. */
  'GET /api/sign-in/provider': 'anyone',
  /** What whoever goes there calls themselves, from an invitation's page. */
  'POST /api/sign-in/provider/name': 'anyone',
  'GET /api/sign-in/provider/answer': 'anyone',
  /** To where one signs out of the provider as well. */
  'GET /api/sign-in/provider/end': 'anyone',
  /** Whoever holds an invitation's link: to see what it says, and to take it. */
  'POST /api/invitations/look': 'anyone',
  'POST /api/invitations/take': 'anyone',
  'POST /api/logg-ut': 'signed-in',
  'GET /api/session': 'signed-in',
  /** What is kept of oneself. */
  'GET /api/me': 'signed-in',
  'GET /api/me/kept': 'signed-in',
  'POST /api/me/name': 'signed-in',
  'POST /api/me/sign-out-everywhere': 'signed-in',

  /** A new plan: whoever leads one may make one in its region, and take away again what they made. */
  'GET /api/new-plan': { somewhere: 'chair' },
  'POST /api/plans': { somewhere: 'chair' },
  'GET /api/plans/:planId/to-carry': { inRegion: 'chair' },
  'POST /api/plans/:planId/take-away': { atLeast: 'owner' },
  'GET /api/plans/:planId': { atLeast: 'reader' },
  'GET /api/plans/:planId/rows/:register/:row/last-change': { atLeast: 'reader' },

  /** Members: everybody sees who is in; those who lead the plan say who, and nobody gives more than they have. */
  'GET /api/plans/:planId/members': { atLeast: 'reader' },
  'POST /api/plans/:planId/members/:memberId/grant': { atLeast: 'chair' },
  'POST /api/plans/:planId/members/:memberId/remove': { atLeast: 'chair' },
  'POST /api/plans/:planId/leave': { atLeast: 'reader' },
  'GET /api/plans/:planId/invitations': { atLeast: 'chair' },
  'POST /api/plans/:planId/invitations': { atLeast: 'chair' },
  'POST /api/plans/:planId/invitations/:invitationId/again': { atLeast: 'chair' },
  'POST /api/plans/:planId/invitations/:invitationId/withdraw': { atLeast: 'chair' },
  /** Somebody to stand in: for oneself, or, by those who lead the plan, for anybody in it. */
  'POST /api/plans/:planId/my-deputies': { atLeast: 'commenter' },
  'POST /api/plans/:planId/my-deputies/:deputyId/end': { atLeast: 'reader' },
  'POST /api/plans/:planId/deputies': { atLeast: 'chair' },
  'POST /api/plans/:planId/deputies/:deputyId/end': { atLeast: 'chair' },
  'GET /api/plans/:planId/contacts': { atLeast: 'reader' },
  'POST /api/plans/:planId/contacts': { atLeast: 'editor' },
  'POST /api/plans/:planId/contacts/:contactId/remove': { atLeast: 'editor' },
  'GET /api/plans/:planId/access-log': { atLeast: 'owner' },

  /** Who leads which plan, and to give one an owner. No way from here into what a plan holds. */
  'GET /api/administration/plans': { office: 'administrator' },
  'POST /api/administration/plans/:planId/owners': { office: 'administrator' },
  /** The built client: its pages, scripts and pictures. */
  'GET /*': 'anyone',
} as const satisfies Record<`${'GET' | 'POST'} /${string}`, Need>
export type HttpRoute = keyof typeof httpRules

/** Frames of a connection to a plan. What an update takes where it brings something new is in `changeRules`. */
export const frameRules = {
  step1: { atLeast: 'reader' },
  update: { atLeast: 'reader' },
  presence: { atLeast: 'reader' },
  queryPresence: { atLeast: 'reader' },
  askState: { atLeast: 'reader' },
} as const satisfies Record<string, Need>
export type FrameName = keyof typeof frameRules

/** What it takes to change anything in a register. A member may besides be limited to some of them. */
export const changeRules = {
  plan: { atLeast: 'editor' },
  sections: { atLeast: 'editor' },
  mainTasks: { atLeast: 'editor' },
  goals: { atLeast: 'editor' },
  audiences: { atLeast: 'editor' },
  activities: { atLeast: 'editor' },
  networks: { atLeast: 'editor' },
  organisations: { atLeast: 'editor' },
  groups: { atLeast: 'editor' },
  serviceAreas: { atLeast: 'editor' },
  collaborations: { atLeast: 'editor' },
  followUps: { atLeast: 'editor' },
  messages: { atLeast: 'editor' },
  municipalities: { atLeast: 'editor' },
  phases: { atLeast: 'editor' },
  columns: { atLeast: 'editor' },
  occurrences: { atLeast: 'editor' },
} as const satisfies Record<RegisterName, Need>
/** For what lands in no register. It is never admitted; whoever may change nothing is told that instead. */
const changeElsewhere: Need = { atLeast: 'editor' }

/** Commands of `npm run admin`. Whoever can open the data folder is the operator; there is no other way to them. */
export const adminRules = {
  'plan list': 'operator',
  'plan create': 'operator',
  'plan restore': 'operator',
  'plan erase': 'operator',
  'plan export': 'operator',
  'reform list': 'operator',
  'reform add': 'operator',
  'reform replace': 'operator',
  'reform remove': 'operator',
  'member add': 'operator',
  'member list': 'operator',
  'member role': 'operator',
  'member remove': 'operator',
  'member link': 'operator',
  'member export': 'operator',
  'member address': 'operator',
  'member erase': 'operator',
  'office give': 'operator',
  'office take': 'operator',
  'access-log': 'operator',
  'session revoke': 'operator',
  'redact': 'operator',
  'redact list': 'operator',
  'metrics': 'operator',
  'backup': 'operator',
  'restore': 'operator',
  'verify': 'operator',
} as const satisfies Record<string, 'operator'>
export type AdminCommandName = keyof typeof adminRules
/** Those that the admin program carries out by itself, on the folder, whether a server runs or not. */
export type FolderCommandName = 'backup' | 'restore' | 'verify' | 'plan export'

/** Who asks: `role` in the plan the request names, null without one; `highest` in any plan, and `highestInRegion` in any of its region. */
export interface Standing {
  readonly isSignedIn: boolean
  /** Has shown the token of those who watch over the server. */
  readonly isMonitor?: boolean
  readonly role: Role | null
  readonly offices?: readonly Office[]
  readonly highest?: Role | null
  readonly highestInRegion?: Role | null
}

/** Whether somebody meets a need. */
export function meets(need: Need, { isSignedIn, isMonitor = false, role, offices = [], highest = null, highestInRegion = null }: Standing): boolean {
  if (need === 'anyone')
    return true
  if (need === 'monitor')
    return isMonitor
  if (!isSignedIn)
    return false
  if (need === 'signed-in')
    return true
  if ('office' in need)
    return offices.includes(need.office)
  if ('somewhere' in need)
    return isAtLeast(highest, need.somewhere)
  return 'inRegion' in need ? role !== null && isAtLeast(highestInRegion, need.inRegion) : isAtLeast(role, need.atLeast)
}

export const highestOf = (given: readonly Role[]): Role | null => roles.findLast(role => given.includes(role)) ?? null

/** Whether somebody of this role may send this frame. */
export function maySend(role: Role, frame: FrameName): boolean {
  return meets(frameRules[frame], { isSignedIn: true, role })
}

/** Whether somebody may bring changes to what stands in a register, by the name of its root in the document. */
export function mayChange({ role, registers }: Reach, register: string): boolean {
  return meets(isRegisterName(register) ? changeRules[register] : changeElsewhere, { isSignedIn: true, role }) && within(registers, register)
}
