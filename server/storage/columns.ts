/** What stands in a column that may hold nothing. */
export const toText = (value: unknown): string | null => typeof value === 'string' ? value : null
export const toNumber = (value: unknown): number | null => value === null || value === undefined ? null : Number(value)
