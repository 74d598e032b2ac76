import type { InvitationRefusal, NameRefusal, SignInRefusal } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'

/** What happened, and what to do. */
export interface Told { readonly title: string, readonly what: string }

/** Why somebody is led back to the page one signs in on: by the provider's answer, or by a letter's link. */
export type TurnedBack =
  | 'cancelled' | 'expired' | 'mismatch' | 'not-verified' | 'weak' | 'unreachable' | 'unfit-answer' | 'not-invited'
  | 'link-expired' | 'link-other-device' | 'link-not-invited' | 'link-void' | 'link-unavailable' | 'link-other-person' | 'provider-not-ended' | 'name-needed'

/** What can go wrong with an address or a code: what the server refuses, and what is seen before it is asked. */
export type SignInTrouble = SignInRefusal | 'too-many-codes' | 'incomplete' | 'name-unfit' | 'no-answer' | 'failed'

const turnedBack: Readonly<Record<TurnedBack, (provider: string) => Told>> = {
  'cancelled': provider => ({ title: 'Innloggingen ble avbrutt', what: `${provider} slapp deg ikke inn, eller du gikk ut igjen. Prøv på nytt, eller velg en annen måte.` }),
  'expired': () => ({ title: 'Det gikk for lang tid', what: 'Innloggingen måtte bli ferdig innen noen minutter. Prøv på nytt.' }),
  'mismatch': () => ({ title: 'Svaret hørte ikke til denne innloggingen', what: 'Det skjer gjerne når den ble startet i et annet vindu. Start på nytt her.' }),
  'not-verified': provider => ({ title: 'Vi vet ikke sikkert hvem du er', what: `${provider} kunne ikke bekrefte e‑postadressen din. Velg en annen måte, eller spør dem som drifter kontoen din.` }),
  'weak': provider => ({ title: 'Innloggingen var ikke sikker nok', what: `Prøv på nytt, og velg en sikrere måte hos ${provider}.` }),
  'unreachable': provider => ({ title: `Vi får ikke svar fra ${provider}`, what: 'Prøv igjen om litt, eller velg en annen måte.' }),
  'unfit-answer': provider => ({ title: `Vi kunne ikke bruke svaret fra ${provider}`, what: 'Feilen er ikke din. Si fra til den som drifter tjenesten.' }),
  'not-invited': () => ({ title: 'Du er ikke lagt til her ennå', what: 'Kontoen din er i orden, men ingen plan har deg som medlem. Be den som leder planen, om en invitasjon.' }),
  'name-needed': provider => ({ title: 'Vi mangler navnet ditt', what: `${provider} fortalte ikke hva du heter. Åpne lenken i invitasjonen på nytt, skriv navnet ditt der, og fortsett derfra.` }),
  'link-expired': () => ({ title: 'Lenken virker ikke lenger', what: 'Den varer i 15 minutter og kan brukes én gang. Be om en ny kode her.' }),
  'link-other-device': () => ({
    title: 'Lenken virker bare der du ba om den',
    what: 'Det gjør ikke noe: skriv heller koden fra e‑posten på den enheten, i det vinduet du startet i. Vil du inn på denne enheten, be om en ny kode her.',
  }),
  'link-not-invited': () => ({ title: 'Adressen din er ikke lagt til her ennå', what: 'Be den som leder planen, om en invitasjon.' }),
  'link-void': () => ({
    title: 'Lenken virker ikke lenger',
    what: 'Den er trukket tilbake, byttet ut med en nyere, eller ikke hel. Alt som er skrevet i planen, er som før. Se om du har fått en nyere lenke, eller be den som ga deg denne, om en ny.',
  }),
  'link-unavailable': () => ({ title: 'Innloggingen virker ikke akkurat nå', what: 'Tjenesten kan ikke lagre. Lenken er god, og alt som er lagret, er trygt. Åpne lenken igjen om litt.' }),
  'link-other-person': () => ({ title: 'Du er logget inn som en annen', what: 'Lenken er til en annen enn deg som er logget inn her. Ingenting er endret. Vil du bruke lenken, logg ut først, og åpne den igjen.' }),
  'provider-not-ended': provider => ({ title: `Vi kunne ikke logge deg ut av ${provider}`, what: `Her er du logget ut. Er maskinen felles, logg ut på siden til ${provider}, eller lukk alle vinduene i nettleseren.` }),
}

