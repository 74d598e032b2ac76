import type { personal as nb } from './personal.nb.ts'

export const personal: typeof nb = {
  looksLike: {
    identityNumber: 'Dette ser ut som eit fødselsnummer',
    phoneNumber: 'Dette ser ut som eit telefonnummer',
    mailAddress: 'Dette ser ut som ei e-postadresse til ein person',
    streetAddress: 'Dette ser ut som ei adresse',
  },
  why: {
    identityNumber: 'Planen blir lesen av mange og blir arkivert. Fødselsnummer skal aldri stå i han.',
    phoneNumber: 'Planen blir lesen av mange og blir arkivert. Telefonnummeret til ein person bør ikkje stå i han.',
    mailAddress: 'Planen blir lesen av mange og blir arkivert. Skriv heller rolla, eller ei felles postkasse.',
    streetAddress: 'Planen blir lesen av mange og blir arkivert. Kvar nokon bur, bør ikkje stå i han.',
  },
  mark: {
    identityNumber: 'Ser ut som eit fødselsnummer',
    phoneNumber: 'Ser ut som eit telefonnummer',
    mailAddress: 'Ser ut som ei personleg e-postadresse',
    streetAddress: 'Ser ut som ei adresse',
  },
  markOfMany: count => `Ser ut som personopplysningar (${count})`,
  piece: words => `«${words}»`,
  history: 'Det som alt er lagra, ligg att i historikken. Be den som driftar tenesta, om å vaske det bort.',
  remove: 'Fjern det',
  dismiss: 'Det er ikkje det',
  of: (number, total) => `${number} av ${total}`,
  close: 'Lukk. Merket i cella blir ståande',
  withTab: 'Vala kjem rett etter tabellen.',
}
