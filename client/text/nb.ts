import type { FieldName, Registers } from '#shared/plan/registers.ts'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { Refusal } from '#shared/plan/commands.ts'
import type { CloseReason } from '#shared/protocol/closes.ts'
import type { Role } from '#shared/protocol/api.ts'
import { columns } from './columns.nb.ts'
import { editors } from './editors.nb.ts'
import { facts } from './facts.nb.ts'
import { grid } from './grid.nb.ts'
import { head } from './head.nb.ts'
import { left } from './left.nb.ts'
import { near } from './near.nb.ts'
import { occurrences } from './occurrences.nb.ts'
import { panel } from './panel.nb.ts'
import { places } from './places.nb.ts'
import { parties } from './parties.nb.ts'
import { responsibility } from './responsibility.nb.ts'
import { tables } from './tables.nb.ts'

/** Words for every field of every register: a new field without words is a compile error. */
export type FieldWords = { readonly [R in RegisterName]: Readonly<Record<FieldName<R>, string>> }
type Options<F> = F extends { kind: 'choice', options: readonly (infer O extends string)[] } ? O : never
/** Words for every option of every choice. */
export type ChoiceWords = {
  readonly [R in RegisterName]: {
    readonly [F in FieldName<R> as Options<Registers[R][F]> extends never ? never : F]: Readonly<Record<Options<Registers[R][F]>, string>>
  }
}
type Words = Readonly<Record<string, string>>

const ownColumns = { own1: 'Egen kolonne 1', own2: 'Egen kolonne 2', own3: 'Egen kolonne 3' }

