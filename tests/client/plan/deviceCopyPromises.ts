import { noChanges as nothing } from '../../../client/plan/contents.ts'
import type { DeviceCopy, UnsentEntry } from '../../../client/plan/deviceCopy.ts'
import type { KeptChange, RescueRecord } from '../../../client/plan/records.ts'

/** Opens a copy over the same storage each time: another tab, or the next page. */
export type OpenCopy = () => Promise<DeviceCopy>

const bytes = (...values: number[]) => Uint8Array.of(...values)
const entry = (id: string, tab = 'tab-a'): UnsentEntry =>
  ({ id, tab, at: 1, cells: [{ register: 'activities', row: 'K01', field: 'arena' }], update: bytes(7) })

/** Compares by value, and says both where they differ. Runs in any page. */
function same(actual: unknown, expected: unknown): void {
  const [a, b] = [actual, expected].map(value =>
    JSON.stringify(value, (_key, part: unknown) => part instanceof Uint8Array ? { bytes: [...part] } : part))
  if (a !== b)
    throw new Error(`expected ${b}, got ${a}`)
}
const ids = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id)

/** What every device copy promises, each over a storage of its own. */
export const promises: Readonly<Record<string, (open: OpenCopy) => Promise<void>>> = {
  async 'what is written is there for the next page, in order'(open) {
    const first = await open()
    same(await first.write({ ...nothing, confirmed: [bytes(1), bytes(2)], added: [entry('e1'), entry('e2')] }), { ok: true })
    same(await first.write({ ...nothing, confirmed: [bytes(3)], added: [entry('e0')] }), { ok: true })
    first.close()
    const contents = await (await open()).read()
    same(contents.confirmed, [bytes(1), bytes(2), bytes(3)])
    same(ids(contents.outbox), ['e1', 'e2', 'e0'])
    same(contents.outbox[0]?.cells, entry('e1').cells)
    same(contents.outbox[0]?.update, bytes(7))
  },

  async 'entries leave the outbox in the same step as their bytes are confirmed'(open) {
    const copy = await open()
    await copy.write({ ...nothing, added: [entry('e1'), entry('e2')] })
    same(await copy.write({ ...nothing, confirmed: [bytes(7)], gone: ['e1', 'never there'] }), { ok: true })
    const contents = await copy.read()
    same(ids(contents.outbox), ['e2'])
    same(contents.confirmed, [bytes(7)])
  },

  async 'a write is all or nothing, and a failed one is told'(open) {
    const copy = await open()
    copy.close()
    same(await copy.write({ ...nothing, confirmed: [bytes(1)], added: [entry('e1')] }), { ok: false, failure: 'closed' })
    const contents = await (await open()).read()
    same([contents.confirmed, contents.outbox], [[], []])
  },

  async 'a tab takes over another tab\'s entries, which keep their place, and no others'(open) {
    const [a, b] = [await open(), await open()]
    await a.write({ ...nothing, added: [entry('a1', 'tab-a')] })
    await b.write({ ...nothing, added: [entry('b1', 'tab-b')] })
    await a.write({ ...nothing, added: [entry('a2', 'tab-a')] })
    same(ids(await b.takeOver('tab-a', 'tab-b')), ['a1', 'a2'])
    same(await b.takeOver('tab-a', 'tab-c'), [])
    const { outbox } = await a.read()
    same(outbox.map(({ id, tab }) => [id, tab]), [['a1', 'tab-b'], ['b1', 'tab-b'], ['a2', 'tab-b']])
    await b.write({ ...nothing, gone: ['a1'] })
    same(ids((await a.read()).outbox), ['b1', 'a2'])
  },

  async 'one record takes the place of many, and what came meanwhile stays'(open) {
    const copy = await open()
    await copy.write({ ...nothing, confirmed: [bytes(1), bytes(2)] })
    const { through } = await copy.read()
    await copy.write({ ...nothing, confirmed: [bytes(3)] })
    await copy.compact(through, bytes(1, 2))
    const confirmed = [...(await copy.read()).confirmed].sort((a, b) => a.length - b.length)
    same(confirmed, [bytes(3), bytes(1, 2)])
  },

  async 'what may never be sent goes from the outbox to a record in one step, and one record takes the place of another'(open) {
    const copy = await open()
    await copy.write({ ...nothing, added: [entry('e1')] })
    await copy.write({ ...nothing, gone: ['e1'], records: [record] })
    const contents = await (await open()).read()
    same([contents.confirmed, contents.outbox, contents.records], [[], [], [record]])
    const longer = { ...record, entries: [entry('e1'), entry('e2')] }
    await copy.write({ ...nothing, records: [longer] })
    same((await copy.read()).records, [longer])
  },

  async 'a record becomes changes, and changes entries, in one step each'(open) {
    const copy = await open()
    await copy.write({ ...nothing, records: [record] })
    same(await copy.write({ ...nothing, taken: ['r1'], changes: [change('c1'), change('c2')] }), { ok: true })
    const first = await copy.read()
    same([first.records, first.changes], [[], [change('c1'), change('c2')]])
    same(await copy.write({ ...nothing, taken: ['c1', 'c2'], changes: [{ ...change('c2'), why: 'too-long' }], added: [entry('e9')] }), { ok: true })
    const then = await copy.read()
    same([then.changes, ids(then.outbox)], [[{ ...change('c2'), why: 'too-long' }], ['e9']])
    await copy.write({ ...nothing, gone: ['c2', 'never there'] })
    same((await copy.read()).changes, [])
  },

  async 'what another has taken meanwhile is taken by nobody else, and nothing of that write is done'(open) {
    const [a, b] = [await open(), await open()]
    await a.write({ ...nothing, records: [record], changes: [change('c1')] })
    await b.write({ ...nothing, taken: ['c1'] })
    const late = await a.write({ ...nothing, taken: ['r1', 'c1'], added: [entry('e1')], confirmed: [bytes(1)], changes: [change('c3')] })
    same(late, { ok: false, failure: 'overtaken' })
    const contents = await a.read()
    same([contents.confirmed, contents.outbox, contents.records, contents.changes], [[], [], [record], []])
  },

  async 'an entry that is there already stays as it is, and the rest of the write is done'(open) {
    const copy = await open()
    await copy.write({ ...nothing, added: [entry('e1')] })
    same(await copy.write({ ...nothing, added: [entry('e1', 'tab-b'), entry('e2')] }), { ok: true })
    same((await copy.read()).outbox.map(({ id, tab }) => [id, tab]), [['e1', 'tab-a'], ['e2', 'tab-a']])
  },

  async 'confirmed bytes that are not to be trusted go, and what comes with that write stays'(open) {
    const copy = await open()
    await copy.write({ ...nothing, confirmed: [bytes(1), bytes(2)], added: [entry('e1')] })
    await copy.write({ ...nothing, confirmed: [bytes(3)], confirmedGone: true })
    const contents = await copy.read()
    same([contents.confirmed, ids(contents.outbox)], [[bytes(3)], ['e1']])
  },
}

const record: RescueRecord = { id: 'r1', tab: 'tab-a', at: 2, cause: 'not-valid', named: [], entries: [entry('e1')], dropped: [] }
const change = (id: string): KeptChange => ({
  id, register: 'activities', row: 'K01', field: 'arena', at: 2, since: 1, cause: 'not-valid', rowName: 'Møter', base: 'Møter', mine: 'Møter!', why: null,
})
