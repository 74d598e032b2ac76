import * as Y from 'yjs'
import { until } from '../../support/until.ts'
import { bytesOf, cellsOf, documentOf, hashOf, wholePlan, writeScript } from './edits.ts'
import { clocksOf, knowsAll, updateIn, type Clocks } from './line.ts'
import { untilIdle } from './machine.ts'
import { openPump } from './saturated.ts'
import { fromShelf, gather, remarksOn, type Stage } from './stage.ts'
import { putInRelay, type World } from './subjects.ts'

const writers = 20
/** Who may come in: as many as any scenario wants, so that one folder serves them all. */
const people = 201

export interface History { readonly data: string, readonly world: World, readonly awaited: Clocks, readonly hash: string, readonly state: Uint8Array }

/**
 * The real plan with so many edits behind it, letters put in and taken out anywhere by twenty people, that came to each server as
 * any edits do. The server has had time to put it in order, and is not running.
 */
export async function planWithHistory(stage: Stage, edits: number): Promise<History> {
  const content = wholePlan()
  const base = bytesOf(content)
  const scripts = cellsOf(base, writers).map((cell, person) => writeScript(base, { person, cell, edits: edits / writers, manner: 'anywhere' }))
  const updates = [base, ...scripts.flatMap(({ frames }) => frames.map(updateIn))]
  const doc = documentOf(updates)
  const state = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  const awaited = clocksOf(state)
  const { data, world } = await fromShelf(stage, `history-${edits}`, async (folder) => {
    const { subject } = stage
    const world = await subject.prepare(folder, [content], people)
    if (subject.name === 'relay') {
      putInRelay(folder, world, 0, state)
      return world
    }
    const running = await subject.start(folder)
    const pump = openPump(scripts)
    const all = Array.from({ length: writers + 1 }, (_, n) => n)
    const lines = await gather({ world, running, subject }, all, clocksOf(base), person => ({
      client: scripts[person]?.client ?? 1_000_000 + person, onNews: person === writers ? pump.hear : undefined,
    }))
    pump.begin(lines)
    const witness = lines[writers]
    await until(() => remarksOn(lines).length > 0 || (witness && knowsAll(witness.known, awaited)), { what: 'the history is written', withinMs: 120_000 })
    if (remarksOn(lines).length > 0)
      throw new Error(`${subject.name}: ${remarksOn(lines).join(', ')}`)
    await untilIdle(running.pid, 60_000)
    lines.forEach(line => line.close())
    await running.stop()
    return world
  })
  return { data, world, awaited, hash: hashOf([state]), state }
}
