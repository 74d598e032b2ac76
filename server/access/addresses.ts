import type { Storage } from '../storage/contracts.ts'

export { toAddress } from '../storage/addresses.ts'

/** With most of it hidden, so that its owner knows it and nobody else learns it: `a•••@rogaland.no`. */
export function hiddenAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${[...address][0] ?? ''}•••${address.slice(at)}`
}

/** To whom no code comes, since nobody is found by the address that is kept of them: for the operator to mend. */
export async function tellOfAstray({ members }: Pick<Storage, 'members'>, report: (what: string, error: unknown) => void): Promise<void> {
  for (const memberId of await members.astrayMembers())
    report(`member ${memberId}: not found by the address`, new Error('it is none, or in its one form another member\'s: give them another with `member address`'))
}
