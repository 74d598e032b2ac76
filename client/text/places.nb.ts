/** What each place of a plan is for, in the order of the rail; `places.nn.ts` is typed by it. */
export const places = {
  title: 'Hvor finner jeg hva?',
  about: {
    head: 'Tittel, periode, dato og utgave, hvem som har godkjent planen, og hvem som har laget den.',
    activities: 'Det dere skal gjøre: mål, målgruppe, når og hvem som har ansvaret. Hver rad er én aktivitet.',
    networks: 'Nettverkene i regionen: hvem som driver dem, for hvem, hvor ofte de møtes, og hva de tar opp.',
    responsibility: 'Hvem som har ansvar for hva, lest ut av de samme radene. Også gjennom grupper og fellesnavn.',
    collaborations: 'Dem dere samarbeider med utenfor gruppa: hvordan, om det er en avtale, og hva de bidrar med.',
    municipalities: 'Hvor langt hver kommune er kommet: fase, vedtak, hvor reformen er forankret, og siste kontakt.',
    occurrences: 'Det som skal skje flere ganger: hva som er lovet for hvert halvår, og om det ble holdt.',
    parties: 'Organisasjonene, gruppene og områdene som resten av planen viser til, med kortnavn og medlemmer.',
    ground: 'Budskap, målgrupper, mål, hovedoppgaver, oppfølging og faser. Aktivitetene viser til dem.',
    members: 'Hvem som er med i planen, hva de får gjøre, hvem man kontakter i hver organisasjon, og hvem som er invitert.',
    left: 'Vises bare når noe du skrev ikke kunne lagres. Alle ordene dine ligger der.',
    trash: 'Rader som er slettet, med all teksten. De kan gjenopprettes når som helst.',
  },
}
