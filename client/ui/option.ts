/** One thing to choose in a list. */
export interface Option {
  readonly id: string
  readonly label: string
  /** A line of explanation under the words. */
  readonly note?: string
  readonly isQuiet?: boolean
  /** Makes something new, rather than choosing what is there. */
  readonly isNew?: boolean
  /** A line above. */
  readonly startsGroup?: boolean
}
