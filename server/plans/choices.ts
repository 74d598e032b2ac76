import type { NewPlanChoices, SourceSummary, TemplateSummary } from '#shared/protocol/newPlan.ts'
import type { Reform, Region, Template } from '#shared/reference/reform.ts'
import { tablesWithColumns } from '#shared/reference/reformFile.ts'
import type { StoredPlan } from '../storage/contracts.ts'

/** What somebody may begin a plan from: templates of every reform that has one of their regions, and plans of those regions. */
export function toChoices(reforms: readonly Reform[], regions: readonly Region[], plans: readonly StoredPlan[]): NewPlanChoices {
  return {
    regions: regions.map(({ id, office, counties }) => ({ id, office, counties })),
    // The newest reform is the likeliest one.
    templates: reforms.toSorted((a, b) => b.periodFrom - a.periodFrom)
      .flatMap(reform => reform.templates.map(template => toSummary(reform, template)))
      .filter(({ regionIds }) => regions.some(({ id }) => regionIds.includes(id))),
    sources: plans.map(plan => toSource(plan, regions)),
  }
}

function toSummary(reform: Reform, { id, name, nameNn, chapters, mainTasks, columns }: Template): TemplateSummary {
  const words = ({ title, titleNn }: { title: string, titleNn: string }) => ({ nb: title, nn: titleNn })
  return {
    id,
    name: { nb: name, nn: nameNn },
    reform: { nb: reform.name, nn: reform.nameNn },
    periodFrom: reform.periodFrom,
    periodTo: reform.periodTo,
    regionIds: reform.regions.map(region => region.id),
    focusAreas: reform.focusAreas.map(area => ({ number: area.number, name: { nb: area.name, nn: area.nameNn } })),
    chapters: chapters.map(chapter => ({ number: chapter.number, title: words(chapter) })),
    mainTasks: mainTasks.map(({ text, textNn }) => ({ nb: text, nn: textNn })),
    phases: reform.phases.map(phase => ({ nb: phase.name, nn: phase.nameNn })),
    columns: tablesWithColumns.map(register => ({ register, titles: columns[register].map(words) })).filter(({ titles }) => titles.length > 0),
  }
}

function toSource({ planId, title, regionId, period }: StoredPlan, regions: readonly Region[]): SourceSummary {
  return {
    planId, title, regionId,
    counties: regions.find(({ id }) => id === regionId)?.counties ?? [],
    periodFrom: period?.from ?? null,
    periodTo: period?.to ?? null,
  }
}