const fields: FieldWords = {
  plan: {
    title: 'Tittel', reformId: 'Reform', regionId: 'Region', language: 'Målform', schemaVersion: 'Utgave av dataene', periodFrom: 'Fra år',
    periodTo: 'Til år', planDate: 'Plandato', revision: 'Utgave', revisesDate: 'Reviderer plan fra', revisesYear: 'Reviderer plan fra år',
    state: 'Tilstand', commission: 'Oppdrag', dueWith: 'Frist', startPhase: 'Fase ved start', approvedBy: 'Godkjent av',
    preparedBy: 'Utarbeidet av', attachments: 'Vedlegg',
  },
  sections: { number: 'Nummer', title: 'Tittel', body: 'Tekst', shows: 'Viser', place: 'Plass' },
  mainTasks: { text: 'Hovedoppgave', place: 'Plass' },
  goals: { text: 'Mål', place: 'Plass' },
  audiences: {
    text: 'Målgruppe', kind: 'Slags målgruppe', parts: 'Består av', groupId: 'Gruppe', organisations: 'Organisasjoner',
    naturalOwners: 'Naturlig ansvarlige', place: 'Plass',
  },
  activities: {
    arena: 'Aktivitet', topic: 'Tema', note: 'Merknad', place: 'Mål', goals: 'Flere mål', audienceId: 'Målgruppe', when: 'Når',
    furtherWhen: 'Også når', responsible: 'Ansvar', via: 'Gjennom', focusAreas: 'Innsatsområde', focusAreasAnswer: 'Svar om innsatsområde',
    channelTypes: 'Kanal', phases: 'Faser', messages: 'Budskap', mainTasks: 'Hovedoppgaver', status: 'Status', risk: 'Risiko', ...ownColumns,
  },
  networks: {
    name: 'Nettverk', audience: 'Målgruppe', theme: 'Tema', note: 'Merknad', place: 'Plass', operatedBy: 'Driftes av', state: 'Tilstand',
    serviceAreas: 'Dekker', participants: 'Deltakere', followsNetworkId: 'Følger etter', regularity: 'Regelmessighet', form: 'Arbeidsform',
    networkType: 'Slags nettverk', focusAreas: 'Innsatsområde', focusAreasAnswer: 'Svar om innsatsområde', ...ownColumns,
  },
  organisations: {
    name: 'Navn', short: 'Kortnavn', type: 'Slag', aliases: 'Andre navn', members: 'Medlemmer', supportApparatus: 'Støtteapparat',
    coordinates: 'Koordinerer', municipalityNumber: 'Kommune', hostMunicipality: 'Vertskommune', serviceAreaId: 'Område',
    parentId: 'Hører til', substitutesFor: 'Ivaretar oppgavene til', substituteScope: 'For hva', tasks: 'Oppgaver', note: 'Merknad', place: 'Plass',
  },
  groups: {
    name: 'Navn', kind: 'Slag', aliases: 'Andre navn', members: 'Medlemmer', people: 'Personer', memberTypes: 'Slags deltakere',
    perMunicipalityMin: 'Minst per kommune', perMunicipalityMax: 'Høyst per kommune', coverage: 'Dekker', mandate: 'Mandat', meets: 'Møtes',
    metBefore: 'Møttes før', crossRegional: 'På tvers av regioner', started: 'Startet', place: 'Plass',
  },
  serviceAreas: { name: 'Navn', crossesCountyBorder: 'Krysser fylkesgrensen', municipalities: 'Kommuner', place: 'Plass' },
  collaborations: {
    with: 'Samarbeid med', organisations: 'Organisasjoner', groupId: 'Gruppe', form: 'Samarbeidsform', agreement: 'Avtale', role: 'Rolle',
    invitedBy: 'Invitert av', when: 'Når', focusAreas: 'Innsatsområde', focusAreasAnswer: 'Svar om innsatsområde', place: 'Plass', ...ownColumns,
  },
  followUps: { text: 'Oppfølging', when: 'Når', groupId: 'Gruppe', place: 'Plass' },
  messages: { topic: 'Tema', text: 'Budskap', related: 'Hører sammen med', place: 'Plass' },
  municipalities: {
    number: 'Nummer', name: 'Navn', kind: 'Slag', county: 'Fylke', formerCounty: 'Tidligere fylke', partOf: 'Del av',
    successorNumber: 'Nytt nummer', phase: 'Fase', decision: 'Vedtak', decisionDate: 'Vedtaksdato', caseNumber: 'Saksnummer',
    anchoredIn: 'Forankret i', contactCount: 'Kontaktpersoner', lastContact: 'Siste kontakt', writtenLanguage: 'Målform',
    serviceAreaId: 'Område', ushtId: 'USHT', note: 'Merknad', place: 'Plass',
  },
  phases: { number: 'Nummer', name: 'Navn', years: 'År', place: 'Plass' },
  columns: { register: 'Del av planen', field: 'Felt', title: 'Overskrift', place: 'Plass' },
  occurrences: {
    activityId: 'Aktivitet', networkId: 'Nettverk', year: 'År', half: 'Halvår', date: 'Dato', state: 'Tilstand', note: 'Merknad', place: 'Plass',
  },
}

const focusAreasAnswer = { listed: 'Noen områder', overarching: 'Alle områdene', none: 'Ingen bestemte områder' }

