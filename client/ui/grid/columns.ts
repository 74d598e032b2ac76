/** One column of a grid. Widths are in rem, so that they follow larger letters. */
export interface GridColumn {
  readonly id: string
  readonly title: string
  /** The width it has at least. */
  readonly width: number
  /** The width it grows to where there is room; as wide as `width` without it. */
  readonly roomy?: number
  /** Takes what is left over when all others have their width. */
  readonly isFlexible?: boolean
  /** Stands at its place with the width it has: a gutter. Its title is spoken only. */
  readonly isGutter?: boolean
}

/** No column is narrower (64 px), and none so wide that the others are gone. */
export const least = 4
export const most = 40

export const widthWithin = (width: number) => Math.round(Math.min(most, Math.max(least, width)) * 100) / 100

/** The columns as tracks of a CSS grid. */
export const tracksOf = (columns: readonly GridColumn[]) =>
  columns.map(({ width, roomy, isFlexible }) => isFlexible ? `minmax(${width}rem, 1fr)` : roomy ? `minmax(${width}rem, ${roomy}rem)` : `${width}rem`).join(' ')

export const leastWidthOf = (columns: readonly GridColumn[]) => `${columns.reduce((sum, { width }) => sum + width, 0)}rem`
