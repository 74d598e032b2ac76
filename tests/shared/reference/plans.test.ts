import { describe, expect, test } from 'vitest'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { SeedRow } from '#shared/plan/lay.ts'
import { missingFields } from '#shared/plan/missing.ts'
import { readHead, readPlan, readRegister } from '#shared/plan/read.ts'
import { fieldOf, registerNames } from '#shared/plan/registers.ts'
import { refusalOfCells } from '#shared/plan/rows.ts'
import type { PlanValue, Row, SetMember, When } from '#shared/plan/values.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import osloOgVikenFile from '#shared/reference/oslo-og-viken.json' with { type: 'json' }
import { builtInReforms, reformOf } from '#shared/reference/reform.ts'
import reformFile from '#shared/reference/reform.json' with { type: 'json' }
import rogalandFile from '#shared/reference/rogaland.json' with { type: 'json' }
import { blankSeed, templateSeed, type NewHead } from '#shared/reference/templates.ts'
import { planWith } from '../../support/plans.ts'

const planOf = (id: string): PlanValue => readPlan(planWith(referencePlans.find(plan => plan.id === id)?.seed()).doc)
const rogaland = planOf('rogaland')
const osloOgViken = planOf('oslo-og-viken')

const ids = (members: readonly SetMember[]) => members.map(member => member.id)
const byId = <R extends RegisterName>(rows: readonly Row<R>[], id: string): Row<R> => {
  const row = rows.find(one => one.id === id)
  if (!row)
    throw new Error(`no row ${id}`)
  return row
}
const sorted = (words: readonly string[] = []) => [...words].sort()
/** A recurrence as the seed should hold it: the file's, with our words for its English ones. */
const withWords = (when: object | undefined, change: object = {}) => when === undefined ? null : { ...when, ...change }

