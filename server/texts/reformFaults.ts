import type { ReformFault, ReformProblem } from '#shared/reference/reformParts.ts'
import { printable } from './sentences.ts'

const problems: Record<ReformProblem, (what: string) => string> = {
  'missing': () => 'mangler.',
  'not-an-object': () => 'må være et objekt, med { og }.',
  'not-a-list': () => 'må være en liste, med [ og ].',
  'not-text': () => 'må være en tekst i anførselstegn.',
  'not-a-number': what => `må være et helt tall, ${what}.`,
  'not-a-year': what => `må være et årstall (${what}), eller en dato som 2024-01-01.`,
  'empty': () => 'er tom.',
  'too-long': what => `er for lang. Høyst ${what} tegn.`,
  'unprintable': () => 'har styretegn, linjeskift eller usynlige tegn.',
  'not-an-id': what => `«${what}» kan ikke være en id. Bruk små bokstaver a–z, sifre og bindestrek.`,
  'taken': what => `«${what}» er alt i bruk. Velg en annen id.`,
  'twice': what => `«${what}» står to ganger.`,
  'too-few': what => `må ha minst ${what}.`,
  'too-many': what => `kan ha høyst ${what}.`,
  'ends-before-it-begins': what => `Perioden slutter før den begynner (${what}).`,
  'no-such-register': what => `«${what}» er ingen tabell. Bruk activities eller networks, eller la være.`,
  'lost': what => `«${what}» er ikke med lenger.`,
  'no-such-field': what => `«${what}» er ikke et felt i denne tabellen.`,
}

/** What is wrong with a part of a reform set's file, as a sentence for the operator: «focusAreas, nr. 3, nameNn: mangler.» */
export function sayFault({ at, problem, what }: ReformFault): string {
  const way = at.map(step => typeof step === 'number' ? `nr. ${step + 1}` : printable(step)).join(', ')
  return `${way || 'Fila'}: ${problems[problem](printable(what))}`
}
