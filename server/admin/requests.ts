import type { ReformFault } from '#shared/reference/reformParts.ts'
import { adminRules, type AdminCommandName } from '../access/rules.ts'
import type { RedactRefusal } from './redactTexts.ts'

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
  | 'not-sure' | 'last-owner' | 'no-such-office' | 'not-an-address' | 'address-taken'
  | 'no-server' | 'no-such-command' | 'missing-option' | 'unknown-option'
  | 'no-data' | 'newer-folder' | 'inside-data' | 'not-empty' | 'cannot-make' | 'disk-full' | 'not-a-backup' | 'damaged-backup'
  | 'server-runs' | 'data-not-empty' | 'unsound'
  | RedactRefusal
  /** The server could not; it has said why where it runs. */
  | 'failed'

/** The options of each command: those it needs, and those it takes. */
export const adminOptions = {
  'plan list': { needs: [], takes: [] },
  'plan create': { needs: ['title'], takes: ['region', 'template', 'language', 'from', 'period'] },
  'plan restore': { needs: ['plan'], takes: [] },
  'plan export': { needs: ['plan', 'to'], takes: [] },
  'plan erase': { needs: ['plan', 'sure', 'why'], takes: [] },
  'reform list': { needs: [], takes: [] },
  'reform add': { needs: ['file'], takes: [] },
  'reform replace': { needs: ['file'], takes: [] },
  'reform remove': { needs: ['reform'], takes: [] },
  'member add': { needs: ['plan', 'name', 'organisation', 'role'], takes: ['email'] },
  'member list': { needs: ['plan'], takes: [] },
  'member role': { needs: ['plan', 'member', 'role'], takes: [] },
  'member remove': { needs: ['plan', 'member'], takes: [] },
  'member link': { needs: ['member'], takes: [] },
  'member export': { needs: ['member'], takes: [] },
  'member address': { needs: ['member', 'email'], takes: [] },
  'member erase': { needs: ['member', 'sure'], takes: [] },
  'office give': { needs: ['member', 'office'], takes: [] },
  'office take': { needs: ['member', 'office'], takes: [] },
  'access-log': { needs: ['plan'], takes: [] },
  'session revoke': { needs: ['member'], takes: [] },
  'redact': { needs: ['plan', 'why', 'by'], takes: ['cell', 'comment'] },
  'redact list': { needs: ['plan'], takes: [] },
  'backup': { needs: ['to'], takes: [] },
  'restore': { needs: ['from'], takes: [] },
  'verify': { needs: [], takes: ['from'] },
  'metrics': { needs: [], takes: [] },
} as const satisfies Record<AdminCommandName, { readonly needs: readonly string[], readonly takes: readonly string[] }>

export const isAdminCommand = (name: string): name is AdminCommandName => Object.hasOwn(adminRules, name)

/** Options that name a file where the command is given; what is sent is what stands in it. */
export const fileOptions: readonly string[] = ['file']