const troubles: Readonly<Record<SignInTrouble, (wait: string) => string>> = {
  'not-an-address': () => 'Dette ser ikke ut som en e‑postadresse. Se etter skrivefeil.',
  'no-mail': () => 'Serveren kan ikke sende e‑post nå. Si fra til den som drifter tjenesten.',
  'too-many': wait => `Det er bedt om mange koder på kort tid. ${wait}`,
  'too-many-codes': wait => `Det er skrevet for mange feil koder. ${wait} Lenken i e‑posten virker fortsatt.`,
  'wrong-code': () => 'Koden stemmer ikke. Se etter i den nyeste e‑posten, og prøv igjen.',
  'used-up': () => 'Det ble feil kode for mange ganger, så den gjelder ikke lenger. Be om en ny.',
  'expired': () => 'Koden gjelder ikke lenger. Be om en ny.',
  'other-device': () => 'Koden hører til et annet vindu eller en annen enhet. Be om en ny her.',
  'not-invited': () => 'Adressen din er ikke lagt til her ennå. Be den som leder planen, om en invitasjon, eller prøv en annen adresse.',
  'name-needed': () => 'Skriv navnet ditt, så de andre i planen ser hvem du er.',
  'name-taken': () => 'En annen i planen heter det samme. Legg til noe som skiller dere, som et mellomnavn eller organisasjonen.',
  'name-unfit': () => 'Navnet har tegn vi ikke kan bruke. Skriv det på nytt med vanlige bokstaver.',
  'incomplete': () => 'Koden har seks sifre.',
  'no-answer': () => 'Vi får ikke kontakt med serveren. Det du har skrevet, står her. Sjekk nettet, og prøv igjen.',
  'failed': () => 'Serveren fikk det ikke til akkurat nå. Prøv igjen om litt.',
}

const invitationRefusals: Readonly<Record<Exclude<InvitationRefusal, 'sign-in-first' | 'signed-in-as-other' | NameRefusal>, Told>> = {
  'not-there': { title: 'Vi finner ikke invitasjonen', what: 'Du kan ha fått en nyere. Bruk lenken i den nyeste e‑posten, eller be den som inviterte deg, om å sende en ny.' },
  'taken': { title: 'Invitasjonen er brukt', what: 'Den kan brukes én gang. Var det deg, er du med i planen, og kan logge inn med e‑postadressen din. Var det ikke det, si fra til den som inviterte deg.' },
  'withdrawn': { title: 'Invitasjonen er trukket tilbake', what: 'Lenken slipper deg ikke inn lenger. Tror du det er en feil, be den som inviterte deg, om en ny invitasjon.' },
  'expired': { title: 'Invitasjonen har gått ut', what: 'Lenken slipper deg ikke inn lenger. Be den som inviterte deg, om å sende den på nytt. Da får du en ny lenke.' },
}

const becomes: Readonly<Record<Role, string>> = {
  reader: 'Du blir leser, og kan lese planen.',
  commenter: 'Du blir kommentator, og kan lese planen.',
  editor: 'Du blir redaktør, og kan lese og skrive i planen.',
  chair: 'Du blir møteleder, og kan skrive i planen og invitere andre.',
  owner: 'Du blir eier, og kan skrive i planen og bestemme hvem som er med.',
}

