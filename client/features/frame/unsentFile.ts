import { isRegisterName } from '#shared/plan/registers.ts'
import type { PlanSession } from '../../plan/session.ts'
import { registerStore } from '../../plan/stores.ts'
import type { Names } from '../../text/cellWords.ts'
import { changesAsText } from '../../text/changesFile.ts'
import { clock, type Text } from '../../text/index.ts'
import { rowName } from '../../text/naming.ts'

/** Everything the server does not have of mine, as text a person can read and paste back. */
export function unsentAsText(session: Pick<PlanSession, 'unsent'>, title: string, text: Text, names: Names, now = Date.now()): string {
  const changes = session.unsent().map((change) => {
    const row = isRegisterName(change.register) ? registerStore(change.register).byId.get(change.row) : undefined
    return { ...change, rowName: row ? rowName(row) : '' }
  })
  return changesAsText(changes, { head: text.save.fileHead(title, clock(now, text, 0)), empty: text.save.fileEmpty, text, names, now })
}
