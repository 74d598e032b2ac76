import { benchAdmission } from './admission.ts'
import { benchClient } from './client.ts'

/** What can be measured. Figures, never tests: nothing here passes or fails. */
const benches: Readonly<Record<string, { readonly what: string, readonly run: () => Promise<void> }>> = {
  admission: { what: 'judging an update beside applying it, for letters, values, members, time apart and a paste', run: benchAdmission },
  client: { what: 'typing seen in another browser, first load, JavaScript, rows rendered per remote change', run: benchClient },
}

const name = process.argv[2] ?? ''
const bench = benches[name]
if (bench) {
  await bench.run()
}
else {
  console.log('npm run bench -- NAME')
  for (const [each, { what }] of Object.entries(benches))
    console.log(`  ${each.padEnd(10)} ${what}`)
  process.exitCode = name ? 1 : 0
}
