import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { pages, readyPage, type Language, type Scheme } from './pages.ts'
import { addMember, planIdOf, startServer } from './server.ts'

/** `npm run screenshots -- --to DIR [--page NAME] [--width N]`: every page in three widths, two colour schemes and two languages. */
const { values: { to, page: onlyPage, width: onlyWidth } } = parseArgs({
  options: { to: { type: 'string' }, page: { type: 'string' }, width: { type: 'string' } },
})
if (!to)
  throw new Error('say where the pictures go: --to DIR')

const folder = resolve(process.env.INIT_CWD ?? '.', to)
const sizes = [[1440, 900], [820, 1180], [390, 844]] as const
const schemes: readonly Scheme[] = ['light', 'dark']
const languages: readonly Language[] = ['nb', 'nn']

const server = await startServer()
const browser = await launchChromium()
try {
  mkdirSync(folder, { recursive: true })
  const planId = await planIdOf(server)
  const { signInUrl } = await addMember(server, planId, { name: 'Astrid Berge' })
  for (const language of languages) {
    for (const colorScheme of schemes) {
      const context = await browser.newContext({ colorScheme, locale: `${language}-NO` })
      const page = await context.newPage()
      await page.addInitScript(chosen => localStorage.setItem('plantavle:language', chosen), language)
      await page.goto(signInUrl)
      for (const { name, path, isSignedOut } of pages(planId)) {
        if (onlyPage && name !== onlyPage)
          continue
        for (const [width, height] of sizes) {
          if (onlyWidth && width !== Number(onlyWidth))
            continue
          await page.setViewportSize({ width, height })
          await (isSignedOut ? pictureSignedOut : picture)(page, path, `${name}-${width}-${colorScheme}-${language}.png`)
        }
      }
      await context.close()
    }
  }
}
finally {
  await browser.close()
  await server.kill()
}

async function picture(page: Page, path: string, file: string): Promise<void> {
  await page.goto(server.origin + path)
  await readyPage(page)
  await page.screenshot({ path: join(folder, file) })
  console.log(file)
}

async function pictureSignedOut(page: Page, path: string, file: string): Promise<void> {
  const cookies = await page.context().cookies()
  await page.context().clearCookies()
  await picture(page, path, file)
  await page.context().addCookies(cookies)
}