const choices: ChoiceWords = {
  plan: { language: { nb: 'Bokmål', nn: 'Nynorsk' }, state: { draft: 'Utkast', revised: 'Revidert', approved: 'Godkjent' } },
  sections: { shows: { activities: 'Aktivitetene', networks: 'Nettverkene' } },
  mainTasks: {},
  goals: {},
  audiences: {
    kind: {
      'municipal-leadership': 'Kommuneledelse', 'employees': 'Ledere og ansatte', 'contact-persons': 'Kontaktpersoner',
      'support-apparatus': 'Støtteapparat', 'own-organisations': 'Egne organisasjoner', 'state-agencies': 'Statlige etater',
      'organisation': 'Organisasjon', 'councils': 'Råd', 'health-trusts': 'Helseforetak', 'citizens': 'Innbyggere',
    },
  },
  activities: {
    focusAreasAnswer,
    status: { 'not-started': 'Ikke startet', 'in-progress': 'I gang', 'done': 'Gjennomført', 'postponed': 'Utsatt', 'cancelled': 'Avlyst' },
    risk: { 'on-plan': 'I henhold til plan', 'minor-deviation': 'Mindre avvik', 'major-deviation': 'Større avvik', 'critical': 'Kritisk' },
  },
  networks: {
    state: {
      'existing': 'Eksisterende', 'developing': 'Videreutvikling', 'revitalising': 'Revitalisering', 'new': 'Nyetablering',
      'considering-reestablishing': 'Vurderer reetablering', 'ended': 'Avsluttet',
    },
    networkType: {
      fagnettverk: 'Fagnettverk', læringsnettverk: 'Læringsnettverk', ledernettverk: 'Ledernettverk', kommunenettverk: 'Kommunenettverk',
      prosjekt: 'Prosjekt', møteplass: 'Møteplass',
    },
    focusAreasAnswer,
  },
  organisations: {
    type: {
      'statsforvalter': 'Statsforvalter', 'municipal-association': 'Kommunenes organisasjon', 'usht': 'Utviklingssenter',
      'collective': 'Fellesnavn', 'elderly-council': 'Eldreråd', 'county-authority': 'Fylkeskommune', 'state-agency': 'Statlig etat',
      'research-centre': 'Forskningssenter', 'competence-centre': 'Kompetansesenter', 'rd-unit': 'FoU-enhet', 'health-trust': 'Helseforetak',
      'education': 'Utdanning', 'business-development': 'Næringsutvikling', 'municipality': 'Kommune', 'municipal-unit': 'Kommunal enhet',
      'national-programme': 'Nasjonalt program', 'directorate': 'Direktorat', 'national-centre': 'Nasjonalt senter',
      'organisation': 'Organisasjon', 'open-ended': 'Åpen liste',
    },
    supportApparatus: { regional: 'Regionalt', national: 'Nasjonalt' },
  },
  groups: {
    kind: {
      'support-apparatus': 'Støtteapparat', 'strategic-coordination-group': 'Strategisk koordineringsgruppe',
      'coordination-group': 'Koordineringsgruppe', 'internal-working-group': 'Intern arbeidsgruppe', 'resource-forum': 'Ressursforum',
      'contact-persons': 'Kontaktpersoner', 'programme': 'Program', 'steering-group': 'Styringsgruppe',
      'coordinator-network': 'Koordinatornettverk',
    },
    coverage: { all: 'Alle kommunene' },
  },
  serviceAreas: {},
  collaborations: { agreement: { yes: 'Ja', no: 'Nei' }, focusAreasAnswer },
  followUps: {},
  messages: {},
  municipalities: {
    kind: { 'municipality': 'Kommune', 'city-district': 'Bydel' },
    decision: { none: 'Ikke vedtatt', planned: 'Planlagt', decided: 'Vedtatt' },
    writtenLanguage: { nb: 'Bokmål', nn: 'Nynorsk', neutral: 'Nøytral' },
  },
  phases: {},
  columns: { register: { activities: 'Aktivitetene', networks: 'Nettverkene', collaborations: 'Samarbeidet' } },
  occurrences: { state: { planned: 'Planlagt', held: 'Holdt', cancelled: 'Avlyst' } },
}

/** Options and roles of sets. A word of the region's own stands as it is. */
const members: Words = {
  'agenda-item': 'Sak på møte', 'conference': 'Konferanse', 'course': 'Kurs', 'course-day': 'Fagdag', 'dialogue-meeting': 'Dialogmøte',
  'information': 'Informasjon', 'information-package': 'Informasjonspakke', 'input': 'Innspill', 'letter': 'Brev', 'meeting': 'Møte',
  'network-meeting': 'Nettverksmøte', 'newsletter': 'Nyhetsbrev', 'plan-input': 'Innspill til plan', 'publication': 'Publikasjon',
  'report': 'Rapport', 'social-media': 'Sosiale medier', 'status-meeting': 'Statusmøte', 'survey': 'Kartlegging', 'teams': 'Teams',
  'video': 'Video', 'webinar': 'Webinar', 'website': 'Nettside',
  'meetings': 'Møter', 'gatherings': 'Samlinger', 'facebook-group': 'Facebook-gruppe', 'seminars': 'Seminarer',
  'learning-network': 'Læringsnettverk', 'network-meetings': 'Nettverksmøter', 'training': 'Opplæring', 'guidance': 'Veiledning',
}
const roles: Words = {
  'responsible': 'ansvarlig', 'lead': 'leder', 'contributor': 'medvirker', 'operator': 'drifter', 'partner': 'samarbeider',
  'member-of-operating-group': 'med i driftsgruppa',
  'joint-municipal-representative-in-steering-group': 'felles kommunal representant i styringsgruppa',
  'programme': 'program', 'planned': 'planlagt', 'participant': 'deltaker', 'pilot': 'pilot',
}

