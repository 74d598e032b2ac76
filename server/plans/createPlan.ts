import { randomBytes } from 'node:crypto'
import { layPlan, type PlanSeed } from '#shared/plan/lay.ts'
import { headId } from '#shared/plan/registers.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Storage } from '../storage/contracts.ts'

/**
 * Creates a plan with its first content, laid here and nowhere else, in one transaction (S1).
 * Returns its id: the region and 128 random bits, so that it cannot be guessed.
 */
export async function createPlan(storage: Storage, { regionId, seed, now }: { regionId: string, seed: PlanSeed, now: Instant }): Promise<string> {
  const planId = `${regionId}-${randomBytes(16).toString('hex')}`
  await storage.createPlan({
    planId,
    regionId,
    reformId: headCell(seed, 'reformId'),
    title: headCell(seed, 'title'),
    epoch: randomBytes(16).toString('hex'),
    createdAt: now,
    firstContent: layPlan(seed),
  })
  return planId
}

function headCell(seed: PlanSeed, field: string): string {
  const value = seed.plan?.find(({ id }) => id === headId)?.[field]
  return typeof value === 'string' ? value : ''
}
