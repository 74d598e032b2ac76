import { adminRules, type AdminCommandName } from '../access/rules.ts'

export type Options = Readonly<Record<string, string>>
export interface AdminRequest { readonly command: AdminCommandName, readonly options: Options }
export type AdminAnswer =
  | { readonly ok: true, readonly value: unknown }
  | { readonly ok: false, readonly refusal: AdminRefusal, readonly what: string }
/** Why a command did nothing. `what` in the answer is the value it is about. */
export type AdminRefusal =
  | 'no-such-plan' | 'no-such-member' | 'not-in-the-plan' | 'no-such-region' | 'no-such-template' | 'no-such-role' | 'empty' | 'unprintable' | 'too-long'
  | 'no-such-command' | 'missing-option' | 'unknown-option'
  /** The server could not; it has said why where it runs. */
  | 'failed'

/** The options of each command: those it needs, and those it takes. */
export const adminOptions = {
  'plan list': { needs: [], takes: [] },
  'plan create': { needs: ['title', 'region'], takes: ['template'] },
  'member add': { needs: ['plan', 'name', 'organisation', 'role'], takes: [] },
  'member list': { needs: ['plan'], takes: [] },
  'member role': { needs: ['plan', 'member', 'role'], takes: [] },
  'member remove': { needs: ['plan', 'member'], takes: [] },
  'member link': { needs: ['member'], takes: [] },
  'session revoke': { needs: ['member'], takes: [] },
} as const satisfies Record<AdminCommandName, { readonly needs: readonly string[], readonly takes: readonly string[] }>

export const isAdminCommand = (name: string): name is AdminCommandName => Object.hasOwn(adminRules, name)
