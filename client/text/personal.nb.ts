import type { PersonalKind } from '#shared/rules/personalData.ts'

type Words = Readonly<Record<PersonalKind, string>>

const looksLike: Words = {
  identityNumber: 'Dette ser ut som et fødselsnummer',
  phoneNumber: 'Dette ser ut som et telefonnummer',
  mailAddress: 'Dette ser ut som en e-postadresse til en person',
  streetAddress: 'Dette ser ut som en adresse',
}
const why: Words = {
  identityNumber: 'Planen leses av mange og blir arkivert. Fødselsnummer skal aldri stå i den.',
  phoneNumber: 'Planen leses av mange og blir arkivert. Telefonnummeret til en person bør ikke stå i den.',
  mailAddress: 'Planen leses av mange og blir arkivert. Skriv heller rollen, eller en felles postkasse.',
  streetAddress: 'Planen leses av mange og blir arkivert. Hvor noen bor, bør ikke stå i den.',
}
const mark: Words = {
  identityNumber: 'Ser ut som et fødselsnummer',
  phoneNumber: 'Ser ut som et telefonnummer',
  mailAddress: 'Ser ut som en personlig e-postadresse',
  streetAddress: 'Ser ut som en adresse',
}

/** What is said where something written in a plan looks as if it told of one person. */
export const personal = {
  looksLike,
  why,
  /** Under the words of a cell. */
  mark,
  markOfMany: (count: number) => `Ser ut som personopplysninger (${count})`,
  /** What stands there, where it may be shown again. */
  piece: (words: string) => `«${words}»`,
  history: 'Det som alt er lagret, ligger igjen i historikken. Be den som drifter tjenesten, om å vaske det bort.',
  remove: 'Fjern det',
  dismiss: 'Det er ikke det',
  of: (number: number, total: number) => `${number} av ${total}`,
  close: 'Lukk. Merket i cellen blir stående',
  /** Spoken, since the focus is still in the table. */
  withTab: 'Valgene kommer rett etter tabellen.',
}
