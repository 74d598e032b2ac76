import type { Chapter, TableRegister } from './registerPages.ts'

/** What a register's table says of itself. */
export interface TableWords {
  readonly title: string
  /** How much there is of it, beside the title. */
  readonly fact: (count: number) => string
  readonly add: string
  readonly empty: string
  readonly emptyWhat: string
  /** The table's name for those who do not see it. */
  readonly table: string
}

/** The tables of a plan, and the chapters they lie in. `tables.nn.ts` is typed by it. */
export const tables: Readonly<Record<TableRegister, TableWords>> & { readonly chapters: Readonly<Record<Chapter, string>> } = {
  chapters: {
    activities: 'Aktiviteter', networks: 'Nettverk', collaborations: 'Samarbeid', municipalities: 'Kommuner', parties: 'Organisasjoner', ground: 'Budskap og mål',
  },
  activities: {
    title: 'Aktiviteter',
    fact: count => count === 1 ? 'én rad' : `${count} rader`,
    add: 'Ny aktivitet',
    empty: 'Ingen aktiviteter ennå',
    emptyWhat: 'Begynn med målet, og legg aktivitetene under det.',
    table: 'Aktivitetene i planen, ordnet etter mål og målgruppe',
  },
  networks: {
    title: 'Nettverk',
    fact: count => `${count} nettverk`,
    add: 'Nytt nettverk',
    empty: 'Ingen nettverk ennå',
    emptyWhat: 'Legg inn det første nettverket, så vises det her for alle i planen.',
    table: 'Nettverkene i planen',
  },
  collaborations: {
    title: 'Samarbeid',
    fact: count => count === 1 ? 'én samarbeidspart' : `${count} samarbeidsparter`,
    add: 'Nytt samarbeid',
    empty: 'Ingen samarbeidsparter ennå',
    emptyWhat: 'Legg inn dem dere samarbeider med, hvordan, og hva de har ansvar for.',
    table: 'Samarbeid med andre aktører',
  },
  municipalities: {
    title: 'Kommuner',
    fact: count => count === 1 ? 'én kommune' : `${count} kommuner og bydeler`,
    add: 'Ny kommune',
    empty: 'Ingen kommuner ennå',
    emptyWhat: 'Legg inn kommunene i regionen, så kan dere følge hver av dem gjennom reformen.',
    table: 'Kommunene i regionen og hvor langt de er kommet',
  },
  organisations: {
    title: 'Organisasjoner',
    fact: count => count === 1 ? 'én organisasjon' : `${count} organisasjoner`,
    add: 'Ny organisasjon',
    empty: 'Ingen organisasjoner ennå',
    emptyWhat: 'Legg inn dem som kan ha ansvar i planen, med kortnavnet dere bruker til daglig.',
    table: 'Organisasjonene i planen, med kortnavn og andre navn',
  },
  groups: {
    title: 'Grupper',
    fact: count => count === 1 ? 'én gruppe' : `${count} grupper`,
    add: 'Ny gruppe',
    empty: 'Ingen grupper ennå',
    emptyWhat: 'Legg inn koordineringsgruppa og andre grupper, med medlemmer og mandat.',
    table: 'Gruppene i planen, med medlemmer og mandat',
  },
  serviceAreas: {
    title: 'Områder',
    fact: count => count === 1 ? 'ett område' : `${count} områder`,
    add: 'Nytt område',
    empty: 'Ingen områder ennå',
    emptyWhat: 'Et område er de kommunene et nettverk eller et helseforetak dekker. Det kan krysse fylkesgrensen.',
    table: 'Områdene som nettverk og helseforetak dekker',
  },
  messages: {
    title: 'Budskap',
    fact: count => `${count} budskap`,
    add: 'Nytt budskap',
    empty: 'Ingen budskap ennå',
    emptyWhat: 'Legg inn det dere vil at alle skal ha hørt. Aktivitetene kan vise til budskapene.',
    table: 'Budskapene i kommunikasjonsplanen',
  },
  audiences: {
    title: 'Målgrupper',
    fact: count => count === 1 ? 'én målgruppe' : `${count} målgrupper`,
    add: 'Ny målgruppe',
    empty: 'Ingen målgrupper ennå',
    emptyWhat: 'Legg inn dem aktivitetene er for. Samme målgruppe kan brukes i mange rader.',
    table: 'Målgruppene i planen',
  },
  goals: {
    title: 'Mål',
    fact: count => `${count} mål`,
    add: 'Nytt mål',
    empty: 'Ingen mål ennå',
    emptyWhat: 'Legg inn det dere vil oppnå med kommunikasjonen. Aktivitetene står under målene.',
    table: 'Målene med kommunikasjonen',
  },
  mainTasks: {
    title: 'Hovedoppgaver',
    fact: count => count === 1 ? 'én hovedoppgave' : `${count} hovedoppgaver`,
    add: 'Ny hovedoppgave',
    empty: 'Ingen hovedoppgaver ennå',
    emptyWhat: 'Legg inn oppgavene det regionale støtteapparatet har. Aktivitetene kan knyttes til dem.',
    table: 'Hovedoppgavene til det regionale støtteapparatet',
  },
  followUps: {
    title: 'Oppfølging',
    fact: count => count === 1 ? 'ett punkt' : `${count} punkter`,
    add: 'Nytt punkt',
    empty: 'Ingen øvrig oppfølging ennå',
    emptyWhat: 'Legg inn det gruppa ellers skal følge opp, og når.',
    table: 'Øvrig oppfølging av reformen',
  },
  phases: {
    title: 'Faser',
    fact: count => count === 1 ? 'én fase' : `${count} faser`,
    add: 'Ny fase',
    empty: 'Ingen faser ennå',
    emptyWhat: 'Legg inn fasene i reformen med årene de varer. De kan endres når reformen flytter på dem.',
    table: 'Fasene i reformen',
  },
}
