import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Counted, Watch } from './watch.ts'

/** What the operator's monitoring reads. No label names a plan or a person. */
export interface Metrics {
  readonly count: Watch['count']
  /** A commit of so many updates, the first of which had waited so long. */
  committed(updates: number, waitedMs: number): void
  /** In Prometheus' text format. */
  text(): Promise<string>
  /** The same as values. */
  values(): Promise<unknown>
}

/** What is looked at when somebody reads, and costs nothing until then. */
export interface MetricsParts {
  readonly census: () => readonly { readonly isAtRest: boolean, readonly peers: number, readonly acksWaiting: number }[]
  /** Bytes of all websockets so far. */
  readonly traffic: () => { readonly received: number, readonly sent: number }
  readonly isBarred: () => boolean
  /** What waits for its time. None is counted, unless said. */
  readonly timers?: () => number
}

const counters: Readonly<Record<Counted, readonly [name: string, help: string, ...labels: string[]]>> = {
  'admitted': ['updates_admitted_total', 'Updates that passed and were given to the log.'],
  'refused': ['updates_refused_total', 'Updates that were refused, by reason.', 'reason'],
  'barred': ['updates_barred_total', 'Updates that were sent back while nothing could be saved.'],
  'closed': ['connections_closed_total', 'Connections the server has closed, by code and why.', 'code', 'why'],
  'sign-in-refused': ['sign_ins_refused_total', 'Ways in that were refused, by why.', 'why'],
  'turned-away': ['turned_away_total', 'Upgrades and requests that were turned away at the door, by why.', 'why'],
  'answered': ['http_answers_total', 'Answers over HTTP, by status.', 'status'],
  'paced': ['connections_paced_total', 'How often a connection was left unread for its speed.'],
  'judge-spent': ['judge_spent_total', 'Large updates whose judgement spent its budget.'],
  'checkpoint': ['checkpoints_total', 'Checkpoints, by how it went.', 'outcome'],
  'compared': ['comparisons_total', 'Comparisons of a plan in memory with what is stored, by what came of it.', 'outcome'],
  'storage-failed': ['storage_failures_total', 'What could not be written or read, by kind.', 'kind'],
  'letter': ['letters_total', 'Letters that the mail server took, or that were given up, by which.', 'outcome'],
}
const prefix = 'plantavle_'
/** Between the labels of one count. */
const labelSeparator = ' / '

export function openMetrics({ census, traffic, isBarred, timers = () => 0 }: MetricsParts): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const counts = new Map<Counted, Map<string, number>>()
  for (const [what, [name, help, ...labelNames]] of Object.entries(counters) as [Counted, typeof counters[Counted]][]) {
    const counted = new Map<string, number>(labelNames.length === 0 ? [['', 0]] : [])
    counts.set(what, counted)
    new Counter({
      name: `${prefix}${name}`, help, labelNames, registers,
      collect() {
        this.reset()
        for (const [by, n] of counted)
          this.inc(toLabels(labelNames, by), n)
      },
    })
  }
  const ofTraffic = (name: string, help: string, bytes: () => number) => new Counter({
    name: `${prefix}${name}`, help, registers,
    collect() {
      this.reset()
      this.inc(bytes())
    },
  })
  ofTraffic('websocket_received_bytes_total', 'Bytes that came over websockets.', () => traffic().received)
  ofTraffic('websocket_sent_bytes_total', 'Bytes that were sent over websockets.', () => traffic().sent)
  const ofNow = (name: string, help: string, value: () => number) => new Gauge({
    name: `${prefix}${name}`, help, registers,
    collect() { this.set(value()) },
  })
  const sum = (of: keyof ReturnType<typeof census>[number]) => census().reduce((total, room) => total + Number(room[of]), 0)
  ofNow('rooms_open', 'Plans that are open.', () => census().length)
  ofNow('rooms_at_rest', 'Of these, plans without a document in memory.', () => sum('isAtRest'))
  ofNow('peers', 'Connections in plans.', () => sum('peers'))
  ofNow('acks_waiting', 'Updates that have come and are not yet acknowledged.', () => sum('acksWaiting'))
  ofNow('timers', 'What waits for its time to come.', timers)
  ofNow('writable', '1 while plans can be saved, 0 while they cannot.', () => isBarred() ? 0 : 1)
  const latency = new Histogram({
    name: `${prefix}commit_seconds`, help: 'From an update was given to the log until it was on disk: the first of each commit.', registers,
    buckets: [0.001, 0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  })
  const group = new Histogram({
    name: `${prefix}commit_updates`, help: 'Updates in one commit.', registers, buckets: [1, 2, 5, 10, 25, 50, 100, 256, 1_000],
  })

  return {
    count(what, by = '', many = 1) {
      const counted = counts.get(what)
      counted?.set(by, (counted.get(by) ?? 0) + many)
    },
    committed(updates, waitedMs) {
      if (updates === 0)
        return
      latency.observe(waitedMs / 1_000)
      group.observe(updates)
    },
    text: () => register.metrics(),
    values: () => register.getMetricsAsJSON(),
  }
}

function toLabels(names: readonly string[], by: string): Record<string, string> {
  const parts = by.split(labelSeparator)
  return Object.fromEntries(names.map((name, n) => [name, parts[n] ?? '']))
}
