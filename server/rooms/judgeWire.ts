import type { Judgement } from '#shared/plan/admission.ts'

/** How long a thread has worked, in ms: time in which it was kept waiting is not in it. */
export const toWorkedMs = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000

/** A large update, and the document it is to be judged against, as they go to the thread that judges. */
export interface Case { readonly state: Uint8Array, readonly update: Uint8Array }

export type Reply =
  /** The document is loaded: what the thread has worked for until now, in ms, is not the update's. */
  | { readonly kind: 'loaded', readonly workedMs: number }
  | { readonly kind: 'judged', readonly judgement: Judgement }
  /** Admitted, and then it could not be applied as it was judged: admission was wrong. */
  | { readonly kind: 'unsound', readonly judgement: Judgement, readonly message: string }
