import type { PlanSeed, SeedRow } from '../plan/lay.ts'
import { headId, schemaVersion } from '../plan/registers.ts'
import type { When } from '../plan/values.ts'
import { parseWhen } from '../rules/when.ts'
import { tornAliases, wordsOfKind } from './bokmal.ts'
import type { BokmalWords } from './bokmal.ts'
import { columnRows, phaseRows, setOfIds, withoutEmpty } from './laying.ts'
import { municipalitiesOf } from './municipalities.ts'
import { reformOf } from './reform.ts'

/** A plan as its reference file writes it: the parts we read. Everything in English there describes, and is not the plan's. */
export interface PlanFile {
  readonly plan: {
    readonly title: string | null, readonly workingTitle?: string, readonly regionId: string, readonly periodFrom: string
    readonly periodTo: string, readonly planDate: string | null, readonly revision: number, readonly status: string
    readonly revises: { readonly planDate?: string, readonly year?: number }, readonly writtenLanguage: string
    readonly startPhase?: string, readonly approvedByRole: string | null
    readonly preparedBy: readonly { readonly orgId?: string, readonly groupId?: string, readonly persons?: number }[]
    readonly attachments?: readonly { readonly title: string, readonly format: string }[]
  }
  readonly organisations: readonly {
    readonly id: string, readonly name: string, readonly short: string, readonly type: string, readonly aliases: readonly string[]
    readonly memberIds?: readonly string[], readonly supportApparatus?: string, readonly coordinates?: boolean
    readonly municipalityNumber?: string, readonly hostMunicipality?: string, readonly serviceArea?: string
    readonly parentId?: string, readonly substitutesFor?: string, readonly tasks?: readonly string[]
  }[]
  readonly groups: readonly {
    readonly id: string, readonly name: string, readonly kind: string, readonly aliases?: readonly string[]
    readonly members: readonly { readonly orgId: string, readonly roles?: readonly string[] }[]
    readonly memberTypes?: readonly string[], readonly perMunicipality?: { readonly min: number, readonly max: number }
    readonly coverage?: string, readonly crossRegional?: boolean
    readonly meetings?: readonly { readonly what: string, readonly when: FileWhen }[]
  }[]
  readonly mainTasks: readonly { readonly id: string, readonly text: string }[]
  readonly serviceAreas?: readonly { readonly id: string, readonly name: string, readonly crossesCountyBorder?: boolean }[]
  readonly phases?: readonly { readonly number: number, readonly name: string, readonly years: readonly number[] }[]
  readonly communicationPlan: {
    readonly columns: readonly string[]
    readonly goals: readonly { readonly id: string, readonly text: string }[]
    readonly audiences?: readonly FileAudience[]
    readonly targetGroups?: readonly FileAudience[]
    readonly messages?: readonly { readonly id: string, readonly related?: readonly string[] }[]
    readonly rows: readonly FileActivity[]
  }
  readonly networks: readonly FileNetwork[]
  readonly networkTableColumns?: readonly string[]
  readonly collaborationTemplate?: readonly string[]
  readonly collaboration: readonly {
    readonly id: string, readonly with: string, readonly orgIds?: readonly string[], readonly groupId?: string
    readonly invites?: readonly string[], readonly when?: FileWhen, readonly focusAreas?: readonly number[]
  }[]
  readonly followUp: readonly { readonly id: string, readonly when: FileWhen, readonly groupId?: string }[]
  readonly sections: readonly { readonly number: string, readonly title: string, readonly table?: string }[]
}

/** As we store it; `trigger` describes in English what the words say. */
type FileWhen = Omit<When, 'raw'> & { readonly raw?: string, readonly trigger?: string }

interface FileAudience {
  readonly id: string, readonly text: string, readonly kind?: string, readonly parts?: readonly string[], readonly groupId?: string
  readonly orgIds?: readonly string[], readonly naturalOwners?: readonly string[]
}

interface FileActivity {
  readonly id: string, readonly goalId?: string, readonly goalIds?: readonly string[], readonly audienceId: string | null
  readonly arena?: string, readonly form?: string, readonly topic?: string, readonly channelTypes: readonly string[]
  readonly when: FileWhen, readonly embeddedWhen?: FileWhen, readonly responsible: readonly string[]
  readonly viaOrgIds?: readonly string[], readonly focusAreas: string | null
}

interface FileNetwork {
  readonly id: string, readonly name: string, readonly state: string, readonly networkType?: string
  readonly operatedBy: readonly { readonly orgId: string, readonly role: string }[]
  readonly audience: readonly {
    readonly kind: string, readonly areaId?: string, readonly planned?: boolean, readonly orgId?: string, readonly orgIds?: readonly string[]
    readonly text?: string
  }[]
  readonly audienceRestriction?: { readonly networkId: string }
  readonly focusAreas: readonly number[], readonly overarching: boolean, readonly focusAreasRaw: string
  readonly form: readonly string[], readonly regularity: FileWhen, readonly regularityRaw: string
}

