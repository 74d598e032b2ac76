/** Why a printed link has let nobody in: the names by which the page one signs in on says the same. */
type PrintedLinkTrouble = 'link-void' | 'link-unavailable' | 'link-other-person'

interface Words { readonly title: string, readonly what: string, readonly safe: string, readonly todo: string }
const words: Readonly<Record<PrintedLinkTrouble, (name: string) => Words>> = {
  'link-void': () => ({
    title: 'Lenken virker ikke lenger',
    what: 'Den er trukket tilbake, byttet ut med en nyere, eller ikke hel.',
    safe: 'Alt som er skrevet i planen, er som før.',
    todo: 'Se om du har fått en nyere lenke, eller be den som ga deg denne, om en ny. Har du en e-postadresse her, kan du <a href="/logg-inn">logge inn med en kode</a>.',
  }),
  'link-unavailable': () => ({
    title: 'Innloggingen virker ikke akkurat nå',
    what: 'Tjeneren kan ikke lagre, og kan derfor ikke slippe noen inn.',
    safe: 'Lenken er god, og alt som er lagret, er trygt.',
    todo: 'Åpne lenken igjen om litt. Si fra til den som driver tjeneren hvis det varer.',
  }),
  'link-other-person': name => ({
    title: 'Du er logget inn som en annen',
    what: `Du er logget inn som ${escaped(name)}, og lenken er til en annen.`,
    safe: 'Ingenting er endret.',
    todo: 'Vil du bruke lenken, <a href="/">gå til Plantavle og logg ut</a> først, og åpne den så igjen.',
  }),
}

/**
 * What whoever opens a printed link in vain meets, in bokmål: a page that is read as it is. Where scripts run, `turned-back.js` goes on to the
 * page one signs in on, which says the same in the reader's own language. `name`: who is signed in.
 */
export function turnedBackPage(trouble: PrintedLinkTrouble, contact: string | null, name = ''): string {
  const { title, what, safe, todo } = words[trouble](name)
  return `<!doctype html>
<html lang="nb" data-trouble="${trouble}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – Plantavle</title>
<link rel="stylesheet" href="/plain.css">
<script src="/turned-back.js"></script>
<main>
<p class="product">Plantavle</p>
<h1>${title}</h1>
<p>${what} ${safe}</p>
<p>${todo}</p>
${contact ? `<p class="contact">Ta kontakt med: ${escaped(contact)}</p>\n` : ''}</main>
</html>
`
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
