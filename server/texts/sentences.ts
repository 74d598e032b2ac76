import type { Office } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { saySettingFault } from './unfitSetting.ts'

/** What the server itself says to its operator, in bokmål. Sentences of the pages stand in `client/text`. */
const roleWords: Record<Role, string> = { reader: 'leser', commenter: 'kommentator', editor: 'redaktør', chair: 'møteleder', owner: 'eier' }
export const roleWord = (role: unknown): string => Object.entries(roleWords).find(([name]) => name === role)?.[1] ?? String(role)

const officeWords: Record<Office, string> = { 'national-reader': 'nasjonal leser', 'administrator': 'administrator' }
export const officeWord = (office: unknown): string => Object.entries(officeWords).find(([name]) => name === office)?.[1] ?? String(office)

interface DemoMember { readonly name: string, readonly organisation: string, readonly role: Role, readonly signInUrl: string }
export interface DemoPlan { readonly title: string, readonly members: readonly DemoMember[] }
/** Plans that came by themselves, and links to try them with. `isNew`: laid at this start. */
export interface Demo { readonly isNew: boolean, readonly plans: readonly DemoPlan[] }

export const serverTexts = {
  running: (address: string) => `Plantavle kjører på ${address}`,
  clientMissing: 'Nettsidene er ikke bygd ennå. Kjør «npm run build» og start på nytt.',
  newLinks: 'Ny innloggingslenke: npm run -s admin -- member link --member <id>   (id: npm run -s admin -- member list --plan <id>)',
  demo: ({ isNew, plans }: Demo) => [
    isNew ? 'Mappa var tom. To planer er lagt inn, med noen medlemmer å prøve dem som.' : 'Ingen har logget inn ennå. Her er nye lenker å prøve planene med.',
    'Lenkene vises bare denne ene gangen, og virker til de blir trukket tilbake:',
    ...plans.flatMap(({ title, members }) => [
      '', `  ${printable(title)}`, ...columns(members.map(member => [`    ${member.name}`, member.organisation, roleWord(member.role), member.signInUrl])),
    ]),
    '',
  ].join('\n'),
}

/** A failure to start or to run, as a sentence for the operator. */
export function sayFailure(error: unknown): string {
  if (!(error instanceof Error))
    return `Noe gikk galt: ${String(error)}`
  const code = 'code' in error ? error.code : null
  if (code === 'EADDRINUSE')
    return 'Porten er opptatt av et annet program. Velg en annen: PORT=8081 npm start'
  if (code === 'EACCES')
    return 'Har ikke lov til å bruke porten. Velg en annen: PORT=8081 npm start'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'HOST er ikke en adresse på denne maskinen.'
  switch (error.name) {
    case 'FolderInUseError': return `Datamappa er i bruk av en annen Plantavle-server. (${error.message})`
    case 'FolderUnfitError': return `Datamappa kan ikke brukes. (${error.message})`
    case 'UnfitPortError': return `PORT må være et tall fra 0 til 65535, ikke «${error.message}».`
    case 'UnfitMetricsTokenError': return 'METRICS_TOKEN må ha minst 16 tegn og ingen mellomrom.'
    case 'UnfitLogError': return 'LOG_FORMAT er json eller text, og LOG_LEVEL er debug, info, warn eller error.'
    case 'UnfitOriginError': return `PUBLIC_ORIGIN må være en adresse uten sti, med https, eller http på denne maskinen. (${error.message})`
    case 'UnfitContactError': return 'CONTACT må være én linje med høyst 200 tegn: en e-postadresse, eller hvem en kan spørre.'
    case 'UnfitSettingError': return saySettingFault(error)
    default: return `Noe gikk galt: ${error.message}`
  }
}

/**
 * Words from people, for a terminal: what would steer it, or show nothing, is shown as a mark. Nobody's title clears the
 * operator's screen or begins a line.
 */
export const printable = (words: string): string => words.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')

/** Rows as lines with their cells under one another, printable. */
export function columns(given: readonly (readonly string[])[]): string[] {
  const rows = given.map(row => row.map(printable))
  const widths = rows[0]?.map((_, n) => Math.max(...rows.map(row => row[n]?.length ?? 0))) ?? []
  return rows.map(row => row.map((cell, n) => n === row.length - 1 ? cell : cell.padEnd(widths[n] ?? 0)).join('  '))
}
