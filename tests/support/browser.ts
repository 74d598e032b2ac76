import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { findChromium, launchChromium } from './chromium.ts'

/**
 * Tests that need a browser. Where Chromium is missing they are left out, which is said aloud; with `CI=true` its absence
 * is a failure.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  const isMissing = findChromium() === null
  if (isMissing && process.env.CI === 'true')
    throw new Error('Chromium is not installed, and with CI=true nothing is left out')
  if (isMissing)
    console.warn('SKIPPED: Chromium is not installed')
  describe.skipIf(isMissing)(name, tests)
}

/** Opens profiles, each a person at a machine of their own, in a browser process that lives as long as the tests around. */
export function useBrowsers(): { openProfile(options?: BrowserContextOptions): Promise<BrowserContext> } {
  const launched: Awaited<ReturnType<typeof launchChromium>>[] = []
  const contexts: BrowserContext[] = []
  beforeAll(async () => {
    launched.push(await launchChromium(), await launchChromium())
  })
  afterAll(async () => {
    await Promise.all(launched.map(browser => browser.close()))
  })
  return {
    async openProfile(options = {}) {
      const browser = launched[contexts.length % launched.length]
      if (!browser)
        throw new Error('profiles are opened inside tests')
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'nb-NO', ...options })
      contexts.push(context)
      return context
    },
  }
}

/** What a page did that it must not: errors, breaches of the content policy, requests that leave the origin. */
export function watchPage(page: Page, origin: string): { readonly wrongs: string[] } {
  const wrongs: string[] = []
  page.on('pageerror', error => wrongs.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text()))
      wrongs.push(`policy: ${message.text()}`)
  })
  page.on('request', (request) => {
    const { protocol, origin: to } = new URL(request.url())
    if (!['data:', 'blob:'].includes(protocol) && to !== origin)
      wrongs.push(`request: ${request.url()}`)
  })
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host)
      wrongs.push(`websocket: ${socket.url()}`)
  })
  return { wrongs }
}
