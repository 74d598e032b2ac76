import type { Role } from '#shared/protocol/api.ts'
import { dayInWords, hostOf, linkWith, momentInWords, named, oneLine, paragraph, rightIn } from './letterParts.ts'
import type { LetterTexts, Named } from './mails.ts'
import { registerNamesNn as registerNames } from './registerNames.ts'

/** Letters in nynorsk. */
const mayDo: Readonly<Record<Role, string>> = {
  reader: 'lesar, og kan lese planen',
  commenter: 'kommentator, og kan lese planen',
  editor: 'redaktør, og kan lese og skrive i planen',
  chair: 'møteleiar, og kan skrive i planen og invitere andre',
  owner: 'eigar, og kan skrive i planen og avgjere kven som er med',
}
const besides: Readonly<Partial<Record<Role, string>>> = { chair: ', og invitere andre', owner: ', og avgjere kven som er med' }
const roles: Record<Role, string> = { reader: 'lesar', commenter: 'kommentator', editor: 'redaktør', chair: 'møteleiar', owner: 'eigar' }
const mayDoWith = rightIn({ roles, mayDo, besides, registerNames })

const title = (planTitle: string) => `«${oneLine(planTitle)}»`
const link = linkWith('Verkar ikkje knappen? Kopier denne adressa inn i nettlesaren:')
const sentFrom = (origin: string) => `Sendt automatisk frå Plantavle på ${hostOf(origin)}.`
const ask = (by: Named | null) => by ? named(by) : 'den som leier planen'
const until = (day: string | null) => day === null ? [] : [paragraph(`Tilgangen din gjeld til og med ${dayInWords(day)}.`)]

export const lettersNn: LetterTexts = {
  signIn: ({ code, link: href, minutes, origin }) => ({
    subject: 'Logg inn i Plantavle',
    heading: 'Logg inn i Plantavle',
    parts: [
      { kind: 'code', label: 'Koden din er', code },
      paragraph('Skriv koden på sida der du bad om å få logge inn. Det gjer ikkje noko om du les e‑posten på ei anna eining.'),
      paragraph('Les du e‑posten på den same eininga, kan du trykkje her i staden:'),
      link('Logg inn', href),
      paragraph(`Koden og lenkja verkar i ${minutes} minutt, og berre éin gong. Ikkje gi dei til andre.`),
      paragraph('Har du ikkje bede om å få logge inn? Då treng du ikkje gjere noko. Ingen kjem inn utan koden eller lenkja.'),
    ],
    closing: sentFrom(origin),
  }),
  invitation: ({ planTitle, inviter, grant, untilDay, link: href, expiresDay, origin }) => ({
    subject: `Du er invitert til ${title(planTitle)}`,
    heading: 'Velkomen til planen',
    parts: [
      paragraph(inviter ? `${named(inviter)} inviterer deg til å vere med i ${title(planTitle)}.` : `Du er invitert til å vere med i ${title(planTitle)}.`),
      paragraph(`Du blir ${mayDoWith(grant)}. I Plantavle skriv og følgjer de opp gjennomføringsplanen saman.`),
      ...until(untilDay),
      link('Opne invitasjonen', href),
      paragraph(`Du treng ikkje noko passord. Invitasjonen er til deg på denne e‑postadressa, kan brukast éin gong og verkar til og med ${dayInWords(expiresDay)}.`),
      paragraph('Kjenner du ikkje til dette, kan du sjå bort frå e‑posten.'),
    ],
    closing: sentFrom(origin),
  }),
  roleChanged: ({ planTitle, by, grant, isNewRole, untilDay, hadEnd, link: href, origin }) => ({
    subject: isNewRole ? `Ny rolle i ${title(planTitle)}` : `Tilgangen din i ${title(planTitle)} er endra`,
    heading: isNewRole ? 'Du har fått ei ny rolle' : 'Tilgangen din er endra',
    parts: [
      paragraph(`I ${title(planTitle)} er du ${isNewRole ? 'no' : 'framleis'} ${mayDoWith(grant)}. Det du har skrive før, står der framleis.`),
      ...until(untilDay),
      ...(hadEnd && untilDay === null ? [paragraph('Tilgangen din har ikkje lenger nokon sluttdato.')] : []),
      link('Opne planen', href),
      paragraph(`Lurer du på noko, spør ${ask(by)}.`),
    ],
    closing: sentFrom(origin),
  }),
  deputyAppointed: ({ planTitle, by, principal, fromDay, untilDay, link: href, origin }) => ({
    subject: `Du er vikar i ${title(planTitle)}`,
    heading: `Du er vikar for ${oneLine(principal.name)}`,
    parts: [
      paragraph(`Du er vikar for ${named(principal)} i ${title(planTitle)} ${fromDay === null ? '' : `frå og med ${dayInWords(fromDay)} `}til og med ${dayInWords(untilDay)}, og kan gjere det same.`),
      paragraph('Det du skriv, står med ditt namn. Etterpå har du den tilgangen du hadde før.'),
      link('Opne planen', href),
      paragraph(`Lurer du på noko, spør ${named(by)}.`),
    ],
    closing: sentFrom(origin),
  }),
  deputyEnded: ({ planTitle, by, principal, link: href, origin }) => ({
    subject: `Du er ikkje lenger vikar i ${title(planTitle)}`,
    heading: 'Du er ikkje lenger vikar',
    parts: [
      paragraph(`Du er ikkje lenger vikar for ${named(principal)} i ${title(planTitle)}. Du har den tilgangen du hadde før, og det du har skrive, står der framleis.`),
      link('Opne planen', href),
      paragraph(`Lurer du på noko, spør ${named(by)}.`),
    ],
    closing: sentFrom(origin),
  }),
  removed: ({ planTitle, by, origin }) => ({
    subject: `Du er ikkje lenger med i ${title(planTitle)}`,
    heading: 'Takk for at du var med',
    parts: [
      paragraph(`Du er ikkje lenger med i ${title(planTitle)}, og kan ikkje opne planen. Det du har skrive, er framleis ein del av han.`),
      paragraph(`Treng du noko frå planen, eller trur du at dette er ein feil? Ta kontakt med ${ask(by)}.`),
    ],
    closing: sentFrom(origin),
  }),
  administratorTookRole: ({ planTitle, administrator, receiver, role, at, reason, link: href, origin }) => ({
    subject: receiver ? `${title(planTitle)} har fått ny ${roles[role]}` : `Ein administrator har fått tilgang til ${title(planTitle)}`,
    heading: receiver ? 'Ein administrator har gitt nokon tilgang' : 'Ein administrator har fått tilgang',
    parts: [
      paragraph(receiver
        ? `${named(administrator)} er administrator for serveren, og gjorde ${named(receiver)} til ${roles[role]} i ${title(planTitle)} ${momentInWords(at)}.`
        : `${named(administrator)} er administrator for serveren, og gav seg sjølv rolla ${roles[role]} i ${title(planTitle)} ${momentInWords(at)}.`),
      ...(reason === null ? [] : [paragraph(`Grunngiving: ${oneLine(reason, 500)}`)]),
      paragraph(`Du får vite det fordi du eig planen.${receiver ? '' : ' Utan ei slik rolle kan ikkje ein administrator lese han.'}`),
      link('Sjå kven som er med', href),
      paragraph(`Var det avtalt, treng du ikkje gjere noko. Om ikkje, kan du ta bort rolla der, og spørje ${named(administrator)}.`),
    ],
    closing: sentFrom(origin),
  }),
}
