/**
 * The few kinds of field a register is made of. Everything that handles a cell (reader, command, touches, validation, grid,
 * diff, export) switches on `kind`, never on a field's name.
 */
export type Field =
  | TextField | RichTextField | LineField | ChoiceField | NumberField | DateField | FlagField | ReferenceField
  | WhenField | SetField | PlaceField

interface Common {
  /** The cell is worth a «mangler» mark when it is empty. */
  readonly wanted?: true
  /** Written by the server alone, when it makes the plan or brings it up to date: nobody else's change of it is admitted. */
  readonly byServer?: true
}
/** What a number in the plan is the number of: it is stored as a number, since names change, and told by name. */
export type NumberedPlace = 'municipality' | 'county'
/** Running plain text: a Y.Text laid with the row. Merges character by character. */
export interface TextField extends Common { readonly kind: 'text', readonly maxChars: number }
/** Headings, lists and links: a Y.XmlFragment laid with the row. Merges character by character. */
export interface RichTextField extends Common { readonly kind: 'richText', readonly maxChars: number }
/** A short plain string, such as a name or a case number. One wins, and both are told. */
export interface LineField extends Common { readonly kind: 'line', readonly maxChars: number, readonly numberOf?: NumberedPlace }
/** One of `options`; an `open` choice also takes words of the region's own. */
export interface ChoiceField<O extends string = string, Open extends boolean = boolean> extends Common {
  readonly kind: 'choice', readonly options: readonly O[], readonly open: Open
}
/** A whole number between two bounds. */
export interface NumberField extends Common { readonly kind: 'number', readonly min: number, readonly max: number }
/** A day, `2021-04-28`. */
export interface DateField extends Common { readonly kind: 'date' }
export interface FlagField extends Common { readonly kind: 'flag' }
/** The id of a row in one of `to`. A reference to what is gone stands, and is shown as gone. */
export interface ReferenceField extends Common { readonly kind: 'reference', readonly to: readonly RegisterName[] }
/** A recurrence with the words people wrote; see `shared/rules/when.ts`. Replaced whole. */
export interface WhenField extends Common { readonly kind: 'when' }
/**
 * Members as keys `field/member` of the row itself, each `true`, a role or a list of roles. Merges per member.
 * A member is the id of a row in one of `of`, one of listed words, (`words`) a word or number people choose, without `/`, or
 * (`people`) the id that the server knows somebody by: a member of the plan or a contact, whose name is never in the plan.
 */
export interface SetField extends Common {
  readonly kind: 'set'
  readonly of: readonly RegisterName[] | 'words' | 'people' | { readonly choices: readonly string[] }
  /** The roles a member may have; `words` means any short words. Absent: a member just is in the set. */
  readonly roles?: readonly string[] | 'words'
  /**
   * The choice beside it that says how its members are meant: its first option is that they are, every other stands instead
   * of them. The two are read, copied and emptied as one cell.
   */
  readonly answer?: string
  /** Its words are such numbers. */
  readonly numberOf?: NumberedPlace
}
/** Where the row stands: a parent (or null) and a fractional key. A move is one write. */
export interface PlaceField extends Common {
  readonly kind: 'place'
  /** The parent's key inside the stored value and the register it points to; absent: the register is one list. */
  readonly parent?: { readonly key: string, readonly of: RegisterName }
}

export type RegisterName =
  | 'plan' | 'sections' | 'mainTasks' | 'goals' | 'audiences' | 'activities' | 'networks' | 'organisations' | 'groups'
  | 'serviceAreas' | 'collaborations' | 'followUps' | 'messages' | 'municipalities' | 'phases' | 'columns' | 'occurrences'

export const text = (maxChars = 4_000) => ({ kind: 'text', maxChars }) as const
export const richText = (maxChars = 60_000) => ({ kind: 'richText', maxChars }) as const
export const line = (maxChars = 200) => ({ kind: 'line', maxChars }) as const
/** The number of a municipality or a county. */
export const numberOf = (numberOf: NumberedPlace) => ({ kind: 'line', maxChars: 20, numberOf }) as const
export const choice = <const O extends string>(...options: O[]) => ({ kind: 'choice', options, open: false }) as const
/** A choice a region may add its own words to. */
export const openChoice = <const O extends string>(...options: O[]) => ({ kind: 'choice', options, open: true }) as const
export const number = (min: number, max: number) => ({ kind: 'number', min, max }) as const
export const date = () => ({ kind: 'date' }) as const
export const flag = () => ({ kind: 'flag' }) as const
export const reference = (...to: RegisterName[]) => ({ kind: 'reference', to }) as const
export const when = () => ({ kind: 'when' }) as const
export const setOf = (...of: RegisterName[]) => ({ kind: 'set', of }) as const
export const setWithRoles = (roles: readonly string[] | 'words', ...of: RegisterName[]) => ({ kind: 'set', of, roles }) as const
export const setOfChoices = (...choices: string[]) => ({ kind: 'set', of: { choices } }) as const
export const setOfWords = () => ({ kind: 'set', of: 'words' }) as const
export const setOfPeople = () => ({ kind: 'set', of: 'people', roles: 'words' }) as const
export const setOfNumbers = (numberOf: NumberedPlace) => ({ kind: 'set', of: 'words', numberOf }) as const
export const setWithAnswer = (answer: string) => ({ kind: 'set', of: 'words', answer }) as const
export const place = () => ({ kind: 'place' }) as const
export const placeUnder = <const K extends string>(key: K, of: RegisterName) => ({ kind: 'place', parent: { key, of } }) as const
/** Marks a field whose emptiness is worth saying. */
export const wanted = <F extends Field>(field: F): F & { readonly wanted: true } => ({ ...field, wanted: true })
/** Marks a field that is the server's to write. */
export const byServer = <F extends Field>(field: F): F & { readonly byServer: true } => ({ ...field, byServer: true })
