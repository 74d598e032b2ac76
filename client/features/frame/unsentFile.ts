import { isRegisterName } from '#shared/plan/registers.ts'
import type { PlanSession } from '../../plan/session.ts'
import { registerStore } from '../../plan/stores.ts'
import { clock, type Text } from '../../text/index.ts'
import { rowName } from '../../text/naming.ts'

/** Everything the server does not have of mine, as text a person can read and paste back. */
export function unsentAsText(session: PlanSession, title: string, text: Text, now = Date.now()): string {
  const changes = session.unsent()
  const lines = changes.map(({ register, row, field, text: words }) => {
    const known = isRegisterName(register) ? register : null
    const found = known && registerStore(known).byId.get(row)
    const fields: Readonly<Record<string, string>> = known ? text.words.fields[known] : {}
    const place = [known ? text.words.rowOf[known] : '', (found && rowName(found)) || row].filter(Boolean).join(': ')
    return [`${place} – ${fields[field] ?? field}`, text.save.fileNow, words, ''].join('\n')
  })
  return [text.save.fileHead(title, clock(now, text, 0)), '', ...(lines.length > 0 ? lines : [text.save.fileEmpty])].join('\n')
}

/** Hands the file to the browser; nothing leaves the machine. */
export function downloadUnsent(session: PlanSession, title: string, text: Text): void {
  const file = new Blob([unsentAsText(session, title, text)], { type: 'text/plain;charset=utf-8' })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = text.save.fileName(new Date().toISOString().slice(0, 10))
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
