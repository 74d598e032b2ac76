import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

/** As much as a busy moment writes: with less room than this it would soon be full again. */
const roomBytes = 1024 * 1024

/** Writes as the storage does, and leaves nothing behind: to a file beside the database, and a page of its own. Throws where it cannot. */
export function tryWriting(folder: string, db: DatabaseSync): void {
  const file = join(folder, 'trial.tmp')
  try {
    const opened = openSync(file, 'w')
    try {
      writeWhole(opened, Buffer.alloc(roomBytes, 1))
      fsyncSync(opened)
    }
    finally {
      closeSync(opened)
    }
  }
  finally {
    rmSync(file, { force: true })
  }
  // What it is already: the page is written all the same.
  db.exec(`PRAGMA user_version = ${Number(db.prepare('PRAGMA user_version').get()?.user_version)}`)
}

/** The system may take less at a time than it was given. */
function writeWhole(opened: number, bytes: Buffer): void {
  for (let from = 0; from < bytes.length;)
    from += writeSync(opened, bytes, from)
}
