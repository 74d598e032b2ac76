import type { Text } from './nb.ts'

export const head: Text['head'] = {
  plan: 'Planen',
  approval: 'Godkjenning',
  background: 'Bakgrunn',
  period: 'Periode',
  revisesNote: 'Året er nok når datoen ikkje er kjend.',
  rolesNote: 'Skriv rolle og organisasjon, som «avdelingsdirektør hos Statsforvaltaren». Namn på personar skal ikkje stå i planen.',
  preparedNote: 'Vel organisasjonar og grupper, og sei med ord kven derifrå: «fylkeslege, rådgivarar» eller «2 personar». Namn på personar skal ikkje stå i planen.',
  languageNote: 'Språket planen er skriven på. Språket i Plantavle vel du sjølv i menyen din.',
  fixedNote: 'Reform og region vart bestemte då planen vart laga. Innsatsområde, fasar og kommunar følgjer med dei.',
}
