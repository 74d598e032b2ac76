import { randomBytes } from 'node:crypto'
import { layPlan, type PlanSeed } from '#shared/plan/lay.ts'
import type { NextHead } from '#shared/plan/nextPlan.ts'
import { headId } from '#shared/plan/registers.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Carry } from '#shared/protocol/newPlan.ts'
import type { NewPlan, PlanPeriod, Storage, StoredPlan } from '../storage/contracts.ts'
import type { PlanThread } from './planThread.ts'

/**
 * A plan with its first content, laid here and nowhere else (S1), as the storage takes it.
 * Its id is the region and 128 random bits, so that it cannot be guessed.
 */
export function newPlan({ regionId, seed, now }: { regionId: string, seed: PlanSeed, now: Instant }): NewPlan {
  return planOf({
    regionId, reformId: wordIn(seed, 'reformId'), title: wordIn(seed, 'title'), now, firstContent: layPlan(seed),
    period: { from: yearIn(seed, 'periodFrom'), to: yearIn(seed, 'periodTo') },
  })
}

/** The plan that follows another of the same region, with what was chosen of it as it is on disk now. Laid in a thread of its own. */
export async function planAfter(
  { planId, reformId, regionId }: StoredPlan, head: Omit<NextHead, 'regionId'>, carry: Carry,
  { storage, thread, now }: { storage: Pick<Storage, 'log'>, thread: PlanThread, now: Instant },
): Promise<NewPlan> {
  const updates = await storage.log(planId).read()
  const firstContent = await thread.run({ kind: 'carry', updates, head: { ...head, regionId }, carry })
  return planOf({ regionId, reformId, title: head.title, period: { from: head.periodFrom, to: head.periodTo }, now, firstContent })
}

interface PlanParts {
  readonly regionId: string, readonly reformId: string, readonly title: string, readonly period: PlanPeriod, readonly now: Instant
  readonly firstContent: Uint8Array
}

function planOf({ now, ...parts }: PlanParts): NewPlan {
  return { ...parts, planId: `${parts.regionId}-${randomBytes(16).toString('hex')}`, epoch: randomBytes(16).toString('hex'), createdAt: now }
}

function cellIn(seed: PlanSeed, field: string): unknown {
  return seed.plan?.find(({ id }) => id === headId)?.[field]
}

function wordIn(seed: PlanSeed, field: string): string {
  const value = cellIn(seed, field)
  return typeof value === 'string' ? value : ''
}

function yearIn(seed: PlanSeed, field: string): number | null {
  const value = cellIn(seed, field)
  return typeof value === 'number' ? value : null
}
