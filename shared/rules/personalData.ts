import { findAddresses } from './personalAddress.ts'
import { findIdentityNumbers, findPhoneNumbers } from './personalNumbers.ts'

export type PersonalKind = 'identityNumber' | 'phoneNumber' | 'mailAddress' | 'streetAddress'
/** Where in a text something looks as if it told of one person. Its words stay where they are: nobody is given them twice. */
export interface PersonalPlace {
  readonly kind: PersonalKind
  /** UTF-16 units: from the first, up to the one after the last. */
  readonly from: number
  readonly to: number
}

/**
 * The places in a text that look like an identity number, a phone number, a mail address or a street address, from first to
 * last; none lies over another. It can be wrong: what it finds is something to ask about, and never to be refused for. Takes time
 * in proportion to the text, whatever stands in it.
 *
 * Not found: years, periods, days, case numbers, amounts, numbers of organisations and municipalities, and mailboxes that an
 * organisation has for everybody (postmottak@).
 */
export function findPersonalData(text: string): readonly PersonalPlace[] {
  const found = [...findIdentityNumbers(text), ...findMailAddresses(text), ...findPhoneNumbers(text), ...findAddresses(text)]
  const kept: PersonalPlace[] = []
  for (const place of found.toSorted((a, b) => a.from - b.from)) {
    const last = kept.at(-1)
    if (!last || place.from >= last.to)
      kept.push(place)
    // An identity number is told by its own digits, and comes before what only looks like something.
    else if (place.kind === 'identityNumber')
      kept[kept.length - 1] = place
  }
  return kept
}

/** From each @ outwards, so that no text is read over and over. */
function findMailAddresses(text: string): readonly PersonalPlace[] {
  const found: PersonalPlace[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let from = at
    while (from > 0 && at - from < 64 && localPart.test(text.charAt(from - 1)))
      from--
    let to = at + 1
    while (to < text.length && to - at < 200 && domainPart.test(text.charAt(to)))
      to++
    const domain = /^[^.]+(?:\.[^.]+)*\.\p{L}{2,}/u.exec(text.slice(at + 1, to).replace(/[.-]+$/, ''))?.[0]
    // A dot before the name ended the sentence before.
    while (from < at && /[.+-]/.test(text.charAt(from)))
      from++
    if (domain && from < at && !isShared(text.slice(from, at)))
      found.push({ kind: 'mailAddress', from, to: at + 1 + domain.length })
  }
  return found
}
const localPart = /[\p{L}\d._%+'-]/u
const domainPart = /[\p{L}\d.-]/u

/** A mailbox that belongs to a place or a task, and to nobody. */
function isShared(local: string): boolean {
  const parts = local.toLowerCase().split(/[._+-]/)
  return parts.some(part => shared.has(part) || /post(?:mottak)?$/.test(part))
}
const shared: ReadonlySet<string> = new Set([
  'post', 'epost', 'mail', 'info', 'informasjon', 'kontakt', 'contact', 'kommunikasjon', 'arkiv', 'sekretariat', 'sentralbord', 'resepsjon',
  'servicetorg', 'servicekontor', 'innbyggertorg', 'innbyggerservice', 'kundeservice', 'kundesenter', 'support', 'hjelp', 'brukerstotte', 'helpdesk',
  'faktura', 'presse', 'redaksjon', 'admin', 'noreply', 'personvern', 'personvernombud', 'varsling', 'usht', 'helsedirektoratet', 'kommune',
  'statsforvalteren', 'kurs', 'prosjekt', 'nettverk', 'fagnettverk', 'nyhetsbrev', 'reform',
])
