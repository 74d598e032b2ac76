/** What stands beside the titles of networks and municipalities, and under their cells. `facts.nn.ts` is typed by it. */
export const facts = {
  label: 'Vis bare noen av radene',
  networks: {
    running: (count: number) => `${count} i drift`,
    atRest: 'Ikke i drift',
    noState: (count: number) => `${count} uten tilstand`,
    area: 'Innsatsområde',
    perArea: (number: number, count: number) => `${number}: ${count}`,
    perAreaRunning: (count: number) => `${count} i drift`,
    spokenArea: (area: string, count: number, running: number) => count === running ? `${area}: ${count}` : `${area}: ${count}, ${running} av dem i drift`,
    overarching: (count: number) => `${count} for alle`,
    none: (count: number) => `${count} uten bestemt område`,
    notStated: (count: number) => `${count} ikke oppgitt`,
  },
  municipalities: {
    fact: (municipalities: number, districts: number) => [
      ...municipalities > 0 || districts === 0 ? [municipalities === 1 ? 'én kommune' : `${municipalities} kommuner`] : [],
      ...districts > 0 ? [districts === 1 ? 'én bydel' : `${districts} bydeler`] : [],
    ].join(' og '),
    phase: (phase: number, count: number) => `fase ${phase}: ${count}`,
    noPhase: (count: number) => `fase ikke oppgitt: ${count}`,
    decided: (count: number, all: number) => `vedtak: ${count} av ${all}`,
    noSource: (count: number) => count === 1 ? 'ett vedtak mangler dato eller saksnummer' : `${count} vedtak mangler dato eller saksnummer`,
    otherContacts: (count: number) => count === 1 ? 'én har ikke 1–2 kontaktpersoner' : `${count} har ikke 1–2 kontaktpersoner`,
    longSince: (count: number) => count === 1 ? 'én uten kontakt på et halvt år' : `${count} uten kontakt på et halvt år`,
  },
  areaWords: {
    label: 'Skriv områdene, for eksempel «2, 3 og 5» eller «alle»',
    notUnderstood: 'Forstår ikke alle ordene ennå',
  },
  notes: {
    lacksDate: 'Mangler dato',
    lacksCase: 'Mangler saksnummer',
    lacksBoth: 'Mangler dato og saksnummer',
    caseNumber: (number: string) => `Sak ${number}`,
    contacts: 'Regelen er 1–2',
    longSince: 'Over et halvt år siden',
    numberFrom: (number: string, year: number) => `fra ${year}: ${number}`,
    numberBefore: (number: string, year: number) => `før ${year}: ${number}`,
    crossing: 'Krysser fylkesgrensen',
    someCrossing: (areas: string) => `${areas} krysser fylkesgrensen`,
  },
}
