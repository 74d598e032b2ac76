import { parentPort, workerData } from 'node:worker_threads'
import * as Y from 'yjs'
import { layPlan } from '#shared/plan/lay.ts'
import { countToCarry, nextPlanSeed } from '#shared/plan/nextPlan.ts'
import { newDocument } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { headId, peopleFields } from '#shared/plan/registers.ts'
import type { PlanValue, SetMember } from '#shared/plan/values.ts'
import type { NamedIn, PlanJob, PlanJobResult } from './planJobs.ts'
import { redactRows } from './redacting.ts'

/** The thread that reads a whole plan, and lays the one that follows it. It does one job and ends. */
function work(job: PlanJob): PlanJobResult<PlanJob> {
  if (job.kind === 'redact')
    return redactRows(job)
  const doc = newDocument()
  doc.transact(() => job.updates.forEach(update => Y.applyUpdate(doc, update)))
  const source = readPlan(doc)
  if (job.kind === 'named')
    return cellsNaming(source, new Set(job.ids))
  if (job.kind === 'carry')
    return layPlan(nextPlanSeed(source, job.head, job.carry))
  const head = source.plan.find(row => row.id === headId)
  return {
    periodFrom: head?.periodFrom ?? null, periodTo: head?.periodTo ?? null, language: head?.language ?? 'nb', counts: countToCarry(source),
  }
}

/** Those in the trash too. */
function cellsNaming(source: PlanValue, ids: ReadonlySet<string>): readonly NamedIn[] {
  return peopleFields.flatMap(({ register, field }) => source[register].flatMap((row) => {
    const members = (row as unknown as Readonly<Record<string, readonly SetMember[]>>)[field] ?? []
    return members.filter(({ id }) => ids.has(id)).map(({ roles }) => ({ register, row: row.id, field, roles }))
  }))
}

parentPort?.postMessage(work(workerData as PlanJob))
