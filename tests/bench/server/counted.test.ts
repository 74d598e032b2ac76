import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { spliceText } from '#shared/plan/commands.ts'
import { openPlan } from '#shared/plan/plan.ts'
import { emptyUpdate, encodeAck, encodePresence, encodeRefusal, encodeSync, encodeSyncStep1 } from '#shared/protocol/frames.ts'
import { bytesOf, cellsOf, clientOf, documentOf, hashOf, littlePlan, writeScript } from './edits.ts'
import { updateIn } from './line.ts'
import { judge, middle, short } from './table.ts'
import type { Outcome } from './stage.ts'
import { highestMiddle } from './stalled.ts'
import { firstAfter } from './steady.ts'
import { encodeOnePresence, prefixOf, reachOf, readHeard, readPresence, withPrefix } from './wire.ts'

const base = bytesOf(littlePlan())
const [cell] = cellsOf(base, 1)
if (!cell)
  throw new Error('there is no cell')

test('O53 every frame is read as what it is, with and without a document\'s name before it', () => {
  const frames = [
    encodeSyncStep1(Uint8Array.of(0)), encodeSync(1, emptyUpdate), encodeSync(2, emptyUpdate), encodePresence(Uint8Array.of(0)), encodeAck(300),
    encodeRefusal(2, { reason: 'too-long', cells: [] }),
  ]
  const prefix = prefixOf('plan-æ')
  const read = frames.map(frame => readHeard(frame, 0))
  expect(read.map(({ kind }) => kind)).toEqual(['step1', 'step2', 'update', 'presence', 'ack', 'refusal'])
  expect(read.slice(4)).toEqual([{ kind: 'ack', count: 300 }, { kind: 'refusal', reason: 'too-long' }])
  expect(frames.map(frame => readHeard(withPrefix(prefix, frame), prefix.length))).toEqual(read)
})

test('O53 presence is read as it was written', () => {
  const heard = readHeard(encodeOnePresence(700, 3, { at: null }), 0)
  expect(heard.kind === 'presence' && readPresence(heard.entries)).toEqual([{ client: 700, state: '{"at":null}' }])
})

test('O53 how far an update reaches is told for small and large ones, one by one and merged', () => {
  const script = writeScript(base, { person: 0, cell, edits: 400, manner: 'typing' })
  const updates = script.frames.map(updateIn)
  const middlePart = Y.mergeUpdates(updates.slice(100, 300))
  const anywhere = Y.mergeUpdates(writeScript(base, { person: 1, cell, edits: 400, manner: 'anywhere' }).frames.map(updateIn))
  expect(reachOf(updates[7] ?? base)).toEqual([[clientOf(0), 7, 8]])
  expect(reachOf(middlePart)).toEqual([[clientOf(0), 100, 300]])
  expect(anywhere.length).toBeGreaterThan(512)
  expect([reachOf(anywhere), reachOf(anywhere.slice())].flat().map(([client, from]) => [client, from])).toEqual([[clientOf(1), 0], [clientOf(1), 0]])
})

test.each(['typing', 'anywhere', 'pasting'] as const)('O53 what is written by %s is one update an edit, and rests on nobody else\'s', (manner) => {
  const scripts = [0, 1].map(person => writeScript(base, { person, cell, edits: 60, manner }))
  const updates = scripts.map(({ frames }) => frames.map(updateIn))
  const [one = [], other = []] = updates
  expect(one).toHaveLength(60)
  expect(hashOf([base, ...one, ...other])).toBe(hashOf([base, ...other, ...one]))
  expect(hashOf([base, ...one, ...other])).not.toMatch(/ /)
  expect(hashOf([base, ...one.slice(1)])).toMatch(/does not fit/)
  const doc = documentOf([base, ...one])
  expect(scripts[0]?.clocks.at(-1)).toBe(Y.getState(doc.store, clientOf(0)))
  expect(hashOf([base, ...one])).not.toBe(hashOf([base, ...one.slice(0, -1)]))
  spliceText(openPlan(doc), cell, { at: 0, remove: 1, insert: '' })
  expect(hashOf([Y.encodeStateAsUpdate(doc)])).not.toBe(hashOf([base, ...one]))
})

test('O53 the first that is beyond a clock is found, and is none when all are before it', () => {
  expect([0, 1, 2, 5, 9].map(than => firstAfter([1, 2, 2, 5], than))).toEqual([0, 1, 3, 4, 4])
})

test('O53 a peak that does not last is no memory held', () => {
  expect(highestMiddle([1, 9, 1, 2, 2, 2], 3)).toBe(2)
})

test('O53 the middle of the rounds leaves out what failed, and lies between two when they are even', () => {
  const round = (figure: number): Outcome => ({ figures: { figure }, checks: { delivered: true, equal: true, acknowledged: null }, remarks: [] })
  expect(middle([round(9), null, round(1), round(3)], 'figure')).toBe(3)
  expect(middle([round(4), round(1)], 'figure')).toBe(2.5)
  expect(middle([null], 'figure')).toBeNaN()
  expect([0.012345, 12.34, 1234.6].map(short)).toEqual([0.0123, 12.3, 1235])
})

test('O53 a goal is met at its very figure, and how far it is missed is told', () => {
  const figures = { 'ours': 2, 'y-websocket-server': 30, 'hocuspocus': 5, 'relay': 1 }
  const judged = (goal: Parameters<typeof judge>[0]) => judge(goal, () => subject => figures[subject]).verdict
  expect(judged({ figure: 'f', timesLessThan: 'y-websocket-server', by: 15 })).toBe('met')
  expect(judged({ figure: 'f', timesLessThan: 'best', by: 5 })).toBe('missed 2 times over')
  expect(judged({ figure: 'f', atMost: 2 })).toBe('met')
  expect(judged({ figure: 'f', atMost: 1 })).toBe('missed 2 times over')
  expect(judge({ figure: 'f', atMost: 1 }, () => () => Number.NaN).verdict).toBe('not measured')
})
