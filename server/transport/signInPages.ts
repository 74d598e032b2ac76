import { turnedBackNb, type PrintedLinkTrouble } from '../texts/turnedBack.ts'

/**
 * What whoever opens a printed link in vain meets, in bokmål: a page that is read as it is. Where scripts run, `turned-back.js` goes on to the
 * page one signs in on, which says the same in the reader's own language. `name`: who is signed in.
 */
export function turnedBackPage(trouble: PrintedLinkTrouble, contact: string | null, name = ''): string {
  const { title, what, safe, todo } = turnedBackNb[trouble](escaped(name))
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
