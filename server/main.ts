import { existsSync } from 'node:fs'
import { systemClock } from './time/clock.ts'
import { readEnvironment } from './environment.ts'
import { builtClientFolder, startServer, type Plantavle } from './start.ts'
import { sayFailure, serverTexts } from './texts/sentences.ts'

/** Reads the environment, starts, says where it is to be found, and stops in order. */
const hardStopMs = 4_500

process.umask(0o077)
let running: Plantavle | null = null
let isStopping = false

// npm passes a signal on that the terminal has sent already: it comes twice.
process.on('SIGTERM', () => stop(0))
process.on('SIGINT', () => stop(0))
process.on('uncaughtException', error => fail('something went wrong', error))

try {
  running = await startServer({
    environment: readEnvironment(process.env),
    clock: systemClock,
    report,
    onLost: error => fail('the storage is lost', error),
  })
  greet(running)
}
catch (error) {
  process.stderr.write(`${sayFailure(error)}\n`)
  process.exitCode = 1
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

function fail(what: string, error: unknown): void {
  report(what, error)
  stop(1)
}

/** Whatever happens on the way, the process ends in time: what has been acknowledged is on disk already. */
function stop(code: number): void {
  if (isStopping)
    return
  isStopping = true
  setTimeout(() => process.exit(code || 1), hardStopMs).unref()
  const closed = running?.close() ?? Promise.resolve()
  closed.then(() => process.exit(code), (error: unknown) => {
    report('stopping failed', error)
    process.exit(1)
  })
}

/** One line for the operator, with nothing of what people have written. */
function report(what: string, error: unknown): void {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  process.stderr.write(`${new Date().toISOString()} ${what}: ${message}${stack ? `\n${stack.split('\n').slice(1, 6).join('\n')}` : ''}\n`)
}
