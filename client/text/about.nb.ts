/** A page that everybody may read: sections of sentences, lists and named facts. */
export interface AboutPage {
  readonly title: string
  readonly lead: string
  readonly sections: readonly AboutSection[]
}
export interface AboutSection {
  readonly title: string
  readonly words?: readonly string[]
  /** Of each what it is called, and what there is to know. */
  readonly facts?: readonly (readonly [string, string])[]
  readonly list?: readonly string[]
  /** What is said when the list has been read. */
  readonly after?: string
  /** Whom to turn to stands at its end. */
  readonly hasContact?: true
}

/** Other sites that the sentences name, in both languages: the name is the link, wherever it stands. */
export const sites: Readonly<Record<string, `https://${string}`>> = {
  'uustatus.no': 'https://uustatus.no/',
  'uutilsynet.no': 'https://www.uutilsynet.no/',
  'datatilsynet.no': 'https://www.datatilsynet.no/',
}

const accessibility: AboutPage = {
  title: 'Tilgjengelighet',
  lead: 'Alle skal kunne lese planen og være med på å skrive den. Her står det hva vi sikter mot, hva vi har prøvd, og hva vi vet ikke er bra nok.',
  sections: [
    {
      title: 'Hva vi sikter mot',
      words: [
        'Plantavle skal oppfylle kravene i WCAG 2.1 på nivå A og AA, som forskrift om universell utforming av IKT bygger på. Noen steder går vi lenger: '
        + 'knapper på berøringsskjerm er minst 44 punkter høye, og du kan bruke alt på en skjerm som er 320 punkter bred.',
        'Dette er produktets egen redegjørelse. Virksomheten som drifter tjenesten, har ansvaret for tilgjengelighetserklæringen på uustatus.no.',
      ],
    },
    {
      title: 'Hvor godt kravene er oppfylt',
      words: ['Etter det vi har prøvd, er kravene delvis oppfylt. Dette vet vi mangler, eller er ikke prøvd godt nok:'],
      facts: [
        ['Skjermlesere', 'Vi har ikke prøvd tjenesten for hånd med NVDA, JAWS, VoiceOver eller TalkBack. Det en skjermleser får vite, er bare kontrollert automatisk (4.1.2, 4.1.3).'],
        ['Språk i planteksten', 'Teksten i planen er ikke merket med sitt eget språk. Er planen på nynorsk og siden på bokmål, kan en skjermleser lese den med feil uttale (3.1.2).'],
        ['Lange tabeller', 'Bare radene nær det du ser på, er på siden. Søket i nettleseren finner derfor ikke alt. Bruk søket i tabellen: Ctrl F.'],
        ['Høy kontrast', 'Windows sine kontrasttemaer er tatt hensyn til, men ikke prøvd på alle sidene (1.4.11).'],
        ['Andre hjelpemidler', 'Talestyring, bryterstyring og forstørringsprogram er ikke prøvd.'],
        ['Folk', 'Ingen med nedsatt funksjonsevne har prøvd tjenesten sammen med oss ennå.'],
      ],
    },
    {
      title: 'Hva som er prøvd, og hvordan',
      words: ['Dette prøves automatisk i nettleseren Chromium hver gang noe endres:'],
      list: [
        'Verktøyet axe går gjennom alle sidene, lyse og mørke, uten funn. Det finner bare en del av feilene som kan finnes.',
        'Hver side i planen kan nås, endres og forlates med tastaturet alene, og du ser alltid hvor du er.',
        'Ved 320 punkters bredde, også med dobbelt så store bokstaver, må du ikke rulle sidelengs, og ingen ord ligger over hverandre.',
        'Tekst har en kontrast på minst 4,5 mot bakgrunnen, og kanten på felt og knapper minst 3.',
        'Det en skjermleser får vite om tabellen, feltene og menyene, er skrevet ned. Endringer i det blir oppdaget.',
        'Alt finnes på bokmål og nynorsk.',
      ],
    },
    {
      title: 'Si fra',
      words: [
        'Er det noe du ikke får til, eller som kunne vært lettere? Si fra, så skal du få svar. Fortell gjerne hvilken side det gjelder, og hva du brukte.',
        'Får du ikke svar, eller er du ikke enig i svaret, kan du klage til Tilsynet for universell utforming av ikt (uutilsynet.no).',
      ],
      hasContact: true,
    },
  ],
}

