import type { about as nb, AboutPage } from './about.nb.ts'

const accessibility: AboutPage = {
  title: 'Tilgjenge',
  lead: 'Alle skal kunne lese planen og vere med på å skrive han. Her står det kva vi siktar mot, kva vi har prøvd, og kva vi veit ikkje er bra nok.',
  sections: [
    {
      title: 'Kva vi siktar mot',
      words: [
        'Plantavle skal oppfylle krava i WCAG 2.1 på nivå A og AA, som forskrift om universell utforming av IKT byggjer på. Nokre stader går vi lenger: '
        + 'knappar på peikeskjerm er minst 44 punkt høge, og du kan bruke alt på ein skjerm som er 320 punkt brei.',
        'Dette er utgreiinga til produktet sjølv. Verksemda som driftar tenesta, har ansvaret for tilgjengeerklæringa på uustatus.no.',
      ],
    },
    {
      title: 'Kor godt krava er oppfylte',
      words: ['Etter det vi har prøvd, er krava delvis oppfylte. Dette veit vi manglar, eller er ikkje prøvd godt nok:'],
      facts: [
        ['Skjermlesarar', 'Vi har ikkje prøvd tenesta for hand med NVDA, JAWS, VoiceOver eller TalkBack. Det ein skjermlesar får vite, er berre kontrollert automatisk (4.1.2, 4.1.3).'],
        ['Språk i planteksten', 'Teksten i planen er ikkje merkt med sitt eige språk. Er planen på bokmål og sida på nynorsk, kan ein skjermlesar lese han med feil uttale (3.1.2).'],
        ['Lange tabellar', 'Berre radene nær det du ser på, er på sida. Søket i nettlesaren finn derfor ikkje alt. Bruk søket i tabellen: Ctrl F.'],
        ['Høg kontrast', 'Kontrasttema i Windows er tekne omsyn til, men ikkje prøvde på alle sidene (1.4.11).'],
        ['Andre hjelpemiddel', 'Talestyring, brytarstyring og forstørringsprogram er ikkje prøvde.'],
        ['Folk', 'Ingen med nedsett funksjonsevne har prøvd tenesta saman med oss enno.'],
      ],
    },
    {
      title: 'Kva som er prøvd, og korleis',
      words: ['Dette blir prøvd automatisk i nettlesaren Chromium kvar gong noko blir endra:'],
      list: [
        'Verktøyet axe går gjennom alle sidene, lyse og mørke, utan funn. Det finn berre ein del av feila som kan finnast.',
        'Kvar side i planen kan nåast, endrast og forlatast med tastaturet åleine, og du ser alltid kvar du er.',
        'Ved 320 punkts breidd, også med dobbelt så store bokstavar, må du ikkje rulle sidelengs, og ingen ord ligg over kvarandre.',
        'Tekst har ein kontrast på minst 4,5 mot bakgrunnen, og kanten på felt og knappar minst 3.',
        'Det ein skjermlesar får vite om tabellen, felta og menyane, er skrive ned. Endringar i det blir oppdaga.',
        'Alt finst på bokmål og nynorsk.',
      ],
    },
    {
      title: 'Sei frå',
      words: [
        'Er det noko du ikkje får til, eller som kunne vore lettare? Sei frå, så skal du få svar. Fortel gjerne kva side det gjeld, og kva du brukte.',
        'Får du ikkje svar, eller er du ikkje samd i svaret, kan du klage til Tilsynet for universell utforming av ikt (uutilsynet.no).',
      ],
      hasContact: true,
    },
  ],
}

