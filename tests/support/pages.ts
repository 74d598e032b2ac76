import type { Page } from 'playwright-core'
import { registerPages } from '../../client/text/registerPages.ts'

export type Language = 'nb' | 'nn'
export type Scheme = 'light' | 'dark'

/** The last part of the address of every page of a plan, and one that leads nowhere. */
export const planPaths: readonly string[] = [
  'om-planen', ...registerPages.map(({ path }) => path), 'ansvar', 'gjennomforing', 'medlemmer', 'ikke-lagret', 'papirkurv', 'finnes-ikke-her',
]

/** Every page a person can come to, with the address it has in this plan. */
export const pages = (planId: string): { readonly name: string, readonly path: string, readonly isSignedOut?: true }[] => [
  ...planPaths.map(path => ({ name: path, path: `/plan/${planId}/${path}` })),
  { name: 'hjelp', path: '/hjelp' },
  { name: 'tilgjengelighet', path: '/tilgjengelighet' },
  { name: 'personvern', path: '/personvern' },
  { name: 'planene', path: '/' },
  { name: 'ny-plan', path: '/ny-plan' },
  { name: 'min-side', path: '/min-side' },
  { name: 'administrasjon', path: '/administrasjon' },
  { name: 'finnes-ikke', path: '/denne-siden-finnes-ikke' },
  { name: 'logg-inn', path: '/', isSignedOut: true },
]

/** Resolves when the page shows its content, its fonts are there, and nothing moves. */
export async function readyPage(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForFunction(() => document.fonts.status === 'loaded' && !document.querySelector('[aria-busy="true"]'))
}

/** Resolves when nothing has been drawn within an element for half a second: heights are measured, and what is fetched later has come. */
export async function settled(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().evaluate(element => new Promise<void>((resolve) => {
    let timer = setTimeout(end, 500)
    const observer = new MutationObserver(() => {
      clearTimeout(timer)
      timer = setTimeout(end, 500)
    })
    function end() {
      observer.disconnect()
      resolve()
    }
    observer.observe(element, { subtree: true, childList: true, characterData: true, attributes: true })
  }))
}
