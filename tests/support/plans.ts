import * as Y from 'yjs'
import { layPlan, type PlanSeed } from '#shared/plan/lay.ts'
import { openPlan, type Plan } from '#shared/plan/plan.ts'
import { schemaVersion } from '#shared/plan/registers.ts'

/** A small plan that tests can rely on: two goals, three activities, two organisations. */
export const smallSeed: PlanSeed = {
  plan: [{ id: 'head', title: 'Plan for en liten region', language: 'nb', periodFrom: 2021, periodTo: 2023, schemaVersion }],
  sections: [{ id: 's1', number: '1', title: 'Bakgrunn' }],
  goals: [{ id: 'G1', text: 'Kommunene har kunnskap' }, { id: 'G2', text: 'Innbyggerne vet' }],
  audiences: [{ id: 'A1', text: 'Kommuneledelse' }],
  activities: [
    { id: 'K01', parentId: 'G1', arena: 'Møter', audienceId: 'A1', responsible: { sf: 'responsible', ks: 'lead' }, when: { raw: 'Årlig', kind: 'yearly' } },
    { id: 'K02', parentId: 'G1', arena: 'Nyhetsbrev', focusAreas: { 2: true, 4: true }, focusAreasAnswer: 'listed' },
    { id: 'K03', parentId: 'G2', arena: 'Kronikker' },
  ],
  organisations: [{ id: 'sf', name: 'Statsforvalteren', short: 'SF' }, { id: 'ks', name: 'KS', short: 'KS' }],
}

/** A plan of its own with this first content. `clientId` is fixed where a test wants one of two to win. */
export function planWith(seed: PlanSeed = smallSeed, { clientId, now = () => 1_000 }: { clientId?: number, now?: () => number } = {}): Plan {
  const doc = new Y.Doc()
  if (clientId !== undefined)
    doc.clientID = clientId
  Y.applyUpdate(doc, layPlan(seed))
  return openPlan(doc, { now })
}

/** Brings what each of the plans lacks from all the others, as a line that mends would. */
export function bringTogether(...plans: readonly Plan[]): void {
  for (const to of plans) {
    for (const from of plans)
      Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)), 'from afar')
  }
}

/** The updates that `write` makes in a plan, in order. */
export function updatesOf(plan: Plan, write: () => void): Uint8Array[] {
  const updates: Uint8Array[] = []
  const take = (update: Uint8Array) => updates.push(update)
  plan.doc.on('update', take)
  write()
  plan.doc.off('update', take)
  return updates
}
