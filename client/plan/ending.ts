import { within, type Reach } from '#shared/protocol/access.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import type { NamedCell } from '#shared/protocol/frames.ts'
import { mayRoleWrite } from '#shared/protocol/grants.ts'
import type { RescueCause } from './left.ts'

/** What may never pass as it was sent: from which sync update of the connection on, why, and the cells the server named. */
export interface Lost { readonly cause: RescueCause, readonly named: readonly NamedCell[], readonly nth: number }

/** Whether asking the server anew tells how to go on: with another session, or that the plan is not ours any more. */
export const canMend = (reason: CloseReason) => mendable.has(reason)
const mendable: ReadonlySet<CloseReason> = new Set(['refused', 'too-big', 'access-changed', 'not-found', 'other-epoch', 'differs'])

/** Whether somebody may write in a register: by the role, and by the registers they are limited to (T42). */
export const writesIn = ({ role, registers }: Reach, register: string) => mayRoleWrite(role) && within(registers, register)