const memberRole: Readonly<Record<Role, string>> = {
  reader: 'leser', commenter: 'kommentator', editor: 'redaktør', chair: 'møteleder', owner: 'eier',
}

const refusals: Readonly<Record<Refusal, string>> = {
  'row-is-gone': 'Raden finnes ikke lenger i planen. Det du ser ellers er lagret.',
  'no-such-field': 'Dette feltet kan ikke endres her. Ingenting er endret.',
  'not-valid': 'Verdien passer ikke i dette feltet, så den gamle står. Prøv med en annen verdi.',
  'too-long': 'Teksten er for lang for dette feltet. Det som var lagret, står. Kort ned og prøv igjen.',
}

const stopped: Readonly<Record<CloseReason, { title: string, what: string, action: string }>> = {
  'signed-out': { title: 'Du er logget ut.', what: 'Logg inn igjen her, så fortsetter du der du slapp.', action: 'Logg inn igjen' },
  'refused': { title: 'Endringen ble ikke godtatt.', what: 'Last planen på nytt, så lagres det som kan lagres. Resten finner du under «Ikke lagret».', action: 'Last planen på nytt' },
  'access-changed': { title: 'Tilgangen din til planen er endret.', what: 'Last planen på nytt for å se hva du kan gjøre nå.', action: 'Last planen på nytt' },
  'not-found': { title: 'Du har ikke lenger tilgang til denne planen.', what: 'Be den som eier planen, om tilgang hvis du trenger den.', action: 'Til planene mine' },
  'other-epoch': {
    title: 'Planen er lagt inn på nytt på serveren.',
    what: 'Den er hentet tilbake fra en sikkerhetskopi, eller noe er tatt ut av den for godt. Last planen på nytt for å se den slik den er nå.',
    action: 'Last planen på nytt',
  },
  'newer-plan': { title: 'Planen er skrevet med en nyere utgave av Plantavle.', what: 'Denne serveren kan ikke åpne den. Ingenting er mistet eller endret. Si fra til den som leder planen, og last siden på nytt når serveren er oppdatert.', action: 'Last siden på nytt' },
  'outdated-client': { title: 'Plantavle er oppdatert.', what: 'Last siden på nytt – ingenting er mistet.', action: 'Last siden på nytt' },
  'too-big': { title: 'En endring var for stor til å sendes.', what: 'Last planen på nytt. Det som ikke kan lagres, finner du under «Ikke lagret».', action: 'Last planen på nytt' },
  'not-understood': { title: 'Serveren forsto ikke det denne siden sendte.', what: 'Last siden på nytt. Skjer det igjen, last ned det du har skrevet, og si fra til den som leder planen.', action: 'Last siden på nytt' },
  'differs': { title: 'Planen på skjermen stemmer ikke med serveren.', what: 'Den er hentet på nytt og stemmer fortsatt ikke. Last siden på nytt. Skjer det igjen, si fra til den som leder planen.', action: 'Last siden på nytt' },
}

