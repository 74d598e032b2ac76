import type { Instant, IsoDate } from '#shared/plan/values.ts'
import type { Grant } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { lettersNb } from './mails.nb.ts'
import { lettersNn } from './mails.nn.ts'

export type Language = 'nb' | 'nn'

/** Somebody as others are told of them. */
export interface Named { readonly name: string, readonly organisation: string | null }

/** What each kind of letter is about. `origin` is where the server is found; a day is the last one that counts. */
export interface LetterFacts {
  /** To whoever asked to be let in. `code` is six digits. */
  readonly signIn: { readonly code: string, readonly link: string, readonly minutes: number, readonly origin: string }
  /** `inviter`: null when the operator did it. */
  readonly invitation: {
    readonly planTitle: string, readonly inviter: Named | null, readonly grant: Told, readonly untilDay: IsoDate | null
    readonly link: string, readonly expiresDay: IsoDate, readonly origin: string
  }
  /** `by`: who did it, whom to ask about it; null when that was the operator. `isNewRole`: not the limits or the end alone. */
  readonly roleChanged: {
    readonly planTitle: string, readonly by: Named | null, readonly grant: Told, readonly isNewRole: boolean
    readonly untilDay: IsoDate | null, readonly hadEnd: boolean, readonly link: string, readonly origin: string
  }
  /** To who stands in for somebody. `fromDay`: null where that has begun. */
  readonly deputyAppointed: {
    readonly planTitle: string, readonly by: Named, readonly principal: Named, readonly fromDay: IsoDate | null, readonly untilDay: IsoDate
    readonly link: string, readonly origin: string
  }
  /** Before its time. */
  readonly deputyEnded: { readonly planTitle: string, readonly by: Named, readonly principal: Named, readonly link: string, readonly origin: string }
  readonly removed: { readonly planTitle: string, readonly by: Named | null, readonly origin: string }
  /** To every owner. `receiver`: null where that is the administrator. `link`: to the plan's members. */
  readonly administratorTookRole: {
    readonly planTitle: string, readonly administrator: Named, readonly receiver: Named | null, readonly role: Role
    readonly at: Instant, readonly reason: string | null, readonly link: string, readonly origin: string
  }
}
type Told = Pick<Grant, 'role' | 'registers'>
export type LetterKind = keyof LetterFacts

/** What a letter says, before it is text or HTML. */
export interface LetterWords {
  readonly subject: string
  readonly heading: string
  readonly parts: readonly LetterPart[]
  /** From where, in small letters at the end. */
  readonly closing: string
}
export type LetterPart =
  | { readonly kind: 'paragraph', readonly text: string }
  | { readonly kind: 'code', readonly label: string, readonly code: string }
  /** `instead` leads in the address written out. */
  | { readonly kind: 'link', readonly label: string, readonly href: string, readonly instead: string }

export type LetterTexts = { readonly [K in LetterKind]: (facts: LetterFacts[K]) => LetterWords }

const texts: Readonly<Record<Language, LetterTexts>> = { nb: lettersNb, nn: lettersNn }

/** What a letter of this kind says in this language. */
export function letterWords<K extends LetterKind>(kind: K, facts: LetterFacts[K], language: Language): LetterWords {
  return texts[language][kind](facts)
}
