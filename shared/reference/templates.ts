import type { PlanSeed } from '../plan/lay.ts'
import { headId, schemaVersion } from '../plan/registers.ts'
import { columnRows, phaseRows, withoutEmpty } from './laying.ts'
import { reformOf } from './reform.ts'

export type TemplateId = 'leve-hele-livet' | 'blank'
type Language = 'nb' | 'nn'

/** What a new plan may begin from. */
export const templates: readonly { readonly id: TemplateId }[] = [{ id: 'leve-hele-livet' }, { id: 'blank' }]

export function isTemplateId(id: string): id is TemplateId {
  return templates.some(template => template.id === id)
}

/** First content of a new plan. `blank` has a head and columns only; nothing in it is anyone's text but the headings. */
export function templateSeed(
  id: TemplateId, { title, regionId, language = 'nb' }: { readonly title: string, readonly regionId: string, readonly language?: Language },
): PlanSeed {
  const head = { id: headId, title, regionId, language, schemaVersion, state: 'draft' }
  const columns = columnRows({ activities: activityColumns[language], networks: networkColumns[language] })
  const reform = id === 'blank' ? null : reformOf(id)
  if (!reform)
    return { plan: [head], columns }
  return {
    plan: [{ ...head, reformId: reform.id, periodFrom: reform.periodFrom, periodTo: reform.periodTo }],
    sections: chapters.map(({ number, shows, ...titles }) => withoutEmpty({ id: `s${number}`, number, title: titles[language], shows })),
    mainTasks: mainTasks.map((texts, n) => ({ id: `t${n + 1}`, text: texts[language] })),
    phases: phaseRows(reform.phases.map(phase => language === 'nn' ? { ...phase, name: phase.nameNn } : phase)),
    columns,
  }
}

const chapters: readonly (Readonly<Record<Language, string>> & { readonly number: string, readonly shows?: string })[] = [
  { number: '1', nb: 'Bakgrunn', nn: 'Bakgrunn' },
  { number: '2', nb: 'Organisering og ansvar', nn: 'Organisering og ansvar' },
  { number: '3', nb: 'Det regionale støtteapparatets arbeid', nn: 'Arbeidet til det regionale støtteapparatet' },
  { number: '3.1', nb: 'Samarbeid med andre aktører', nn: 'Samarbeid med andre aktørar' },
  { number: '3.2', nb: 'Kommunikasjonsplan', nn: 'Kommunikasjonsplan', shows: 'activities' },
  { number: '4', nb: 'Organisering av regionale nettverk', nn: 'Organisering av regionale nettverk', shows: 'networks' },
  { number: '5', nb: 'Øvrig oppfølging', nn: 'Anna oppfølging' },
]

const mainTasks: readonly Readonly<Record<Language, string>>[] = [
  { nb: 'Mobilisere og engasjere alle kommunene i fylket', nn: 'Mobilisere og engasjere alle kommunane i fylket' },
  { nb: 'Spre kunnskap om reformen – innhold og virkemidler', nn: 'Spreie kunnskap om reforma – innhald og verkemiddel' },
  {
    nb: 'Tilby støtte og veiledning til utvikling, iverksetting og evaluering av lokalt planarbeid',
    nn: 'Tilby støtte og rettleiing til utvikling, iverksetjing og evaluering av lokalt planarbeid',
  },
  {
    nb: 'Invitere til læringsnettverk og erfaringsdeling mellom kommunene',
    nn: 'Invitere til læringsnettverk og erfaringsdeling mellom kommunane',
  },
]

const activityColumns: Readonly<Record<Language, readonly string[]>> = {
  nb: ['Mål med kommunikasjonen', 'Målgruppe', 'Kommunikasjonskanal/-arena', 'Når', 'Ansvar'],
  nn: ['Mål med kommunikasjonen', 'Målgruppe', 'Kommunikasjonskanal/-arena', 'Når', 'Ansvar'],
}

const networkColumns: Readonly<Record<Language, readonly string[]>> = {
  nb: [
    'Navn på nettverk', 'Driftes av', 'Eksisterende/videreutvikling/nyetablering', 'Målgruppe', 'Hva og hvordan tematiseres reformen',
    'Arbeidsform og regelmessighet',
  ],
  nn: [
    'Namn på nettverk', 'Blir drive av', 'Eksisterande/vidareutvikling/nyetablering', 'Målgruppe', 'Kva og korleis blir reforma tematisert',
    'Arbeidsform og kor ofte',
  ],
}