const registers: Readonly<Record<RegisterName, string>> = {
  plan: 'Planen', sections: 'Kapitler', mainTasks: 'Hovedoppgaver', goals: 'Mål', audiences: 'Målgrupper', activities: 'Aktiviteter',
  networks: 'Nettverk', organisations: 'Organisasjoner', groups: 'Grupper', serviceAreas: 'Områder', collaborations: 'Samarbeid',
  followUps: 'Øvrig oppfølging', messages: 'Budskap', municipalities: 'Kommuner', phases: 'Faser', columns: 'Kolonner',
  occurrences: 'Gjennomføringer',
}
/** One row of each register. */
const rowOf: Readonly<Record<RegisterName, string>> = {
  plan: 'Planen', sections: 'Kapittel', mainTasks: 'Hovedoppgave', goals: 'Mål', audiences: 'Målgruppe', activities: 'Aktivitet',
  networks: 'Nettverk', organisations: 'Organisasjon', groups: 'Gruppe', serviceAreas: 'Område', collaborations: 'Samarbeid',
  followUps: 'Oppfølging', messages: 'Budskap', municipalities: 'Kommune', phases: 'Fase', columns: 'Kolonne', occurrences: 'Gjennomføring',
}

const countWords = ['ingen', 'én', 'to', 'tre', 'fire', 'fem', 'seks', 'sju', 'åtte', 'ni', 'ti', 'elleve', 'tolv']

