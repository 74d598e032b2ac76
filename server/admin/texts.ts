import type { AdminCommandName } from '../access/rules.ts'
import { sayFault } from '../texts/reformFaults.ts'
import { columns, officeWord, printable, roleWord } from '../texts/sentences.ts'
import { sayDone, sayWrongs } from './backupTexts.ts'
import type { Erased, Redacted } from './redact.ts'
import { redactRefusals, sayErased, sayRedacted, sayRedactions, sayRemains } from './redactTexts.ts'
import { adminOptions, type AdminAnswer, type AdminRefusal } from './requests.ts'

const usageOf = (command: AdminCommandName): string => [
  `  npm run -s admin -- ${command}`,
  ...adminOptions[command].needs.map(name => `--${name} …`),
  ...adminOptions[command].takes.map(name => `[--${name} …]`),
].join(' ')

export const adminTexts = {
  usage: ['Kommandoer (med --json kommer svaret som JSON):', ...(Object.keys(adminOptions) as AdminCommandName[]).map(usageOf)].join('\n'),
  unknownCommand: (command: string) => `Ukjent kommando: «${printable(command)}».\n${adminTexts.usage}`,
  missing: (command: AdminCommandName, names: readonly string[]) =>
    `«${command}» mangler ${names.map(name => `--${name}`).join(' og ')}.\n${usageOf(command)}`,
  extra: (command: AdminCommandName, names: readonly string[]) =>
    `«${command}» kjenner ikke ${names.map(name => `--${printable(name)}`).join(' og ')}.\n${usageOf(command)}`,
  fileUnreadable: (file: string, why: string) => `Fila «${printable(file)}» kan ikke leses. (${printable(why)})`,
  fileTooLarge: (file: string) => `Fila «${printable(file)}» er for stor.`,
  unreadable: (why: string) => `Kommandoen kan ikke leses. (${printable(why)})\n${adminTexts.usage}`,
}

const refusals: Record<AdminRefusal, (what: string) => string> = {
  'no-such-plan': what => `Det finnes ingen plan med id «${what}».`,
  'no-such-member': what => `Det finnes ikke noe medlem med id «${what}».`,
  'not-in-the-plan': what => `Medlemmet «${what}» er ikke med i planen.`,
  'no-such-region': what => `Det finnes ingen region med id «${what}».`,
  'no-such-template': what => `Det finnes ingen mal med id «${what}».`,
  'no-such-role': what => `Det finnes ingen slik rolle: ${what}.`,
  'not-sure': what => `Ingenting er slettet. Skriv medlemmets id en gang til for å si at du mener det: --sure ${what}.`,
  'last-owner': () => 'Planen ville stått uten eier. Gjør en annen til eier først.',
  'no-such-office': what => `Medlemmet har ikke dette vervet, eller det finnes ikke: ${what}.`,
  'not-an-address': what => `«${what}» er ingen e-postadresse.`,
  'address-taken': what => `«${what}» er adressen til et annet medlem.`,
  'empty': () => 'Navn og tittel kan ikke være tomme.',
  'unprintable': () => 'Navn og tittel kan ikke ha styretegn eller usynlige tegn.',
  'too-long': () => 'Et navn kan ha høyst 100 tegn, og en tittel høyst 200.',
  'no-such-language': what => `--language er nb eller nn, ikke «${what}».`,
  'template-or-from': () => 'Med --from følger region, mal og språk med fra planen. Gi enten --from, eller --region og --template.',
  'not-a-period': what => `«${what}» er ingen periode. Skriv 2024 eller 2024-2027.`,
  'not-set-aside': what => `Ingen plan med id «${what}» er lagt bort.`,
  'no-such-reform': what => `Det finnes ingen reform med id «${what}».`,
  'reform-exists': () => 'Det finnes allerede en reform med denne id-en. Skal den rettes, bruk «reform replace».',
  'reform-in-use': what => `Reformen «${what}» er i bruk i en plan og kan ikke fjernes.`,
  'reform-would-lose': what => `Reformen «${what}» er ikke byttet ut. Planer er laget av den, og den nye fila mangler noe de kan vise til:`,
  'reform-built-in': what => `Reformen «${what}» følger med Plantavle og kan ikke fjernes eller byttes ut.`,
  'unfit-reform': () => 'Fila er ikke tatt i bruk.',
  'not-json': () => 'Fila er ikke gyldig JSON.',
  'too-large': () => 'Fila er for stor.',
  'no-server': () => 'Ingen server kjører på denne datamappa.',
  'no-data': what => `Det ligger ingen Plantavle-data i «${what}». Er DATA_DIR riktig?`,
  'newer-folder': () => 'Dataene er skrevet av en nyere Plantavle enn denne. Bruk den som skrev dem.',
  'inside-data': what => `«${what}» ligger i datamappa. Velg en mappe utenfor den, helst på en annen disk.`,
  'not-empty': what => `«${what}» er ikke tom. Ingenting er skrevet der. Velg en ny mappe for hver sikkerhetskopi.`,
  'cannot-make': what => `«${what}» kan ikke opprettes, leses eller skrives til. Ingenting er endret.`,
  'disk-full': what => `Det er ikke plass, eller disken svikter, der «${what}» ligger. Det som var skrevet, er tatt bort igjen. Resten er som før.`,
  'not-a-backup': what => `«${what}» er ikke en hel sikkerhetskopi. Ingenting er endret. Bruk en mappe med manifest.json og plantavle.db.`,
  'damaged-backup': what => `Sikkerhetskopien er skadet, eller ikke den som manifestet beskriver (${what}). Ingenting er endret. Bruk en annen kopi.`,
  'server-runs': what => `En server eller en kommando bruker datamappa «${what}». Ingenting er endret. Stopp serveren, eller velg en ny mappe med DATA_DIR.`,
  'data-not-empty': what =>
    `Datamappa «${what}» er ikke tom, og alt i den er urørt. Flytt den til side, og ta vare på den, eller velg en ny mappe med DATA_DIR. Prøv så igjen.`,
  'unsound': what => `Noe er galt med «${what}».`,
  'no-such-command': what => `Ukjent kommando: «${what}».`,
  'missing-option': what => `Kommandoen mangler --${what}.`,
  'failed': () => 'Noe gikk galt i serveren. Hva, har den skrevet der den kjører.',
  'unknown-option': what => `Kommandoen kjenner ikke --${what}.`,
  ...redactRefusals,
}

