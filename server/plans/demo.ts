import { referencePlans } from '#shared/reference/plans.ts'
import { newMember, type Access, type Person } from '../access/access.ts'
import type { Clock } from '../time/clock.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Demo, DemoPlan } from '../texts/sentences.ts'
import { newPlan } from './newPlan.ts'

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
/** The demo with the secrets of its links: what an address makes links of. */
export type LaidDemo = (toLink: (token: string) => string) => Demo

/**
 * Lays both reference plans and somebody to sign in as, in an empty folder and in one transaction. Where they were laid before
 * and nobody has signed in yet, the links may never have been seen: those who came with the plans get new ones. Null otherwise.
 */
export async function layDemo({ storage, access, clock }: DemoParts): Promise<LaidDemo | null> {
  if ((await storage.plans()).length > 0)
    return await linksAgain(storage, access)
  const now = clock.now()
  const laid = referencePlans.map(({ id, regionId, seed }) => {
    const plan = newPlan({ regionId, seed: seed(), now })
    return { plan, members: people[id].map(person => newMember(plan.planId, person)) }
  })
  await storage.createPlans(laid.map(({ plan }) => plan), laid.flatMap(({ members }) => members.map(({ member }) => member)), now)
  return toLink => ({
    isNew: true,
    plans: laid.map(({ plan, members }) => ({
      title: plan.title, members: members.map(({ member, token }) => ({ ...member, signInUrl: toLink(token) })),
    })),
  })
}

async function linksAgain(storage: Storage, access: Access): Promise<LaidDemo | null> {
  const members = await storage.members.neverSignedIn()
  if (members.length === 0)
    return null
  const tokens = await Promise.all(members.map(({ memberId }) => access.newToken(memberId)))
  return (toLink) => {
    const plans = new Map<string, DemoPlan>()
    members.forEach(({ planId, planTitle, ...member }, n) => {
      const plan = plans.get(planId) ?? { title: planTitle, members: [] }
      plans.set(planId, { ...plan, members: [...plan.members, { ...member, signInUrl: toLink(tokens[n] ?? '') }] })
    })
    return { isNew: false, plans: [...plans.values()] }
  }
}
