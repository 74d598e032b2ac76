/**
 * Words in bokmål for what the reference files only describe in English, so that no row of a reference plan stands empty or
 * is shown in English. Keyed by plan, then by the row's id. What has no line here and is English in the file is left out.
 */
export interface BokmalWords {
  readonly commission: string
  readonly dueWith?: string
  /** What an activity's note holds. */
  readonly notes: Readonly<Record<string, string>>
  /** Who a network is for, as the plan says it, mended where a Word table had torn it. */
  readonly networkAudiences: Readonly<Record<string, string>>
  /** What comes beside a network's recurrence. */
  readonly regularityExtras: Readonly<Record<string, string>>
  readonly mandates: Readonly<Record<string, string>>
  readonly groupsStarted: Readonly<Record<string, string>>
  readonly collaborations: Readonly<Record<string, { readonly form: string, readonly role: string, readonly until?: string }>>
  readonly followUps: Readonly<Record<string, string>>
  readonly messages: Readonly<Record<string, { readonly topic: string, readonly text: string }>>
  readonly substituteScopes: Readonly<Record<string, string>>
}

export const rogalandWords: BokmalWords = {
  commission: 'Oppdragsbrev fra Helsedirektoratet 25.01.2021: Planen skal revideres for resten av reformperioden, ut 2023.',
  notes: {},
  networkAudiences: {
    N05: 'Alle kommunene i Helse Fonna-regionen, FOUSAM, USHT og helseforetaket',
    N06: 'Alle kommunene i Helse Fonna-regionen, HVL, Haugaland Vekst og helseforetaket',
    N10: 'Alle kommunene i Sør-Rogaland (personer som har deltatt i KlinObsKommune)',
    N13: 'Pilot på SUS og Stavanger kommune – ønskes tilbudt alle kommunene i Sør-Rogaland',
  },
  regularityExtras: {
    N07: 'seminarer',
    N08: 'årlig fagdag',
    N11: 'tilbud om oppfølging og veiledning',
  },
  mandates: {
    'g-regionalt-stotteapparat': 'Bistår kommunene i arbeidet med reformen. De tre partene er likeverdige, handler ut fra hvert sitt samfunnsoppdrag, og Statsforvalteren koordinerer.',
    'g-strategisk': 'Peker ut retning og legger strategier.',
    'g-koordinering': 'Utfører de operative oppgavene.',
    'g-sf-intern': 'Har et særlig ansvar for gjennomføringen av reformen hos Statsforvalteren. Hele gruppen er del av det regionale støtteapparatet.',
    'g-ressursforum': 'Sprer informasjon om reformen og gir ideer, innspill og forslag til tiltak.',
    'g-kontaktpersoner': 'Bindeledd mellom kommunen og støtteapparatet. Inviteres til jevnlige dialogmøter, er selv et nettverk for erfaringsdeling og melder inn kommunenes behov.',
  },
  groupsStarted: {},
  collaborations: {
    C1: { form: 'Forum for informasjon, ideer og forslag', role: 'Spre informasjon og gi innspill' },
    C2: { form: 'Uformelle møter med andre embeter; samarbeid med støtteapparatet i Vestland og Agder', role: 'Utveksle erfaringer fra reformarbeidet' },
    C3: { form: 'Nasjonalt nettverk for aldersvennlige lokalsamfunn, startet av KS i 2019 og siden flyttet til senteret', role: 'Sørge for at kommunene kjenner til nettverket, og støtte innsatsområdet regionalt' },
    C4: { form: 'Nedenfra og opp: Kommunene finner selv sine områder, med brukermedvirkning på alle nivåer', role: 'Støtteapparatet lytter, støtter og legger til rette for erfaringsdeling' },
    C5: { form: 'Halvårlig samarbeidsmøte', role: 'Kjenne reformen og bidra' },
  },
  followUps: {
    F1: 'Dialog med kommunene gjennom hele perioden, med støtte tilpasset de behovene som meldes inn',
    F2: 'Pådriver på områder der aktiviteten er mindre synlig',
    F3: 'Aktivitet tilpasset den fasen reformen til enhver tid er i',
    F4: 'Arenaer for erfaringsdeling mellom kommunene',
    F5: 'Omtale Leve hele livet-prisen i møter med kommunene, og nominere når årets kriterier er kjent',
  },
  messages: {},
  substituteScopes: {},
}

