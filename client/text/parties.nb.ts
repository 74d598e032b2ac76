import type { RequiredActor } from '#shared/rules/cooperation.ts'

const count = (number: number, one: string, several: string) => number === 1 ? one : `${number} ${several}`
const activities = (number: number) => count(number, 'én aktivitet', 'aktiviteter')
const networks = (number: number) => `${number === 1 ? 'ett' : number} nettverk`
const organisations = (number: number) => count(number, 'én organisasjon', 'organisasjoner')
const audiences = (number: number) => count(number, 'én målgruppe', 'målgrupper')
const collaborations = (number: number) => `${number === 1 ? 'ett' : number} samarbeid`

/** Those who take part, where they are named, and who must take part. `parties.nn.ts` is typed by it. */
export const parties = {
  notes: {
    sharedName: (words: string, others: string) => `«${words}» brukes også av ${others}`,
    substitutes: (whom: string, scope: string) => `Ivaretar oppgavene til ${whom}${scope ? `, for ${scope}` : ''}`,
    ring: (way: string) => `Medlemmene går i ring: ${way}`,
    perMunicipality: (min: number | null, max: number | null) =>
      min !== null && max !== null && min !== max ? `${min} til ${max} fra hver kommune` : `${max === null ? 'minst ' : min === null ? 'høyst ' : ''}${min ?? max} fra hver kommune`,
    memberTypes: (words: string) => `Også ${words}`,
    throughGroup: (group: string) => `Gjennom ${group}`,
    usedIn: (number: number) => `i ${activities(number)}`,
  },
  uses: {
    title: 'Brukes i planen',
    none: 'Ikke brukt i planen ennå.',
    through: (name: string, number: number) => `Gjennom ${name}: ansvar i ${activities(number)}`,
    throughNetworks: (name: string, number: number) => `Gjennom ${name}: drifter ${networks(number)}`,
    toResponsibility: 'Hvem har ansvar for hva',
    /** By register and field, those first that one asks for first. */
    words: {
      'activities/responsible': number => `Ansvar i ${activities(number)}`,
      'activities/via': number => `Formidler ${activities(number)}`,
      'activities/audienceId': number => `Målgruppe for ${activities(number)}`,
      'activities/place': number => `Mål for ${activities(number)}`,
      'activities/goals': number => `I tillegg mål for ${activities(number)}`,
      'activities/phases': number => `I ${activities(number)}`,
      'activities/messages': number => `I ${activities(number)}`,
      'activities/mainTasks': number => `I ${activities(number)}`,
      'networks/operatedBy': number => `Drifter ${networks(number)}`,
      'networks/participants': number => `Deltar i ${networks(number)}`,
      'networks/serviceAreas': number => `Dekkes av ${networks(number)}`,
      'networks/followsNetworkId': number => `Følges av ${networks(number)}`,
      'organisations/members': number => `Med i ${count(number, 'ett fellesnavn', 'fellesnavn')}`,
      'organisations/parentId': number => `Har ${organisations(number)} under seg`,
      'organisations/substitutesFor': number => `Oppgavene ivaretas av ${organisations(number)}`,
      'organisations/serviceAreaId': number => `Område for ${organisations(number)}`,
      'groups/members': number => `Medlem i ${count(number, 'én gruppe', 'grupper')}`,
      'audiences/groupId': number => `Med i ${audiences(number)}`,
      'audiences/organisations': number => `Med i ${audiences(number)}`,
      'audiences/naturalOwners': number => `Naturlig ansvarlig for ${audiences(number)}`,
      'collaborations/organisations': number => `Med i ${collaborations(number)}`,
      'collaborations/groupId': number => `Med i ${collaborations(number)}`,
      'collaborations/invitedBy': number => `Inviterer til ${collaborations(number)}`,
      'followUps/groupId': number => `Følger opp ${count(number, 'ett punkt', 'punkter')}`,
      'municipalities/serviceAreaId': number => `Dekker ${count(number, 'én kommune', 'kommuner')}`,
      'plan/preparedBy': () => 'Har utarbeidet planen',
      'municipalities/ushtId': number => `USHT for ${count(number, 'én kommune', 'kommuner')}`,
    } as Readonly<Record<string, (number: number) => string>>,
    other: (register: string, number: number) => `${register}: ${number}`,
  },
  trashedInUse: (name: string, number: number) =>
    `«${name}» er slettet. ${number === 1 ? 'Én rad viser' : `${number} rader viser`} fortsatt til den.`,
  cooperation: {
    title: (number: number) => `${['Ingen', 'Én', 'To', 'Tre'][number] ?? number} mangler blant samarbeidene`,
    titleThin: 'Planen sier ikke hvordan alle tar del',
    what: 'Planen skal vise hvordan eldreråd, fylkeskommune og helseforetak tar del: med form for samarbeid, ansvar, rolle og oppgaver.',
    actors: { 'elderly-council': 'Eldreråd', 'county-authority': 'Fylkeskommune', 'health-trust': 'Helseforetak' } as Readonly<Record<RequiredActor, string>>,
    inGroups: (groups: string) => `er med i ${groups}, men står ikke blant samarbeidene`,
    lacks: { collaboration: 'står ikke blant samarbeidene', form: 'mangler samarbeidsform', role: 'mangler ansvar, rolle og oppgaver' },
    add: 'Legg til',
    addName: (name: string) => `Legg til ${name}`,
    fill: 'Fyll ut',
    fillName: (name: string) => `Fyll ut for ${name}`,
    full: 'Planen har ikke plass til flere samarbeid.',
    settled: 'Eldreråd, fylkeskommune og helseforetak er med, med form og rolle.',
  },
  filters: {
    more: 'Flere filtre',
    moreHeading: 'Vis bare rader med',
    times: { spring: 'Vår', autumn: 'Høst', continuous: 'Hele året', year: 'En gang i året eller perioden', undated: 'Uten tidspunkt' } as Readonly<Record<string, string>>,
    number: (field: string, number: string) => `${field} ${number}`,
  },
}
