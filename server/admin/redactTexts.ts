import { printable } from '../texts/sentences.ts'
import type { Erased, Redacted } from './redact.ts'

/** Why nothing was taken out. */
export type RedactRefusal =
  | 'not-a-cell' | 'no-such-row' | 'no-such-field' | 'without-words' | 'not-a-set' | 'nothing-there' | 'no-comments-yet' | 'unfit-words' | 'unsound-log'
  | 'plan-not-sure'

export const redactRefusals: Record<RedactRefusal, (what: string) => string> = {
  'not-a-cell': what => `«${what}» er ingen celle. Skriv register/rad/felt, for eksempel activities/K01/note.`,
  'no-such-row': what => `Planen har ingen slik rad: ${what}. Ingenting er endret.`,
  'no-such-field': what => `Registeret har ikke noe slikt felt: ${what}. Ingenting er endret.`,
  'without-words': what => `I ${what} står det ingen ord som noen har skrevet, og planen kan ikke leses uten. Ingenting er endret.`,
  'not-a-set': what => `${what} er ikke en celle med flere deler. Skriv register/rad/felt. Ingenting er endret.`,
  'nothing-there': what => `Det har aldri stått noe i ${what}, eller det er allerede tatt ut. Ingenting er endret.`,
  'no-comments-yet': () => 'Plantavle har ikke kommentarer ennå, så ingen kan tas ut. Ingenting er endret.',
  'unfit-words': what => `--${what} må være noen ord på én linje, høyst 500 tegn. Ingenting er endret.`,
  'plan-not-sure': what => `Ingenting er slettet. Skriv planens id en gang til for å si at du mener det: --sure ${what}.`,
  'unsound-log': what => `Loggen til planen «${what}» er ikke hel, så ordene kan ikke tas ut av den. Ingenting er endret. Kjør «verify».`,
}

/** What has been done, and what it does not reach. */
export function sayRedacted({ cells, updates, lines, isWiped }: Redacted): string {
  return [
    `Ordene er tatt ut av planen for godt: ${cells.map(printable).join(', ')}`,
    `  Endringer skrevet om: ${updates}. Linjer i endringsloggen uten innhold nå: ${lines}. Hvem, når og hvorfor: «redact list».`,
    'De som hadde planen åpen, laster den på nytt. Det de ikke hadde fått lagret i andre celler, skrives inn av seg selv.',
    ...sayRemains(isWiped),
    'Dette nås ikke:',
    '  sikkerhetskopier fra før nå (slett dem; hentes en av dem fram, må ordene tas ut på nytt)',
    '  nettlesere som har planen på enheten, til de åpner den igjen; det noen selv ikke hadde fått lagret, tilbys dem fortsatt',
    '  utskrifter, filer og e-post, planer som er laget av denne, og andre celler der det samme er skrevet',
    '  det disken selv har igjen av filer som er skrevet over: krypter den',
  ].join('\n')
}

/** What has been done with a whole plan, and what it does not reach. */
export function sayErased({ planId, rows, isWiped }: Erased): string {
  return [
    `Planen er slettet for godt: ${printable(planId)} (rader i alle tabeller: ${rows})`,
    ...sayRemains(isWiped),
    'Igjen står at den er slettet, når og hvorfor, og tilgangsloggen, uten navn. Medlemmene er der fortsatt: «member erase» sletter en person.',
    'Dette nås ikke:',
    '  sikkerhetskopier fra før nå (slett dem)',
    '  nettlesere som har planen på enheten, utskrifter, filer og e-post, og planer som er laget av denne',
  ].join('\n')
}

export const sayRemains = (isWiped: boolean) => isWiped ? [] : [
  'Databasefila kunne ikke skrives om ennå, siden noe leste den eller disken er full. Rester av ordene kan ligge i den.',
  'Serveren prøver igjen hvert minutt, og når den starter. Kjører den ikke, start den.',
]

interface Listed { readonly cell: string, readonly at: number, readonly by: string, readonly why: string }

export function sayRedactions(found: readonly Listed[]): string {
  return found.length === 0
    ? 'Ingenting er tatt ut av denne planen.'
    : found.map(({ cell, at, by, why }) => `${new Date(at).toLocaleString('nb-NO')}  ${printable(cell)}  ${printable(by)}: ${printable(why)}`).join('\n')
}
