import type { Page } from 'playwright-core'

export type Language = 'nb' | 'nn'
export type Scheme = 'light' | 'dark'

/** Every page a person can come to, with the address it has in this plan. */
export const pages = (planId: string): { readonly name: string, readonly path: string, readonly isSignedOut?: true }[] => [
  { name: 'aktiviteter', path: `/plan/${planId}/aktiviteter` },
  { name: 'nettverk', path: `/plan/${planId}/nettverk` },
  { name: 'ansvar', path: `/plan/${planId}/ansvar` },
  { name: 'ikke-lagret', path: `/plan/${planId}/ikke-lagret` },
  { name: 'papirkurv', path: `/plan/${planId}/papirkurv` },
  { name: 'hjelp', path: '/hjelp' },
  { name: 'planene', path: '/' },
  { name: 'finnes-ikke', path: '/denne-siden-finnes-ikke' },
  { name: 'logg-inn', path: '/', isSignedOut: true },
]

/** Resolves when the page shows its content, its fonts are there, and nothing moves. */
export async function readyPage(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForFunction(() => document.fonts.status === 'loaded' && !document.querySelector('[aria-busy="true"]'))
}