/** Everything about ways in. `signIn.nn.ts` is typed by it. */
export const signIn = {
  title: 'Logg inn i Plantavle',
  loading: 'Henter innloggingen …',
  lead: 'Skriv e‑postadressen din, så får du en kode. Du trenger ikke noe passord.',
  email: 'E‑postadresse',
  remember: 'Husk adressen på denne enheten',
  send: 'Send kode',
  sending: 'Sender …',
  or: 'eller',
  provider: (name: string) => `Logg inn med ${name}`,
  /** One has left, and is signed in at the provider still. */
  stillAt: (name: string) => `Du er fortsatt logget inn hos ${name} i denne nettleseren. Er maskinen felles, som på et møterom, logg ut der også. Er den din egen, trenger du ikke.`,
  leaveProvider: (name: string) => `Logg ut av ${name} også`,
  newTab: 'Åpnes i en ny fane. Planen her fortsetter av seg selv når du er inne.',
  theProvider: 'Innloggingstjenesten',
  slow: 'Det tar lengre tid enn vanlig. Vi venter fortsatt på svar.',

  sentBefore: 'Hvis',
  sentAfter: 'er kjent her, har vi sendt en kode dit.',
  sentAgain: 'Vi har sendt en ny kode hvis adressen er kjent her. Bruk den nyeste.',
  change: 'Endre',
  changeName: 'Endre e‑postadressen',
  code: 'Kode fra e‑posten',
  holds: (clock: string) => `Seks sifre. Koden gjelder til ${clock}.`,
  enter: 'Logg inn',
  entering: 'Logger inn …',
  notThere: 'Kommer det ingen e‑post? Se i søppelposten. Du kan be om en ny kode om litt.',
  notThereYet: 'Kommer det ingen e‑post? Se i søppelposten, og sjekk at adressen er riktig.',
  resend: 'Send ny kode',
  troubles,
  wait: (minutes: number) => minutes <= 1 ? 'Prøv igjen om ett minutt.' : `Prøv igjen om ${minutes} minutter.`,
  turnedBack,

  noWay: 'Hit kommer du med en lenke',
  noWayWhat: 'Tjenesten sender ikke e‑post. Du trenger en personlig lenke fra den som drifter den. Har du en, åpne den på denne enheten. Den kan brukes igjen.',
  contact: 'Ta kontakt med:',
  noContact: 'Spør den som leder planen i din region.',

  /** Of who comes for the first time, where nobody else says what they are called. */
  name: {
    label: 'Navnet ditt',
    what: 'Slik de andre i planen ser deg. Du kan rette det senere på «Min side».',
    codeIsRight: 'Koden stemmer. Skriv navnet ditt, så er du inne.',
    linkIsRight: 'Lenken stemmer. Skriv navnet ditt, så er du inne.',
  },

  link: {
    title: 'Logg inn i Plantavle',
    lead: 'Du åpnet lenken fra e‑posten. Trykk på knappen for å komme inn på denne enheten.',
    missing: 'Lenken er ikke hel',
    missingWhat: 'Åpne lenken i e‑posten på nytt, eller be om en ny kode.',
    toSignIn: 'Be om en ny kode',
  },

  again: {
    title: 'Logg inn igjen',
    lead: (name: string) => `Du var logget inn som ${name}. Planen står her som den var, og fortsetter der du slapp.`,
    otherTitle: (name: string) => `Du er logget inn som ${name}`,
    otherWhat: (former: string) => `Det ${former} har skrevet her og ikke fått sendt, blir liggende på denne enheten til ${former} logger inn. Ingen andre får det.`,
    openAs: (name: string) => `Åpne planen som ${name}`,
    insteadAs: (former: string) => `Logg inn som ${former}`,
    personalLink: 'Har du bare en personlig lenke? Åpne den i denne nettleseren, så fortsetter planen her.',
    notNow: 'Ikke nå',
  },

  invitation: {
    heading: 'Invitasjon',
    loading: 'Henter invitasjonen …',
    invitedBy: (who: string) => `${who} inviterer deg til`,
    invited: 'Du er invitert til',
    from: (name: string, organisation: string) => organisation ? `${name} (${organisation})` : name,
    becomes,
    /** Of who is limited to some registers. `besides`: what else the role may. */
    becomesWithin: (role: string, registers: string, besides: string) => `Du blir ${role}, og kan endre ${registers}${besides}. Resten av planen kan du lese.`,
    besides: { chair: ', og invitere andre', owner: ', og bestemme hvem som er med' } as Readonly<Partial<Record<Role, string>>>,
    until: (day: string) => `Tilgangen gjelder til og med ${day}.`,
    join: 'Bli med',
    joining: 'Blir med …',
    joinAs: (name: string) => `Bli med som ${name}`,
    seenAs: (name: string) => `De andre i planen ser deg som ${name}.`,
    seen: 'De andre i planen ser navnet ditt.',
    cookie: 'En informasjonskapsel holder deg innlogget på denne enheten i 30 dager.',
    privacy: 'Slik tar vi vare på opplysningene dine',
    signInFirst: 'Logg inn først',
    signInFirstWhat: (hidden: string) => `Invitasjonen er til ${hidden}. Adressen har vært i bruk her før, så vi sender en kode dit. Deretter er du med i planen.`,
    asOther: (name: string) => `Du er logget inn som ${name}`,
    asOtherWhat: (plan: string, hidden: string) => `Invitasjonen til «${plan}» er til ${hidden}, og det er ikke adressen du er logget inn med. Er den også din, logg ut og ta imot invitasjonen her.`,
    asOtherUnknown: 'en annen',
    otherAddress: (provider: string) => `${provider} kjenner deg under en annen adresse`,
    otherAddressWhat: (hidden: string) => `Invitasjonen er til ${hidden}, og er ikke brukt. Er den adressen også din, gå videre her. Ellers be den som inviterte deg, om en invitasjon til adressen du logget inn med.`,
    signOut: 'Logg ut og fortsett',
    signingOut: 'Logger ut …',
    refusals: invitationRefusals,
    toSignIn: 'Til innloggingen',
    toPlans: 'Til planene mine',
    notReached: 'Får du ikke tak i den som inviterte deg?',
    beenHere: 'Har du vært med i en plan før?',
  },
}

export type SignInText = typeof signIn
