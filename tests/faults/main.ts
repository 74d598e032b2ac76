import { parseArgs } from 'node:util'
import { endAgainAndAgain, wrongsOf, type Ending } from './endings.ts'
import { openFirst } from './firstContent.ts'
import { withstandHostile } from './hostile.ts'
import { harmLines } from './lines.ts'
import { mayTrace } from './powerCut.ts'
import { drillRestore } from './restore.ts'
import { soak } from './soak.ts'

/** What one family of faults did, and what of it must not be. */
export interface Verdict { readonly figures: object, readonly wrongs: readonly string[] }
/** `seconds`: of those families that last as long as one likes. */
export interface FaultOptions { readonly seed: number, readonly isQuick: boolean, readonly seconds: number }
interface Family { readonly what: string, readonly run: (options: FaultOptions) => Promise<Verdict> }

const ending = (how: Ending, rounds: number, quickRounds: number) => async ({ seed, isQuick }: FaultOptions): Promise<Verdict> => {
  const figures = await endAgainAndAgain({ ending: how, rounds: isQuick ? quickRounds : rounds, seed })
  return { figures, wrongs: wrongsOf(figures) }
}

/** Everything that is done to a server on loopback, of a seed, bounded in count and time. */
const families: Readonly<Record<string, Family>> = {
  kill: { what: 'SIGKILL while six people write', run: ending('kill', 50, 5) },
  power: {
    what: 'a power cut while six people write: what was not synced is lost, kept or torn (needs strace)',
    run: options => mayTrace() ? ending('power', 25, 4)(options) : Promise.resolve({ figures: {}, wrongs: ['strace is not here, or may not trace'] }),
  },
  frames: {
    what: 'hostile frames, as a reader, a commenter and an editor, while others write',
    run: ({ seed, isQuick }) => withstandHostile({ seed, share: isQuick ? 15 : 1 }),
  },
  lines: {
    what: 'lines that are dropped, refused, silent or slow, and servers that are killed, while five pages of the real client write',
    run: ({ seed, isQuick }) => harmLines({ seed, faults: isQuick ? 25 : 150 }),
  },
  restore: {
    what: 'backups while six people write, each restored into an empty folder; two at once, and a SIGTERM in the middle of one',
    run: ({ seed, isQuick }) => drillRestore({ seed, rounds: isQuick ? 2 : 10 }),
  },
  first: {
    what: 'twenty who open a new plan at once, with a SIGKILL and a restore in between',
    run: ({ seed, isQuick }) => openFirst({ seed, rounds: isQuick ? 1 : 10 }),
  },
  soak: {
    what: '25 people in one plan and 100 in twenty others, for a minute or --seconds N: memory, files, sockets, threads',
    run: ({ seed, isQuick, seconds }) => soak({ seed, seconds: isQuick ? 8 : seconds, isWhole: !isQuick }),
  },
  term: { what: 'SIGTERM while six people write', run: ending('term', 15, 3) },
}

const { values: { seed, quick, seconds }, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '20261' }, quick: { type: 'boolean', default: false }, seconds: { type: 'string', default: '60' } },
})
const unknown = positionals.filter(name => !Object.hasOwn(families, name))
if (unknown.length > 0) {
  console.log('npm run faults -- [FAMILY …] [--seed N] [--quick] [--seconds N]')
  for (const [name, { what }] of Object.entries(families))
    console.log(`  ${name.padEnd(8)} ${what}`)
  process.exitCode = 1
}
else {
  for (const [name, family] of Object.entries(families)) {
    if (positionals.length > 0 && !positionals.includes(name))
      continue
    const { figures, wrongs } = await family.run({ seed: Number(seed), isQuick: quick, seconds: Number(seconds) })
    console.log(`${name}: ${family.what}`)
    console.table({ [name]: figures })
    wrongs.forEach(wrong => console.log(`  WRONG ${wrong}`))
    if (wrongs.length > 0)
      process.exitCode = 1
  }
}
