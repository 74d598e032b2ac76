import type { FocusArea } from '../rules/focusAreas.ts'
import type { FieldName, Registers } from '../plan/registers.ts'
import { fieldOf } from '../plan/registers.ts'
import { readParts, type Part, type ReformFault } from './reformParts.ts'

/** A reform as reference data: what its file says, read. No code knows its areas, phases or years. */
export interface Reform {
  readonly id: string
  readonly name: string
  readonly nameNn: string
  readonly periodFrom: number
  readonly periodTo: number
  readonly focusAreas: readonly FocusArea[]
  readonly phases: readonly { readonly number: number, readonly name: string, readonly nameNn: string, readonly years: readonly number[] }[]
  readonly regions: readonly Region[]
  readonly serviceAreas: readonly ServiceArea[]
  readonly templates: readonly Template[]
}

/** An area that networks serve, with the numbers of its municipalities and what these are called, in the same order. */
export interface ServiceArea {
  readonly id: string
  readonly name: string
  readonly municipalityNumbers: readonly string[]
  /** Empty where the set names none of them. */
  readonly municipalityNames: readonly string[]
}

/** The area of one governor's office (embete); it may hold several counties. */
export interface Region {
  readonly id: string
  readonly office: string
  /** The same name where the set has no other. */
  readonly officeNn: string
  readonly counties: readonly string[]
}

/** What a new plan of the reform begins with. */
export interface Template {
  readonly id: string
  readonly name: string
  readonly nameNn: string
  readonly chapters: readonly { readonly number: string, readonly title: string, readonly titleNn: string, readonly shows: string | null }[]
  readonly mainTasks: readonly { readonly text: string, readonly textNn: string }[]
  /** The columns of each table in order, with the region's words for them. */
  readonly columns: { readonly [R in TableWithColumns]: readonly TemplateColumn<R>[] }
}
export interface TemplateColumn<R extends TableWithColumns = TableWithColumns> {
  readonly field: FieldName<R>, readonly title: string, readonly titleNn: string
}

export const tablesWithColumns = ['activities', 'networks', 'collaborations'] as const satisfies readonly (keyof Registers)[]
export type TableWithColumns = typeof tablesWithColumns[number]

/** What is read of a reform set; `unread` are the parts of the file that nothing was made of. */
export type ReformRead =
  | { readonly ok: true, readonly reform: Reform, readonly unread: readonly string[] }
  | { readonly ok: false, readonly faults: readonly ReformFault[] }

/** No template of a reform may take the name of the plan without one. */
export const blankTemplateId = 'blank'

/**
 * Reads a reform set (`README.md` beside this file says how one is written). Total: whatever it is given, it gives the reform,
 * or what is wrong with which part of it (F16).
 */
export function readReform(value: unknown): ReformRead {
  const { root, faults, unread } = readParts(value)
  const head = root.key('reform')
  const period = head.key('periodPlanned')
  const reform: Reform = {
    id: head.key('id').id(),
    ...bothNames(head),
    periodFrom: period.key('from').year(),
    periodTo: period.key('to').year(),
    focusAreas: unlike(root.key('focusAreas'), 'number', root.key('focusAreas').list({ atLeast: 1, atMost: 40 }, readFocusArea)),
    phases: unlike(root.key('phases'), 'number', root.key('phases').list({ atLeast: 0, atMost: mostPhases }, readPhase)),
    regions: unlike(root.key('regions'), 'id', root.key('regions').list({ atLeast: 1, atMost: 100 }, readRegion)),
    serviceAreas: unlike(root.key('serviceAreas'), 'id', root.key('serviceAreas').list({ atLeast: 0, atMost: 500 }, readServiceArea)),
    templates: unlike(root.key('templates'), 'id', root.key('templates').list({ atLeast: 1, atMost: 20 }, readTemplate)),
  }
  if (reform.periodTo < reform.periodFrom)
    period.key('to').fault('ends-before-it-begins', `${reform.periodFrom}–${reform.periodTo}`)
  root.noteUnread(['reform', 'focusAreas', 'phases', 'regions', 'serviceAreas', 'templates'])
  head.noteUnread(['id', 'name', 'nameNn', 'periodPlanned'])
  return faults.length === 0 ? { ok: true, reform, unread: [...unread] } : { ok: false, faults }
}

/** As many as a municipality can say it has come to. */
const mostPhases = 12
const nameChars = 200
const titleChars = 300
const bothNames = (part: Part) => ({ name: part.key('name').text(nameChars), nameNn: part.key('nameNn').text(nameChars) })