/** A command's answer, for a person. */
export function sayAnswer(command: AdminCommandName, answer: AdminAnswer): string {
  if (!answer.ok)
    return [
      refusals[answer.refusal](printable(answer.what)), ...(answer.faults ?? []).map(fault => `  ${sayFault(fault)}`), ...sayWrongs(answer.value),
    ].join('\n')
  const rows = (Array.isArray(answer.value) ? answer.value : [answer.value]) as readonly Record<string, unknown>[]
  const [first] = rows
  switch (command) {
    case 'plan list':
      return rows.length > 0 ? columns(rows.map(({ planId, title, setAsideAt }) =>
        [String(planId), `${String(title)}${setAsideAt === undefined ? '' : ' (lagt bort)'}`])).join('\n') : 'Ingen planer ennå.'
    case 'plan create': return `Planen er opprettet: ${String(first?.planId)}`
    case 'plan restore': return `Planen er hentet tilbake: ${String(first?.planId)}`
    case 'reform list': return columns(rows.map(reform => [String(reform.reformId), sizesInWords(reform), String(reform.name)])).join('\n')
    case 'reform add': case 'reform replace': return [
      `Reformen er ${command === 'reform add' ? 'lagt til' : 'byttet ut'}: ${String(first?.reformId)}`,
      `  ${sizesInWords(first ?? {})}`,
      ...unreadInWords(first?.unread),
    ].join('\n')
    case 'reform remove': return 'Reformen er fjernet.'
    case 'member add': return `Medlemmet er lagt til: ${String(first?.memberId)}\nInnloggingslenke: ${String(first?.signInUrl)}`
    case 'member list':
      return rows.length > 0
        ? columns(rows.map(({ memberId, name, organisation, role }) => [String(memberId), String(name), String(organisation), roleWord(role)])).join('\n')
        : 'Ingen medlemmer ennå.'
    case 'member role': return `Rollen er nå ${roleWord(first?.role)}.`
    case 'member remove': return 'Medlemmet er tatt ut av planen.'
    case 'member link': return `Innloggingslenke: ${String(first?.signInUrl)}`
    case 'member export': return JSON.stringify(answer.value, null, 2)
    case 'member address': return 'Adressen er byttet. Medlemmet er logget ut overalt, og innloggingslenkene virker ikke lenger.'
    case 'member erase': return [
      'Medlemmet er slettet. Det de har skrevet, står som før, av «tidligere medlem». Eldre sikkerhetskopier har opplysningene fortsatt.',
      ...sayRemains(first?.isWiped !== false),
    ].join('\n')
    case 'office give': return `Medlemmet er nå ${officeWord(first?.office)}.`
    case 'office take': return `Medlemmet er ikke lenger ${officeWord(first?.office)}.`
    case 'access-log': return rows.length > 0
      ? columns(rows.map(({ at, event, by, about, facts }) =>
        [new Date(Number(at)).toISOString(), String(event), wordOr(by), wordOr(about), JSON.stringify(facts)])).join('\n')
      : 'Ingenting er ført i tilgangsloggen ennå.'
    case 'metrics': return String(first?.text).trimEnd()
    case 'session revoke': return 'Medlemmet er logget ut overalt, og innloggingslenkene virker ikke lenger.'
    case 'plan erase': return sayErased(answer.value as Erased)
    case 'redact': return sayRedacted(answer.value as Redacted)
    case 'redact list': return sayRedactions(answer.value as Parameters<typeof sayRedactions>[0])
    case 'backup': case 'restore': case 'verify': case 'plan export': return sayDone(command, first ?? {})
  }
}

const wordOr = (value: unknown) => typeof value === 'string' ? value : '–'

const sizesInWords = ({ periodFrom, periodTo, focusAreas, phases, regions, templates }: Readonly<Record<string, unknown>>) =>
  `${String(periodFrom)}–${String(periodTo)}, innsatsområder: ${String(focusAreas)}, faser: ${String(phases)}, regioner: ${String(regions)}, `
  + `maler: ${Array.isArray(templates) ? templates.join(', ') : ''}`

function unreadInWords(unread: unknown): string[] {
  return Array.isArray(unread) && unread.length > 0 ? [`  Disse delene av fila er ikke brukt: ${unread.map(String).map(printable).join(', ')}`] : []
}