describe('Rogaland’s plan', () => {
  test('F15 has the file’s head', () => {
    expect(rogaland.plan[0]).toMatchObject({
      id: 'head', title: rogalandFile.plan.title, reformId: 'leve-hele-livet', regionId: 'rogaland', language: 'nb', periodFrom: 2021, periodTo: 2023,
      planDate: '2021-04-28', revision: 2, revisesDate: '2019-04-26', state: 'approved', startPhase: rogalandFile.plan.startPhase,
      approvedBy: rogalandFile.plan.approvedByRole,
      preparedBy: [
        { id: 'fylkeseldreradet-rogaland', roles: ['1 person'] }, { id: 'ks-rogaland', roles: ['1 person'] },
        { id: 'sf-rogaland', roles: ['1 person'] }, { id: 'usht', roles: ['2 personer'] },
      ],
    })
  })

  test('F15 has nine goals and 25 activities, in the file’s order, under the file’s goals', () => {
    expect(rogaland.goals.map(({ id, text }) => ({ id, text }))).toEqual(rogalandFile.communicationPlan.goals.map(({ id, text }) => ({ id, text })))
    expect(rogaland.goals).toHaveLength(9)
    expect(rogaland.activities.map(row => row.id)).toEqual(rogalandFile.communicationPlan.rows.map(row => row.id))
    const under = (goalId: string) => rogaland.activities.filter(row => row.place.parentId === goalId).map(row => row.id)
    const perGoal = Object.fromEntries(rogaland.goals.map(goal => [goal.id, under(goal.id)]))
    expect(perGoal).toEqual(rogalandFile.derived.rowsPerGoal)
  })

  test.each(rogalandFile.communicationPlan.rows.map(row => [row.id, row] as const))('F15 activity %s has every value of the file', (id, file) => {
    const row = byId<'activities'>(rogaland.activities, id)
    expect(row).toMatchObject({
      arena: file.arena, audienceId: file.audienceId, when: file.when, furtherWhen: file.embeddedWhen ?? null, focusAreas: [], focusAreasAnswer: null,
    })
    expect(row.place.parentId).toBe(file.goalId)
    expect(row.responsible).toEqual(sorted(file.responsible).map(party => ({ id: party, roles: [] })))
    expect(ids(row.channelTypes)).toEqual(sorted(file.channelTypes))
    expect(ids(row.via)).toEqual(sorted(file.viaOrgIds))
  })

  test('F15 has the recurrences the file derives', () => {
    const perKind = Object.fromEntries(Object.keys(rogalandFile.derived.rowsPerRecurrence)
      .map(kind => [kind, rogaland.activities.filter(row => row.when?.kind === kind).map(row => row.id)]))
    expect(perKind).toEqual(rogalandFile.derived.rowsPerRecurrence)
  })

  test.each(rogalandFile.networks.map(row => [row.id, row] as const))('F15 network %s has every value of the file', (id, file) => {
    const row = byId<'networks'>(rogaland.networks, id)
    const extras: Readonly<Record<string, object>> = {
      N07: { extra: 'seminarer' }, N08: { extra: 'årlig fagdag' }, N11: { extra: 'tilbud om oppfølging og veiledning' },
    }
    expect(row).toMatchObject({
      name: file.name, state: file.state, networkType: file.networkType ?? null, followsNetworkId: file.audienceRestriction?.networkId ?? null,
      focusAreasAnswer: file.overarching ? 'overarching' : 'listed',
    })
    expect(ids(row.focusAreas)).toEqual(file.overarching ? [] : file.focusAreas.map(String))
    expect(ids(row.form)).toEqual(sorted(file.form))
    expect(row.audience).not.toBe('')
    expect(row.theme).toBe(file.focusAreasRaw.replace('innsats- områdene', 'innsatsområdene'))
    const regularity: Partial<When> | null = row.regularity
    const expected = file.regularityRaw === '' ? null : withWords({ ...file.regularity, raw: file.regularityRaw }, extras[id])
    expect(regularity).toEqual(expected && Object.fromEntries(Object.entries(expected).filter(([key]) => key !== 'trigger')))
    const operators = new Map<string, string[]>()
    for (const { orgId, role } of file.operatedBy)
      operators.set(orgId, [...operators.get(orgId) ?? [], role])
    expect(row.operatedBy).toEqual([...operators].map(([orgId, roles]) => ({ id: orgId, roles })).sort((a, b) => a.id < b.id ? -1 : 1))
    const audience: readonly FilePart[] = file.audience
    expect(row.serviceAreas).toEqual(audience.flatMap(part => part.areaId ? [{ id: part.areaId, roles: part.planned ? ['planned'] : [] }] : []))
    expect(ids(row.participants)).toEqual(sorted(audience.flatMap(part => part.orgIds ?? (part.orgId ? [part.orgId] : []))))
  })

  test('F15 has 14 networks, 9/1/1/2/1 by state, and the two without a regularity lack it openly', () => {
    expect(rogaland.networks).toHaveLength(14)
    const perState = Object.fromEntries(Object.keys(rogalandFile.derived.networksPerState)
      .map(state => [state, rogaland.networks.filter(row => row.state === state).map(row => row.id)]))
    expect(perState).toEqual(rogalandFile.derived.networksPerState)
    expect(['existing', 'developing', 'revitalising', 'new', 'considering-reestablishing'].map(state => perState[state]?.length)).toEqual([9, 1, 1, 2, 1])
    const lacking = rogaland.networks.filter(row => missingFields('networks', row).length > 0)
    expect(lacking.map(row => row.id)).toEqual(rogalandFile.derived.networksWithoutRegularity)
    expect(lacking.map(row => missingFields('networks', row))).toEqual([['regularity'], ['regularity']])
  })

  test('F15 has the file’s audiences', () => {
    expect(rogaland.audiences.map(({ id, text, kind, parts, groupId, organisations }) =>
      ({ id, text, kind, parts, groupId, organisations: ids(organisations) })))
      .toEqual(rogalandFile.communicationPlan.audiences.map(({ id, text, kind, parts, groupId, orgIds }) =>
        ({ id, text, kind, parts: (parts ?? []).join('\n'), groupId: groupId ?? null, organisations: sorted(orgIds) })))
  })

  test('F15 has the columns of both tables by their headings', () => {
    expect(rogaland.columns.map(({ register, field, title }) => [register, field, title])).toEqual([
      ...['place', 'audienceId', 'arena', 'when', 'responsible'].map((field, n) => ['activities', field, rogalandFile.communicationPlan.columns[n]]),
      ...['name', 'operatedBy', 'state', 'audience', 'theme', 'regularity'].map((field, n) => ['networks', field, rogalandFile.networkTableColumns[n]]),
    ])
  })

  test('F15 has 23 municipalities in two service areas, one of which reaches outside the county', () => {
    expect(rogaland.municipalities).toHaveLength(23)
    const { municipalityNumbers } = reformFile.serviceAreas[0] ?? { municipalityNumbers: [] }
    expect(rogaland.serviceAreas.map(row => [row.id, row.name, row.crossesCountyBorder, row.municipalities.length])).toEqual([
      ['helse-fonna', 'Helse Fonna-regionen', true, municipalityNumbers.length], ['sor-rogaland', 'Sør-Rogaland', false, 15],
    ])
  })
})

