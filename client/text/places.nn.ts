import type { Text } from './nb.ts'

export const places: Text['places'] = {
  title: 'Kvar finn eg kva?',
  about: {
    head: 'Tittel, periode, dato og utgåve, kven som har godkjent planen, og kven som har laga han.',
    activities: 'Det de skal gjere: mål, målgruppe, når og kven som har ansvaret. Kvar rad er éin aktivitet.',
    networks: 'Nettverka i regionen: kven som driv dei, for kven, kor ofte dei møtest, og kva dei tek opp.',
    responsibility: 'Kven som har ansvar for kva, lese ut av dei same radene. Også gjennom grupper og fellesnamn.',
    collaborations: 'Dei de samarbeider med utanfor gruppa: korleis, om det finst ein avtale, og kva dei bidreg med.',
    municipalities: 'Kor langt kvar kommune er komen: fase, vedtak, kvar reforma er forankra, og siste kontakt.',
    occurrences: 'Det som skal skje fleire gonger: kva som er lova for kvart halvår, og om det vart halde.',
    parties: 'Organisasjonane, gruppene og områda som resten av planen viser til, med kortnamn og medlemer.',
    ground: 'Bodskap, målgrupper, mål, hovudoppgåver, oppfølging og fasar. Aktivitetane viser til dei.',
    members: 'Kven som er med i planen, kva dei får gjere, kven ein kontaktar i kvar organisasjon, og kven som er invitert.',
    left: 'Blir berre vist når noko du skreiv ikkje kunne lagrast. Alle orda dine ligg der.',
    trash: 'Rader som er sletta, med all teksten. Dei kan hentast tilbake når som helst.',
  },
}
