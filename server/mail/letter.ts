import { toAddress } from '#shared/rules/mailAddress.ts'
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

/** Whether a letter can be sent there at all: what is an address anywhere here, with nothing around it. */
export const isAddress = (text: string): boolean => text === text.trim() && toAddress(text) !== null
