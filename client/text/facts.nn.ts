import type { Text } from './nb.ts'

export const facts: Text['facts'] = {
  label: 'Vis berre nokre av radene',
  networks: {
    running: count => `${count} i drift`,
    atRest: 'Ikkje i drift',
    noState: count => `${count} utan tilstand`,
    area: 'Innsatsområde',
    perArea: (number, count) => `${number}: ${count}`,
    perAreaRunning: count => `${count} i drift`,
    spokenArea: (area, count, running) => count === running ? `${area}: ${count}` : `${area}: ${count}, ${running} av dei i drift`,
    overarching: count => `${count} for alle`,
    none: count => `${count} utan bestemt område`,
    notStated: count => `${count} ikkje oppgitt`,
  },
  municipalities: {
    fact: (municipalities, districts) => [
      ...municipalities > 0 || districts === 0 ? [municipalities === 1 ? 'éin kommune' : `${municipalities} kommunar`] : [],
      ...districts > 0 ? [districts === 1 ? 'éin bydel' : `${districts} bydelar`] : [],
    ].join(' og '),
    phase: (phase, count) => `fase ${phase}: ${count}`,
    noPhase: count => `fase ikkje oppgitt: ${count}`,
    decided: (count, all) => `vedtak: ${count} av ${all}`,
    noSource: count => count === 1 ? 'eitt vedtak manglar dato eller saksnummer' : `${count} vedtak manglar dato eller saksnummer`,
    otherContacts: count => count === 1 ? 'éin har ikkje 1–2 kontaktpersonar' : `${count} har ikkje 1–2 kontaktpersonar`,
    longSince: count => count === 1 ? 'éin utan kontakt på eit halvt år' : `${count} utan kontakt på eit halvt år`,
  },
  areaWords: {
    label: 'Skriv områda, til dømes «2, 3 og 5» eller «alle»',
    notUnderstood: 'Forstår ikkje alle orda enno',
  },
  notes: {
    lacksDate: 'Manglar dato',
    lacksCase: 'Manglar saksnummer',
    lacksBoth: 'Manglar dato og saksnummer',
    caseNumber: number => `Sak ${number}`,
    contacts: 'Regelen er 1–2',
    longSince: 'Over eit halvt år sidan',
    numberFrom: (number, year) => `frå ${year}: ${number}`,
    numberBefore: (number, year) => `før ${year}: ${number}`,
    crossing: 'Kryssar fylkesgrensa',
    someCrossing: areas => `${areas} kryssar fylkesgrensa`,
  },
}
