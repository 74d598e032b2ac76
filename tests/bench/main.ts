import { benchAdmission } from './admission.ts'
import { benchClient } from './client.ts'
import { benchEight } from './eight.ts'
import { benchGrid } from './grid.ts'
import { benchServer } from './server/main.ts'

/** What can be measured. Figures, never tests: nothing here passes or fails. */
const benches: Readonly<Record<string, { readonly what: string, readonly run: () => Promise<void> }>> = {
  admission: { what: 'judging an update beside applying it, for letters, values, members, time apart and a paste', run: benchAdmission },
  client: { what: 'typing seen in another browser, first load, JavaScript, rows rendered per remote change', run: benchClient },
  eight: {
    what: 'two, four and eight pages in one plan, all but one typing; a number names other seconds than 60',
    run: () => benchEight(process.argv[3] === undefined ? undefined : Number(process.argv[3])),
  },
  grid: {
    what: 'opening, typing, moving, scrolling and others\' changes in the grid, beside a bare field and a bare list; numbers name other sizes than 25 and 2000',
    run: () => benchGrid(process.argv.length > 3 ? process.argv.slice(3).map(Number) : undefined),
  },
  server: {
    what: 'our server beside y-websocket-server, Hocuspocus and a bare relay; a scenario by name, or --quick for what must hold alone',
    run: () => benchServer(process.argv.slice(3)),
  },
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
