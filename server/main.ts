import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from './time/clock.ts'
import { openTidying } from './operation/tidying.ts'
import { readEnvironment, readLogSettings } from './environment.ts'
import { openLog, type Log } from './operation/log.ts'
import { compiledName } from './storage/sqliteSchema.ts'
import { builtClientFolder, startServer, type Plantavle } from './start.ts'
import { sayFailure, serverTexts } from './texts/sentences.ts'

/** Reads the environment, starts, says where it is to be found, and stops in order. The log goes to stderr, what a person needs to stdout. */
const hardStopMs = 4_500

process.umask(0o077)
let running: Plantavle | null = null
let isStopping = false
let log: Log = openStderrLog({ isJson: null, level: 'info' })

// npm passes a signal on that the terminal has sent already: it comes twice.
process.on('SIGTERM', () => stop(0))
process.on('SIGINT', () => stop(0))
// A promise that nobody waits for and that fails ends here too.
process.on('uncaughtException', error => fail('something went wrong', error))

try {
  log = openStderrLog(readLogSettings(process.env))
  const environment = readEnvironment(process.env)
  // What a thread needs is compiled once for all that are started, now and after the next start of the server.
  process.env['NODE_COMPILE_CACHE'] ??= join(environment.dataDir, compiledName)
  running = await startServer({
    environment,
    clock: systemClock,
    report: (what, error) => log.report(what, error),
    note: (event, facts) => log.note(event, facts),
    onLost: error => fail('the storage is lost', error),
  })
  const { rooms } = running
  openTidying({ clock: systemClock, rooms: () => rooms.census().length })
  greet(running)
  log.note('started', { port: running.port })
}
catch (error) {
  process.stderr.write(`${sayFailure(error)}\n`)
  stop(1)
}

function greet({ address, demo }: Plantavle): void {
  const lines = [
    ...(demo ? [serverTexts.demo(demo)] : []),
    serverTexts.running(address),
    serverTexts.newLinks,
    ...(existsSync(builtClientFolder) ? [] : [serverTexts.clientMissing]),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function openStderrLog({ isJson, level }: ReturnType<typeof readLogSettings>): Log {
  return openLog({ isJson: isJson ?? !process.stderr.isTTY, level, clock: systemClock, write: line => void process.stderr.write(line) })
}

function fail(what: string, error: unknown): void {
  log.report(what, error)
  stop(1)
}

/** Whatever happens on the way, the process ends in time: what has been acknowledged is on disk already. */
function stop(code: number): void {
  if (isStopping)
    return
  isStopping = true
  process.exitCode = code
  setTimeout(() => process.exit(code || 1), hardStopMs)
  log.note('stopping', { code })
  const closed = running?.close() ?? Promise.resolve()
  closed.then(() => {
    log.note('stopped', { code })
    process.exit(code)
  }, (error: unknown) => {
    log.report('stopping failed', error)
    process.exit(1)
  })
}