describe('Oslo og Viken’s plan', () => {
  test('F15 has the file’s head, by its working title', () => {
    expect(osloOgViken.plan[0]).toMatchObject({
      title: osloOgVikenFile.plan.workingTitle, regionId: 'oslo-og-viken', periodFrom: 2021, periodTo: 2023, planDate: null, revision: 2, revisesYear: 2019,
      state: 'revised', approvedBy: '', dueWith: 'Sendes med rapporteringen per 1. mai 2021', preparedBy: [{ id: 'g-regionalt-stotteapparat', roles: [] }],
      attachments: 'Oversikt over nettverk/samarbeidsfora (Excel)\nBilde: partenes oppgaver basert på oppdrag',
    })
  })

  test.each(osloOgVikenFile.communicationPlan.rows.map(row => [row.id, row] as const))('F15 activity %s has every value of the file', (id, file) => {
    const row = byId<'activities'>(osloOgViken.activities, id)
    expect(row).toMatchObject({
      arena: file.form, topic: file.topic, audienceId: null, when: file.when, focusAreas: [], focusAreasAnswer: file.focusAreas,
    })
    expect([row.place.parentId, ...ids(row.goals)]).toEqual([file.goalIds[0], ...sorted(file.goalIds.slice(1))])
    expect(ids(row.responsible)).toEqual(sorted(file.responsible))
    expect(ids(row.channelTypes)).toEqual(sorted(file.channelTypes))
  })

  test('F15 has six activities without audience, by the recurrences the file derives, and the special invitation as a note', () => {
    expect(osloOgViken.activities.filter(row => missingFields('activities', row).includes('audienceId')).map(row => row.id).sort())
      .toEqual(osloOgVikenFile.derived.rowsWithoutAudience)
    const perKind = Object.fromEntries(Object.keys(osloOgVikenFile.derived.rowsPerRecurrence)
      .map(kind => [kind, sorted(osloOgViken.activities.filter(row => row.when?.kind === kind).map(row => row.id))]))
    expect(perKind).toEqual(osloOgVikenFile.derived.rowsPerRecurrence)
    expect(byId<'activities'>(osloOgViken.activities, 'K01').note).toContain('særskilt invitasjon')
  })

  test('F15 has five target groups, five messages and its own columns', () => {
    expect(osloOgViken.audiences.map(({ id, text, parts, naturalOwners }) => ({ id, text, parts, naturalOwners: ids(naturalOwners) })))
      .toEqual(osloOgVikenFile.communicationPlan.targetGroups.map(({ id, text, parts, naturalOwners }) =>
        ({ id, text, parts: (parts ?? []).join('\n'), naturalOwners: sorted(naturalOwners) })))
    expect(osloOgViken.messages.map(row => row.id)).toEqual(['M1', 'M2', 'M3', 'M4', 'M5'])
    expect(osloOgViken.messages.map(row => ids(row.related))).toEqual(osloOgVikenFile.communicationPlan.messages.map(row => sorted(row.related)))
    expect(osloOgViken.columns.map(({ register, field }) => `${register}.${field}`)).toEqual([
      'activities.arena', 'activities.place', 'activities.topic', 'activities.when', 'activities.responsible',
      'collaborations.with', 'collaborations.form', 'collaborations.role',
    ])
  })

  test('F15 has 52 municipalities and Oslo’s 15 bydeler right after Oslo', () => {
    const kinds = osloOgViken.municipalities.map(row => row.kind)
    expect([kinds.filter(kind => kind === 'municipality').length, kinds.filter(kind => kind === 'city-district').length]).toEqual([52, 15])
    expect(osloOgViken.municipalities.slice(0, 3).map(({ id, name, partOf }) => [id, name, partOf])).toEqual([['0301', 'Oslo', ''], ['030101', 'Gamle Oslo', '0301'], ['030102', 'Grünerløkka', '0301']])
  })

  test('F15 a group keeps how it meets and how it met', () => {
    const group = byId<'groups'>(osloOgViken.groups, 'g-koordinatornettverk')
    expect([group.meets?.raw, group.metBefore?.raw, group.started, group.crossRegional]).toEqual(['ca. 2.hver måned eller etter behov', 'månedlige', 'våren 2021', true])
    expect(byId<'groups'>(osloOgViken.groups, 'g-styringsgruppe').meets?.raw).toBe('2 gr. i året')
  })
})

