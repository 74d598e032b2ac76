/** Why a printed link has let nobody in: the names by which the page one signs in on says the same. */
export type PrintedLinkTrouble = 'link-void' | 'link-unavailable' | 'link-other-person'

/** In bokmål, as HTML: `name` comes escaped. */
interface Words { readonly title: string, readonly what: string, readonly safe: string, readonly todo: string }
export const turnedBackNb: Readonly<Record<PrintedLinkTrouble, (name: string) => Words>> = {
  'link-void': () => ({
    title: 'Lenken virker ikke lenger',
    what: 'Den er trukket tilbake, byttet ut med en nyere, eller ikke hel.',
    safe: 'Alt som er skrevet i planen, er som før.',
    todo: 'Se om du har fått en nyere lenke, eller be den som ga deg denne, om en ny. Har du en e‑postadresse her, kan du <a href="/logg-inn">logge inn med en kode</a>.',
  }),
  'link-unavailable': () => ({
    title: 'Innloggingen virker ikke akkurat nå',
    what: 'Serveren kan ikke lagre, og kan derfor ikke slippe noen inn.',
    safe: 'Lenken er god, og alt som er lagret, er trygt.',
    todo: 'Åpne lenken igjen om litt. Si fra til den som driver serveren hvis det varer.',
  }),
  'link-other-person': name => ({
    title: 'Du er logget inn som en annen',
    what: `Du er logget inn som ${name}, og lenken er til en annen.`,
    safe: 'Ingenting er endret.',
    todo: 'Vil du bruke lenken, <a href="/">gå til Plantavle og logg ut</a> først, og åpne den så igjen.',
  }),
}
