/** «Om planen»; `head.nn.ts` is typed by it. */
export const head = {
  plan: 'Planen',
  approval: 'Godkjenning',
  background: 'Bakgrunn',
  period: 'Periode',
  revisesNote: 'Året er nok når datoen ikke er kjent.',
  rolesNote: 'Skriv rolle og organisasjon, som «avdelingsdirektør hos Statsforvalteren». Navn på personer skal ikke stå i planen.',
  preparedNote: 'Velg organisasjoner og grupper, og si med ord hvem derfra: «fylkeslege, rådgivere» eller «2 personer». Navn på personer skal ikke stå i planen.',
  languageNote: 'Språket planen er skrevet på. Språket i Plantavle velger du selv i menyen din.',
  fixedNote: 'Reform og region ble bestemt da planen ble laget. Innsatsområder, faser og kommuner følger med dem.',
}
