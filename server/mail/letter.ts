import { oneLine } from '../texts/letterParts.ts'
import { letterWords, type Language, type LetterFacts, type LetterKind, type LetterWords } from '../texts/mails.ts'

/** Somebody to write to. The name is only for the eye. */
export interface Addressee { readonly name: string | null, readonly address: string }

/** One letter to one person. */
export interface Letter {
  readonly kind: LetterKind
  readonly to: Addressee
  readonly language: Language
  readonly words: LetterWords
}

/** Words as they may stand in a header: on one line, and never taken for words that are encoded. */
export const headerWords = (words: string, maxChars?: number): string => oneLine(words, maxChars).replaceAll('=?', '= ?')

/** A letter, ready to be sent. Whatever people have named themselves or their plan, it says no more than its own lines. */
export function writeLetter<K extends LetterKind>(kind: K, facts: LetterFacts[K], { to, language }: { to: Addressee, language: Language }): Letter {
  const words = letterWords(kind, facts, language)
  return { kind, to, language, words: { ...words, subject: headerWords(words.subject, 160) } }
}

const maxAddressChars = 254
const address = /^[^\s\p{C}@<>()[\]\\,;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u

/** Whether a letter can be sent there at all: one plain address, without a name, a comment or a line break. */
export const isAddress = (text: string): boolean => text.length <= maxAddressChars && address.test(text)
