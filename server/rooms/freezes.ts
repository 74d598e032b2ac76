/** A row by name, of a declared register or not. */
export interface RowName { readonly register: string, readonly row: string }

/** Rows that nobody may change for now (S20). They outlive the room that keeps to them. */
export interface Freezes {
  /** Until the returned function is called. A row that is frozen twice is free when both have let go. */
  freeze(row: RowName): () => void
  has(row: RowName): boolean
}

export function openFreezes(): Freezes {
  const holders = new Map<string, Set<object>>()
  return {
    freeze(row) {
      const name = toName(row)
      const holder = {}
      holders.set(name, (holders.get(name) ?? new Set()).add(holder))
      return () => {
        holders.get(name)?.delete(holder)
        if (holders.get(name)?.size === 0)
          holders.delete(name)
      }
    },
    has: row => holders.size > 0 && holders.has(toName(row)),
  }
}

const toName = ({ register, row }: RowName) => JSON.stringify([register, row])
