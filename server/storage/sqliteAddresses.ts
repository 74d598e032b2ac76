import type { DatabaseSync } from 'node:sqlite'
import type { MemberId } from '#shared/plan/values.ts'
import { toAddress } from './addresses.ts'

/** Columns of addresses that are nobody's alone. */
const others = [['invitations', 'id'], ['contacts', 'id'], ['sign_in_asks', 'device']] as const

/**
 * Puts what was kept before an address had one form into that form, so that it is found again. What is no address is left as it is; and so is
 * a member's whose address would become another's, since nobody here knows whether they are one (see {@link astrayMembers}).
 */
export function putAddressesInOneForm(db: DatabaseSync): void {
  const isTaken = db.prepare('SELECT 1 FROM members WHERE email = ?')
  const update = db.prepare('UPDATE members SET email = ? WHERE id = ?')
  for (const { id, email } of db.prepare('SELECT id, email FROM members WHERE email IS NOT NULL').all()) {
    const address = toAddress(String(email))
    if (address !== null && address !== email && !isTaken.get(address))
      update.run(address, String(id))
  }
  for (const [table, key] of others) {
    const put = db.prepare(`UPDATE ${table} SET email = ? WHERE ${key} = ?`)
    for (const row of db.prepare(`SELECT ${key} AS id, email FROM ${table} WHERE email IS NOT NULL`).all()) {
      const address = toAddress(String(row.email))
      if (address !== null && address !== row.email)
        put.run(address, row.id ?? null)
    }
  }
}

/** Members whom nobody finds by the address they have, whichever way it is written: it is in no form, or not in the one form. */
export const openAddressTables = (db: DatabaseSync) => ({
  astrayMembers: (): MemberId[] => db.prepare('SELECT id, email FROM members WHERE email IS NOT NULL').all()
    .filter(({ email }) => toAddress(String(email)) !== email).map(({ id }) => String(id)),
})
