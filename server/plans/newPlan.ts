import { randomBytes } from 'node:crypto'
import { layPlan, type PlanSeed } from '#shared/plan/lay.ts'
import { headId } from '#shared/plan/registers.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { NewPlan } from '../storage/contracts.ts'

/**
 * A plan with its first content, laid here and nowhere else (S1), as the storage takes it.
 * Its id is the region and 128 random bits, so that it cannot be guessed.
 */
export function newPlan({ regionId, seed, now }: { regionId: string, seed: PlanSeed, now: Instant }): NewPlan {
  return {
    planId: `${regionId}-${randomBytes(16).toString('hex')}`,
    regionId,
    reformId: headCell(seed, 'reformId'),
    title: headCell(seed, 'title'),
    epoch: randomBytes(16).toString('hex'),
    createdAt: now,
    firstContent: layPlan(seed),
  }
}

function headCell(seed: PlanSeed, field: string): string {
  const value = seed.plan?.find(({ id }) => id === headId)?.[field]
  return typeof value === 'string' ? value : ''
}
