import type { Language, LetterPart, LetterWords } from '../texts/mails.ts'

/** A letter as plain text: paragraphs with an empty line between, the code and the address each on a line of their own. */
export function toText({ heading, parts, closing }: LetterWords): string {
  return [heading, ...parts.flatMap(textOf), '-- ', closing].join('\n\n').replace('-- \n\n', '-- \n') + '\n'
}

function textOf(part: LetterPart): string[] {
  switch (part.kind) {
    case 'paragraph': return [part.text]
    case 'code': return [`${part.label}:`, `    ${part.code}`]
    case 'link': return [`${part.label}:\n${part.href}`]
  }
}

const font = 'font-family:\'Segoe UI\',Arial,Helvetica,sans-serif'
const ink = '#15212B'
const fjord = '#0B4A6F'

/**
 * A letter as HTML that old programs read too: tables and inline styles, no picture, no style sheet, nothing that is fetched.
 * People's words stand in it as text.
 */
export function toHtml({ subject, heading, parts, closing }: LetterWords, language: Language): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escaped(subject)}</title>
</head>
<body style="margin:0;padding:0;background-color:#F6F3EC">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#F6F3EC">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0" bgcolor="#FFFDF9" style="width:100%;max-width:560px;border:1px solid #D9D2C4">
<tr><td style="padding:28px 28px 8px;${font};font-size:17px;line-height:1.5;color:${ink}">
<h1 style="margin:0 0 16px;${font};font-size:24px;line-height:1.3;font-weight:600;color:${ink}">${escaped(heading)}</h1>
${parts.map(htmlOf).join('\n')}
</td></tr>
<tr><td style="padding:16px 28px 24px;${font};font-size:14px;line-height:1.5;color:#5F6871">${escaped(closing)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
}

function htmlOf(part: LetterPart): string {
  switch (part.kind) {
    case 'paragraph': return `<p style="margin:0 0 16px">${escaped(part.text)}</p>`
    case 'code': return `<p style="margin:0 0 4px">${escaped(part.label)}</p>
<p style="margin:0 0 16px;font-family:Consolas,'Courier New',monospace;font-size:36px;line-height:1.3;font-weight:700;letter-spacing:6px;color:${ink}">${escaped(part.code)}</p>`
    case 'link': return `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 12px">
<tr><td bgcolor="${fjord}" style="border-radius:6px"><a href="${escaped(part.href)}" style="display:inline-block;padding:12px 24px;border:1px solid ${fjord};border-radius:6px;${font};font-size:17px;line-height:1.4;font-weight:600;color:#FFFFFF;text-decoration:none">${escaped(part.label)}</a></td></tr>
</table>
<p style="margin:0 0 16px;font-size:14px;color:#485460">${escaped(part.instead)}<br>
<a href="${escaped(part.href)}" style="color:${fjord};word-break:break-all">${escaped(part.href)}</a></p>`
  }
}

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }
const escaped = (words: string) => words.replace(/[&<>"']/g, mark => marks[mark] ?? '')
