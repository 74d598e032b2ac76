import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeEach, describe } from 'vitest'
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

/**
 * Opens profiles, each a person at a machine of their own, in browser processes that live as long as the tests around. Two who type at
 * once need one each: in one process a letter without a key of its own comes late to the page that is not in front. What is opened in a
 * test is closed after it: pages that nobody looks at any more would still draw what the others do.
 */
export function useBrowsers({ processes = 2 } = {}): { openProfile(options?: BrowserContextOptions): Promise<BrowserContext> } {
  const launched = new Map<number, Promise<Browser>>()
  const openedInTest: BrowserContext[] = []
  let opened = 0
  let isInTest = false
  beforeEach(() => { isInTest = true })
  afterEach(async () => {
    isInTest = false
    await Promise.all(openedInTest.splice(0).map(context => context.close()))
  })
  afterAll(async () => {
    await Promise.all([...launched.values()].map(async browser => await (await browser).close()))
  })
  return {
    async openProfile(options = {}) {
      const n = opened++ % processes
      const browser = launched.get(n) ?? launchChromium()
      launched.set(n, browser)
      const context = await (await browser).newContext({ viewport: { width: 1440, height: 900 }, locale: 'nb-NO', ...options })
      if (isInTest)
        openedInTest.push(context)
      return context
    },
  }
}

/** Signs a profile in through a link, at an origin that may be a line's, without showing a page. */
export async function enter(profile: BrowserContext, { origin, signInUrl }: { origin: string, signInUrl: string }): Promise<void> {
  const answer = await profile.request.get(origin + new URL(signInUrl).pathname, { maxRedirects: 0 })
  if (answer.status() >= 400 || (await profile.cookies(origin)).length === 0)
    throw new Error(`no session from the link: ${answer.status()}`)
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
