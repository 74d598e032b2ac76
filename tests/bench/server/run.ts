import { temporaryFolder } from '../../support/server.ts'
import { scenarios } from './scenarios.ts'
import { subjects } from './subjects.ts'

/** One scenario at one server, in a process of its own: what one leaves behind in memory is not the next one's. */
export interface Job { readonly scenario: string, readonly subject: string, readonly shelf: string, readonly isQuick: boolean }

// The servers end with this process, whatever ends it.
process.on('SIGTERM', () => process.exit(1))
process.on('SIGINT', () => process.exit(1))

const job = JSON.parse(process.argv[2] ?? '{}') as Job
const scenario = scenarios[job.scenario]
const subject = subjects.find(({ name }) => name === job.subject)
if (!scenario || !subject)
  throw new Error('no such scenario or server')
const outcome = await scenario.run({ subject, folder: temporaryFolder(), shelf: job.shelf, isQuick: job.isQuick })
process.send?.(outcome, () => process.exit(0))
