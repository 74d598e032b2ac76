import type { Refusal } from '#shared/plan/commands.ts'
import type { Cause } from './left.nb.ts'

/** Why one change is not in the plan, and what to do with it. Its words are safe on the device all the while (`what`). */
export const leftReasons: Readonly<Record<Cause | Refusal | 'changed-since', { why: string, todo: string }>> = {
  'not-allowed': { why: 'Rollen din i planen ga ikke lov til å endre dette.', todo: 'Be den som leder planen, om tilgang, eller send teksten til noen som kan legge den inn.' },
  'row-frozen': { why: 'Raden var låst.', todo: 'Prøv igjen når den er åpen for endringer.' },
  'too-long': { why: 'Teksten er lengre enn det er plass til i feltet.', todo: 'Kopier den, kort den ned og legg den inn igjen.' },
  'not-valid': { why: 'Verdien passer ikke i feltet.', todo: 'Kopier den og legg den inn på nytt.' },
  'not-yours': { why: 'Serveren kunne ikke se at endringen var din.', todo: 'Prøv igjen.' },
  'too-large': { why: 'Endringen rommet mer enn det som kan lagres på én gang.', todo: 'Prøv igjen, eller legg den inn i mindre biter.' },
  'too-costly': { why: 'Endringen var en del av noe som endret for mye på én gang.', todo: 'Prøv igjen, eller legg den inn i mindre biter.' },
  'missing-part': { why: 'Endringen bygget på noe som serveren aldri fikk.', todo: 'Prøv igjen, eller kopier teksten og legg den inn på nytt.' },
  'ill-formed': { why: 'Serveren kunne ikke lese endringen.', todo: 'Prøv igjen, eller kopier teksten og legg den inn på nytt.' },
  'signed-out': { why: 'Du var logget ut da endringen skulle sendes.', todo: 'Prøv igjen når du er logget inn.' },
  'access-changed': { why: 'Tilgangen din til planen ble endret før endringen kom fram.', todo: 'Be den som leder planen, om tilgang, eller send teksten til noen som kan legge den inn.' },
  'not-found': { why: 'Du hadde ikke tilgang til planen da endringen skulle sendes.', todo: 'Prøv igjen når du har tilgang.' },
  'other-epoch': { why: 'Planen er lagt inn på nytt på serveren, og dette står ikke i den.', todo: 'Prøv igjen hvis det fortsatt gjelder.' },
  'newer-plan': { why: 'Planen er skrevet med en nyere utgave av Plantavle enn serveren har.', todo: 'Prøv igjen når serveren er oppdatert.' },
  'outdated-client': { why: 'Siden var åpen i en eldre utgave av Plantavle.', todo: 'Last siden på nytt og prøv igjen – ingenting er mistet.' },
  'too-big': { why: 'Endringen var for stor til å sendes.', todo: 'Kopier teksten og legg den inn i mindre biter.' },
  'not-understood': { why: 'Serveren forsto ikke det siden sendte.', todo: 'Prøv igjen, eller kopier teksten og legg den inn på nytt.' },
  'differs': { why: 'Planen på skjermen stemte ikke med serveren da du skrev dette.', todo: 'Prøv igjen hvis det fortsatt gjelder.' },
  'row-is-gone': { why: 'Raden finnes ikke lenger i planen.', todo: 'Kopier teksten og legg den inn et annet sted.' },
  'no-such-field': { why: 'Feltet kan ikke endres her.', todo: 'Kopier teksten og legg den inn et annet sted.' },
  'changed-since': { why: 'Noen andre har endret feltet i mellomtiden, og det de valgte, står.', todo: 'Prøv igjen hvis ditt skal gjelde i stedet.' },
}

export type LeftReasons = typeof leftReasons
