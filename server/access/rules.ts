import { roles, type Role } from '#shared/protocol/api.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import { isRegisterName } from '#shared/plan/registers.ts'

/**
 * What somebody must be. A role means that role or a higher one: `atLeast` in the plan the request names, `somewhere` in any plan,
 * `inRegion` in any plan of the region of the one it names, beside some role in that one.
 */
export type Need = 'anyone' | 'signed-in' | 'monitor' | { readonly atLeast: Role } | { readonly somewhere: Role } | { readonly inRegion: Role }

/**
 * Who may do what, for every way in. The routers are built from these tables: what is not named here cannot be asked for (T1).
 */
export const httpRules = {
  'GET /healthz': 'anyone',
  /** Numbers for whoever watches over the server: by a token of its own, never by a session. */
  'GET /metrics': 'monitor',
  'GET /logg-inn/:token': 'anyone',
  'POST /api/logg-ut': 'signed-in',
  'GET /api/session': 'signed-in',
  /** A new plan: whoever leads one may make one in its region, and take away again what they made. */
  'GET /api/new-plan': { somewhere: 'chair' },
  'POST /api/plans': { somewhere: 'chair' },
  'GET /api/plans/:planId/to-carry': { inRegion: 'chair' },
  'POST /api/plans/:planId/take-away': { atLeast: 'owner' },
  'GET /api/plans/:planId': { atLeast: 'reader' },
  'GET /api/plans/:planId/members': { atLeast: 'reader' },
  'GET /api/plans/:planId/rows/:register/:row/last-change': { atLeast: 'reader' },
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

/**
 * What it takes to change anything in a register. The same for all of them as long as a plan has no rights of its own: those
 * that are narrower come with the administration of its members.
 */
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
  'reform list': 'operator',
  'reform add': 'operator',
  'reform replace': 'operator',
  'reform remove': 'operator',
  'member add': 'operator',
  'member list': 'operator',
  'member role': 'operator',
  'member remove': 'operator',
  'member link': 'operator',
  'session revoke': 'operator',
  'metrics': 'operator',
  'backup': 'operator',
  'restore': 'operator',
  'verify': 'operator',
} as const satisfies Record<string, 'operator'>
export type AdminCommandName = keyof typeof adminRules
/** Those that the admin program carries out by itself, on the folder, whether a server runs or not. */
export type FolderCommandName = 'backup' | 'restore' | 'verify'

/** Who asks: `role` in the plan the request names, null without one; `highest` in any plan, and `highestInRegion` in any of its region. */
export interface Standing {
  readonly isSignedIn: boolean
  /** Has shown the token of those who watch over the server. */
  readonly isMonitor?: boolean
  readonly role: Role | null
  readonly highest?: Role | null
  readonly highestInRegion?: Role | null
}

/** Whether somebody meets a need. */
export function meets(need: Need, { isSignedIn, isMonitor = false, role, highest = null, highestInRegion = null }: Standing): boolean {
  if (need === 'anyone')
    return true
  if (need === 'monitor')
    return isMonitor
  if (!isSignedIn)
    return false
  if (need === 'signed-in')
    return true
  if ('somewhere' in need)
    return isAtLeast(highest, need.somewhere)
  return 'inRegion' in need ? role !== null && isAtLeast(highestInRegion, need.inRegion) : isAtLeast(role, need.atLeast)
}

export const isAtLeast = (role: Role | null, least: Role): boolean => role !== null && roles.indexOf(role) >= roles.indexOf(least)

/** Who leads a plan may make another in its region. */
export const mayLead = (role: Role): boolean => isAtLeast(role, httpRules['POST /api/plans'].somewhere)

export const highestOf = (given: readonly Role[]): Role | null => roles.findLast(role => given.includes(role)) ?? null

/** Whether somebody of this role may send this frame. */
export function maySend(role: Role, frame: FrameName): boolean {
  return meets(frameRules[frame], { isSignedIn: true, role })
}

/** Whether a role may bring changes to what stands in a register, by the name of its root in the document. */
export function mayChange(role: Role, register: string): boolean {
  return meets(isRegisterName(register) ? changeRules[register] : changeElsewhere, { isSignedIn: true, role })
}
