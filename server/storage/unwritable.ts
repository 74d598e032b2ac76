/** What SQLite answers where nothing at all can be written for now: no room, a disk that fails, a file system that only reads. */
const readOnly = 8
const failedDisk = 10
const full = 13
const cannotOpen = 14
const unwritable: ReadonlySet<number> = new Set([readOnly, failedDisk, full, cannotOpen])
/** A disk that could not be read at one place, or has too little there, says nothing of writing. */
const failedReads: ReadonlySet<number> = new Set([failedDisk | 1 << 8, failedDisk | 2 << 8])

/** Whether an error is about the disk, and so about every write there is, not about what was to be written. */
export function isUnwritable(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0
  // The lowest byte is the kind, what is above says more of it.
  return unwritable.has(code & 0xFF) && !failedReads.has(code)
}
