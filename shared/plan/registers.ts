import {
  byServer, choice, date, flag, line, number, numberOf, openChoice, place, placeUnder, reference, richText, setOf, setOfChoices, setOfNumbers,
  setOfPeople, setOfWords, setWithAnswer, setWithRoles, text, wanted, when,
} from './fields.ts'
import type { Field, RegisterName } from './fields.ts'

/** Raised when a text or richText field is added: stored plans then get the new nested type by migration. */
export const schemaVersion = 2

/** Columns of running text that a region names itself (`columns`); laid with every row, since no nested type is made at first use. */
const ownColumns = { own1: text(), own2: text(), own3: text() } as const
export const ownFields: readonly string[] = Object.keys(ownColumns)

/**
 * Every register of a plan and every field in it, declared once. The name of a register is a root of the Y.Doc
 * (`id → Y.Map` of cells); the name of a field is a key in the row. `deletedAt` is every row's own and not listed.
 */
export const registers = {
  /** gjennomføringsplan: one row, `head`. */
  plan: {
    title: wanted(text(300)),
    reformId: byServer(line()),
    regionId: byServer(line()),
    language: choice('nb', 'nn'),
    schemaVersion: byServer(number(1, 10_000)),
    periodFrom: wanted(number(1990, 2100)),
    periodTo: wanted(number(1990, 2100)),
    planDate: wanted(date()),
    revision: number(1, 1_000),
    revisesDate: date(),
    revisesYear: number(1990, 2100),
    state: choice('draft', 'revised', 'approved'),
    commission: text(),
    dueWith: text(),
    startPhase: text(),
    approvedBy: wanted(text()),
    /** utarbeidet av: parties, with how many persons or which roles in words. */
    preparedBy: wanted(setWithRoles('words', 'organisations', 'groups')),
    attachments: text(),
  },
  /** kapittel */
  sections: {
    number: line(20),
    title: wanted(text(300)),
    body: richText(),
    /** The register that is printed in this chapter. */
    shows: choice('activities', 'networks'),
    place: place(),
  },
  /** hovedoppgave */
  mainTasks: { text: text(), place: place() },
  /** mål */
  goals: { text: wanted(text()), place: place() },
  /** målgruppe */
  audiences: {
    text: wanted(text()),
    kind: openChoice(
      'municipal-leadership', 'employees', 'contact-persons', 'support-apparatus', 'own-organisations', 'state-agencies',
      'organisation', 'councils', 'health-trusts', 'citizens',
    ),
    /** One part a line, as the plan lists them. */
    parts: text(),
    groupId: reference('groups'),
    organisations: setOf('organisations'),
    naturalOwners: setOf('organisations'),
    place: place(),
  },
  /** tiltak / aktivitet: a row of the communication plan. */
  activities: {
    arena: wanted(text()),
    topic: text(),
    note: text(),
    place: placeUnder('goalId', 'goals'),
    /** Goals beside the one the row stands under. */
    goals: setOf('goals'),
    audienceId: wanted(reference('audiences')),
    when: wanted(when()),
    /** A second recurrence that stands inside the arena's own words. */
    furtherWhen: when(),
    responsible: wanted(setWithRoles(['responsible', 'lead', 'contributor'], 'organisations', 'groups')),
    /** Through whom it is passed on. */
    via: setOf('organisations'),
    focusAreas: setWithAnswer('focusAreasAnswer'),
    /** Absent: not stated. `overarching` and `none` are two other answers. */
    focusAreasAnswer: wanted(choice('listed', 'overarching', 'none')),
    channelTypes: setOfChoices(
      'agenda-item', 'conference', 'course', 'course-day', 'dialogue-meeting', 'information', 'information-package', 'input',
      'letter', 'meeting', 'network-meeting', 'newsletter', 'plan-input', 'publication', 'report', 'social-media',
      'status-meeting', 'survey', 'teams', 'video', 'webinar', 'website',
    ),
    phases: setOf('phases'),
    messages: setOf('messages'),
    mainTasks: setOf('mainTasks'),
    status: choice('not-started', 'in-progress', 'done', 'postponed', 'cancelled'),
    risk: choice('on-plan', 'minor-deviation', 'major-deviation', 'critical'),
    ...ownColumns,
  },
  /** nettverk */
  networks: {
    name: wanted(text(300)),
    audience: wanted(text()),
    /** hva og hvordan reformen tematiseres */
    theme: text(),
    note: text(),
    place: place(),
    operatedBy: wanted(setWithRoles(
      ['operator', 'partner', 'member-of-operating-group', 'joint-municipal-representative-in-steering-group', 'programme'],
      'organisations', 'groups',
    )),
    state: wanted(openChoice('existing', 'developing', 'revitalising', 'new', 'considering-reestablishing', 'ended')),
    /** Which areas it serves; `planned` where it is only wished for. */
    serviceAreas: setWithRoles(['planned'], 'serviceAreas'),
    participants: setWithRoles(['participant', 'pilot'], 'organisations', 'groups'),
    /** A network whose participants this one is for. */
    followsNetworkId: reference('networks'),
    regularity: wanted(when()),
    form: setOfChoices(
      'meetings', 'gatherings', 'facebook-group', 'seminars', 'course-day', 'learning-network', 'network-meetings', 'training', 'guidance',
    ),
    networkType: openChoice('fagnettverk', 'læringsnettverk', 'ledernettverk', 'kommunenettverk', 'prosjekt', 'møteplass'),
    focusAreas: setWithAnswer('focusAreasAnswer'),
    focusAreasAnswer: wanted(choice('listed', 'overarching', 'none')),
    ...ownColumns,
  },
  organisations: {
    name: wanted(line(300)),
    short: wanted(line(60)),
    /** `collective` stands for its members (USHT). */
    type: openChoice(
      'statsforvalter', 'municipal-association', 'usht', 'collective', 'elderly-council', 'county-authority', 'state-agency',
      'research-centre', 'competence-centre', 'rd-unit', 'health-trust', 'education', 'business-development', 'municipality',
      'municipal-unit', 'national-programme', 'directorate', 'national-centre', 'organisation', 'open-ended',
    ),
    aliases: setOfWords(),
    members: setOf('organisations'),
    supportApparatus: choice('regional', 'national'),
    coordinates: flag(),
    municipalityNumber: numberOf('municipality'),
    hostMunicipality: numberOf('municipality'),
    serviceAreaId: reference('serviceAreas'),
    parentId: reference('organisations'),
    /** ivaretar oppgavene til */
    substitutesFor: reference('organisations'),
    substituteScope: line(),
    tasks: setOfWords(),
    note: text(),
    place: place(),
  },
  groups: {
    name: wanted(line(300)),
    kind: openChoice(
      'support-apparatus', 'strategic-coordination-group', 'coordination-group', 'internal-working-group', 'resource-forum',
      'contact-persons', 'programme', 'steering-group', 'coordinator-network',
    ),
    aliases: setOfWords(),
    members: setWithRoles('words', 'organisations', 'groups'),
    /** Persons in it, with what each is there in words: leder, sekretær. One who is in two groups is the same person in both. */
    people: setOfPeople(),
    /** Kinds of participant where no single one is named. */
    memberTypes: setOfWords(),
    perMunicipalityMin: number(0, 100),
    perMunicipalityMax: number(0, 100),
    coverage: choice('all'),
    mandate: text(),
    meets: when(),
    metBefore: when(),
    crossRegional: flag(),
    started: line(),
    place: place(),
  },
  /** A geographic area that networks serve; may cross county borders. */
  serviceAreas: { name: wanted(line()), crossesCountyBorder: flag(), municipalities: setOfNumbers('municipality'), place: place() },
  /** samarbeid */
  collaborations: {
    with: wanted(text()),
    organisations: setOf('organisations'),
    groupId: reference('groups'),
    form: wanted(text()),
    agreement: choice('yes', 'no'),
    role: wanted(text()),
    invitedBy: setOf('organisations'),
    when: when(),
    focusAreas: setWithAnswer('focusAreasAnswer'),
    focusAreasAnswer: choice('listed', 'overarching', 'none'),
    place: place(),
    ...ownColumns,
  },
  /** øvrig oppfølging */
  followUps: { text: wanted(text()), when: wanted(when()), groupId: reference('groups'), place: place() },
  /** budskap */
  messages: { topic: text(300), text: wanted(text()), related: setOfWords(), place: place() },
  /** kommune eller bydel, with its own pace through the reform. */
  municipalities: {
    number: wanted(line(20)),
    name: wanted(line()),
    kind: choice('municipality', 'city-district'),
    county: numberOf('county'),
    formerCounty: line(20),
    /** For a bydel: the number of its municipality. */
    partOf: numberOf('municipality'),
    successorNumber: line(20),
    /** Where it has come, by the number of one of the plan's phases. */
    phase: number(1, 12),
    decision: choice('none', 'planned', 'decided'),
    decisionDate: date(),
    caseNumber: line(60),
    anchoredIn: text(),
    contactCount: number(0, 20),
    lastContact: date(),
    writtenLanguage: choice('nb', 'nn', 'neutral'),
    serviceAreaId: reference('serviceAreas'),
    ushtId: reference('organisations'),
    note: text(),
    place: place(),
  },
  phases: { number: number(1, 20), name: wanted(text(300)), years: setOfWords(), place: place() },
  /** Which columns a register shows in this plan, and what the region calls them. */
  columns: { register: choice('activities', 'networks', 'collaborations'), field: line(60), title: wanted(text(200)), place: place() },
  /** What a recurring row promised in a half-year, and whether it was held. */
  occurrences: {
    activityId: reference('activities'),
    networkId: reference('networks'),
    year: number(1990, 2100),
    half: number(1, 2),
    date: date(),
    state: choice('planned', 'held', 'cancelled'),
    note: text(),
    place: place(),
  },
} as const satisfies Record<RegisterName, Record<string, Field>>

export type Registers = typeof registers
export type FieldName<R extends RegisterName> = Extract<keyof Registers[R], string>

export const registerNames = Object.keys(registers) as readonly RegisterName[]

export function isRegisterName(name: string): name is RegisterName {
  return Object.hasOwn(registers, name)
}

/** The declaration of one field, or undefined when the register has no such field. */
export function fieldOf(register: RegisterName, name: string): Field | undefined {
  const fields: Readonly<Record<string, Field>> = registers[register]
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** The fields of a register in the order of declaration. */
export function fieldsOf(register: RegisterName): readonly (readonly [string, Field])[] {
  return fieldsByRegister.get(register) ?? []
}
const fieldsByRegister: ReadonlyMap<RegisterName, readonly (readonly [string, Field])[]> =
  new Map(registerNames.map(register => [register, Object.entries<Field>(registers[register])]))

/** The fields that hold persons, in the order of declaration. */
export const peopleFields: readonly { readonly register: RegisterName, readonly field: string }[] = registerNames.flatMap(register =>
  fieldsOf(register).flatMap(([field, declared]) => declared.kind === 'set' && declared.of === 'people' ? [{ register, field }] : []))

/** The id of the one row in `plan`. */
export const headId = 'head'
