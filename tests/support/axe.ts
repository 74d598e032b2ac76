import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import type { Scheme } from './pages.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** What the dark scheme may have wrong that the light one has not. */
const rulesOfColour = ['color-contrast', 'link-in-text-block']

interface Answer { readonly violations: { id: string, impact: string, nodes: { html: string }[] }[] }
export interface Finding { readonly scheme: Scheme, readonly rule: string, readonly impact: string, readonly where: string[] }

/**
 * What axe finds wrong with the page, or with a part of it, in the light scheme and in the dark, which it is left in; each time when what
 * moves has come to rest. In the dark only the rules of colour are asked, and of what is right no more is told than that it is.
 */
export async function axe(page: Page, within = 'html'): Promise<Finding[]> {
  // Evaluated, not added as a script: the page's own policy stays as it is.
  if (!await page.evaluate(() => 'axe' in window))
    await page.evaluate(axeSource)
  const findings: Finding[] = []
  for (const scheme of ['light', 'dark'] satisfies Scheme[]) {
    await page.emulateMedia({ colorScheme: scheme })
    const found = await page.evaluate(async ({ part, rules }) => {
      // What is still coming into sight has not its colours yet.
      const moving = document.getAnimations().filter(animation => Number(animation.effect?.getComputedTiming().endTime) < Infinity)
      await Promise.all(moving.map(animation => animation.finished.catch(() => {})))
      const { violations } = await (window as unknown as { axe: { run(part: string, options: object): Promise<Answer> } })
        .axe.run(part, { ...rules && { runOnly: rules }, resultTypes: ['violations'], preload: false })
      return violations.map(({ id, impact, nodes }) => ({ rule: id, impact, where: nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)) }))
    }, { part: within, rules: scheme === 'dark' ? rulesOfColour : null })
    findings.push(...found.map(finding => ({ scheme, ...finding })))
  }
  return findings
}
