import { coldOpen } from './coldOpen.ts'
import { cursors } from './cursors.ts'
import { herd } from './herd.ts'
import { manyPlans } from './plans.ts'
import { saturated } from './saturated.ts'
import { stalled } from './stalled.ts'
import { steady } from './steady.ts'
import type { Outcome, Stage } from './stage.ts'
import type { SubjectName } from './subjects.ts'

/** What a figure of ours is to be: so many times less than another's (`best`: than the best peer's), or at most so much. */
export type Goal =
  | { readonly figure: string, readonly timesLessThan: SubjectName | 'best', readonly by: number }
  | { readonly figure: string, readonly atMost: number }

export interface Scenario {
  readonly what: string
  /** How often it is measured; the middle of the figures counts. */
  readonly rounds: number
  readonly run: (stage: Stage) => Promise<Outcome>
  readonly goals: readonly Goal[]
  /** Longer than this it is not waited for. */
  readonly mostSeconds: number
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  saturated50: {
    what: '50 peers, 10 who write as fast as they can', rounds: 3, mostSeconds: 120,
    run: stage => saturated(stage, stage.isQuick ? { peers: 8, writers: 3, edits: 100 } : { peers: 50, writers: 10, edits: 1_000 }),
    goals: [
      { figure: 'CPU-s per 100k deliveries', timesLessThan: 'y-websocket-server', by: 15 },
      { figure: 'CPU-s per 100k deliveries', timesLessThan: 'hocuspocus', by: 1.5 },
    ],
  },
  saturated200: {
    what: '200 peers, 20 who write as fast as they can', rounds: 2, mostSeconds: 120,
    run: stage => saturated(stage, stage.isQuick ? { peers: 25, writers: 5, edits: 30 } : { peers: 200, writers: 20, edits: 200 }),
    goals: [
      { figure: 'CPU-s per 100k deliveries', timesLessThan: 'y-websocket-server', by: 15 },
      { figure: 'CPU-s per 100k deliveries', timesLessThan: 'hocuspocus', by: 1.5 },
    ],
  },
  steady: {
    what: '50 peers, 10 who type five letters a second', rounds: 2, mostSeconds: 60,
    run: stage => steady(stage, stage.isQuick ? { peers: 8, writers: 3, seconds: 2 } : { peers: 50, writers: 10, seconds: 8 }),
    goals: [
      { figure: 'p99 ms', atMost: 25 },
      { figure: 'CPU cores', timesLessThan: 'y-websocket-server', by: 1 },
    ],
  },
  six: {
    what: 'six who write sixty edits a second each: what another sees is acknowledged in the same moment', rounds: 2, mostSeconds: 60,
    run: stage => steady(stage, { peers: 6, writers: 6, seconds: stage.isQuick ? 1 : 8, perSecond: 60 }),
    goals: [{ figure: 'p50 ms', atMost: 15 }, { figure: 'p99 ms', atMost: 100 }],
  },
  cursors: {
    what: '200 peers who move their cursor ten times a second', rounds: 2, mostSeconds: 90,
    run: stage => cursors(stage, stage.isQuick ? { peers: 20, seconds: 2 } : { peers: 200, seconds: 6 }),
    goals: [
      { figure: 'CPU cores', timesLessThan: 'hocuspocus', by: 3 },
      { figure: 'p99 age ms', atMost: 150 },
    ],
  },
  plans: {
    what: '1,000 little plans with two people in each', rounds: 1, mostSeconds: 150,
    run: stage => manyPlans(stage, stage.isQuick
      ? { plans: 20, seconds: 1, restSeconds: 0, goneSeconds: 0 }
      // Ours lets go of a plan half a minute after the last has left, the others at once.
      : { plans: 1_000, seconds: 6, restSeconds: stage.subject.name === 'ours' ? 31 : 3, goneSeconds: stage.subject.name === 'ours' ? 45 : 8 }),
    goals: [
      { figure: 'KiB per plan', atMost: 60 },
      { figure: 'p99 ms', atMost: 20 },
      { figure: 'memory after, times before', atMost: 1.1 },
    ],
  },
  cold: {
    what: 'a plan with 50,000 edits behind it is opened at a server that has just started, by one and by 50 at once', rounds: 2, mostSeconds: 180,
    run: stage => coldOpen(stage, stage.isQuick ? { edits: 1_000, people: 8 } : { edits: 50_000, people: 50 }),
    goals: [
      { figure: 'one ms', timesLessThan: 'hocuspocus', by: 20 },
      { figure: 'many ms', timesLessThan: 'hocuspocus', by: 10 },
      { figure: 'began empty', atMost: 0 },
    ],
  },
  stalled: {
    what: 'one of 16 stops reading while 10 paste much', rounds: 1, mostSeconds: 150,
    run: stage => stalled(stage, stage.isQuick
      ? { writers: 2, readers: 3, seconds: 1, cutWithin: 0 }
      : { writers: 10, readers: 5, seconds: 10, cutWithin: 60 }),
    goals: [
      { figure: 'memory grown MiB', atMost: 2 },
      { figure: 'cut after s', atMost: 60 },
      { figure: 'p99, times before', atMost: 2 },
    ],
  },
  herd: {
    what: '200 who come back at once to a plan with 50,000 edits behind it', rounds: 2, mostSeconds: 180,
    run: stage => herd(stage, stage.isQuick ? { edits: 1_000, people: 25 } : { edits: 50_000, people: 200 }),
    goals: [
      { figure: 'CPU-s', timesLessThan: 'best', by: 4 },
      { figure: 'all in sync s', timesLessThan: 'best', by: 3 },
    ],
  },
}
