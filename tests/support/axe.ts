import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Answer { readonly violations: { id: string, impact: string, nodes: { html: string }[] }[] }
export interface Finding { readonly rule: string, readonly impact: string, readonly where: string[] }

/**
 * What axe finds wrong with the page, or with a part of it, when what moves has come to rest. The page's profile is opened with
 * `bypassCSP`. In the dark scheme only the rules about colour are asked: all others say what they say in the light one.
 */
export async function axe(page: Page, within = 'html'): Promise<Finding[]> {
  await page.addScriptTag({ path: axePath })
  return await page.evaluate(async (part) => {
    // What is still coming into sight has not its colours yet.
    const moving = document.getAnimations().filter(animation => Number(animation.effect?.getComputedTiming().endTime) < Infinity)
    await Promise.all(moving.map(animation => animation.finished.catch(() => {})))
    const options = matchMedia('(prefers-color-scheme: dark)').matches ? { runOnly: ['color-contrast', 'link-in-text-block'] } : {}
    const { violations } = await (window as unknown as { axe: { run(part: string, options: object): Promise<Answer> } }).axe.run(part, options)
    return violations.map(({ id, impact, nodes }) => ({ rule: id, impact, where: nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)) }))
  }, within)
}
