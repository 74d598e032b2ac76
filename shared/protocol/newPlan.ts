import type { Role, Words } from './api.ts'
import type { MemberId } from '../plan/values.ts'

/** The parts of a plan that a new one may take along, as people choose them. Chapters, main tasks, phases and columns always come. */
export const carriedParts = ['activities', 'networks', 'parties', 'collaborations', 'municipalities', 'messages', 'followUps'] as const
export type CarriedPart = typeof carriedParts[number]
export const isCarriedPart = (value: unknown): value is CarriedPart => carriedParts.some(part => part === value)

/** What is taken from a plan into the next one. */
export interface Carry {
  readonly parts: readonly CarriedPart[]
  /** `running`: not those that are ended, only considered, or of no state. */
  readonly networks: 'running' | 'all'
}

/** What a new plan begins from. */
export type NewPlanOrigin =
  | { readonly kind: 'template', readonly templateId: string, readonly regionId: string, readonly language: 'nb' | 'nn' }
  | { readonly kind: 'plan', readonly planId: string, readonly carry: Carry, readonly withMembers: boolean }

/**
 * Makes a plan: `POST /api/plans`, with a key of the sender's own in `idempotency-key` (16 to 64 letters, digits, - and _).
 * The same key from the same person is the same plan, however often it is sent. 200 with {@link NewPlanAnswer}; else `error` is
 * one of {@link newPlanRefusals}: 400 for what cannot be read, 403 outside one's regions, 404 for a plan that is not there, 409.
 */
export interface NewPlanRequest {
  readonly title: string
  readonly periodFrom: number
  readonly periodTo: number
  readonly origin: NewPlanOrigin
}
export interface NewPlanAnswer { readonly planId: string }

export const newPlanRefusals = [
  'not-understood', 'no-title', 'title-too-long', 'title-unprintable', 'not-a-period', 'not-your-region', 'no-such-template', 'no-such-plan',
  'too-many-plans', 'taken-away',
] as const
export type NewPlanRefusal = typeof newPlanRefusals[number]
export const isNewPlanRefusal = (value: unknown): value is NewPlanRefusal => newPlanRefusals.some(refusal => refusal === value)

/** What a new plan may begin from, for this person. `GET /api/new-plan`, for those who lead a plan; 403 for others. */
export interface NewPlanChoices {
  /** Where this person may make a plan. */
  readonly regions: readonly RegionName[]
  readonly templates: readonly TemplateSummary[]
  /** Plans of those regions that this person is in, newest first. */
  readonly sources: readonly SourceSummary[]
}
export interface RegionName { readonly id: string, readonly office: string, readonly counties: readonly string[] }
export interface SourceSummary {
  readonly planId: string
  readonly title: string
  readonly regionId: string
  readonly counties: readonly string[]
  readonly periodFrom: number | null
  readonly periodTo: number | null
}
export interface TemplateSummary {
  readonly id: string
  readonly name: Words
  readonly reform: Words
  readonly periodFrom: number
  readonly periodTo: number
  readonly regionIds: readonly string[]
  readonly focusAreas: readonly { readonly number: number, readonly name: Words }[]
  readonly chapters: readonly { readonly number: string, readonly title: Words }[]
  readonly mainTasks: readonly Words[]
  readonly phases: readonly Words[]
  readonly columns: readonly { readonly register: 'activities' | 'networks' | 'collaborations', readonly titles: readonly Words[] }[]
}

/** What a plan has to take along. `GET /api/plans/:planId/to-carry`, for members of the plan who may make one in its region. */
export interface ToCarryAnswer {
  readonly periodFrom: number | null
  readonly periodTo: number | null
  readonly language: 'nb' | 'nn'
  readonly counts: {
    readonly goals: number, readonly audiences: number, readonly activities: number, readonly networks: number, readonly runningNetworks: number
    readonly organisations: number, readonly groups: number, readonly serviceAreas: number, readonly collaborations: number
    readonly municipalities: number, readonly messages: number, readonly followUps: number
    readonly sections: number, readonly mainTasks: number, readonly phases: number
  }
  readonly members: readonly { readonly memberId: MemberId, readonly name: string, readonly organisation: string, readonly role: Role }[]
}

/**
 * Takes a new plan away again: `POST /api/plans/:planId/take-away`, for who made it, as long as nobody else has written in it and
 * not later than a day after. It is set aside, not destroyed. 204; else 409 with one of {@link takeAwayRefusals}.
 */
export const takeAwayRefusals = ['not-yours', 'others-wrote', 'too-late'] as const
export type TakeAwayRefusal = typeof takeAwayRefusals[number]

export const maxTitleChars = 200
export const firstYear = 1990
export const lastYear = 2100

export type NewPlanRequestRead =
  | { readonly ok: true, readonly request: NewPlanRequest }
  | { readonly ok: false, readonly refusal: NewPlanRefusal }

/** A request as it comes from outside, read once; or why not. */
export function readNewPlanRequest(value: unknown): NewPlanRequestRead {
  const title = own(value, 'title')
  const [periodFrom, periodTo] = [own(value, 'periodFrom'), own(value, 'periodTo')]
  const origin = readOrigin(own(value, 'origin'))
  if (typeof title !== 'string' || !origin)
    return { ok: false, refusal: 'not-understood' }
  const refusal = refusalOfTitle(title) ?? (isPeriod(periodFrom, periodTo) ? null : 'not-a-period')
  if (refusal)
    return { ok: false, refusal }
  return { ok: true, request: { title: title.trim(), periodFrom: Number(periodFrom), periodTo: Number(periodTo), origin } }
}

/** Why this cannot be a plan's title, or null. */
export function refusalOfTitle(title: string): NewPlanRefusal | null {
  if (title.trim() === '')
    return 'no-title'
  if (title.trim().length > maxTitleChars)
    return 'title-too-long'
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(title.trim()) ? 'title-unprintable' : null
}

/** Whether a plan may go from one year to the other. */
export function isPeriod(from: unknown, to: unknown): boolean {
  return isYear(from) && isYear(to) && from <= to
}
const isYear = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= firstYear && value <= lastYear

function readOrigin(value: unknown): NewPlanOrigin | null {
  const kind = own(value, 'kind')
  if (kind === 'template') {
    const [templateId, regionId, language] = [own(value, 'templateId'), own(value, 'regionId'), own(value, 'language')]
    const isFit = typeof templateId === 'string' && typeof regionId === 'string' && (language === 'nb' || language === 'nn')
    return isFit ? { kind, templateId, regionId, language } : null
  }
  const [planId, carry, withMembers] = [own(value, 'planId'), readCarry(own(value, 'carry')), own(value, 'withMembers')]
  return kind === 'plan' && typeof planId === 'string' && carry && typeof withMembers === 'boolean' ? { kind, planId, carry, withMembers } : null
}

function readCarry(value: unknown): Carry | null {
  const [parts, networks] = [own(value, 'parts'), own(value, 'networks')]
  if (!Array.isArray(parts) || parts.length > carriedParts.length || !parts.every(isCarriedPart) || (networks !== 'running' && networks !== 'all'))
    return null
  return { parts: carriedParts.filter(part => parts.includes(part)), networks }
}

const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
