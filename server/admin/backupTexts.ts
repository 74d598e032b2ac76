import { printable } from '../texts/sentences.ts'
import type { FolderCommandName } from '../access/rules.ts'
import type { Wrong, WrongKind } from './checkPlan.ts'

const wrongs: Record<WrongKind, (where: string) => string> = {
  'file': where => `fila er skadet (${where})`,
  'newer-version': where => `skrevet av en nyere Plantavle (versjon ${where})`,
  'other-plan': where => `ikke det manifestet sier om planen ${where}`,
  'no-updates': () => 'loggen er tom',
  'damaged-update': where => `endring ${where} i loggen er skadet`,
  'gap': where => `loggen mangler noe før endring ${where}`,
  'client-id': where => `klient-id ${where} hører ikke til noen av dem som skrev`,
  'incomplete': () => 'loggen viser til noe som ikke er der',
  'unreadable': where => `planen kan ikke leses (${where})`,
  'newer-plan': where => `planen er av en nyere utgave (${where})`,
  'damaged-checkpoint': () => 'mellomlageret er skadet; loggen har alt',
  'other-checkpoint': where => `mellomlageret ved endring ${where} er ikke det samme som loggen`,
  'other-state': () => 'innholdet er ikke det manifestet sier',
}
const sayWrong = ({ what, where }: Wrong) => wrongs[what](printable(where))

interface PlanFound { readonly planId: string, readonly wrongs: readonly Wrong[] }
interface Found { readonly wrongs: readonly Wrong[], readonly plans: readonly PlanFound[] }

/** Line by line what `verify` has found wrong. */
export function sayWrongs(value: object | undefined): string[] {
  if (!value || !('wrongs' in value))
    return []
  const { wrongs: ofAll, plans } = value as Found
  return [...ofAll.map(sayWrong), ...plans.flatMap(plan => plan.wrongs.map(found => `${printable(plan.planId)}: ${sayWrong(found)}`))].map(line => `  ${line}`)
}

/** What has been done with a whole folder. */
export function sayDone(command: FolderCommandName, value: Readonly<Record<string, unknown>>): string {
  const plans = (value.plans as readonly { readonly stateHash: string | null, readonly planId: string }[] | undefined) ?? []
  const moment = new Date(Number(value.takenAt)).toLocaleString('nb-NO')
  switch (command) {
    case 'backup': return [
      `Sikkerhetskopien ligger i ${printable(String(value.to))}. (Planer: ${plans.length}, ${Math.ceil(Number(value.bytes) / 1e6)} MB)`,
      ...plans.filter(({ stateHash }) => stateHash === null).map(({ planId }) => `  ${printable(planId)} er tatt med, men kan ikke leses. Kjør «verify».`),
    ].join('\n')
    case 'restore': return [
      `Datamappa er gjenopprettet slik den var ${moment}. (Planer: ${plans.length}) Start serveren.`,
      'Alle må logge inn på nytt med lenkene de hadde. Det de ikke hadde fått sendt, blir tilbudt dem når de åpner planen.',
      'Medlemmer, roller og lenker er som da kopien ble tatt: ta på nytt bort dem som er tatt bort siden.',
    ].join('\n')
    case 'plan export': return `Alt som er lagret om planen, ligger i ${printable(String(value.to))}. Fila har navn og adresser: pass på den.`
    case 'verify': return `Alt er i orden. (Planer: ${plans.length})`
  }
}
