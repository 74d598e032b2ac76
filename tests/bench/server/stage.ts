import { cpSync, existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { turn, until } from '../../support/until.ts'
import { hashOf, type Content } from './edits.ts'
import { inGroups, knowsAll, openLine, type Clocks, type Line, type LineParts } from './line.ts'
import { untilIdle } from './machine.ts'
import { folderAt, keepWorld, readWorld, type RunningSubject, type Subject, type World } from './subjects.ts'

/** What was measured, and what must hold whatever the figures are. `acknowledged`: null where the server acknowledges nothing. */
export interface Outcome {
  readonly figures: Readonly<Record<string, number>>
  readonly checks: Readonly<Record<'delivered' | 'equal', boolean>> & { readonly acknowledged: boolean | null }
  /** What was seen that should not have been. */
  readonly remarks: readonly string[]
}

/** Where a scenario plays: one server, folders of its own, and whether only what must hold is looked at. */
export interface Stage {
  readonly subject: Subject
  /** Gone afterwards. */
  readonly folder: string
  /** Kept for the rounds to come. */
  readonly shelf: string
  readonly isQuick: boolean
}

export interface Scene { readonly world: World, readonly running: RunningSubject, readonly subject: Subject }

/** Plans in an empty folder, and the server started on it. */
export async function openScene({ subject, folder }: Stage, contents: readonly Content[], people: number): Promise<Scene> {
  const data = folderAt(join(folder, 'data'))
  const world = await subject.prepare(data, contents, people)
  return { world, running: await subject.start(data), subject }
}

/** A folder that takes long to make: made once, and copied for each who wants it. */
export async function fromShelf(
  { folder, shelf, subject }: Stage, name: string, make: (folder: string) => Promise<World>,
): Promise<{ data: string, world: World }> {
  const kept = join(shelf, `${name}-${subject.name}`)
  if (!existsSync(kept)) {
    const making = folderAt(`${kept}-making`)
    keepWorld(making, await make(making))
    renameSync(making, kept)
  }
  const data = join(folder, 'data')
  cpSync(kept, data, { recursive: true })
  return { data, world: readWorld(data) }
}

/** Lets so many into one plan; resolves when all of them have what is `awaited`. */
export async function gather(
  { world, running, subject }: Scene, people: readonly number[], awaited: Clocks, parts: (person: number) => Omit<LineParts, 'door'>, plan = 0,
): Promise<Line[]> {
  return inGroups(people, 50, async (person) => {
    const line = openLine({ door: subject.door(running, world, plan, person), ...parts(person) })
    await until(() => line.ended() !== null || (line.isSynced() && knowsAll(line.known, awaited)), {
      what: `person ${person} is in the plan at ${subject.name}`, withinMs: 60_000,
    })
    return line
  })
}

/** Lets a server do what it has put off, so that it is counted, or is not, as it should be. Where nothing is counted it need not. */
export const settle = ({ isQuick }: Stage, pid: number, withinMs: number) => isQuick ? Promise.resolve() : untilIdle(pid, withinMs)

/** Waits for a condition, and tells whether it came true in time. */
export const comesTrue = (condition: () => boolean, withinMs: number) =>
  until(condition, { what: 'it comes true', withinMs }).then(() => true, () => false)

/** Whether everybody has heard all, in order, and nobody was sent away. */
export function allDelivered(lines: readonly Line[], awaited: Clocks): boolean {
  return lines.every(line => line.ended() === null && line.gaps() === 0
    && [...awaited].every(([client, clock]) => client === line.client || (line.known.get(client) ?? 0) >= clock))
}

export function remarksOn(lines: readonly Line[]): string[] {
  const ends = lines.flatMap(line => line.ended() ?? [])
  const gaps = lines.reduce((sum, line) => sum + line.gaps(), 0)
  return [
    ...[...new Set(ends)].map(end => `${ends.filter(one => one === end).length} × ${end}`),
    ...gaps > 0 ? [`${gaps} updates came before what they rest on`] : [],
  ]
}

/** Whether what those who kept it have heard and said comes to the same documents. */
export function areEqual(lines: readonly Line[]): boolean {
  const hashes = new Set(lines.filter(({ kept }) => kept.length > 0).map(({ kept }) => hashOf(kept)))
  return hashes.size === 1 && ![...hashes].some(hash => hash.includes(' '))
}

export const allAcknowledged = async ({ acknowledges }: Subject, lines: readonly Line[], withinMs = 10_000) =>
  acknowledges ? comesTrue(() => lines.every(line => line.acked() === line.sent()), withinMs) : null

/** Does something so many times a second, for so long, whatever it costs: what is late is done at once. `n` counts from 0. */
export async function atRate(perSecond: number, seconds: number, act: (n: number) => void): Promise<number> {
  const since = performance.now()
  const count = Math.round(perSecond * seconds)
  for (let n = 0; n < count;) {
    const due = Math.min(count, Math.floor((performance.now() - since) / 1_000 * perSecond) + 1)
    while (n < due)
      act(n++)
    await turn(2)
  }
  return count
}
