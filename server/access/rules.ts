import { roles, type Role } from '#shared/protocol/api.ts'

/** What somebody must be. A role means that role or a higher one, in the plan the request names. */
export type Need = 'anyone' | 'signed-in' | { readonly atLeast: Role }

/**
 * Who may do what, for every way in. The routers are built from these tables: what is not named here cannot be asked for (T1).
 */
export const httpRules = {
  'GET /healthz': 'anyone',
  'GET /logg-inn/:token': 'anyone',
  'POST /api/logg-ut': 'signed-in',
  'GET /api/session': 'signed-in',
  'GET /api/plans/:planId': { atLeast: 'reader' },
  'GET /api/plans/:planId/members': { atLeast: 'reader' },
  /** The built client: its pages, scripts and pictures. */
  'GET /*': 'anyone',
} as const satisfies Record<`${'GET' | 'POST'} /${string}`, Need>
export type HttpRoute = keyof typeof httpRules

/** Frames of a connection to a plan. `toChange` is what it takes where the frame brings something new. */
export const frameRules = {
  step1: { need: { atLeast: 'reader' } },
  update: { need: { atLeast: 'reader' }, toChange: { atLeast: 'editor' } },
  presence: { need: { atLeast: 'reader' } },
  queryPresence: { need: { atLeast: 'reader' } },
} as const satisfies Record<string, { readonly need: Need, readonly toChange?: Need }>
export type FrameName = keyof typeof frameRules

/** Commands of `npm run admin`. Whoever can open the data folder is the operator; there is no other way to them. */
export const adminRules = {
  'plan list': 'operator',
  'plan create': 'operator',
  'member add': 'operator',
  'member list': 'operator',
  'member role': 'operator',
  'member remove': 'operator',
  'member link': 'operator',
  'session revoke': 'operator',
} as const satisfies Record<string, 'operator'>
export type AdminCommandName = keyof typeof adminRules

/** Whether somebody meets a need. `role` is the role in the plan the request names; null without one. */
export function meets(need: Need, { isSignedIn, role }: { isSignedIn: boolean, role: Role | null }): boolean {
  if (need === 'anyone')
    return true
  if (!isSignedIn)
    return false
  return need === 'signed-in' || (role !== null && roles.indexOf(role) >= roles.indexOf(need.atLeast))
}

/** Whether somebody of this role may send this frame. */
export function maySend(role: Role, frame: FrameName): boolean {
  return meets(frameRules[frame].need, { isSignedIn: true, role })
}

/**
 * Whether a role may bring changes to these cells. Every editor may change all registers for now; the cells are given
 * since rights per register belong here.
 */
export function mayChange(role: Role, _cells: readonly { readonly register: string }[]): boolean {
  return meets(frameRules.update.toChange, { isSignedIn: true, role })
}