const privacy: AboutPage = {
  title: 'Personvern og sikkerhet',
  lead: 'Planen handler om arbeid, ikke om enkeltpersoner. Her står det hva som likevel lagres om deg, hvem som ser det, og hva tjenesten kan og ikke kan beskytte mot.',
  sections: [
    {
      title: 'Hva som lagres om deg',
      facts: [
        ['Navn og organisasjon', 'Vises for dem som er med i de samme planene, så lenge du er med.'],
        ['E‑postadresse', 'Brukes til å logge inn og invitere. Den vises bare for dem som er medlem av de samme planene, aldri for andre lesere.'],
        ['Roller', 'Hvilke planer du er med i, hva du kan gjøre der, og til når. Også om du er vikar for noen, eller har en vikar.'],
        ['Det du endrer', 'Planen husker hvem som endret hva, og når, med teksten før og etter. Det er historikken, og den følger planen så lenge den finnes.'],
        ['At du er her', 'Mens planen er åpen, ser de andre navnet ditt og cellen du er i. Når du går, huskes bare når du sist var innom.'],
        ['Innlogginger', 'Når og hvordan du logget inn, og navnet på nettleseren, som «Firefox på Windows». En innlogging varer i 30 dager, eller til du logger ut. En invitasjon varer i 14 dager.'],
        ['Tilgangslogg', 'Hvem som fikk, endret eller mistet tilgang, og når. Den lagres med numre i stedet for navn, vises for eierne av planen, og kan ikke endres.'],
        ['Driftslogg', 'Hva serveren gjorde, uten navn, adresser og tekst fra planen.'],
      ],
    },
    {
      title: 'Hvor det lagres, og hvor lenge',
      words: [
        'Alt ligger på serveren til den som drifter tjenesten, og i sikkerhetskopiene derfra. Siden henter ikke noe fra andre steder, og ingen måler hva du gjør.',
        'På enheten din ligger en kopi av planen, det du ikke har fått sendt ennå, valgene dine, som språk og kolonner, og e‑postadressen din hvis du har bedt om at den huskes. Kopien gjør at du kan lese og skrive uten nett. '
        + 'Den blir liggende når du logger ut. På en enhet som andre bruker, bør du slette nettstedsdata i nettleseren etterpå.',
        'Tjenesten bruker bare informasjonskapsler som trengs for å slippe deg inn og holde deg innlogget. En av dem blir liggende i 400 dager etter at du logger ut: '
        + 'den gjør at fremmede som ber om koder i ditt navn, ikke stenger deg ute. Den slipper ingen inn.',
        'Navnet og adressen din lagres til du blir slettet. Sikkerhetskopier beholder det gamle så lenge den som drifter tjenesten, tar vare på dem.',
      ],
    },
    {
      title: 'Hva som ikke skal stå i planen',
      words: ['Planen leses av mange, sendes videre og blir arkivert. Den skal ikke inneholde:'],
      list: [
        'fødselsnummer eller D-nummer',
        'private telefonnumre, e‑postadresser og adresser',
        'opplysninger om helsen til en person, eller om noen som får hjelp',
        'navn der det holder med en rolle eller en organisasjon',
      ],
    },
    {
      title: 'Hvis noe slikt er skrevet',
      words: [
        'Tjenesten merker det som ser ut som fødselsnummer, telefonnummer, e‑postadresse eller adresse, og spør deg. Den finner ikke alt, og den stopper deg ikke. Teksten sendes ikke noe annet sted for å bli kontrollert.',
        'Tar du det bort, ligger det likevel igjen i historikken hvis det er lagret. Den som drifter tjenesten, kan vaske det bort for godt. '
        + 'Da står det igjen hvem som gjorde det, når og hvorfor, men ikke hva det var. I eldre sikkerhetskopier og hos dem som alt har tatt en kopi, finnes det fortsatt.',
      ],
    },
    {
      title: 'Rettighetene dine',
      list: [
        'Innsyn: På «Min side» laster du ned alt som er lagret om deg. Du kan også be om å få det.',
        'Retting: Navn, organisasjon og adresse kan rettes.',
        'Sletting: Du kan be om å bli slettet. Navnet og adressen blir borte. Det du skrev i planen, står, og der navnet ditt var, står det «tidligere medlem».',
        'Klage: Du kan klage til Datatilsynet (datatilsynet.no).',
      ],
      after: 'Virksomheten som drifter tjenesten, er ansvarlig for opplysningene, og svarer deg.',
      hasContact: true,
    },
    {
      title: 'Hva tjenesten beskytter mot',
      list: [
        'At noen uten tilgang leser eller endrer en plan: serveren kontrollerer alt, hver gang, også når siden er endret av noen.',
        'At noen skriver i ditt navn. Hvem som skrev, bestemmes av innloggingen.',
        'At noe som er meldt lagret, blir borte når strømmen går eller serveren stopper.',
        'At den som mister tilgangen, fortsetter å lese: forbindelsen blir kuttet med en gang.',
        'At noen gjetter en kode. Den varer kort, virker én gang og stenges etter få forsøk.',
        'At andre nettsteder gjør noe i ditt navn, eller at skjulte programmer kjører i siden.',
      ],
    },
    {
      title: 'Hva den ikke kan beskytte mot',
      list: [
        'En enhet som er stjålet eller står ulåst. Den som har den, kan lese planen og skrive som deg til du logges ut.',
        'Skjermbilder, utskrifter og det noen kopierer ut av planen. Det kan ikke hentes tilbake.',
        'Den som administrerer serveren. Hun eller han kan lese alt som ligger der.',
        'E‑postkontoen din. Den som kommer inn i e‑posten din, kan logge inn som deg.',
        'Skadelige programmer og utvidelser i nettleseren din.',
        'At noen med tilgang skriver noe som ikke skal stå der.',
      ],
      after: 'Lås skjermen, logg ut der andre slipper til, og si fra med en gang hvis noe er på avveie.',
    },
  ],
}

/** The pages that everybody may read, signed in or not. `about.nn.ts` is typed by it. */
export const about = {
  accessibility,
  privacy,
  contactBefore: 'Ta kontakt med:',
  noContact: 'Ta kontakt med den som inviterte deg.',
  asOf: 'Sist endret 23. november 2026.',
}
