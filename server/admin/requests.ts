import type { ReformFault } from '#shared/reference/reformParts.ts'
import { adminRules, type AdminCommandName } from '../access/rules.ts'

export type Options = Readonly<Record<string, string>>
export interface AdminRequest { readonly command: AdminCommandName, readonly options: Options }
export type AdminAnswer =
  | { readonly ok: true, readonly value: unknown }
  | {
    readonly ok: false, readonly refusal: AdminRefusal, readonly what: string
    readonly faults?: readonly ReformFault[]
    /** Beside the refusal, what was found. */
    readonly value?: object
  }
/** Why a command did nothing. `what` in the answer is the value it is about. */
export type AdminRefusal =
  | 'no-such-plan' | 'no-such-member' | 'not-in-the-plan' | 'no-such-region' | 'no-such-template' | 'no-such-role' | 'empty' | 'unprintable' | 'too-long'
  | 'no-such-language' | 'template-or-from' | 'not-a-period' | 'not-set-aside'
  | 'no-such-reform' | 'reform-exists' | 'reform-in-use' | 'reform-would-lose' | 'reform-built-in' | 'unfit-reform' | 'not-json' | 'too-large'
  | 'no-server' | 'no-such-command' | 'missing-option' | 'unknown-option'
  | 'no-data' | 'newer-folder' | 'inside-data' | 'not-empty' | 'cannot-make' | 'disk-full' | 'not-a-backup' | 'damaged-backup'
  | 'server-runs' | 'data-not-empty' | 'unsound'
  /** The server could not; it has said why where it runs. */
  | 'failed'

/** The options of each command: those it needs, and those it takes. */
export const adminOptions = {
  'plan list': { needs: [], takes: [] },
  'plan create': { needs: ['title'], takes: ['region', 'template', 'language', 'from', 'period'] },
  'plan restore': { needs: ['plan'], takes: [] },
  'reform list': { needs: [], takes: [] },
  'reform add': { needs: ['file'], takes: [] },
  'reform replace': { needs: ['file'], takes: [] },
  'reform remove': { needs: ['reform'], takes: [] },
  'member add': { needs: ['plan', 'name', 'organisation', 'role'], takes: [] },
  'member list': { needs: ['plan'], takes: [] },
  'member role': { needs: ['plan', 'member', 'role'], takes: [] },
  'member remove': { needs: ['plan', 'member'], takes: [] },
  'member link': { needs: ['member'], takes: [] },
  'session revoke': { needs: ['member'], takes: [] },
  'backup': { needs: ['to'], takes: [] },
  'restore': { needs: ['from'], takes: [] },
  'verify': { needs: [], takes: ['from'] },
  'metrics': { needs: [], takes: [] },
} as const satisfies Record<AdminCommandName, { readonly needs: readonly string[], readonly takes: readonly string[] }>

export const isAdminCommand = (name: string): name is AdminCommandName => Object.hasOwn(adminRules, name)

/** Options that name a file where the command is given; what is sent is what stands in it. */
export const fileOptions: readonly string[] = ['file']