const reformId = 'leve-hele-livet'

/** A reference file as a plan's first content: the files' ids and order, the plan's own words, and no English (F14). */
export function toSeed(file: PlanFile, bokmal: BokmalWords): PlanSeed {
  const { communicationPlan } = file
  return {
    plan: [toHead(file, bokmal)],
    sections: file.sections.map(({ number, title, table }) => withoutEmpty({
      id: `s${number}`, number, title, shows: table === 'communicationPlan' ? 'activities' : table,
    })),
    mainTasks: file.mainTasks.map(({ id, text }) => ({ id, text })),
    goals: communicationPlan.goals.map(({ id, text }) => ({ id, text })),
    audiences: (communicationPlan.audiences ?? communicationPlan.targetGroups ?? []).map(toAudience),
    activities: communicationPlan.rows.map(row => toActivity(row, bokmal)),
    networks: file.networks.map(network => toNetwork(network, bokmal)),
    organisations: file.organisations.map(organisation => toOrganisation(organisation, bokmal)),
    groups: file.groups.map(group => toGroup(group, bokmal)),
    serviceAreas: (file.serviceAreas ?? []).map(({ id, name, crossesCountyBorder }) => withoutEmpty({
      id, name, crossesCountyBorder,
      municipalities: setOfIds(reformOf(reformId)?.serviceAreas.find(area => area.id === id)?.municipalityNumbers),
    })),
    collaborations: file.collaboration.map(row => withoutEmpty({
      id: row.id,
      with: row.with,
      organisations: setOfIds(row.orgIds),
      groupId: row.groupId,
      form: bokmal.collaborations[row.id]?.form,
      role: bokmal.collaborations[row.id]?.role,
      invitedBy: setOfIds(row.invites),
      when: row.when && untilInBokmal(toWhen(row.when), bokmal.collaborations[row.id]?.until),
      ...toFocusAreas(row.focusAreas ?? null),
    })),
    followUps: file.followUp.map(row => withoutEmpty({
      id: row.id, text: bokmal.followUps[row.id], when: toWhen(row.when), groupId: row.groupId,
    })),
    messages: (communicationPlan.messages ?? []).map(({ id, related }) => withoutEmpty({ id, ...bokmal.messages[id], related: setOfIds(related) })),
    municipalities: municipalitiesOf(file.plan.regionId),
    phases: phaseRows(file.phases ?? reformOf(reformId)?.phases ?? []),
    columns: columnRows({
      activities: communicationPlan.columns, networks: file.networkTableColumns, collaborations: file.collaborationTemplate,
    }),
  }
}

function toHead({ plan }: PlanFile, { commission, dueWith }: BokmalWords): SeedRow {
  return withoutEmpty({
    id: headId,
    title: plan.title ?? plan.workingTitle,
    reformId,
    regionId: plan.regionId,
    language: plan.writtenLanguage,
    schemaVersion,
    periodFrom: Number(plan.periodFrom),
    periodTo: Number(plan.periodTo),
    planDate: plan.planDate,
    revision: plan.revision,
    revisesDate: plan.revises.planDate,
    revisesYear: plan.revises.year,
    state: plan.status,
    commission,
    dueWith,
    startPhase: plan.startPhase,
    approvedBy: plan.approvedByRole,
    preparedBy: Object.fromEntries(plan.preparedBy.map(({ orgId, groupId, persons }) =>
      [orgId ?? groupId ?? '', persons === undefined ? true : persons === 1 ? '1 person' : `${persons} personer`] as const)),
    attachments: plan.attachments?.map(({ title, format }) => format === 'Excel' ? `${title} (Excel)` : title).join('\n'),
  })
}

function toAudience({ id, text, kind, parts, groupId, orgIds, naturalOwners }: FileAudience): SeedRow {
  return withoutEmpty({
    id, text, kind, parts: parts?.join('\n'), groupId, organisations: setOfIds(orgIds), naturalOwners: setOfIds(naturalOwners),
  })
}

function toActivity(row: FileActivity, { notes }: BokmalWords): SeedRow {
  const [goalId = null, ...further] = row.goalIds ?? (row.goalId === undefined ? [] : [row.goalId])
  return withoutEmpty({
    id: row.id,
    parentId: goalId,
    arena: row.arena ?? row.form,
    topic: row.topic,
    note: notes[row.id],
    goals: setOfIds(further),
    audienceId: row.audienceId,
    when: toWhen(row.when),
    furtherWhen: row.embeddedWhen && toWhen(row.embeddedWhen),
    responsible: setOfIds(row.responsible),
    via: setOfIds(row.viaOrgIds),
    ...toFocusAreas(row.focusAreas),
    channelTypes: setOfIds(row.channelTypes),
  })
}