describe.each([['rogaland', rogaland, rogalandFile], ['oslo-og-viken', osloOgViken, osloOgVikenFile]] as const)('%s', (id, plan, file) => {
  const seed = referencePlans.find(one => one.id === id)?.seed() ?? {}

  test('F15 chapters begin with number, title and empty text', () => {
    expect(plan.sections.map(({ number, title, body, shows }) => ({ number, title, body, shows }))).toEqual(file.sections.map(section => ({
      number: section.number, title: section.title, body: [],
      shows: !('table' in section) || section.table === undefined ? null : section.table === 'networks' ? 'networks' : 'activities',
    })))
  })

  test('F15 main tasks, organisations, groups, collaborations, follow-ups and phases have the file’s values', () => {
    expect(plan.mainTasks.map(row => [row.id, row.text])).toEqual(file.mainTasks.map(row => [row.id, row.text]))
    expect(plan.organisations.map(row => [
      row.id, row.name, row.short, row.type, ids(row.members), row.supportApparatus, row.municipalityNumber, row.hostMunicipality,
      row.serviceAreaId, row.parentId, row.substitutesFor, row.coordinates, ids(row.tasks),
    ])).toEqual(file.organisations.map((row: FileOrganisation) => [
      row.id, row.name, row.short, row.type, sorted(row.memberIds), row.supportApparatus ?? null, row.municipalityNumber ?? '',
      row.hostMunicipality ?? '', row.serviceArea ?? null, row.parentId ?? null, row.substitutesFor ?? null, row.coordinates ?? false,
      sorted(row.tasks),
    ]))
    expect(plan.groups.map(row => [
      row.id, row.name, row.kind, ids(row.members), ids(row.memberTypes), row.perMunicipalityMin, row.perMunicipalityMax, row.coverage,
    ])).toEqual(file.groups.map((row: FileGroup) => [
      row.id, row.name, row.kind, sorted(row.members.map(one => one.orgId)), sorted(row.memberTypes), row.perMunicipality?.min ?? null,
      row.perMunicipality?.max ?? null, row.coverage ?? null,
    ]))
    expect(plan.groups.map(row => row.members.map(one => one.roles)))
      .toEqual(file.groups.map((row: FileGroup) => [...row.members].sort((a, b) => a.orgId < b.orgId ? -1 : 1).map(one => one.roles ?? [])))
    expect(plan.collaborations.map(row => [
      row.id, row.with, ids(row.organisations), row.groupId, ids(row.invitedBy), row.when?.raw ?? null, ids(row.focusAreas),
    ])).toEqual(file.collaboration.map((row: FileCollaboration) => [
      row.id, row.with, sorted(row.orgIds), row.groupId ?? null, sorted(row.invites), row.when?.raw ?? null, (row.focusAreas ?? []).map(String),
    ]))
    expect(plan.followUps.map(row => [row.id, row.when?.kind, row.groupId]))
      .toEqual(file.followUp.map((row: FileFollowUp) => [row.id, row.when.kind, row.groupId ?? null]))
    expect(plan.phases.map(row => [row.number, row.name, ids(row.years).map(Number)]))
      .toEqual(reformFile.phases.map(row => [row.number, row.name, row.years]))
  })

  test('F15 every cell is valid, and nothing that a row says in English stands empty', () => {
    for (const register of registerNames)
      expect(plan[register].filter(row => row.invalid.length > 0)).toEqual([])
    expect(plan.groups.filter(row => row.mandate === '').map(row => row.id)).toEqual([])
    expect(plan.collaborations.flatMap(row => missingFields('collaborations', row))).toEqual([])
    expect(plan.followUps.flatMap(row => missingFields('followUps', row))).toEqual([])
    expect(plan.messages.flatMap(row => missingFields('messages', row))).toEqual([])
  })

  test('F15 every reference leads to a row', () => {
    const known = new Set(registerNames.flatMap(register => plan[register].map(row => `${register} ${row.id}`)))
    const gone = [
      ...plan.activities.flatMap(row => [...row.responsible, ...row.via].map(member => member.id)),
      ...plan.networks.flatMap(row => [...row.operatedBy, ...row.participants].map(member => member.id)),
      ...plan.groups.flatMap(row => ids(row.members)), ...plan.organisations.flatMap(row => [...ids(row.members), row.parentId, row.substitutesFor]),
      ...plan.municipalities.map(row => row.ushtId),
    ].filter(party => party !== null && !known.has(`organisations ${party}`) && !known.has(`groups ${party}`))
    expect(gone).toEqual([])
    expect(plan.municipalities.filter(row => row.serviceAreaId !== null && !known.has(`serviceAreas ${row.serviceAreaId}`))).toEqual([])
    const hasAudience = (row: Row<'activities'>) => row.audienceId === null || known.has(`audiences ${row.audienceId}`)
    expect(plan.activities.filter(row => !known.has(`goals ${row.place.parentId}`) || !hasAudience(row))).toEqual([])
  })

  test('F14 no word of the seed is English, no id and no set member holds a slash, and every cell is one a command would take', () => {
    const english = /(?<!\p{L})(?:the|and|of|with|for the|by|see|which|their|from|to be|is a|are|municipalit\w*|meetings?|region's|name until|as audience|rows|early|yearly|people|seed|spells?)(?!\p{L})/iu
    for (const register of registerNames) {
      for (const { id: rowId, ...cells } of seed[register] ?? []) {
        expect(rowId).not.toContain('/')
        expect([rowId, refusalOfCells(register, withoutParent(register, cells))]).toEqual([rowId, null])
        for (const [field, cell] of Object.entries(cells)) {
          for (const word of wordsIn(register, field, cell)) {
            if (!codes.has(field) || register === 'collaborations')
              expect([register, rowId, field, english.exec(word)?.[0] ?? null]).toEqual([register, rowId, field, null])
          }
          if (typeof cell === 'object' && cell !== null && !('kind' in cell))
            expect(Object.keys(cell).filter(member => member.includes('/'))).toEqual([])
        }
      }
    }
  })

  test('F14 the seed is the same each time', () => {
    expect(referencePlans.find(one => one.id === id)?.seed()).toEqual(seed)
  })
})

describe('the reform', () => {
  test('F16 is data: areas, phases and regions by id, and none for an id there is no set for', () => {
    const reform = reformOf('leve-hele-livet')
    expect(reform?.focusAreas.map(area => area.name)).toEqual(reformFile.focusAreas.map(area => area.name))
    expect(reform?.focusAreas[4]?.aliases).toEqual(['Sammenheng og overganger i tjenestene'])
    expect(reform?.phases.map(phase => phase.years)).toEqual(reformFile.phases.map(phase => phase.years))
    expect(reform?.regions.map(region => [region.id, region.office])).toEqual(reformFile.regions.map(region => [region.id, region.office]))
    expect([reformOf('bo-trygt-hjemme'), reformOf(null), reformOf('')]).toEqual([null, null, null])
  })
})

/** The usual template. */
function fromTemplate(head: NewHead) {
  const [reform] = builtInReforms
  const [template] = reform?.templates ?? []
  if (!reform || !template)
    throw new Error('no template comes with the product')
  return templateSeed(reform, template, head)
}

describe('a new plan', () => {
  test('F17 from the reform’s template has chapters, tasks, columns and phases, in the plan’s language', () => {
    const { doc } = planWith(fromTemplate({ title: 'Gjennomføringsplan', regionId: 'agder' }))
    expect(readHead(doc)).toMatchObject({ title: 'Gjennomføringsplan', regionId: 'agder', reformId: 'leve-hele-livet', language: 'nb', state: 'draft', periodFrom: 2019, periodTo: 2023 })
    expect(readRegister(doc, 'sections').map(row => `${row.number} ${row.title}`)).toEqual(rogalandFile.sections.map(row => `${row.number} ${row.title}`))
    expect(readRegister(doc, 'mainTasks').map(row => row.text)).toEqual(rogalandFile.mainTasks.map(row => row.text))
    expect(readRegister(doc, 'columns').map(row => row.title)).toEqual([...rogalandFile.communicationPlan.columns, ...rogalandFile.networkTableColumns])
    expect(readRegister(doc, 'phases')).toHaveLength(4)
    const nynorsk = planWith(fromTemplate({ title: 'Plan', regionId: 'vestland', language: 'nn' })).doc
    expect(readRegister(nynorsk, 'phases')[0]?.name).toBe('Førebuing og oppstart')
    expect(readRegister(nynorsk, 'columns').map(row => row.field)).toEqual(readRegister(doc, 'columns').map(row => row.field))
  })

  test('F17 from the blank one has a head and columns, and no reform', () => {
    const { doc } = planWith(blankSeed({ title: 'Plan', regionId: 'agder' }))
    expect(readHead(doc)).toMatchObject({ title: 'Plan', reformId: '', periodFrom: null })
    expect(registerNames.filter(register => readRegister(doc, register).length > 0)).toEqual(['plan', 'columns'])
  })

  test('F17 every cell of a template is one a command would take', () => {
    for (const seed of [fromTemplate({ title: 'Plan', regionId: 'agder' }), blankSeed({ title: 'Plan', regionId: 'agder' })]) {
      expect(registerNames.flatMap(register => (seed[register] ?? []).map(({ id: _id, ...cells }) => refusalOfCells(register, cells)))
        .filter(refusal => refusal !== null)).toEqual([])
    }
  })
})

interface FileOrganisation {
  id: string, name: string, short: string, type: string, memberIds?: readonly string[], supportApparatus?: string
  municipalityNumber?: string, coordinates?: boolean
  hostMunicipality?: string, serviceArea?: string, parentId?: string, substitutesFor?: string, tasks?: readonly string[]
}
interface FileGroup {
  id: string, name: string, kind: string, members: readonly { orgId: string, roles?: readonly string[] }[], memberTypes?: readonly string[]
  perMunicipality?: { min: number, max: number }, coverage?: string
}
interface FileCollaboration {
  id: string, with: string, orgIds?: readonly string[], groupId?: string, invites?: readonly string[], when?: { raw?: string }
  focusAreas?: readonly number[]
}
interface FilePart { areaId?: string, planned?: boolean, orgId?: string, orgIds?: readonly string[] }
interface FileFollowUp { id: string, when: { kind: string }, groupId?: string }

/** Fields that hold codes of ours, which the interface has words for. */
const codes = new Set([
  'state', 'kind', 'type', 'supportApparatus', 'networkType', 'form', 'channelTypes', 'operatedBy', 'participants', 'serviceAreas',
  'focusAreasAnswer', 'register', 'field', 'shows', 'coverage',
])
/** The words a person may come to read in a cell; the codes inside a recurrence are not words. */
function wordsIn(register: RegisterName, field: string, cell: SeedRow[string]): readonly string[] {
  if (typeof cell === 'string')
    return [cell]
  if (typeof cell !== 'object' || cell === null)
    return []
  if ('kind' in cell) {
    const { raw, extra = '', appliesTo = '', occurrences = [] } = cell as When
    return [raw, extra, appliesTo, ...occurrences.map(one => one.until ?? '')]
  }
  const declared = fieldOf(register, field)
  const areMembersWords = declared?.kind === 'set' && declared.of === 'words'
  return Object.entries(cell).flatMap(([member, roles]) => [...(areMembersWords ? [member] : []), ...(roles === true ? [] : [roles].flat())])
}
/** `parentId` of an activity is its place, which no command takes as a cell. */
function withoutParent(register: RegisterName, { parentId, ...cells }: Omit<SeedRow, 'id'>): Omit<SeedRow, 'id'> {
  return register === 'organisations' ? { ...cells, parentId } : cells
}
