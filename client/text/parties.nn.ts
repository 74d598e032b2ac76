import type { parties as bokmal } from './parties.nb.ts'

const count = (number: number, one: string, several: string) => number === 1 ? one : `${number} ${several}`
const activities = (number: number) => count(number, 'éin aktivitet', 'aktivitetar')
const networks = (number: number) => `${number === 1 ? 'eitt' : number} nettverk`
const organisations = (number: number) => count(number, 'éin organisasjon', 'organisasjonar')
const audiences = (number: number) => count(number, 'éi målgruppe', 'målgrupper')
const collaborations = (number: number) => `${number === 1 ? 'eitt' : number} samarbeid`

export const parties: typeof bokmal = {
  notes: {
    sharedName: (words, others) => `«${words}» blir også brukt av ${others}`,
    substitutes: (whom, scope) => `Tek hand om oppgåvene til ${whom}${scope ? `, for ${scope}` : ''}`,
    ring: way => `Medlemmene går i ring: ${way}`,
    perMunicipality: (min, max) =>
      min !== null && max !== null && min !== max ? `${min} til ${max} frå kvar kommune` : `${max === null ? 'minst ' : min === null ? 'høgst ' : ''}${min ?? max} frå kvar kommune`,
    memberTypes: words => `Også ${words}`,
    throughGroup: group => `Gjennom ${group}`,
    usedIn: number => `i ${activities(number)}`,
  },
  uses: {
    title: 'Brukt i planen',
    none: 'Ikkje brukt i planen enno.',
    through: (name, number) => `Gjennom ${name}: ansvar i ${activities(number)}`,
    throughNetworks: (name, number) => `Gjennom ${name}: driv ${networks(number)}`,
    toResponsibility: 'Kven har ansvar for kva',
    words: {
      'activities/responsible': number => `Ansvar i ${activities(number)}`,
      'activities/via': number => `Formidlar ${activities(number)}`,
      'activities/audienceId': number => `Målgruppe for ${activities(number)}`,
      'activities/place': number => `Mål for ${activities(number)}`,
      'activities/goals': number => `I tillegg mål for ${activities(number)}`,
      'activities/phases': number => `I ${activities(number)}`,
      'activities/messages': number => `I ${activities(number)}`,
      'activities/mainTasks': number => `I ${activities(number)}`,
      'networks/operatedBy': number => `Driv ${networks(number)}`,
      'networks/participants': number => `Deltek i ${networks(number)}`,
      'networks/serviceAreas': number => `Blir dekt av ${networks(number)}`,
      'networks/followsNetworkId': number => `Blir følgd av ${networks(number)}`,
      'organisations/members': number => `Med i ${count(number, 'eitt fellesnamn', 'fellesnamn')}`,
      'organisations/parentId': number => `Har ${organisations(number)} under seg`,
      'organisations/substitutesFor': number => `${organisations(number)} tek hand om oppgåvene`.replace(/^é/, 'É'),
      'organisations/serviceAreaId': number => `Område for ${organisations(number)}`,
      'groups/members': number => `Medlem i ${count(number, 'éi gruppe', 'grupper')}`,
      'audiences/groupId': number => `Med i ${audiences(number)}`,
      'audiences/organisations': number => `Med i ${audiences(number)}`,
      'audiences/naturalOwners': number => `Naturleg ansvarleg for ${audiences(number)}`,
      'collaborations/organisations': number => `Med i ${collaborations(number)}`,
      'collaborations/groupId': number => `Med i ${collaborations(number)}`,
      'collaborations/invitedBy': number => `Inviterer til ${collaborations(number)}`,
      'followUps/groupId': number => `Følgjer opp ${count(number, 'eitt punkt', 'punkt')}`,
      'municipalities/serviceAreaId': number => `Dekkjer ${count(number, 'éin kommune', 'kommunar')}`,
      'plan/preparedBy': () => 'Har utarbeidd planen',
      'municipalities/ushtId': number => `USHT for ${count(number, 'éin kommune', 'kommunar')}`,
    },
    other: (register, number) => `${register}: ${number}`,
  },
  trashedInUse: (name, number) => `«${name}» er sletta. ${number === 1 ? 'Éi rad viser' : `${number} rader viser`} framleis til den.`,
  cooperation: {
    title: number => `${['Ingen', 'Éin', 'To', 'Tre'][number] ?? number} manglar blant samarbeida`,
    titleThin: 'Planen seier ikkje korleis alle tek del',
    what: 'Planen skal vise korleis eldreråd, fylkeskommune og helseføretak tek del: med form for samarbeid, ansvar, rolle og oppgåver.',
    actors: { 'elderly-council': 'Eldreråd', 'county-authority': 'Fylkeskommune', 'health-trust': 'Helseføretak' },
    inGroups: groups => `er med i ${groups}, men står ikkje blant samarbeida`,
    lacks: { collaboration: 'står ikkje blant samarbeida', form: 'manglar samarbeidsform', role: 'manglar ansvar, rolle og oppgåver' },
    add: 'Legg til',
    addName: name => `Legg til ${name}`,
    fill: 'Fyll ut',
    fillName: name => `Fyll ut for ${name}`,
    full: 'Planen har ikkje plass til fleire samarbeid.',
    settled: 'Eldreråd, fylkeskommune og helseføretak er med, med form og rolle.',
  },
  filters: {
    more: 'Fleire filter',
    moreHeading: 'Vis berre rader med',
    times: { spring: 'Vår', autumn: 'Haust', continuous: 'Heile året', year: 'Ein gong i året eller perioden', undated: 'Utan tidspunkt' },
    number: (field, number) => `${field} ${number}`,
  },
}