function readFocusArea(part: Part): FocusArea {
  part.noteUnread(['number', 'name', 'nameNn', 'aliases'])
  return {
    number: part.key('number').number(1, 99),
    ...bothNames(part),
    aliases: part.key('aliases').list({ atLeast: 0, atMost: 20 }, alias => alias.text(nameChars)),
  }
}

function readPhase(part: Part): Reform['phases'][number] {
  part.noteUnread(['number', 'name', 'nameNn', 'years'])
  return {
    number: part.key('number').number(1, mostPhases),
    ...bothNames(part),
    years: part.key('years').list({ atLeast: 0, atMost: 50 }, year => year.year()),
  }
}

function readRegion(part: Part): Region {
  part.noteUnread(['id', 'office', 'officeNn', 'counties'])
  const office = part.key('office').text(nameChars)
  const officeNn = part.key('officeNn')
  return {
    id: part.key('id').id(),
    office,
    officeNn: officeNn.isThere ? officeNn.text(nameChars) : office,
    counties: part.key('counties').list({ atLeast: 1, atMost: 20 }, county => county.text(nameChars)),
  }
}

function readServiceArea(part: Part): ServiceArea {
  part.noteUnread(['id', 'name', 'municipalityNumbers', 'municipalityNames'])
  const municipalityNumbers = part.key('municipalityNumbers').list({ atLeast: 0, atMost: 400 }, number => number.text(20))
  const { length } = municipalityNumbers
  const names = part.key('municipalityNames')
  return {
    id: part.key('id').id(),
    name: part.key('name').text(nameChars),
    municipalityNumbers,
    municipalityNames: names.isThere ? names.list({ atLeast: length, atMost: length }, name => name.text(nameChars)) : [],
  }
}

function readTemplate(part: Part): Template {
  part.noteUnread(['id', 'name', 'nameNn', 'chapters', 'mainTasks', 'columns'])
  const id = part.key('id').id()
  if (id === blankTemplateId)
    part.key('id').fault('taken', id)
  const columns = part.key('columns')
  columns.noteUnread(tablesWithColumns)
  return {
    id,
    ...bothNames(part),
    chapters: unlike(part.key('chapters'), 'number', part.key('chapters').list({ atLeast: 1, atMost: 200 }, readChapter)),
    mainTasks: part.key('mainTasks').list({ atLeast: 0, atMost: 100 }, readMainTask),
    columns: {
      activities: readColumns(columns, 'activities', 1),
      networks: readColumns(columns, 'networks', 1),
      collaborations: readColumns(columns, 'collaborations', 0),
    },
  }
}

function readChapter(part: Part): Template['chapters'][number] {
  part.noteUnread(['number', 'title', 'titleNn', 'shows'])
  const shows = part.key('shows')
  const declared = fieldOf('sections', 'shows')
  if (shows.isThere && !(declared?.kind === 'choice' && declared.options.includes(String(shows.value))))
    shows.fault('no-such-register', shows.value)
  return {
    number: part.key('number').text(20),
    title: part.key('title').text(titleChars),
    titleNn: part.key('titleNn').text(titleChars),
    shows: shows.isThere ? String(shows.value) : null,
  }
}

function readMainTask(part: Part): Template['mainTasks'][number] {
  part.noteUnread(['text', 'textNn'])
  return { text: part.key('text').text(1_000), textNn: part.key('textNn').text(1_000) }
}

function readColumns<R extends TableWithColumns>(columns: Part, register: R, atLeast: number): readonly TemplateColumn<R>[] {
  const list = columns.key(register)
  return unlike(list, 'field', list.list({ atLeast, atMost: 20 }, (part) => {
    part.noteUnread(['field', 'title', 'titleNn'])
    const field = part.key('field').text(60)
    if (field !== '' && !fieldOf(register, field))
      part.key('field').fault('no-such-field', field)
    return { field: field as FieldName<R>, title: part.key('title').text(nameChars), titleNn: part.key('titleNn').text(nameChars) }
  }))
}

/** The rows as they are, with a fault for each that has the name of one before it. */
function unlike<K extends string, T extends { readonly [N in K]: string | number }>(list: Part, key: K, rows: readonly T[]): readonly T[] {
  const seen = new Set<string | number>()
  for (const [n, row] of rows.entries()) {
    const name: string | number = row[key]
    if (name !== '' && !Number.isNaN(name) && seen.has(name))
      list.item(n).key(key).fault('twice', name)
    seen.add(name)
  }
  return rows
}
