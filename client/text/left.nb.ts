import type { Role } from '#shared/protocol/api.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import type { RefusalReason } from '#shared/protocol/frames.ts'

export type Cause = RefusalReason | Exclude<CloseReason, 'refused'>

/** What began a rescue: its headline, what happened, and what to do with what could not be saved. What is safe is `outcome`. */
const causes: Readonly<Record<Cause, { title: string, happened: string, todo: string }>> = {
  'not-allowed': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'Rollen din i planen ga ikke lov til å endre dette.',
    todo: 'Be den som leder planen, om tilgang hvis du skal gjøre endringen.',
  },
  'row-frozen': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'Raden er låst for øyeblikket.',
    todo: 'Prøv igjen når raden er åpen for endringer.',
  },
  'too-long': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'En tekst ble lengre enn det er plass til.',
    todo: 'Kort ned teksten og legg den inn igjen.',
  },
  'not-valid': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'En verdi passer ikke i feltet den ble lagt i.',
    todo: 'Se hva som ikke ble lagret, og legg det inn på nytt.',
  },
  'not-yours': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'Serveren kunne ikke se at endringen var din.',
    todo: 'Prøv igjen. Skjer det flere ganger, si fra til den som leder planen.',
  },
  'too-large': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'Den rommet mer enn det som kan lagres på én gang.',
    todo: 'Legg den inn i mindre biter.',
  },
  'too-costly': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'Den endret for mye på én gang.',
    todo: 'Legg den inn i mindre biter.',
  },
  'missing-part': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'Den bygget på noe som serveren aldri fikk.',
    todo: 'Prøv igjen. Går det ikke, kopier teksten og legg den inn på nytt.',
  },
  'ill-formed': {
    title: 'Endringen ble ikke godtatt.',
    happened: 'Serveren kunne ikke lese den.',
    todo: 'Prøv igjen. Går det ikke, kopier teksten og legg den inn på nytt.',
  },
  'signed-out': {
    title: 'Du ble logget ut.',
    happened: 'Noe av det du skrev, kom ikke fram før du var ute.',
    todo: 'Se hva som ikke ble lagret, og prøv igjen.',
  },
  'access-changed': {
    title: 'Tilgangen din til planen er endret.',
    happened: 'Planen er åpnet på nytt med den nye tilgangen.',
    todo: 'Be den som leder planen, om tilgang hvis du skal gjøre endringen.',
  },
  'not-found': {
    title: 'Du var uten tilgang til planen en stund.',
    happened: 'Det du skrev i mellomtiden, kom ikke fram.',
    todo: 'Se hva som ikke ble lagret, og prøv igjen.',
  },
  'other-epoch': {
    title: 'Planen er lagt inn på nytt på serveren.',
    happened: 'Den er hentet tilbake fra en sikkerhetskopi, eller noe er tatt ut av den for godt.',
    todo: 'Se hva som ikke ble lagret, og legg inn det som fortsatt gjelder.',
  },
  'newer-plan': {
    title: 'Planen er skrevet med en nyere utgave av Plantavle.',
    happened: 'Denne serveren kan ikke åpne den.',
    todo: 'Si fra til den som leder planen. Det du skrev, sendes når serveren er oppdatert.',
  },
  'outdated-client': {
    title: 'Plantavle er oppdatert.',
    happened: 'Siden var åpen i en eldre utgave.',
    todo: 'Last siden på nytt – ingenting er mistet.',
  },
  'too-big': {
    title: 'En endring var for stor til å sendes.',
    happened: 'Den rommet mer enn det som kan sendes på én gang.',
    todo: 'Legg den inn i mindre biter.',
  },
  'not-understood': {
    title: 'Serveren forsto ikke det denne siden sendte.',
    happened: 'Planen er hentet på nytt fra serveren.',
    todo: 'Se hva som ikke ble lagret, og prøv igjen. Skjer det flere ganger, si fra til den som leder planen.',
  },
  'differs': {
    title: 'Planen på skjermen stemte ikke med serveren.',
    happened: 'Den er hentet på nytt, og nå stemmer den.',
    todo: 'Se hva som ikke ble lagret, og legg inn det som fortsatt gjelder.',
  },
}

