import type { PlanSeed } from '../plan/lay.ts'
import { osloOgVikenWords, rogalandWords } from './bokmal.ts'
import osloOgViken from './oslo-og-viken.json' with { type: 'json' }
import { toSeed } from './planFile.ts'
import rogaland from './rogaland.json' with { type: 'json' }

/** The two real plans, as first content. Made when asked for, the same each time. */
export const referencePlans: readonly { readonly id: 'rogaland' | 'oslo-og-viken', readonly regionId: string, readonly seed: () => PlanSeed }[] = [
  { id: 'rogaland', regionId: rogaland.plan.regionId, seed: () => toSeed(rogaland, rogalandWords) },
  { id: 'oslo-og-viken', regionId: osloOgViken.plan.regionId, seed: () => toSeed(osloOgViken, osloOgVikenWords) },
]
