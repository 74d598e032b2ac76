import type { PlanSeed, SeedRow } from '../plan/lay.ts'
import { headId, schemaVersion } from '../plan/registers.ts'
import { phaseRows, withoutEmpty } from './laying.ts'
import { builtInReforms } from './reform.ts'
import { tablesWithColumns, type Reform, type Template } from './reformFile.ts'

type Language = 'nb' | 'nn'
export interface NewHead {
  readonly title: string
  readonly regionId: string
  readonly language?: Language
  /** The reform's own where nothing else is said. */
  readonly period?: { readonly from: number, readonly to: number }
}

/** First content of a new plan of a reform: its template's chapters, main tasks and columns, and the reform's phases. */
export function templateSeed(reform: Reform, template: Template, { title, regionId, language = 'nb', period }: NewHead): PlanSeed {
  const inNn = language === 'nn'
  return {
    plan: [{
      ...headOf({ title, regionId, language }),
      reformId: reform.id, periodFrom: period?.from ?? reform.periodFrom, periodTo: period?.to ?? reform.periodTo,
    }],
    sections: template.chapters.map(({ number, title, titleNn, shows }, n) =>
      withoutEmpty({ id: `s${n + 1}`, number, title: inNn ? titleNn : title, shows })),
    mainTasks: template.mainTasks.map(({ text, textNn }, n) => ({ id: `t${n + 1}`, text: inNn ? textNn : text })),
    phases: phaseRows(reform.phases.map(phase => inNn ? { ...phase, name: phase.nameNn } : phase)),
    columns: columnsOf(template, inNn),
  }
}

/** A plan of no reform: a head and columns only. Nothing in it is anyone's text but the headings. */
export function blankSeed({ title, regionId, language = 'nb', period }: NewHead): PlanSeed {
  const usual = builtInReforms[0]?.templates[0]
  return {
    plan: [{ ...headOf({ title, regionId, language }), ...(period && { periodFrom: period.from, periodTo: period.to }) }],
    columns: usual ? columnsOf(usual, language === 'nn') : [],
  }
}

const headOf = ({ title, regionId, language = 'nb' }: NewHead): SeedRow =>
  ({ id: headId, title, regionId, language, schemaVersion, state: 'draft' })

function columnsOf(template: Template, inNn: boolean): readonly SeedRow[] {
  const columns = tablesWithColumns.flatMap(register => template.columns[register].map(({ field, title, titleNn }) =>
    ({ register, field, title: inNn ? titleNn : title })))
  return columns.map((column, n) => ({ id: `c${n + 1}`, ...column }))
}