/** What a person may do now that their role has become another. */
const roleNow: Readonly<Record<Role, string>> = {
  reader: 'Du er nå leser og kan ikke lenger skrive i planen.',
  commenter: 'Du er nå kommentator og kan ikke lenger skrive i planen.',
  editor: 'Du er nå redaktør og kan skrive i planen.',
  chair: 'Du er nå møteleder og kan skrive i planen.',
  owner: 'Du er nå eier og kan skrive i planen.',
}

export const left = {
  causes,
  roleNow,
  roleTitle: 'Rollen din i planen er endret.',
  outcome(written: number, left: number): string {
    if (left === 0) {
      const saved = written === 0 ? '' : written === 1 ? 'Én endring er lagret på nytt.' : `${written} endringer er lagret på nytt.`
      return [saved, 'Ingenting av det du har skrevet, er mistet.'].filter(Boolean).join(' ')
    }
    const kept = left === 1 ? 'Én endring kunne ikke lagres, men ligger trygt på denne enheten.' : `${left} endringer kunne ikke lagres, men ligger trygt på denne enheten.`
    const others = written === 0 ? '' : written === 1 ? 'Den andre er lagret.' : `De ${written} andre er lagret.`
    return [kept, others].filter(Boolean).join(' ')
  },
  see: 'Se hva som ikke ble lagret',

  title: 'Ikke lagret',
  nav: 'Ikke lagret',
  line: (count: number) => count === 1 ? 'Én endring ikke lagret' : `${count} endringer ikke lagret`,
  lineWhat: 'se hva det er',
  fact: (count: number) => count === 1 ? 'én endring' : `${count} endringer`,
  what: 'Dette kunne ikke lagres i planen. Ordene dine ligger på denne enheten til du fjerner dem.',
  empty: 'Alt du har skrevet, er tatt vare på',
  emptyWhat: 'Hvis noe du skriver ikke kan lagres i planen, finner du det igjen her.',
  mayNot: 'Når du kan skrive i planen igjen, kan du prøve på nytt herfra.',
  written: (when: string) => `Skrevet ${when}`,
  now: 'I planen nå',
  erased: 'Tømt',
  nothing: 'Ingenting',
  wholeRow: 'Ny rad',
  deletedAt: 'Papirkurv',
  inTrash: (when: string) => `Slettet ${when}`,
  notInTrash: 'Ikke slettet',
  goneRow: 'finnes ikke lenger i planen',
  trashedRow: 'ligger i papirkurven',
  copy: 'Kopier',
  copyName: (where: string) => `Kopier: ${where}`,
  copied: 'Kopiert',
  selected: 'Teksten er merket. Kopier den med tastaturet eller menyen.',
  try: 'Prøv igjen',
  tryName: (where: string) => `Prøv igjen: ${where}`,
  tryAll: 'Prøv alle igjen',
  remove: 'Fjern',
  removeName: (where: string) => `Fjern: ${where}`,
  removeQuestion: 'Fjerne dette for godt?',
  removeWhat: 'Ordene blir borte fra denne enheten og kan ikke hentes tilbake.',
  removed: 'Fjernet',
  trying: 'Prøver igjen …',
  tried: (written: number, still: number) => [
    written === 0 ? '' : written === 1 ? 'Én endring er lagret i planen.' : `${written} endringer er lagret i planen.`,
    still === 0 ? '' : still === 1 ? 'Én endring kunne fortsatt ikke lagres.' : `${still} endringer kunne fortsatt ikke lagres.`,
  ].filter(Boolean).join(' '),
  download: 'Last ned alt',
  fileName: (day: string) => `plantavle-ikke-lagret-${day}.txt`,
  fileHead: (title: string, when: string) => `Det du har skrevet i «${title}» som ikke kunne lagres, per ${when}.`,
}
