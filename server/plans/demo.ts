import type { Role } from '#shared/protocol/api.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import type { Access } from '../access/access.ts'
import type { Clock } from '../time/clock.ts'
import type { Storage } from '../storage/contracts.ts'
import type { DemoMember } from '../texts/sentences.ts'
import { createPlan } from './createPlan.ts'

interface Person { readonly name: string, readonly organisation: string, readonly role: Role }
export interface DemoPlan { readonly title: string, readonly members: readonly DemoMember[] }

/** People who do not exist, of different organisations and roles. */
const people: Readonly<Record<typeof referencePlans[number]['id'], readonly Person[]>> = {
  'rogaland': [
    { name: 'Anne Sund', organisation: 'SF', role: 'owner' },
    { name: 'Ingrid Vik', organisation: 'SF', role: 'chair' },
    { name: 'Olav Berge', organisation: 'KS', role: 'editor' },
    { name: 'Marte Lunde', organisation: 'USHT', role: 'editor' },
    { name: 'Torbjørg Haaland', organisation: 'Fylkeseldrerådet', role: 'commenter' },
    { name: 'Jon Eide', organisation: 'USHT', role: 'reader' },
  ],
  'oslo-og-viken': [
    { name: 'Hege Nygård', organisation: 'SFOV', role: 'owner' },
    { name: 'Amir Hussain', organisation: 'Oslo kommune', role: 'editor' },
    { name: 'Solveig Moen', organisation: 'Eldreråd', role: 'reader' },
  ],
}

interface DemoParts { readonly storage: Storage, readonly access: Access, readonly clock: Clock }

/** Lays both reference plans and somebody to sign in as. For an empty folder only. */
export async function createDemo({ storage, access, clock }: DemoParts, publicOrigin: string): Promise<DemoPlan[]> {
  const plans: DemoPlan[] = []
  for (const { id, regionId, seed } of referencePlans) {
    const planId = await createPlan(storage, { regionId, seed: seed(), now: clock.now() })
    const members: DemoMember[] = []
    for (const person of people[id]) {
      const memberId = await access.addMember({ name: person.name, organisation: person.organisation })
      await access.putRole(planId, memberId, person.role)
      members.push({ ...person, signInUrl: `${publicOrigin}/logg-inn/${await access.newToken(memberId)}` })
    }
    plans.push({ title: (await storage.plan(planId))?.title ?? '', members })
  }
  return plans
}
