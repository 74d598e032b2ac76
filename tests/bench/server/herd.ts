import * as Y from 'yjs'
import { spliceText } from '#shared/plan/commands.ts'
import { openPlan } from '#shared/plan/plan.ts'
import { encodeSync, syncStep } from '#shared/protocol/frames.ts'
import { cellsOf, clientOf, documentOf, hashOf } from './edits.ts'
import { planWithHistory } from './history.ts'
import { knowsAll, openLine, type Clocks, type Line } from './line.ts'
import { cpuSeconds } from './machine.ts'
import { allAcknowledged, comesTrue, gather, remarksOn, settle, type Outcome, type Stage } from './stage.ts'

/**
 * A plan with a history, open to many, whose lines all break at once while one goes on writing. Then they come back in the same moment
 * with all they had: until every one has what was written meanwhile.
 */
export async function herd(stage: Stage, { edits, people }: { edits: number, people: number }): Promise<Outcome> {
  const { data, world, awaited, state } = await planWithHistory(stage, edits)
  const running = await stage.subject.start(data)
  const scene = { world, running, subject: stage.subject }
  try {
    const [stayer] = await gather(scene, [people], awaited, () => ({ client: clientOf(1_000), isKeeping: true }))
    const all = Array.from({ length: people }, (_, n) => n)
    const before = await gather(scene, all, awaited, person => ({ client: clientOf(2_000 + person) }))
    before.forEach(line => line.close())
    await settle(stage, running.pid, 15_000)
    const written = writeMeanwhile(state, clientOf(1_000))
    stayer?.sendUpdate(encodeSync(syncStep.update, written))
    await settle(stage, running.pid, 15_000)
    const wanted: Clocks = new Map([...awaited, ...Y.decodeStateVector(Y.encodeStateVectorFromUpdate(written))])
    const cpuBefore = cpuSeconds(running.pid)
    const since = performance.now()
    const back: Line[] = all.map(person => openLine({
      door: stage.subject.door(running, world, 0, person), client: clientOf(2_000 + person), known: awaited, isKeeping: person < 3,
    }))
    const delivered = await comesTrue(() => back.every(line => line.isSynced() && knowsAll(line.known, wanted)), 90_000)
    const seconds = (performance.now() - since) / 1_000
    await settle(stage, running.pid, 10_000)
    const cpu = cpuSeconds(running.pid) - cpuBefore
    const hash = hashOf([state, written])
    return {
      figures: { 'CPU-s': cpu, 'all in sync s': seconds },
      checks: {
        delivered,
        equal: back.every(({ kept }) => kept.length === 0 || hashOf([state, ...kept]) === hash),
        acknowledged: await allAcknowledged(stage.subject, back),
      },
      remarks: remarksOn(back),
    }
  }
  finally {
    await running.stop()
  }
}

/** One edit of somebody who is there all the time. */
function writeMeanwhile(state: Uint8Array, client: number): Uint8Array {
  const doc = documentOf([state])
  doc.clientID = client
  const before = Y.encodeStateVector(doc)
  const cell = cellsOf(state, 30).at(-1)
  if (cell)
    spliceText(openPlan(doc), cell, { at: 0, remove: 0, insert: 'Mens de andre var borte. ' })
  const update = Y.encodeStateAsUpdate(doc, before)
  doc.destroy()
  return update
}