export const osloOgVikenWords: BokmalWords = {
  commission: 'Oppdragsbrev fra Helsedirektoratet: Regionale planer skal revideres våren 2021 for resten av perioden. Planen skal vise hvordan oppgavene er fordelt mellom aktørene, og beskrive arbeidet i fase 2 og 3, medvirkning og kontakt mellom regionene.\nTildelingsbrev 2021: Arbeidet skal forankres i ledelsen og bruke relevant kompetanse på tvers av avdelinger.',
  dueWith: 'Sendes med rapporteringen per 1. mai 2021',
  notes: {
    K01: 'Kommuner som ikke er kommet i gang med planleggingen, får særskilt invitasjon til dialogmøter.',
  },
  networkAudiences: {},
  regularityExtras: {},
  mandates: {
    'g-regionalt-stotteapparat': 'Likeverdige parter som handler ut fra hvert sitt samfunnsoppdrag. Statsforvalteren koordinerer.',
    'g-velferdsprosjektet': 'Statsforvalterens eget prosjekt, som samler reformen og andre pådriveroppgaver på velferdsområdet fra flere departementer og direktorater.',
    'g-styringsgruppe': 'Leder prosjektet og orienterer ledermøtet om aktiviteten to ganger i året.',
    'g-koordinatornettverk': 'Drøfter utfordringer og deler erfaringer og løsninger på tvers av regionene.',
  },
  groupsStarted: { 'g-koordinatornettverk': 'våren 2021' },
  collaborations: {
    C1: { form: 'Minstekrav fra Helsedirektoratet', role: 'Skal inkluderes i arbeidet; planen skal vise organisering, samarbeidsform eller avtale, ansvar, rolle og oppgaver' },
    C2: { form: 'Møter', role: 'Høre status og si hvordan de kan bidra' },
    C3: { form: 'Felles webinar', role: 'Utveksle erfaringer og støtte', until: 'tidlig 2022' },
    C4: { form: 'Arenaene som SF, KS og USHT allerede har; inviteres til dialog', role: 'Fagmiljøene inkluderes i arbeidet' },
    C5: { form: 'Nasjonalt nettverk', role: 'Inspirere flere kommuner til å bli med (23 medlemmer i 2021)' },
    C6: { form: 'Videreføre og utvikle samarbeidet', role: 'Utdanning, regional utvikling, planlegging, kultur, samferdsel, folkehelse og tannhelse' },
    C7: { form: 'Dialog; delvis en oppgave for det nasjonale støtteapparatet', role: 'Se praksis, utdanning og forskning i sammenheng; læreplaner, desentraliserte studier og antall plasser' },
  },
  followUps: {
    F1: 'Delta på sentrale samlinger og konferanser, og gi innspill og utveksle erfaringer i møter mellom nasjonalt og regionalt støtteapparat',
    F2: 'Nasjonale nettmøter og seminarer for det regionale støtteapparatet',
    F3: 'Nettverk for koordinatorene på tvers av regionene',
    F4: 'Aktivt dele gode erfaringer og løsninger med de andre regionene',
  },
  messages: {
    M1: { topic: 'En samfunnsreform', text: 'Reformen er videre enn helse og omsorg. Den utfordrer alle kommunens tjenester og all planlegging, krever samarbeid på tvers av sektorer og nivåer, og alle aktører bør formidle det samme.' },
    M2: { topic: 'Eldre over 65 år', text: 'Målgruppen vokser, de mellom 67 og 80 nå, og de over 80 sterkt fram mot 2030. Mange er aktive, men tjenestene må være bærekraftige.' },
    M3: { topic: '«Hva er viktig for deg?»', text: 'Tjenestene formes rundt den eldre: trygghet for å få hjelp, invitasjon til aktivitet og deltakelse, og støtte til å mestre.' },
    M4: { topic: 'Henger sammen med andre nasjonale satsinger fra 2021', text: 'Reformen ses i sammenheng med tilgrensende planer og strategier som bygger opp under den.' },
    M5: { topic: 'En verktøykasse', text: 'De gode løsningene finnes allerede i kommuner, fylker og helseforetak. Oppgaven er å formidle dem, spre dem og ta dem i bruk lokalt.' },
  },
  substituteScopes: { 'oslo-kommune': 'Oslo' },
}

/** Words for recurrences that the files give by kind alone. */
export const wordsOfKind: Readonly<Record<string, string>> = {
  'continuous': 'Kontinuerlig',
  'yearly': 'Årlig',
  'on-invitation': 'Etter invitasjon',
}

/** Names that are only what a Word cell's edge had torn, and are whole elsewhere in the list. */
export const tornAliases: readonly string[] = ['Stavanger lege- vakt', 'pasientsikkerhe tskampanjen']

/** Notes on municipalities, by number. */
export const municipalityNotes: Readonly<Record<string, string>> = {
  '0301': 'Kommune og fylke på samme tid. Ikke medlem av KS.',
  '3025': 'Slått sammen i 2020 av kommuner fra to fylker (Asker i Akershus; Røyken og Hurum i Buskerud).',
  '3053': 'Hørte til Oppland til 2020. Det er ikke avklart hvilket USHT som dekker kommunen.',
  '3054': 'Hørte til Oppland til 2020. Det er ikke avklart hvilket USHT som dekker kommunen.',
}
