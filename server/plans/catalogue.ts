import { isTemplateId, templates, templateSeed } from '#shared/reference/plans.ts'
import { reformOf, regions } from '#shared/reference/reform.ts'
import type { PlanAnswer } from '#shared/protocol/api.ts'
import type { Catalogue } from '../admin/commands.ts'

/** The regions and templates that come with the product. */
export const catalogue: Catalogue = {
  regionIds: regions.map(({ id }) => id),
  templateIds: templates.map(({ id }) => id),
  seed({ title, regionId, template }) {
    return templateSeed(template !== null && isTemplateId(template) ? template : 'leve-hele-livet', { title, regionId })
  },
}

/** The reform behind a plan, as its readers need it; without areas where the plan names none that we know. */
export function describeReform(reformId: string): PlanAnswer['reform'] {
  const reform = reformOf(reformId)
  return {
    id: reformId,
    name: { nb: reform?.name ?? '', nn: reform?.nameNn ?? '' },
    focusAreas: (reform?.focusAreas ?? []).map(({ number, name, nameNn }) => ({ number, name: { nb: name, nn: nameNn } })),
  }
}
