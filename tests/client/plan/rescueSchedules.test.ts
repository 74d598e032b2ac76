import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { spliceText } from '#shared/plan/commands.ts'
import { openPlan } from '#shared/plan/plan.ts'
import { readRow } from '#shared/plan/read.ts'
import { readTouches } from '#shared/plan/touches.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { arena, closePages, openBrowser, settle, waitForLine, type Page } from './pages.ts'
import { openPretendServer } from './pretendServer.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

const rows = ['K01', 'K02', 'K03'] as const
const row = fc.constantFrom(...rows)
const tab = fc.nat(1)
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('type'), row, at: fc.nat(1_000), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('olav'), row, at: fc.nat(1_000), tab }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('flush', 'up', 'down'), row, at: fc.nat(1), tab }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('forbid', 'allow', 'forbid without a name'), row, at: fc.nat(1), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cut', 'mend', 'hold acks', 'release acks', 'time', 'send away'), row, at: fc.nat(1), tab }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('kill', 'close', 'another', 'change'), row, at: fc.nat(1), tab }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Plays a schedule in which rows are closed to us for a while; then allows all, mends all, and tells where each letter is. */
async function play(steps: readonly Step[]) {
  const server = openPretendServer()
  const browser = openBrowser(server)
  const open = () => browser.openPage({}, { opensAnew: true })
  const pages: Page[] = [await open()]
  server.flush()
  await settle()
  /** Every letter is another, so that each can be found again. */
  const typed: { readonly letter: string, readonly row: typeof rows[number] }[] = []
  const nextLetter = (of: typeof rows[number]) => {
    const letter = String.fromCodePoint(0xE000 + typed.length)
    typed.push({ letter, row: of })
    return letter
  }
  const forbidden = new Set<string>()
  let names = true
  server.judge((update, doc) => {
    const cells = readTouches(doc, update).cells.filter(cell => forbidden.has(cell.row))
    return cells.length > 0 ? { reason: 'row-frozen', cells: names ? cells.map(({ register, row: id, field }) => ({ register, row: id, field })) : [] } : null
  })
  async function mendPages() {
    for (const page of pages) {
      if (page.stops.splice(0).length > 0)
        await page.change()
    }
  }

  for (const one of steps) {
    const nth = one.tab % pages.length
    const page = pages[nth] ?? await open()
    const text = page.sees(arena(one.row))
    if (one.do === 'type' && text !== null)
      page.type(arena(one.row), nextLetter(one.row), one.at % (text.length + 1))
    else if (one.do === 'olav')
      server.write(doc => spliceText(openPlan(doc), arena(one.row), { at: one.at % ((readRow(doc, 'activities', one.row)?.arena.length ?? 0) + 1), remove: 0, insert: nextLetter(one.row) }))
    else if (one.do === 'flush') { server.flush() }
    else if (one.do === 'up') { server.up() }
    else if (one.do === 'down') { server.down() }
    else if (one.do === 'forbid') { forbidden.add(one.row) }
    else if (one.do === 'allow') { forbidden.clear() }
    else if (one.do === 'forbid without a name') { names = !names }
    else if (one.do === 'cut') { server.cut() }
    else if (one.do === 'mend') { server.mend() }
    else if (one.do === 'hold acks') { server.holdAcks() }
    else if (one.do === 'release acks') { server.releaseAcks() }
    else if (one.do === 'time') { await vi.advanceTimersByTimeAsync(3_000) }
    else if (one.do === 'send away') { server.close(closeCode.refused) }
    else if (one.do === 'another' && pages.length < 2) { pages.push(await open()) }
    else if (one.do === 'change') { await mendPages() }
    else if (one.do === 'kill' || one.do === 'close') {
      // What the screen counts as kept survives any death; here everything has got there.
      await vi.advanceTimersByTimeAsync(300)
      await (one.do === 'kill' ? page.kill() : page.session.close())
      pages.splice(nth, 1, await open())
    }
    await settle()
  }

  forbidden.clear()
  server.mend()
  server.releaseAcks()
  for (let n = 0; n < 4; n++) {
    await mendPages()
    await waitForLine(server)
  }
  const onServer = Object.fromEntries(rows.map(id => [id, readRow(server.doc, 'activities', id)?.arena ?? '']))
  const result = {
    onServer,
    pages: pages.map(page => Object.fromEntries(rows.map(id => [id, page.sees(arena(id)) ?? '']))),
    states: pages.map(page => page.save.state),
    lists: pages.map(page => page.left),
    doubled: typed.filter(({ letter, row: id }) => (onServer[id]?.split(letter).length ?? 0) > 2),
    lost: typed.filter(({ letter, row: id }) =>
      !onServer[id]?.includes(letter) && !pages[0]?.left.some(change => change.row === id && String(change.value).includes(letter))),
    sentTwice: server.refused.length - new Set(server.refused.map(String)).size,
  }
  await closePages()
  return result
}

test('C16, C17, C18 whatever is refused and whatever becomes of line and tabs, every letter typed is on the server once or on the list', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
    const { onServer, pages, states, lists, doubled, lost } = await play(steps)
    expect({ doubled, lost }).toEqual({ doubled: [], lost: [] })
    expect(states).toEqual(pages.map(() => 'saved'))
    expect(pages).toEqual(pages.map(() => onServer))
    expect(lists).toEqual(lists.map(() => lists[0]))
  }), { numRuns: 200, seed: 20_261 })
})
