import type { Role } from '#shared/protocol/api.ts'
import { dayInWords, hostOf, linkWith, momentInWords, named, oneLine, paragraph, rightIn } from './letterParts.ts'
import type { LetterTexts, Named } from './mails.ts'
import { registerNamesNb as registerNames } from './registerNames.ts'

/** Letters in bokmål. */
const mayDo: Readonly<Record<Role, string>> = {
  reader: 'leser, og kan lese planen',
  commenter: 'kommentator, og kan lese planen',
  editor: 'redaktør, og kan lese og skrive i planen',
  chair: 'møteleder, og kan skrive i planen og invitere andre',
  owner: 'eier, og kan skrive i planen og bestemme hvem som er med',
}
const besides: Readonly<Partial<Record<Role, string>>> = { chair: ', og invitere andre', owner: ', og bestemme hvem som er med' }
const roles: Record<Role, string> = { reader: 'leser', commenter: 'kommentator', editor: 'redaktør', chair: 'møteleder', owner: 'eier' }
const mayDoWith = rightIn({ roles, mayDo, besides, registerNames })

const title = (planTitle: string) => `«${oneLine(planTitle)}»`
const link = linkWith('Virker ikke knappen? Kopier denne adressen inn i nettleseren:')
const sentFrom = (origin: string) => `Sendt automatisk fra Plantavle på ${hostOf(origin)}.`
const ask = (by: Named | null) => by ? named(by) : 'den som leder planen'
const until = (day: string | null) => day === null ? [] : [paragraph(`Tilgangen din gjelder til og med ${dayInWords(day)}.`)]

export const lettersNb: LetterTexts = {
  signIn: ({ code, link: href, minutes, origin }) => ({
    subject: 'Logg inn i Plantavle',
    heading: 'Logg inn i Plantavle',
    parts: [
      { kind: 'code', label: 'Koden din er', code },
      paragraph('Skriv koden på siden der du ba om å få logge inn. Det gjør ikke noe om du leser e‑posten på en annen enhet.'),
      paragraph('Leser du e‑posten på den samme enheten, kan du trykke her i stedet:'),
      link('Logg inn', href),
      paragraph(`Koden og lenken virker i ${minutes} minutter, og bare én gang. Ikke gi dem til andre.`),
      paragraph('Har du ikke bedt om å få logge inn? Da trenger du ikke gjøre noe. Ingen kommer inn uten koden eller lenken.'),
    ],
    closing: sentFrom(origin),
  }),
  invitation: ({ planTitle, inviter, grant, untilDay, link: href, expiresDay, origin }) => ({
    subject: `Du er invitert til ${title(planTitle)}`,
    heading: 'Velkommen til planen',
    parts: [
      paragraph(inviter ? `${named(inviter)} inviterer deg til å være med i ${title(planTitle)}.` : `Du er invitert til å være med i ${title(planTitle)}.`),
      paragraph(`Du blir ${mayDoWith(grant)}. I Plantavle skriver og følger dere opp gjennomføringsplanen sammen.`),
      ...until(untilDay),
      link('Åpne invitasjonen', href),
      paragraph(`Du trenger ikke noe passord. Invitasjonen er til deg på denne e‑postadressen, kan brukes én gang og virker til og med ${dayInWords(expiresDay)}.`),
      paragraph('Kjenner du ikke til dette, kan du se bort fra e‑posten.'),
    ],
    closing: sentFrom(origin),
  }),
  roleChanged: ({ planTitle, by, grant, isNewRole, untilDay, hadEnd, link: href, origin }) => ({
    subject: isNewRole ? `Ny rolle i ${title(planTitle)}` : `Tilgangen din i ${title(planTitle)} er endret`,
    heading: isNewRole ? 'Du har fått en ny rolle' : 'Tilgangen din er endret',
    parts: [
      paragraph(`I ${title(planTitle)} er du ${isNewRole ? 'nå' : 'fortsatt'} ${mayDoWith(grant)}. Det du har skrevet før, står der fortsatt.`),
      ...until(untilDay),
      ...(hadEnd && untilDay === null ? [paragraph('Tilgangen din har ikke lenger noen sluttdato.')] : []),
      link('Åpne planen', href),
      paragraph(`Lurer du på noe, spør ${ask(by)}.`),
    ],
    closing: sentFrom(origin),
  }),
  deputyAppointed: ({ planTitle, by, principal, fromDay, untilDay, link: href, origin }) => ({
    subject: `Du er vikar i ${title(planTitle)}`,
    heading: `Du er vikar for ${oneLine(principal.name)}`,
    parts: [
      paragraph(`Du er vikar for ${named(principal)} i ${title(planTitle)} ${fromDay === null ? '' : `fra og med ${dayInWords(fromDay)} `}til og med ${dayInWords(untilDay)}, og kan gjøre det samme.`),
      paragraph('Det du skriver, står med ditt navn. Etterpå har du den tilgangen du hadde før.'),
      link('Åpne planen', href),
      paragraph(`Lurer du på noe, spør ${named(by)}.`),
    ],
    closing: sentFrom(origin),
  }),
  deputyEnded: ({ planTitle, by, principal, link: href, origin }) => ({
    subject: `Du er ikke lenger vikar i ${title(planTitle)}`,
    heading: 'Du er ikke lenger vikar',
    parts: [
      paragraph(`Du er ikke lenger vikar for ${named(principal)} i ${title(planTitle)}. Du har den tilgangen du hadde før, og det du har skrevet, står der fortsatt.`),
      link('Åpne planen', href),
      paragraph(`Lurer du på noe, spør ${named(by)}.`),
    ],
    closing: sentFrom(origin),
  }),
  removed: ({ planTitle, by, origin }) => ({
    subject: `Du er ikke lenger med i ${title(planTitle)}`,
    heading: 'Takk for at du var med',
    parts: [
      paragraph(`Du er ikke lenger med i ${title(planTitle)}, og kan ikke åpne planen. Det du har skrevet, er fortsatt en del av den.`),
      paragraph(`Trenger du noe fra planen, eller tror du at dette er en feil? Ta kontakt med ${ask(by)}.`),
    ],
    closing: sentFrom(origin),
  }),
  administratorTookRole: ({ planTitle, administrator, receiver, role, at, reason, link: href, origin }) => ({
    subject: receiver ? `${title(planTitle)} har fått ny ${roles[role]}` : `En administrator har fått tilgang til ${title(planTitle)}`,
    heading: receiver ? 'En administrator har gitt noen tilgang' : 'En administrator har fått tilgang',
    parts: [
      paragraph(receiver
        ? `${named(administrator)} er administrator for serveren, og gjorde ${named(receiver)} til ${roles[role]} i ${title(planTitle)} ${momentInWords(at)}.`
        : `${named(administrator)} er administrator for serveren, og ga seg selv rollen ${roles[role]} i ${title(planTitle)} ${momentInWords(at)}.`),
      ...(reason === null ? [] : [paragraph(`Begrunnelse: ${oneLine(reason, 500)}`)]),
      paragraph(`Du får vite det fordi du eier planen.${receiver ? '' : ' Uten en slik rolle kan ikke en administrator lese den.'}`),
      link('Se hvem som er med', href),
      paragraph(`Var det avtalt, trenger du ikke gjøre noe. Hvis ikke, kan du ta bort rollen der, og spørre ${named(administrator)}.`),
    ],
    closing: sentFrom(origin),
  }),
}
