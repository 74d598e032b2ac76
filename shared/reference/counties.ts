/** A county (fylke) with the years its number counted. */
export interface County { readonly number: string, readonly name: string, readonly from: number, readonly to: number | null }

/**
 * The counties since 2020, when the reform's plans begin. Seven of them are of 2024, when three were parted again; those got numbers
 * that no county had had before, so a number is the number of one county, whatever the year.
 */
export const counties: readonly County[] = [
  ...([
    ['03', 'Oslo'], ['11', 'Rogaland'], ['15', 'Møre og Romsdal'], ['18', 'Nordland'], ['34', 'Innlandet'], ['42', 'Agder'], ['46', 'Vestland'], ['50', 'Trøndelag'],
  ] as const).map(([number, name]) => ({ number, name, from: 2020, to: null })),
  ...([['30', 'Viken'], ['38', 'Vestfold og Telemark'], ['54', 'Troms og Finnmark']] as const).map(([number, name]) => ({ number, name, from: 2020, to: 2023 })),
  ...([
    ['31', 'Østfold'], ['32', 'Akershus'], ['33', 'Buskerud'], ['39', 'Vestfold'], ['40', 'Telemark'], ['55', 'Troms'], ['56', 'Finnmark'],
  ] as const).map(([number, name]) => ({ number, name, from: 2024, to: null })),
]

/** The number of its county begins the number of a municipality or a bydel. */
export const countyNumberOf = (municipalityNumber: string): string | null => /^\d{4}(?:\d\d)?$/.test(municipalityNumber) ? municipalityNumber.slice(0, 2) : null

export const countyName = (number: string): string | null => counties.find(county => county.number === number)?.name ?? null
