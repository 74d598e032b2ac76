import type { RegisterName } from '#shared/plan/fields.ts'

/**
 * Every page that is one register's table: the last part of its address, and the chapter of the plan it lies in. The first page of
 * a chapter is the chapter's place in the rail; its other pages are reached from there.
 */
export const registerPages = [
  { path: 'aktiviteter', register: 'activities', chapter: 'activities' },
  { path: 'nettverk', register: 'networks', chapter: 'networks' },
  { path: 'samarbeid', register: 'collaborations', chapter: 'collaborations' },
  { path: 'kommuner', register: 'municipalities', chapter: 'municipalities' },
  { path: 'organisasjoner', register: 'organisations', chapter: 'parties' },
  { path: 'grupper', register: 'groups', chapter: 'parties' },
  { path: 'omrader', register: 'serviceAreas', chapter: 'parties' },
  { path: 'budskap', register: 'messages', chapter: 'ground' },
  { path: 'malgrupper', register: 'audiences', chapter: 'ground' },
  { path: 'mal', register: 'goals', chapter: 'ground' },
  { path: 'hovedoppgaver', register: 'mainTasks', chapter: 'ground' },
  { path: 'oppfolging', register: 'followUps', chapter: 'ground' },
  { path: 'faser', register: 'phases', chapter: 'ground' },
] as const satisfies readonly { readonly path: string, readonly register: RegisterName, readonly chapter: string }[]

export type RegisterPage = (typeof registerPages)[number]
export type Chapter = RegisterPage['chapter']
/** The registers that are shown as tables. */
export type TableRegister = RegisterPage['register']

/** The pages of a chapter, in order. */
export const pagesOf = (chapter: Chapter): readonly RegisterPage[] => registerPages.filter(page => page.chapter === chapter)

/** Goals and target groups stand where people mostly meet them: among the activities. */
const metElsewhere: Readonly<Record<string, string>> = { goals: 'aktiviteter', audiences: 'aktiviteter', plan: 'om-planen', sections: 'om-planen', columns: 'aktiviteter', occurrences: 'gjennomforing' }

/** The page where the rows of a register are met, or the one that comes nearest. */
export function pageOf(planId: string, register: string): string {
  const path = metElsewhere[register] ?? registerPages.find(page => page.register === register)?.path ?? 'aktiviteter'
  return `/plan/${planId}/${path}`
}

/** Whether a register's rows can be seen on a page: a plan's columns are met as columns, and its chapters nowhere yet. */
export const hasPage = (register: string): boolean =>
  register !== 'columns' && register !== 'sections' && (Object.hasOwn(metElsewhere, register) || registerPages.some(page => page.register === register))

/** The way to one row on its register's own page. */
export function rowLink(planId: string, register: string, row: string): { path: string, query: { rad: string } } {
  const own = registerPages.find(page => page.register === register)
  return { path: own ? `/plan/${planId}/${own.path}` : pageOf(planId, register), query: { rad: row } }
}
