import { fork } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../../support/server.ts'
import { installPeers } from './install.ts'
import { diskInWords, machineInWords } from './machine.ts'
import type { Job } from './run.ts'
import { scenarios } from './scenarios.ts'
import type { Outcome } from './stage.ts'
import { subjects, type SubjectName } from './subjects.ts'
import { printOutcomes, printSummary, type Measured } from './table.ts'

/**
 * Measures our server beside others and a floor, with the same load, in turn, and prints what must hold, the figures and their
 * ratios. `--quick`: small sizes, without the peers, and only what must hold; the exit code then tells whether it does.
 */
export async function benchServer(args: readonly string[]): Promise<void> {
  const { values: { quick: isQuick, only }, positionals } = parseArgs({
    args: [...args], allowPositionals: true, options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
  })
  const names = positionals.length > 0 ? positionals : Object.keys(scenarios)
  if (names.some(name => !Object.hasOwn(scenarios, name))) {
    printUsage()
    process.exitCode = 1
    return
  }
  const measured = subjects.filter(({ name, isPeer }) => (!isQuick || !isPeer) && (only?.includes(name) ?? true))
  if (measured.some(({ isPeer }) => isPeer))
    await installPeers()
  console.log(machineInWords())
  const shelf = temporaryFolder()
  const diskNow = () => isQuick ? Promise.resolve('') : diskInWords(shelf, diskSeconds)
  const diskBefore = await diskNow()
  const all = await measureAll(names, measured.map(({ name }) => name), { shelf, isQuick })
  all.forEach(one => printOutcomes(one, { isQuick }))
  if (!isQuick) {
    printSummary(all)
    console.log(`before: ${diskBefore}\nafter: ${await diskNow()}`)
  }
  const outcomes = all.flatMap(({ outcomes }) => [...outcomes.values()].flat())
  if (isQuick && !outcomes.every(outcome => outcome !== null && Object.values(outcome.checks).every(check => check !== false)))
    process.exitCode = 1
}

const diskSeconds = 20
/** After so long no scenario is measured once more. */
const mostMinutes = 12

/** First each scenario once at each server in turn, then those again that are to be measured again. */
async function measureAll(
  names: readonly string[], by: readonly SubjectName[], { shelf, isQuick }: { shelf: string, isQuick: boolean },
): Promise<readonly Measured[]> {
  const since = performance.now()
  const seconds = () => (performance.now() - since) / 1_000
  const all = names.flatMap((name) => {
    const scenario = scenarios[name]
    return scenario ? [{ name, scenario, outcomes: new Map(by.map(subject => [subject, [] as (Outcome | null)[]])) }] : []
  })
  for (let round = 0; round < (isQuick ? 1 : mostRounds); round++) {
    for (const { name, scenario, outcomes } of all.filter(({ scenario: { rounds } }) => rounds > round)) {
      if (round > 0 && seconds() > mostMinutes * 60)
        break
      for (const subject of by) {
        const begun = seconds()
        const outcome = await runJob({ scenario: name, subject, shelf, isQuick }, scenario.mostSeconds)
        outcomes.get(subject)?.push(outcome)
        console.log(`  ${name} ${round + 1}, ${subject}: ${outcome ? '' : 'FAILED after '}${Math.round(seconds() - begun)} s`)
      }
    }
  }
  return all
}

const mostRounds = Math.max(...Object.values(scenarios).map(({ rounds }) => rounds))

/** Null when it failed, or took too long. */
function runJob(job: Job, mostSeconds: number): Promise<Outcome | null> {
  const child = fork(join(import.meta.dirname, 'run.ts'), [JSON.stringify(job)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced',
  })
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill('SIGTERM'), mostSeconds * 1_000)
    let outcome: Outcome | null = null
    child.once('message', (message) => { outcome = message as Outcome })
    child.once('exit', () => {
      clearTimeout(late)
      resolve(outcome)
    })
  })
}

function printUsage(): void {
  console.log('npm run bench -- server [SCENARIO …] [--quick] [--only SERVER]')
  for (const [name, { what }] of Object.entries(scenarios))
    console.log(`  ${name.padEnd(13)} ${what}`)
}
