import { SQLite } from '@hocuspocus/extension-sqlite'
import { Server } from '@hocuspocus/server'

/**
 * Its SQLite extension prepares every statement anew; with better-sqlite3 12 the process ends on newer Node 24 when such a statement
 * is collected. So each is prepared once and kept, which costs the server a little less.
 */
class KeptStatements extends SQLite {
  async onConfigure() {
    await super.onConfigure()
    const prepare = this.db.prepare.bind(this.db)
    const kept = new Map()
    this.db.prepare = (sql) => {
      if (!kept.has(sql))
        kept.set(sql, prepare(sql))
      return kept.get(sql)
    }
  }
}

/** Hocuspocus as its manual has it, with what it keeps in a file. */
const server = new Server({
  address: '127.0.0.1',
  port: Number(process.env.PORT),
  quiet: true,
  extensions: [new KeptStatements({ database: process.env.DATABASE })],
})
await server.listen()
console.log('listening')
