import { mkdirSync, writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { writeLetter } from '../../server/mail/letter.ts'
import { toHtml, toText } from '../../server/mail/rendering.ts'
const origin = 'https://plan.rogaland.no'
const link = origin + '/invitasjon/Zk3vXq9pT2LrW8nYb1cHd5eFg7jKm0sAuVxQwRtPzB4'
const kari = { name: 'Kari Nordmann', organisation: 'Statsforvalteren i Rogaland' }
const planTitle = 'Gjennomføringsplan for Leve hele livet i Rogaland 2021–2023'
const to = { to: { name: null, address: 'a@b.no' } }
const letters = [
  writeLetter('signIn', { code: '482913', link, minutes: 15, origin }, { ...to, language: 'nb' }),
  writeLetter('invitation', { planTitle, inviter: kari, role: 'editor', untilDay: '2026-12-31', link, expiresDay: '2026-07-01', origin }, { ...to, language: 'nb' }),
  writeLetter('administratorTookRole', { planTitle, administrator: { name: 'Ola Drift', organisation: 'IKT' }, role: 'owner', at: Date.now(), reason: 'En eier har sluttet.', link, origin }, { ...to, language: 'nn' }),
  writeLetter('removed', { planTitle, by: kari, origin }, { ...to, language: 'nn' }),
]
mkdirSync('/work/look14/mail', { recursive: true })
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
for (const [width, scheme] of [[390, 'light'], [820, 'dark'], [320, 'light']] as const) {
  const page = await browser.newPage({ viewport: { width, height: 700 }, colorScheme: scheme })
  for (const letter of letters) {
    await page.setContent(toHtml(letter.words, letter.language))
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    console.log(letter.kind, width, wide)
    await page.screenshot({ path: `/work/look14/mail/${letter.kind}-${width}.png`, fullPage: true })
  }
}
console.log(toText(letters[0]!.words), '\n=======\n', toText(letters[1]!.words))
await browser.close()