/** Every sentence a person reads, in bokmål. `nn.ts` has the same shape. */
export const nb = {
  product: 'Plantavle',
  skip: 'Hopp til innholdet',
  words: { fields, choices, members, roles, memberRole, registers, rowOf },
  /** Column heads that must be shorter than the field's own name. */
  shortFields: { focusAreas: 'Område' } as Words,

  nav: {
    label: 'Deler av planen',
    plans: 'Planene mine',
    head: 'Om planen',
    occurrences: 'Gjennomføring',
    responsibility: 'Ansvar',
    members: 'Medlemmer',
    trash: 'Papirkurv',
    help: 'Hjelp',
    menu: 'Meny',
    more: 'Mer',
    everything: 'Alt i planen',
    close: 'Lukk',
  },
  plans: {
    title: 'Planene mine',
    hello: (name: string) => name === '' ? 'Hei' : `Hei, ${name}`,
    lead: (count: number) => count === 1 ? 'Du er med i én plan.' : `Du er med i ${countWords[count] ?? count} planer.`,
    none: 'Du er ikke med i noen plan ennå.',
    noneWhat: 'Be den som leder planen i din region, om å legge deg til. Da dukker planen opp her.',
    role: (role: string) => `Du er ${role}`,
    untitled: 'Plan uten tittel',
  },
  signIn: {
    title: 'Logg inn',
    invitation: 'Invitasjon',
    signedInAs: (who: string) => `Du er logget inn som ${who}.`,
    goBack: 'Du er logget inn. Gå tilbake til fanen med planen, den fortsetter av seg selv. Denne kan du lukke.',
    signedOut: 'Du er logget ut. Det som var sendt, er lagret på serveren.',
  },
  aboutLinks: { label: 'Om tjenesten', accessibility: 'Tilgjengelighet', privacy: 'Personvern og sikkerhet' },
  notFound: {
    title: 'Denne siden finnes ikke',
    what: 'Adressen kan være skrevet feil, eller siden er flyttet. Planene dine er der de var.',
    inPlanWhat: 'Adressen kan være skrevet feil, eller siden er flyttet. Planen er her, og du finner det du leter etter i menyen.',
    toActivities: 'Gå til aktivitetene',
    planTitle: 'Vi finner ikke denne planen for deg',
    planWhat: 'Enten finnes den ikke, eller så er du ikke med i den. Be den som leder planen, om tilgang hvis du skal være med.',
    removedTitle: (title: string) => `Du er ikke lenger med i «${title}»`,
    back: 'Til planene mine',
  },
  failed: {
    title: 'Vi får ikke kontakt med serveren',
    what: 'Det du har skrevet før, er trygt. Sjekk nettet, og prøv igjen om litt.',
    again: 'Prøv igjen',
  },
  plan: { edition: (number: number, state: string) => [`${number}. utgave`, state].filter(Boolean).join(', ') },
  loading: 'Henter planen …',

  save: {
    opening: 'Åpner planen …',
    saved: (clock: string) => `Lagret på serveren ${clock}`,
    saving: 'Lagrer …',
    onDevice: (count: number) => `Lagret på denne enheten – ikke sendt (${count})`,
    onDeviceNothing: 'Uten nett. Planen er lagret på denne enheten',
    notSaved: 'Ikke lagret',
    stopped: 'Ikke koblet til planen',
    download: 'Last ned det du har skrevet',
    barOnDevice: 'Endringene dine er trygge på denne enheten og sendes når nettet er tilbake. Du kan skrive videre.',
    barNotSaved: 'Endringene dine er bare i dette vinduet. Ikke lukk det. Last ned det du har skrevet for å være sikker.',
    barSaving: 'Serveren har ikke svart på en stund. Endringene dine er på denne enheten, og vi prøver igjen.',
    spokenBad: 'Endringene dine er ikke sendt til serveren.',
    spokenGood: 'Alle endringer er lagret på serveren.',
    barred: 'Serveren får ikke lagret akkurat nå.',
    barredWhat: 'Du kan lese. Det du har skrevet som ikke er lagret, ligger på denne enheten og sendes når det går igjen.',
    barredHere: 'Serveren får ikke lagret akkurat nå. Skriv ferdig her, så sendes det når det går igjen.',
    barredNoMore: 'Serveren kan lagre igjen. Du kan skrive videre.',
    leaveKept: 'Du har endringer som ikke er sendt. De er lagret på denne enheten.',
    leaveLost: 'Du har endringer som ikke er lagret noe sted.',
    kept: (count: number) => count === 1 ? 'Én usendt endring ligger trygt på denne enheten.' : `${count} usendte endringer ligger trygt på denne enheten.`,
    lost: (count: number) => count === 1 ? 'Én endring er ikke sendt. Last den ned før du lukker vinduet.' : `${count} endringer er ikke sendt. Last dem ned før du lukker vinduet.`,
    aside: 'Det du skrev, ligger på denne enheten.',
    nothingLost: 'Alt du har skrevet, er lagret på serveren.',
    fileName: (day: string) => `plantavle-ikke-sendt-${day}.txt`,
    fileHead: (title: string, when: string) => `Det du har skrevet i «${title}» som ikke er sendt til serveren per ${when}.`,
    fileEmpty: 'Det er ingen usendte endringer.',
  },
  stopped,

  here: {
    label: (count: number) => count === 1 ? 'Én annen er her nå' : `${count} andre er her nå`,
    title: 'Her nå',
    mine: (name: string) => `${name} (deg, i et annet vindu)`,
    nowhere: 'ser på planen',
    at: (place: string, field: string) => `i ${place}, ${field}`,
    row: (number: number) => `rad ${number}`,
    inRow: (name: string) => `${name} skriver her`,
    more: (count: number) => `+${count}`,
  },
  undo: 'Angre',
  redo: 'Gjør om',
  undoKey: 'Ctrl Z',
  redoKey: 'Ctrl Shift Z',
  undoing: {
    undo: (step: string) => `Angre: ${step}`,
    redo: (step: string) => `Gjør om: ${step}`,
    undone: (step: string) => `Angret: ${step}`,
    redone: (step: string) => `Gjort om: ${step}`,
    added: (rows: string) => `la til ${rows}`,
    trashed: (rows: string) => `slettet ${rows}`,
    restored: (rows: string) => `gjenopprettet ${rows}`,
    moved: (rows: string) => `flyttet ${rows}`,
    wrote: (rows: string, field: string) => `skrev i ${field ? `${field}, ` : ''}${rows}`,
    changed: (rows: string, field: string) => `endret ${field ? `${field}, ` : ''}${rows}`,
    named: (name: string) => `«${name}»`,
    rows: (count: number) => `${count} rader`,
    show: 'Vis',
  },

  person: {
    menu: (name: string) => `${name}: visning, språk og utlogging`,
    schemes: { auto: 'Som enheten', light: 'Lys', dark: 'Mørk' },
    languages: { nb: 'Bokmål', nn: 'Nynorsk' },
    myPage: 'Min side',
    administration: 'Administrasjon',
    signOut: 'Logg ut',
    signOutQuestion: 'Logge ut med usendte endringer?',
    signOutWhat: 'Endringene som ikke er sendt, ligger på denne enheten. De sendes først når du logger inn her igjen.',
    stay: 'Avbryt',
  },
  role: {
    reader: 'Du har lesetilgang til denne planen.',
    commenter: 'Du er kommentator, og kan lese denne planen.',
    ask: 'Be den som leder planen, om redigeringstilgang hvis du skal skrive.',
    only: 'Denne siden kan du lese. I denne planen kan du endre',
    and: ' og ',
    deputyFor: (name: string, day: string) => `Du er vikar for ${name} til og med ${day}, og kan gjøre det samme.`,
    deputyOver: (names: string) => `Du er ikke lenger vikar${names && ` for ${names}`}.`,
    reachTitle: 'Tilgangen din i planen er endret.',
    reachNow: (role: string, registers: string) => `Du er nå ${role} og kan endre ${registers}. Resten av planen kan du lese.`,
  },

  activities: {
    fact: (count: number, goals: number) => `${count} under ${goals} mål`,
    missing: (count: number) => `Mangler noe ${count}`,
    goal: (number: number) => `Mål ${number}`,
    noGoal: 'Uten mål',
    noGoalWhat: 'Aktiviteter som ikke står under noe mål ennå.',
    addGoal: 'Nytt mål',
    emptyGoal: 'Ingen aktiviteter under dette målet ennå.',
  },
  networks: {
    stateCount: (count: number, state: string) => `${count} ${state.toLowerCase()}`,
    noState: (count: number) => `${count} uten tilstand`,
  },
  trash: {
    title: 'Papirkurv',
    fact: (count: number) => count === 0 ? 'tom' : count === 1 ? 'én rad' : `${count} rader`,
    what: 'Rader som er slettet, blir liggende her med all teksten sin. Ingenting forsvinner av seg selv.',
    empty: 'Papirkurven er tom',
    emptyWhat: 'Rader du sletter, havner her og kan gjenopprettes når som helst.',
    restore: 'Gjenopprett',
    restoreName: (name: string) => `Gjenopprett ${name}`,
    restored: (name: string) => `«${name}» er gjenopprettet`,
    deleted: (when: string) => `slettet ${when}`,
    noName: 'Rad uten tekst',
  },
  help: {
    title: 'Hjelp',
    keysTitle: 'Tastatur',
    keys: [
      ['Tab', 'Gå inn i tabellen og ut av den. Når du skriver: gå til neste celle'],
      ['Piltaster', 'Gå mellom cellene i tabellen'],
      ['Ctrl piltast', 'Gå til den første eller siste raden eller kolonnen'],
      ['Home, End', 'Gå til den første eller siste cellen i raden. Med Ctrl: i tabellen'],
      ['Page Up, Page Down', 'Gå en skjermfull opp eller ned'],
      ['Enter eller F2', 'Rediger cellen. Begynner du bare å skrive, kommer ordene etter dem som står der'],
      ['Shift Enter', 'Ny linje i en tekst'],
      ['Esc', 'Lukk og gå tilbake til cellen'],
      ['Shift piltast', 'Merk flere celler'],
      ['Ctrl C, Ctrl X, Ctrl V', 'Kopier, klipp ut og lim inn cellene'],
      ['Ctrl D', 'Fyll cellene nedover med det som står øverst'],
      ['Delete', 'Tøm cellene'],
      ['Shift mellomrom', 'Velg raden, for å endre flere på én gang'],
      ['Alt ↑, Alt ↓', 'Flytt raden'],
      ['Ctrl Enter', 'Ny rad under'],
      ['Alt Enter', 'Vis alle feltene i raden'],
      ['F6', 'Gå mellom tabellen og feltene ved siden av'],
      ['Shift F10', 'Åpne menyen for raden eller målet'],
      ['Ctrl F', 'Finn ord i tabellen'],
      ['Ctrl Z', 'Angre det du gjorde sist'],
      ['Ctrl Shift Z', 'Gjør om'],
    ] as readonly (readonly [string, string])[],
    savingTitle: 'Er det jeg skriver, lagret?',
    saving: [
      'Under navnet på planen står det alltid hvor endringene dine er.',
      '«Lagret på serveren» betyr at serveren har skrevet alt ned. «Lagret på denne enheten – ikke sendt» betyr at nettet er borte; endringene er trygge her og sendes når nettet er tilbake.',
      'Når to skriver i samme tekst, beholdes begges ord.',
      'Kan noe ikke lagres i planen, ligger alle ordene dine på denne enheten, under «Ikke lagret». Der kan du kopiere dem, laste dem ned eller prøve igjen.',
    ],
    undoTitle: 'Kan jeg angre?',
    undo: ['Ja, og knappen sier hva som blir angret. Du angrer bare det du selv har gjort, aldri det andre har skrevet. Slettede rader ligger i papirkurven.'],
    marksTitle: 'Merkene',
    marks: { missing: 'Feltet er tomt, og burde vært fylt ut.', invalid: 'Det som er lagret i feltet, lar seg ikke lese. Skriv det på nytt.', collective: 'Et fellesnavn eller en gruppe som står for flere.', all: 'Gjelder alle innsatsområdene.' },
  },

  row: {
    menu: (name: string) => `Valg for ${name}`,
    untitled: 'rad uten tekst',
    newText: 'Skriv hva som skal gjøres',
    up: 'Flytt opp',
    down: 'Flytt ned',
    moveTo: 'Flytt til …',
    moveTitle: (name: string) => `Flytt «${name}»`,
    moveWhat: 'Velg hvor raden skal stå.',
    first: 'Først',
    after: (name: string) => `Etter «${name}»`,
    move: 'Flytt',
    cancel: 'Avbryt',
    trash: 'Slett',
    trashed: (name: string) => `«${name}» er slettet`,
    moved: (name: string) => `«${name}» er flyttet`,
    goneHere: 'Noen andre slettet raden du skrev i. Teksten ligger i papirkurven.',
  },
  cell: {
    edit: (field: string, row: string) => `${field}, ${row}`,
    missing: 'Mangler',
    invalid: 'Ugyldig verdi',
    notStated: 'Ikke oppgitt',
    gone: 'Finnes ikke lenger',
    choose: (field: string) => `Velg ${field.toLowerCase()}`,
    search: 'Søk',
    noHits: 'Ingen treff',
    tooLong: 'Teksten er så lang som den kan være.',
    edits: 'Rediger',
    reading: 'Ferdig',
    yes: 'Ja',
    no: 'Nei',
    all: 'Alle',
    none: 'Ingen',
  },
  /** Whom the plan names by an id, where there is no name to show. */
  people: {
    former: 'tidligere medlem',
    nameless: 'Uten navn',
    fetching: '…',
    notFetched: 'navnet er ikke hentet',
  },
  focus: {
    unknown: (number: string) => `Område ${number}`,
  },
  when: {
    spring: 'vår', autumn: 'høst',
    summer: 'sommer', winter: 'vinter',
    months: ['januar', 'februar', 'mars', 'april', 'mai', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'desember'],
    continuous: 'hele året',
    everyMonth: 'hver måned',
    vague: 'uten bestemt tid',
    period: 'i løpet av perioden',
    onDemand: 'ved behov',
    onInvitation: 'når noen inviterer',
    programme: 'et løp med start og slutt',
    perYear: (min: number, max: number) => min === max ? (min === 1 ? 'én gang i året' : `${countWords[min] ?? min} ganger i året`) : `${countWords[min] ?? min} til ${countWords[max] ?? max} ganger i året`,
    week: (number: number) => `uke ${number}`,
    duration: (min: number, max: number) => min === max ? `varer ${min} måneder` : `varer ${min}–${max} måneder`,
  },
  refusals,
  left,
  grid,
  head,
  places,
  editors,
  facts,
  near,
  occurrences,
  panel,
  responsibility,
  parties,
  tables,
  columns,
  and: (words: readonly string[]) => words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} og ${words.at(-1)}`,
}

export type Text = typeof nb
