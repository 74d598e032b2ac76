import type { FocusArea } from '../rules/focusAreas.ts'
import leveHeleLivet from './reform.json' with { type: 'json' }

/** A reform as reference data. The next one is another file and another line in `reforms`: no code knows its areas or years. */
export interface Reform {
  readonly id: string
  readonly name: string
  readonly nameNn: string
  readonly periodFrom: number
  readonly periodTo: number
  readonly focusAreas: readonly FocusArea[]
  readonly phases: readonly { readonly number: number, readonly name: string, readonly nameNn: string, readonly years: readonly number[] }[]
  readonly regions: readonly Region[]
  readonly serviceAreas: readonly { readonly id: string, readonly name: string, readonly municipalityNumbers: readonly string[] }[]
}

/** The area of one governor's office (embete); it may hold several counties. */
export interface Region {
  readonly id: string
  readonly office: string
  readonly counties: readonly string[]
}

const reforms: readonly Reform[] = [toReform('leve-hele-livet', leveHeleLivet)]

/** The reform with this id, or null when there is no such reference set. */
export function reformOf(id: string | null): Reform | null {
  return reforms.find(reform => reform.id === id) ?? null
}

/** Every region that a plan may be made for. */
export const regions: readonly Region[] = [...new Map(reforms.flatMap(reform => reform.regions).map(region => [region.id, region])).values()]

function toReform(id: string, file: typeof leveHeleLivet): Reform {
  return {
    id,
    name: file.reform.name,
    nameNn: file.reform.nameNn,
    periodFrom: yearOf(file.reform.periodPlanned.from),
    periodTo: yearOf(file.reform.periodPlanned.to),
    focusAreas: file.focusAreas.map(({ number, name, nameNn, aliases = [] }) => ({ number, name, nameNn, aliases })),
    phases: file.phases.map(({ number, name, nameNn, years }) => ({ number, name, nameNn, years })),
    regions: file.regions.map(region => ({ id: region.id, office: region.office, counties: region.counties })),
    serviceAreas: file.serviceAreas.map(area => ({ id: area.id, name: area.name, municipalityNumbers: area.municipalityNumbers })),
  }
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4))
}
