import { parentPort, workerData } from 'node:worker_threads'
import * as Y from 'yjs'
import { layPlan } from '#shared/plan/lay.ts'
import { countToCarry, nextPlanSeed } from '#shared/plan/nextPlan.ts'
import { newDocument } from '#shared/plan/plan.ts'
import { readPlan } from '#shared/plan/read.ts'
import { headId } from '#shared/plan/registers.ts'
import type { PlanJob, PlanJobResult } from './planJobs.ts'
import { redactRows } from './redacting.ts'

/** The thread that reads a whole plan, and lays the one that follows it. It does one job and ends. */
function work(job: PlanJob): PlanJobResult<PlanJob> {
  if (job.kind === 'redact')
    return redactRows(job)
  const doc = newDocument()
  doc.transact(() => job.updates.forEach(update => Y.applyUpdate(doc, update)))
  const source = readPlan(doc)
  if (job.kind === 'carry')
    return layPlan(nextPlanSeed(source, job.head, job.carry))
  const head = source.plan.find(row => row.id === headId)
  return {
    periodFrom: head?.periodFrom ?? null, periodTo: head?.periodTo ?? null, language: head?.language ?? 'nb', counts: countToCarry(source),
  }
}

parentPort?.postMessage(work(workerData as PlanJob))
