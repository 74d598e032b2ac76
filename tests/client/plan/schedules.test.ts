import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readRow } from '#shared/plan/read.ts'
import { arena, closePages, openBrowser, settle, waitForLine } from './pages.ts'
import { openPretendServer } from './pretendServer.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

const tab = fc.nat(1)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('type'), row: fc.constantFrom('K01', 'K02'), at: fc.nat(1_000), tab }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('flush', 'up', 'down') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cut', 'mend', 'hold acks', 'release acks', 'die', 'time', 'stick', 'unstick') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('kill', 'close', 'another', 'kill and open', 'close and open'), tab }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Plays a schedule with one browser whose one or two tabs are killed, closed and opened; then mends all and compares. */
async function play(steps: readonly Step[]) {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const pages = [await browser.openPage()]
  server.flush()
  await settle()
  const typed = new Map<string, string[]>()
  let count = 0
  async function unstick() {
    browser.stickDevice(false)
    for (const page of pages)
      await page.unstick()
    await settle()
  }

  for (const one of steps) {
    const nth = 'tab' in one ? one.tab % pages.length : 0
    const page = pages[nth] ?? await browser.openPage()
    if (one.do === 'type' && 'row' in one && page.sees(arena(one.row)) !== null) {
      const mark = `<${count++}>`
      const length = page.sees(arena(one.row))?.length ?? 0
      page.type(arena(one.row), mark, one.at % (length + 1))
      typed.set(one.row, [...typed.get(one.row) ?? [], mark])
    }
    else if (one.do === 'flush') { server.flush() }
    else if (one.do === 'up') { server.up() }
    else if (one.do === 'down') { server.down() }
    else if (one.do === 'cut') { server.cut() }
    else if (one.do === 'mend') { server.mend() }
    else if (one.do === 'die') { server.die() }
    else if (one.do === 'hold acks') { server.holdAcks() }
    else if (one.do === 'release acks') { server.releaseAcks() }
    else if (one.do === 'time') { await vi.advanceTimersByTimeAsync(700) }
    else if (one.do === 'stick') { browser.stickDevice(true) }
    else if (one.do === 'unstick') {
      await unstick()
    }
    else if (one.do === 'another' && pages.length < 2) { pages.push(await browser.openPage()) }
    else if (one.do.startsWith('kill') || one.do.startsWith('close')) {
      // What the screen counts as kept survives any death; here everything has got there.
      await unstick()
      await (one.do.startsWith('kill') ? page.kill() : page.session.close())
      pages.splice(nth, 1)
      if (pages.length === 0 || one.do.endsWith('open'))
        pages.push(await browser.openPage())
    }
    await settle()
  }

  server.mend()
  server.releaseAcks()
  await unstick()
  await waitForLine(server)
  await waitForLine(server)
  const result = {
    typed,
    saves: pages.map(page => page.save.state),
    unsent: browser.memory.outbox.length + pages.reduce((sum, page) => sum + page.session.unsent().length, 0),
    server: Object.fromEntries(['K01', 'K02'].map(row => [row, readRow(server.doc, 'activities', row)?.arena ?? ''])),
    pages: pages.map(page => Object.fromEntries(['K01', 'K02'].map(row => [row, page.sees(arena(row)) ?? '']))),
  }
  await closePages()
  return result
}

/** Marks may be put inside one another; each character is told by how often it stands there. */
function countOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const character of text)
    counts.set(character, (counts.get(character) ?? 0) + 1)
  return counts
}

test('C4, C5 whatever becomes of line, server, acks and tabs, every character typed is on the server exactly once', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
    const { typed, saves, unsent, server, pages } = await play(steps)
    expect(pages).toEqual(pages.map(() => server))
    expect({ saves, unsent }).toEqual({ saves: pages.map(() => 'saved'), unsent: 0 })
    for (const [row, before] of [['K01', 'Møter'], ['K02', 'Nyhetsbrev']] as const)
      expect(countOf(server[row] ?? '')).toEqual(countOf(before + (typed.get(row) ?? []).join('')))
  }), { numRuns: 300, seed: 20_211 })
})