function toNetwork(network: FileNetwork, { networkAudiences, regularityExtras }: BokmalWords): SeedRow {
  const { id, audience, regularityRaw } = network
  const participants = audience.flatMap(part => [
    ...(part.kind === 'organisation' && part.orgId ? [[part.orgId, 'participant'] as const] : []),
    ...(part.kind === 'pilot' ? (part.orgIds ?? []).map(orgId => [orgId, 'pilot'] as const) : []),
  ])
  const { extra, ...regularity } = network.regularity
  return withoutEmpty({
    id,
    name: network.name,
    audience: networkAudiences[id] ?? audience[0]?.text,
    theme: mended(network.focusAreasRaw),
    operatedBy: rolesByOrganisation(network.operatedBy),
    state: network.state,
    serviceAreas: Object.fromEntries(audience.flatMap(part => part.areaId ? [[part.areaId, part.planned ? 'planned' : true] as const] : [])),
    participants: Object.fromEntries(participants),
    followsNetworkId: network.audienceRestriction?.networkId,
    regularity: regularityRaw === '' ? undefined : toWhen({ ...regularity, ...(extra && { extra: regularityExtras[id] }), raw: regularityRaw }),
    form: setOfIds(network.form),
    networkType: network.networkType,
    ...toFocusAreas(network.overarching ? 'overarching' : network.focusAreas),
  })
}

function toOrganisation(organisation: PlanFile['organisations'][number], { substituteScopes }: BokmalWords): SeedRow {
  const { id, name, short, type, aliases, memberIds, serviceArea, tasks, ...rest } = organisation
  return withoutEmpty({
    id, name, short, type,
    aliases: setOfIds(toAliases(aliases)),
    members: setOfIds(memberIds),
    supportApparatus: rest.supportApparatus,
    coordinates: rest.coordinates,
    municipalityNumber: rest.municipalityNumber,
    hostMunicipality: rest.hostMunicipality,
    serviceAreaId: serviceArea,
    parentId: rest.parentId,
    substitutesFor: rest.substitutesFor,
    substituteScope: substituteScopes[id],
    tasks: setOfIds(tasks),
  })
}

function toGroup(group: PlanFile['groups'][number], { mandates, groupsStarted }: BokmalWords): SeedRow {
  // The last meeting rhythm is today's; one before it is how they used to meet.
  const [meets, metBefore] = (group.meetings ?? []).map(meeting => toWhen(meeting.when)).reverse()
  return withoutEmpty({
    id: group.id,
    name: group.name,
    kind: group.kind,
    aliases: setOfIds(group.aliases),
    members: Object.fromEntries(group.members.map(({ orgId, roles }) => [orgId, roles ?? true] as const)),
    memberTypes: setOfIds(group.memberTypes),
    perMunicipalityMin: group.perMunicipality?.min,
    perMunicipalityMax: group.perMunicipality?.max,
    coverage: group.coverage,
    mandate: mandates[group.id],
    meets,
    metBefore,
    crossRegional: group.crossRegional,
    started: groupsStarted[group.id],
  })
}

/** The file's value by value; by the plainest words where the file gives none. */
function toWhen({ raw, trigger: _trigger, ...rest }: FileWhen): When {
  return raw === undefined ? parseWhen(wordsOfKind[rest.kind] ?? '') : { raw, ...rest }
}

function untilInBokmal({ occurrences, ...when }: When, until: string | undefined): When {
  if (!occurrences)
    return when
  return { ...when, occurrences: occurrences.map(one => one.until === undefined ? one : { ...one, until: until ?? '' }) }
}

function toFocusAreas(
  focusAreas: string | null | readonly number[],
): { readonly focusAreas?: Record<string, true>, readonly focusAreasAnswer?: string } {
  if (focusAreas === null)
    return {}
  if (typeof focusAreas === 'string')
    return { focusAreasAnswer: focusAreas }
  return { focusAreas: setOfIds(focusAreas.map(String)), focusAreasAnswer: 'listed' }
}

/** One role, or a list where the same organisation has several. */
function rolesByOrganisation(operators: FileNetwork['operatedBy']): Record<string, string | readonly string[]> {
  const roles = new Map<string, string[]>()
  for (const { orgId, role } of operators)
    roles.set(orgId, [...roles.get(orgId) ?? [], role])
  return Object.fromEntries([...roles].map(([orgId, own]) => [orgId, own.length === 1 ? own[0] ?? '' : own]))
}

/** Other names without the files' English remarks. */
/** What the files say of a name in English goes; «USHT Viken (Østfold)» is a name. */
const toAliases = (aliases: readonly string[]) =>
  aliases.filter(alias => !tornAliases.includes(alias)).map(alias => alias.replace(/ \((?:name|in|as) [^)]*\)$/, ''))

const mended = (words: string) => words.replace(/(\p{L})- (\p{L})/gu, '$1$2')
