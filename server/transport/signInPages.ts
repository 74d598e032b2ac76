/** The pages the server writes itself, since whoever meets them is not signed in. In bokmål. */
export const signInFailedPage = toPage('Lenken virker ikke lenger', 'Be den som sendte deg lenken, om en ny. Alt som er skrevet i planen, er som før.')

export const signInUnavailablePage = toPage(
  'Innloggingen virker ikke akkurat nå',
  'Tjeneren kan ikke lagre. Lenken er god: prøv den igjen om litt. Si fra til den som driver tjeneren hvis det varer.',
)

/** The link is another's than who is signed in in this browser. */
export const toOtherSignedInPage = (name: string): string => toPage(
  'Du er logget inn som en annen',
  `Du er logget inn som ${escaped(name)}, og lenken er til en annen. Ingenting er endret. `
  + 'Vil du bruke lenken, <a href="/">gå til Plantavle og logg ut</a> først, og åpne den så igjen.',
)

const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)

function toPage(title: string, words: string): string {
  return `<!doctype html>
<html lang="nb">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<main>
<h1>${title}</h1>
<p>${words}</p>
</main>
</html>
`
}