const privacy: AboutPage = {
  title: 'Personvern og tryggleik',
  lead: 'Planen handlar om arbeid, ikkje om enkeltpersonar. Her står det kva som likevel blir lagra om deg, kven som ser det, og kva tenesta kan og ikkje kan verne mot.',
  sections: [
    {
      title: 'Kva som blir lagra om deg',
      facts: [
        ['Namn og organisasjon', 'Blir vist for dei som er med i dei same planane, så lenge du er med.'],
        ['E‑postadresse', 'Blir brukt til å logge inn og invitere. Ho blir vist berre for dei som er medlem av dei same planane, aldri for andre lesarar.'],
        ['Roller', 'Kva planar du er med i, kva du kan gjere der, og til når. Også om du er vikar for nokon, eller har ein vikar.'],
        ['Det du endrar', 'Planen hugsar kven som endra kva, og når, med teksten før og etter. Det er historikken, og han følgjer planen så lenge han finst.'],
        ['At du er her', 'Medan planen er open, ser dei andre namnet ditt og cella du er i. Når du går, blir det hugsa berre når du sist var innom.'],
        ['Innloggingar', 'Når og korleis du logga inn, og namnet på nettlesaren, som «Firefox på Windows». Ei innlogging varer i 30 dagar, eller til du loggar ut. Ein invitasjon varer i 14 dagar.'],
        ['Tilgangslogg', 'Kven som fekk, endra eller mista tilgang, og når. Han blir lagra med nummer i staden for namn, blir vist for eigarane av planen, og kan ikkje endrast.'],
        ['Driftslogg', 'Kva serveren gjorde, utan namn, adresser og tekst frå planen.'],
      ],
    },
    {
      title: 'Kvar det blir lagra, og kor lenge',
      words: [
        'Alt ligg på serveren til den som driftar tenesta, og i tryggingskopiane derifrå. Sida hentar ikkje noko frå andre stader, og ingen måler kva du gjer.',
        'På eininga di ligg ein kopi av planen, det du ikkje har fått sendt enno, vala dine, som språk og kolonnar, og e‑postadressa di om du har bede om at ho blir hugsa. Kopien gjer at du kan lese og skrive utan nett. '
        + 'Han blir liggjande når du loggar ut. På ei eining som andre bruker, bør du slette nettstaddata i nettlesaren etterpå.',
        'Tenesta bruker berre informasjonskapslar som trengst for å sleppe deg inn og halde deg innlogga. Ein av dei blir liggjande i 400 dagar etter at du loggar ut: '
        + 'han gjer at framande som ber om kodar i ditt namn, ikkje stengjer deg ute. Han slepper ingen inn.',
        'Namnet og adressa di blir lagra til du blir sletta. Tryggingskopiar beheld det gamle så lenge den som driftar tenesta, tek vare på dei.',
      ],
    },
    {
      title: 'Kva som ikkje skal stå i planen',
      words: ['Planen blir lesen av mange, send vidare og arkivert. Han skal ikkje innehalde:'],
      list: [
        'fødselsnummer eller D-nummer',
        'private telefonnummer, e‑postadresser og adresser',
        'opplysningar om helsa til ein person, eller om nokon som får hjelp',
        'namn der det held med ei rolle eller ein organisasjon',
      ],
    },
    {
      title: 'Om noko slikt er skrive',
      words: [
        'Tenesta merkjer det som ser ut som fødselsnummer, telefonnummer, e‑postadresse eller adresse, og spør deg. Ho finn ikkje alt, og ho stoppar deg ikkje. Teksten blir ikkje send nokon annan stad for å bli kontrollert.',
        'Tek du det bort, ligg det likevel att i historikken om det er lagra. Den som driftar tenesta, kan vaske det bort for godt. '
        + 'Då står det att kven som gjorde det, når og kvifor, men ikkje kva det var. I eldre tryggingskopiar og hos dei som alt har teke ein kopi, finst det framleis.',
      ],
    },
    {
      title: 'Rettane dine',
      list: [
        'Innsyn: På «Mi side» lastar du ned alt som er lagra om deg. Du kan også be om å få det.',
        'Retting: Namn, organisasjon og adresse kan rettast.',
        'Sletting: Du kan be om å bli sletta. Namnet og adressa blir borte. Det du skreiv i planen, står, og der namnet ditt var, står det «tidlegare medlem».',
        'Klage: Du kan klage til Datatilsynet (datatilsynet.no).',
      ],
      after: 'Verksemda som driftar tenesta, er ansvarleg for opplysningane, og svarer deg.',
      hasContact: true,
    },
    {
      title: 'Kva tenesta vernar mot',
      list: [
        'At nokon utan tilgang les eller endrar ein plan: serveren kontrollerer alt, kvar gong, også når sida er endra av nokon.',
        'At nokon skriv i namnet ditt. Kven som skreiv, blir avgjort av innlogginga.',
        'At noko som er meldt lagra, blir borte når straumen går eller serveren stoppar.',
        'At den som mistar tilgangen, held fram med å lese: sambandet blir kutta med ein gong.',
        'At nokon gjettar ein kode. Han varer kort, verkar éin gong og blir stengd etter få forsøk.',
        'At andre nettstader gjer noko i namnet ditt, eller at løynde program køyrer i sida.',
      ],
    },
    {
      title: 'Kva ho ikkje kan verne mot',
      list: [
        'Ei eining som er stolen eller står ulåst. Den som har henne, kan lese planen og skrive som deg til du blir logga ut.',
        'Skjermbilete, utskrifter og det nokon kopierer ut av planen. Det kan ikkje hentast tilbake.',
        'Den som administrerer serveren. Ho eller han kan lese alt som ligg der.',
        'E‑postkontoen din. Den som kjem inn i e‑posten din, kan logge inn som deg.',
        'Skadelege program og utvidingar i nettlesaren din.',
        'At nokon med tilgang skriv noko som ikkje skal stå der.',
      ],
      after: 'Lås skjermen, logg ut der andre slepp til, og sei frå med ein gong om noko er på avvegar.',
    },
  ],
}

export const about: typeof nb = {
  accessibility,
  privacy,
  contactBefore: 'Ta kontakt med:',
  noContact: 'Ta kontakt med den som inviterte deg.',
  asOf: 'Sist endra 23. november 2026.',
}
