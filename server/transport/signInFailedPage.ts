/** The one page the server writes itself, since whoever meets it is not signed in. In bokmål. */
export const signInFailedPage = `<!doctype html>
<html lang="nb">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Lenken virker ikke lenger</title>
<main>
<h1>Lenken virker ikke lenger</h1>
<p>Be den som sendte deg lenken, om en ny. Alt som er skrevet i planen, er som før.</p>
</main>
</html>
`
