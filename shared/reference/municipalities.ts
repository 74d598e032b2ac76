import type { SeedRow } from '../plan/lay.ts'
import { municipalityNotes } from './bokmal.ts'
import { withoutEmpty } from './laying.ts'
import leveHeleLivet from './reform.json' with { type: 'json' }

interface FileMunicipality {
  readonly number: string
  readonly name: string
  readonly county?: string
  readonly formerCounty?: string
  readonly municipality?: string
  readonly serviceArea?: string
  readonly ushtId: string | null
  readonly successorNumber2024?: string
}

/** A region's municipalities of 2021, Oslo's bydeler right after Oslo; none for a region whose list we do not have. */
export function municipalitiesOf(regionId: string): readonly SeedRow[] {
  const { rogaland, osloOgViken, osloBydeler } = leveHeleLivet.municipalities
  const byRegion: Readonly<Record<string, readonly FileMunicipality[]>> = { rogaland, 'oslo-og-viken': osloOgViken }
  const districts: readonly FileMunicipality[] = osloBydeler
  const municipalities = Object.hasOwn(byRegion, regionId) ? byRegion[regionId] ?? [] : []
  return municipalities.flatMap(row => [row, ...districts.filter(district => district.municipality === row.number)].map(toRow))
}

function toRow({ number, name, county, formerCounty, municipality, serviceArea, ushtId, successorNumber2024 }: FileMunicipality): SeedRow {
  return withoutEmpty({
    id: number,
    number,
    name,
    kind: municipality === undefined ? 'municipality' : 'city-district',
    county,
    formerCounty,
    partOf: municipality,
    successorNumber: successorNumber2024,
    serviceAreaId: serviceArea,
    ushtId,
    note: municipalityNotes[number],
  })
}
